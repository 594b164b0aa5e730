// Pictures that are fetched once they are seen, a few at a time: what is said to the server need not wait for them.

const AT_ONCE = 3;
const waiting = new Set();
let underWay = 0;

const seen = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) {
    if (isIntersecting) waiting.add(target);
    else waiting.delete(target);
  }
  fetchMore();
}, { rootMargin: "300px" });

export function whenSeen(image, address) {
  image.dataset.address = address;
  seen.observe(image);
  return image;
}

function fetchMore() {
  for (const image of waiting) {
    if (underWay >= AT_ONCE) return;
    waiting.delete(image);
    seen.unobserve(image);
    underWay += 1;
    image.addEventListener("load", done, { once: true });
    image.addEventListener("error", done, { once: true });
    image.src = image.dataset.address;
  }
}

function done() {
  underWay -= 1;
  fetchMore();
}
