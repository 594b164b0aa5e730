// The workbook's row of a case beside its pages: what is typed is kept at once, as it was typed.

import { change, look, worded } from "./talk.js";

const at = (id) => document.getElementById(id);
const address = `/books/${document.body.dataset.book}`;
const width = document.body.dataset.width;

let told = null;
let place = 0;
let queue = Promise.resolve();

const text = (name, values) => worded(told.texts[name], values);
const now = () => told.rows[place];
const made = (tag, className, textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

async function reload(name = now()?.case) {
  told = await look(`${address}/rows.json`);
  place = Math.max(0, told.rows.findIndex((row) => row.case === name));
}

function draw() {
  const row = now();
  at("nothing").hidden = Boolean(row);
  at("nothing").textContent = text("noCases");
  at("questions").hidden = !told.conflicts.length;
  at("conflicts").replaceChildren(...told.conflicts.map((words) => made("li", "", words)));
  if (!row) return;
  history.replaceState(null, "", `#${row.case}`);
  at("title").textContent = row.title;
  at("place").textContent = text("place", { place: place + 1, total: told.rows.length });
  at("papers").replaceChildren(...row.pages.map(paper));
  at("papers").scrollTo(0, 0);
  at("row").replaceChildren(...told.columns.flatMap((header) => field(row, header)));
}

function paper(label) {
  const page = told.pages.find((each) => each.label === label);
  const source = page?.page || page?.scan;
  if (!source) return made("p", "", text("noPicture", { page: label }));
  const image = Object.assign(new Image(), { src: `${source}/${width}.jpg`, alt: text("alt", page) });
  [image.width, image.height] = page.page ? page.size : page.scanSize;
  return image;
}

function field(row, header) {
  const input = Object.assign(made("input", row.typed.includes(header) ? "typed" : ""), {
    id: `cell-${header}`, name: header, value: row.cells[header] ?? "", maxLength: 2000, readOnly: told.fixed.includes(header),
  });
  input.dataset.shown = input.value;
  input.spellcheck = false;
  const label = Object.assign(made("label", "", header), { htmlFor: input.id });
  if (row.typed.includes(header)) label.append(" ", made("small", "", text("typed")));
  return [label, input];
}

// The number of a case is corrected for the book; all else is typed into its row.
function keep(row, input) {
  const { name: header, value } = input;
  const shown = input.dataset.shown;
  if (value.trim() === shown) return;
  const renumbered = header === told.numberColumn;
  queue = queue.then(async () => {
    trouble("");
    try {
      if (renumbered) await change(`${address}/edits`, { do: "renumber", case: row.case, to: value, page: row.pages[0] ?? "" });
      else await change(`${address}/rows/cells`, { case: row.case, header, value, shown });
      at("said").textContent = text("saved", { header });
      if (value.trim() && !renumbered) return typed(row, input, value.trim());
    } catch (error) {
      trouble(error.status ? error.message : text("lost"));
    }
    await fresh(row.case, renumbered && row.pages[0]);
  });
}

// What was typed stands there: the server need not be asked for all rows again.
function typed(row, input, value) {
  row.cells[input.name] = value;
  if (!row.typed.includes(input.name)) row.typed.push(input.name);
  input.dataset.shown = value;
  input.classList.add("typed");
}

// What stands in the row now; the field that has the focus keeps it, and what is being typed there.
async function fresh(name, page = "") {
  const active = document.activeElement;
  const typing = active?.form === at("row") ? { name: active.name, value: active.value, shown: active.dataset.shown } : null;
  const there = now()?.case;
  await reload(there).catch((error) => trouble(error.message));
  if (page && there === name) place = Math.max(0, told.rows.findIndex((row) => row.pages[0] === page));
  const scrolled = at("papers").scrollTop;
  draw();
  at("papers").scrollTo(0, scrolled);
  const again = typing && at(`cell-${typing.name}`);
  if (!again) return;
  if (typing.value !== typing.shown) again.value = typing.value;
  again.focus();
}

function go(step) {
  document.activeElement?.blur();
  const next = place + step;
  if (!told.rows[next]) return;
  place = next;
  draw();
  focusFirst();
}

function focusFirst() {
  at("row").querySelector("input:not([readonly])")?.select();
}

const acts = {
  next: () => go(1),
  previous: () => go(-1),
  undo: () => {
    queue = queue.then(async () => {
      trouble("");
      try {
        at("said").textContent = text("undone", { what: (await change(`${address}/edits/undo`, {})).said });
      } catch (error) {
        trouble(error.status ? error.message : text("lost"));
      }
      await fresh(now()?.case);
    });
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button && told) acts[button.dataset.do]?.();
});
document.addEventListener("keydown", (event) => {
  if (!told || document.querySelector("dialog[open]")) return;
  if (event.key === "PageDown") go(1);
  else if (event.key === "PageUp") go(-1);
  else return;
  event.preventDefault();
});
at("row").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const fields = [...at("row").querySelectorAll("input:not([readonly])")];
  fields[fields.indexOf(event.target) + 1]?.select();
});
at("row").addEventListener("submit", (event) => event.preventDefault());
at("row").addEventListener("change", (event) => keep(now(), event.target));
document.addEventListener("reviewer", focusFirst);

async function start() {
  try {
    await reload(decodeURIComponent(location.hash.slice(1)));
  } catch (error) {
    return trouble(error.message);
  }
  draw();
  if (document.body.dataset.person) focusFirst();
}

start();
