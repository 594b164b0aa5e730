// What a reason means, with an example, while the pointer or the focus is on whatever names it in `data-explain`.

const shown = document.getElementById("explained");

// Within a dialog it is shown there: nothing outside of an open one is seen.
const boxOf = (element) => element.closest("dialog")?.querySelector(".explained") ?? shown;

export function explain(code, box = shown) {
  box.replaceChildren(document.getElementById(`means-${code}`)?.content.cloneNode(true) ?? "");
  box.hidden = !code;
}

function entered(event) {
  const element = event.target.closest("[data-explain]");
  if (element) explain(element.dataset.explain, boxOf(element));
}

function left(event) {
  const element = event.target.closest("[data-explain]");
  if (element && boxOf(element) === shown && !element.contains(event.relatedTarget)) explain("");
}

document.addEventListener("pointerover", entered);
document.addEventListener("focusin", entered);
document.addEventListener("pointerout", left);
document.addEventListener("focusout", left);
