// The ticket for which a delivered book is changed: asked once for each book, and kept until the window is closed.

import { look, worded } from "./talk.js";

const { book, revision } = document.body.dataset;
const key = `ticket-${book}`;
const at = (id) => document.getElementById(id);
const dialog = at("ticket-asked");
const number = at("ticket-number");
const made = (tag, values) => Object.assign(document.createElement(tag), values);
let recorded = [];

export function ticket() {
  return Number(revision) ? (sessionStorage.getItem(key) ?? "") : "";
}

function show() {
  at("ticket-shown").querySelector("span").textContent = ticket() || "–";
  const field = at("ticket"); // of the contact sheet's changes
  if (field) field.value = ticket();
}

// Tickets are recorded meanwhile, too.
async function read() {
  recorded = await look(`/books/${book}/tickets.json`).then((told) => told.tickets, () => recorded);
  at("tickets").replaceChildren(...recorded.map((each) => made("option", { value: each.number })));
  at("tickets-recorded").replaceChildren(...recorded.map(choice));
  at("no-tickets").hidden = recorded.length > 0;
}

function choice(each) {
  const button = made("button", { type: "button" });
  button.append(made("strong", { textContent: each.number }), " ", each.text);
  button.addEventListener("click", () => take(each.number));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function take(said) {
  sessionStorage.setItem(key, said);
  dialog.close();
}

async function ask() {
  number.value = ticket();
  at("ticket-refused").textContent = "";
  dialog.showModal();
  number.select();
  await read();
}

const plain = (text) => text.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean).join(" ");

async function said(event) {
  event.preventDefault();
  const wanted = number.value.trim();
  await read();
  const found = recorded.find((each) => plain(each.number) === plain(wanted));
  if (found || !wanted) take(found?.number ?? "");
  else at("ticket-refused").textContent = worded(at("ticket-refused").dataset.unknown, { number: wanted });
}

function askOnce() {
  if (document.body.dataset.person && sessionStorage.getItem(key) === null) ask();
}

if (dialog) {
  dialog.querySelector("form").addEventListener("submit", said);
  dialog.addEventListener("close", () => {
    if (sessionStorage.getItem(key) === null) sessionStorage.setItem(key, "");
    show();
  });
  at("ticket-shown").addEventListener("click", ask);
  document.addEventListener("reviewer", askOnce);
  show();
  askOnce();
}
