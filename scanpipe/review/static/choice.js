// A question with numbered answers: a key, a click, or Esc for none.

import { explain } from "./explain.js";

const dialog = document.getElementById("choice");
const title = document.getElementById("choice-title");
const list = dialog.querySelector("ol");

const KEYS = "123456789abcdefghijklmnopqrstuvwxyz";

// `about` names the reason that is asked about, `reasons` those that are the answers.
export function chosen(question, answers, { keys = [...KEYS], about = "", reasons = [] } = {}) {
  title.textContent = question;
  explain(about, dialog.querySelector(".explained"));
  return new Promise((resolve) => {
    const taken = (place) => {
      dialog.removeEventListener("keydown", pressed);
      dialog.removeEventListener("close", closed);
      if (dialog.open) dialog.close();
      resolve(place);
    };
    const pressed = (event) => {
      const place = keys.slice(0, answers.length).indexOf(event.key.toLowerCase());
      if (place < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
      taken(place);
    };
    const closed = () => taken(-1);
    list.replaceChildren(...answers.map((words, place) => answer(words, keys[place], reasons[place], () => taken(place))));
    dialog.addEventListener("keydown", pressed);
    dialog.addEventListener("close", closed);
    dialog.showModal();
  });
}

function answer(words, key, reason, taken) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button" });
  if (reason) button.dataset.explain = reason;
  button.append(Object.assign(document.createElement("kbd"), { textContent: key.toUpperCase() }), ` ${words}`);
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    taken();
  });
  item.append(button);
  return item;
}
