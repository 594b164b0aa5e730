// The ticket for which a delivered book is changed: asked once for each book, and kept until the window is closed.

const { book, revision } = document.body.dataset;
const key = `ticket-${book}`;
const dialog = document.getElementById("ticket-asked");
const number = document.getElementById("ticket-number");
const button = document.getElementById("ticket-shown");

export function ticket() {
  return Number(revision) ? (sessionStorage.getItem(key) ?? "") : "";
}

function show() {
  button.querySelector("span").textContent = ticket() || "–";
  const field = document.getElementById("ticket"); // of the contact sheet's changes
  if (field) field.value = ticket();
}

function ask() {
  number.value = ticket();
  dialog.returnValue = "";
  dialog.showModal();
  number.select();
}

function askOnce() {
  if (document.body.dataset.person && sessionStorage.getItem(key) === null) ask();
}

if (dialog) {
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "said" || sessionStorage.getItem(key) === null) {
      sessionStorage.setItem(key, dialog.returnValue === "said" ? number.value.trim() : "");
    }
    show();
  });
  button.addEventListener("click", ask);
  document.addEventListener("reviewer", askOnce);
  show();
  askOnce();
}
