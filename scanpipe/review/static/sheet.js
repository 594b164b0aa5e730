// The contact sheet of a book: all pages at once, some of which are selected and judged. All words come from the server.

import { Editor } from "./editor.js";
import "./explain.js";
import { grouped } from "./groups.js";
import { isOfPage } from "./keyboard.js";
import { Selection } from "./selection.js";
import { change, look, worded, WINDOW } from "./talk.js";
import { nameOf, thumb } from "./thumbs.js";
import { ticket } from "./ticket.js";
import { seen } from "./verdicts.js";

const at = (id) => document.getElementById(id);
const address = `/books/${document.body.dataset.book}`;
const thumbs = at("thumbs");
const CLOSE_PX = 4;
const editing = () => document.body.classList.contains("editing");

const selection = new Selection(mark);
let sheet = null;
let drawn = new Map(); // elements by the name of what they show
let queue = Promise.resolve();

const text = (name, values) => worded(sheet.texts[name], values);

function say(words) {
  at("said").textContent = words;
}

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

const filters = {
  all: (pages) => pages,
  worst: (pages) => pages.filter((page) => page.score !== null).sort((one, other) => one.score - other.score),
  waiting: (pages) => pages.filter((page) => page.status === "waiting"),
  flagged: (pages) => pages.filter((page) => page.flags.length),
  sample: (pages) => pages.filter((page) => page.sample && !page.seen),
  rejected: (pages) => pages.filter((page) => page.status === "rejected" || page.awaited),
  loose: () => sheet.loose,
};

function draw() {
  const shown = editing() ? [...sheet.pages, ...sheet.loose] : filters[at("filter").value]([...sheet.pages]);
  drawn = new Map(shown.map((thing) => [nameOf(thing), thumb(thing, sheet.texts)]));
  for (const element of drawn.values()) element.draggable = editing();
  thumbs.replaceChildren(...(editing() ? grouped(sheet, (thing) => drawn.get(nameOf(thing))) : drawn.values()));
  at("nothing").hidden = shown.length > 0;
  at("nothing").textContent = text("nothing");
  at("count").textContent = text("count", { shown: Math.min(shown.length, sheet.pages.length), total: sheet.pages.length });
  selection.show([...drawn.keys()]);
}

function mark() {
  for (const [name, element] of drawn) {
    element.classList.toggle("active", name === selection.active);
    element.setAttribute("aria-selected", String(selection.chosen.has(name)));
  }
  const active = drawn.get(selection.active);
  if (active) thumbs.setAttribute("aria-activedescendant", active.id);
  else thumbs.removeAttribute("aria-activedescendant");
  const many = selection.chosen.size;
  editor.show();
  at("chosen").textContent = many ? `${text("chosen", { count: many })}: ${ranges(selection.meant)}` : text("none");
}

// Labels as short as people write them: 3-7, 12.
function ranges(labels) {
  const runs = [];
  for (const label of labels) {
    const last = runs.at(-1)?.at(-1);
    if (last && !/\D/.test(label) && Number(last) + 1 === Number(label)) runs.at(-1).push(label);
    else runs.push([label]);
  }
  return runs.map((run) => (run.length > 1 ? `${run[0]}-${run.at(-1)}` : run[0])).join(", ");
}

function go(place, extend) {
  selection.go(place, extend);
  drawn.get(selection.active)?.scrollIntoView({ block: "nearest" });
}

// Which thumbnail stands above or below the active one.
function beside(step) {
  const active = drawn.get(selection.active);
  const all = [...drawn.values()];
  const rows = all.map((each) => step * (each.offsetTop - active.offsetTop)).filter((far) => far > CLOSE_PX);
  const far = Math.min(...rows);
  const row = all.filter((each) => Math.abs(step * (each.offsetTop - active.offsetTop) - far) <= CLOSE_PX);
  const aside = (each) => Math.abs(each.offsetLeft - active.offsetLeft);
  const found = row.sort((one, other) => aside(one) - aside(other))[0];
  return found ? all.indexOf(found) : selection.place;
}

async function reload() {
  sheet = await look(`${address}/sheet.json`);
  draw();
}

// Something is said to the server, one after the other; then all is shown as it is now.
function act(what, words) {
  queue = queue.then(async () => {
    trouble("");
    try {
      const told = await what();
      await reload();
      say(typeof words === "function" ? words(told) : words);
    } catch (error) {
      await reload().catch(() => {});
      trouble(error.status ? error.message : text("lost"));
    }
  });
}

function judge(verdict, words) {
  const pages = selection.meant.map((name) => sheet.pages.find((page) => page.label === name)).filter(Boolean);
  const unscanned = pages.filter((page) => page.capture === null).map((page) => page.label);
  const unprocessed = pages.filter((page) => page.version === null).map((page) => page.label);
  if (!pages.length) return say(text("none"));
  if (unscanned.length) return trouble(text("notScanned", { pages: ranges(unscanned) }));
  const accepting = verdict.decision === "accept";
  if (accepting && unprocessed.length) return trouble(text("cannotAccept", { pages: ranges(unprocessed) }));
  const said = { window: WINDOW, ticket: ticket(), pages: pages.map((page) => seen(page)), ...verdict };
  return act(() => change(`${address}/sheet/verdicts`, said), text("judged", { count: pages.length, what: words }));
}

function reject(reason) {
  const decision = reason.remedy === "renumber" ? "reject" : reason.remedy;
  const recipe = decision === "redo" ? reason.recipe : "";
  return judge({ decision, reason: reason.code, recipe }, `${reason.text}, ${reason.remedyText}`);
}

const acts = {
  open: () => {
    const label = selection.meant[0];
    if (label && sheet.pages.some((page) => page.label === label)) location.href = `${address}#${label}`;
  },
  accept: () => judge({ decision: "accept" }, text("accepted")),
  undo: () => act(() => change(`${address}/edits/undo`, {}), (told) => text("undone", { what: told.said })),
  everything: () => selection.all(),
  nothing: () => selection.none(),
  help: () => at("help").showModal(),
  next: (extend) => go(selection.place + 1, extend),
  previous: (extend) => go(selection.place - 1, extend),
  down: (extend) => go(beside(1), extend),
  up: (extend) => go(beside(-1), extend),
  first: (extend) => go(0, extend),
  last: (extend) => go(drawn.size - 1, extend),
  toggle: () => selection.toggle(),
  cases: () => show(!editing()),
};
const keys = {
  ArrowRight: "next", ArrowLeft: "previous", ArrowDown: "down", ArrowUp: "up", Home: "first", End: "last",
  " ": "toggle", Enter: "open", Escape: "nothing", a: "accept", u: "undo", "?": "help", k: "cases",
};

// Either pages are judged, or it is said which pages make which case.
function show(edited) {
  document.body.classList.toggle("editing", edited);
  document.querySelector('[data-do="cases"]').setAttribute("aria-pressed", String(edited));
  for (const part of document.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "editing") !== edited;
  draw();
  go(selection.place);
  thumbs.focus();
}

const editor = new Editor({
  address,
  act,
  text,
  trouble,
  sheet: () => sheet,
  meant: () => selection.meant,
  active: () => selection.active,
});

function pressed(event) {
  if (!sheet || !isOfPage(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (event.ctrlKey || event.metaKey) {
    if (key !== "a") return;
    selection.all();
  } else {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const reason = sheet.reasons.find((each) => each.key === (digit ?? key));
    if (editing() && editor.keys[key]) event.repeat || editor.acts[editor.keys[key]]();
    else if (editing() && key === "a") return;
    else if (reason && !editing()) event.repeat || reject(reason);
    else if (keys[key]) event.repeat && "au".includes(key) ? null : acts[keys[key]](event.shiftKey);
    else return;
  }
  event.preventDefault();
}

thumbs.addEventListener("click", (event) => {
  const name = event.target.closest(".thumb")?.dataset.name;
  if (!name) return;
  if (event.shiftKey) selection.upTo(name);
  else if (event.ctrlKey || event.metaKey) selection.toggle(name);
  else selection.only(name);
});
editor.listen(thumbs);
thumbs.addEventListener("dblclick", (event) => event.target.closest(".thumb") && acts.open());
document.addEventListener("keydown", pressed);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !sheet) return;
  if (acts[button.dataset.do]) acts[button.dataset.do](false);
  if (button.dataset.edit) editor.acts[button.dataset.edit]();
  if (button.dataset.reason) reject(sheet.reasons.find((each) => each.code === button.dataset.reason));
  if ("close" in button.dataset) button.closest("dialog").close();
});
at("filter").addEventListener("change", () => {
  history.replaceState(null, "", `#${at("filter").value}`);
  draw();
  thumbs.focus();
});
document.addEventListener("reviewer", () => thumbs.focus());

async function start() {
  const wanted = location.hash.slice(1);
  if (filters[wanted]) at("filter").value = wanted;
  try {
    await reload();
  } catch (error) {
    return trouble(error.message);
  }
  if (document.body.dataset.person) thumbs.focus();
}

start();
