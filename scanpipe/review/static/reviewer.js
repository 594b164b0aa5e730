// Asks who reviews, once for as long as the browser is open, and again when somebody else sits down.

import { change } from "./talk.js";

const dialog = document.getElementById("who");
const name = document.getElementById("who-name");
const refused = document.getElementById("who-refused");

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const said = await change("/person", { name: name.value });
    document.body.dataset.person = said.person;
    for (const button of document.querySelectorAll(".reviewer")) button.textContent = said.person;
    dialog.close();
    document.dispatchEvent(new Event("reviewer"));
  } catch (error) {
    refused.textContent = error.message;
  }
});

dialog.addEventListener("cancel", (event) => {
  if (!document.body.dataset.person) event.preventDefault();
});

for (const button of document.querySelectorAll(".reviewer")) {
  button.addEventListener("click", () => {
    dialog.showModal();
    name.select();
  });
}

if (!document.body.dataset.person) {
  dialog.showModal();
  name.select();
}
