// The dashboard as it is now: what changed is drawn anew, without a word, while somebody may be reading it.

const EVERY_MS = 60_000;
const main = document.querySelector("main");
const FOCUSABLE = "a, summary";

async function refresh() {
  if (document.hidden) return;
  const fresh = await read();
  document.getElementById("trouble").hidden = Boolean(fresh);
  if (!fresh) return;
  const parts = [...main.children];
  const drawn = [...fresh.children];
  if (parts.length !== drawn.length) return main.replaceChildren(...drawn);
  parts.forEach((part, place) => part.isEqualNode(drawn[place]) || replace(part, drawn[place]));
}

async function read() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
}

// What was opened stays open, and what had the focus keeps it.
function replace(part, drawn) {
  const opened = [...part.querySelectorAll("details")].map((each) => each.open);
  drawn.querySelectorAll("details").forEach((each, place) => (each.open = opened[place] ?? false));
  const focused = [...part.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  part.replaceWith(drawn);
  if (focused >= 0) drawn.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);
