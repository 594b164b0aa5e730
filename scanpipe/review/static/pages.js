// Judging the pages of a book: a key says what a page is, and the next one is there. All words come from the server.

import { picture } from "./ahead.js";
import { chosen } from "./choice.js";
import { isOfPage } from "./keyboard.js";
import { Sheet, bucket, moveTo, placed, view, zoom } from "./stage.js";
import { change, look, worded, WINDOW } from "./talk.js";
import { ticket } from "./ticket.js";
import { Verdicts, seen as seenOf } from "./verdicts.js";

const at = (id) => document.getElementById(id);
const stage = at("stage");
const address = `/books/${document.body.dataset.book}`;
// A second person judges for herself: she sees no verdict, and changes nothing of the page.
const second = document.body.dataset.mode === "second";
const NOT_SECOND = ["undo", "redo", "rescan", "note", "past", "flagged", "sample"];
const AHEAD = 3;
const BEAT_MS = 15_000;
const STEP_PX = 120;
const CLAIM_MS = 100;

const sheets = { page: new Sheet("page"), scan: new Sheet("scan"), other: new Sheet("other") };
const details = new Map();
let book = null;
let place = 0;
let moment = "";
let note = "";
let claiming = 0;
let trial = null; // another recipe that is looked at

const now = () => book?.pages[place];
const text = (name, values) => worded(book.texts[name], values);

export function say(words) {
  at("said").textContent = words;
}

function trouble(words) {
  at("trouble").textContent = words;
  at("trouble").hidden = !words;
}

// Which pages are gone through.
const walks = {
  all: () => true,
  waiting: (page) => page.status === "waiting",
  flagged: (page) => page.flags.length > 0,
  sample: (page) => page.sample && !page.seen,
};

function found(walk, step = 1, from = place) {
  for (let next = from + step; book.pages[next]; next += step) if (walks[walk](book.pages[next])) return next;
  return -1;
}

function go(next, silent = "noMore") {
  if (next < 0) {
    say(text(silent));
    return;
  }
  place = next;
  note = "";
  endTrial();
  trouble("");
  stage.scrollTo(0, 0);
  draw();
}

function goOn() {
  const next = found(at("walk").value);
  if (next >= 0) go(next);
  else {
    say(text("end"));
    draw();
  }
}

function draw() {
  const page = now();
  if (!page) return drawNone();
  history.replaceState(null, "", `#${page.label}`);
  at("title").textContent = page.title;
  at("place").textContent = text("place", { place: place + 1, total: book.pages.length });
  at("status").textContent = page.statusText;
  at("status").className = `pill ${page.status}`;
  at("figures").textContent = at("figures").title = figures(page);
  at("noted").textContent = note;
  const said = page.verdict;
  const verdict = said?.person ? text("by", { verdict: said.text, person: said.person }) : (said?.text ?? "");
  at("verdict").textContent = second ? text("blind") : verdict;
  const flags = page.flags.length ? page.flags.map((flag) => flag.text) : [text("nothing")];
  at("flags").replaceChildren(...flags.map((words) => Object.assign(document.createElement("li"), { textContent: words })));
  drawPictures();
  clearTimeout(claiming);
  claiming = setTimeout(open, CLAIM_MS); // before its picture is there; not for pages that are only passed
}

function drawNone() {
  for (const id of ["title", "place", "status", "figures", "verdict"]) at(id).textContent = "";
  for (const sheet of Object.values(sheets)) sheet.figure.hidden = true;
  at("nothing").textContent = text(second ? "noSecond" : "noMore");
  at("nothing").hidden = false;
}

function figures(page) {
  const parts = [page.sampleText];
  if (page.score !== null) parts.push(text("score", { score: Math.round(page.score) }));
  if (page.confidence !== null) parts.push(text("words", { confidence: Math.round(page.confidence) }));
  if (page.recipe) parts.push(text("recipe", { recipe: page.recipe }));
  return parts.filter(Boolean).join(" · ");
}

function drawPictures() {
  const page = now();
  const compared = page.page ? view.compare : "";
  const scanOnly = !page.page;
  const held = view.held && !trial && !scanOnly;
  const over = held || (compared === "slider" && !trial && !scanOnly);
  stage.classList.toggle("over", over);
  stage.classList.toggle("sliding", over && !held);
  stage.classList.toggle("labelled", Boolean(compared || trial || scanOnly || held));
  sheets.page.figure.hidden = scanOnly;
  sheets.scan.figure.hidden = !page.scan || Boolean(trial) || !(scanOnly || compared || held);
  sheets.other.figure.hidden = !trial?.address;
  at("slider").hidden = !over || held;
  at("nothing").textContent = page.scan ? "" : text("notScanned");
  at("nothing").hidden = Boolean(page.scan);
  const drawn = [];
  if (!sheets.page.figure.hidden) drawn.push(sheets.page.show(page.page, page.size, text("alt", page)));
  if (!sheets.scan.figure.hidden) drawn.push(drawScan(page, over));
  Promise.all(drawn).then((readable) => shown(page, readable.every(Boolean)));
  press();
}

// Over the page it is laid as the page was turned and cut, so that the same words lie over each other.
async function drawScan(page, over) {
  const way = over ? (await detailsOf(page)).way : null;
  if (page !== now()) return true;
  sheets.scan.lay(page.size, way);
  return sheets.scan.show(page.scan, page.scanSize, text("altScan", page));
}

// The slider parts the pictures where its knob is.
function part() {
  if (at("slider").hidden) return;
  const [slider, paper] = [at("parting"), sheets.page.figure].map((each) => each.getBoundingClientRect());
  const knob = slider.left + (slider.width * at("parting").value) / 100;
  const share = Math.min(1, Math.max(0, (knob - paper.left) / paper.width));
  stage.style.setProperty("--parting", String(100 * share));
}

function shown(page, readable) {
  if (page !== now()) return;
  part();
  if (!readable) trouble(text("unreadable"));
  sheets.page.drawMask(page.mask);
  overlay(page);
  requestAnimationFrame(() => requestAnimationFrame(() => performance.mark(`drawn-${page.label}`)));
  fetchAhead();
}

function press() {
  const states = { scan: view.held, compare: Boolean(view.compare), mask: view.mask, text: view.text };
  for (const [name, pressed] of Object.entries(states)) {
    document.querySelector(`[data-do="${name}"]`).setAttribute("aria-pressed", String(pressed));
  }
}

// The pages that come next, and the scan of this one: a key shows them at once.
function fetchAhead() {
  let next = place;
  const wanted = [];
  for (let count = 0; count < AHEAD && next >= 0; count += 1) {
    next = found(at("walk").value, 1, next);
    if (next >= 0) wanted.push(book.pages[next]);
  }
  wanted.reduce(
    (before, page) => before.then(() => (page.page || page.scan) && picture(`${page.page || page.scan}/${bucket()}.jpg`)),
    now().scan && now().page ? picture(`${now().scan}/${bucket()}.jpg`) : Promise.resolve(),
  );
}

async function overlay(page) {
  const about = await detailsOf(page);
  if (page !== now()) return;
  const seals = about.seals.map((seal) => placed("mark seal", seal, text(seal.kind === "signature" ? "signature" : "seal")));
  const words = view.text ? about.words.map((word) => placedWord(word)) : [];
  sheets.page.drawLayer([...seals, ...words]);
  sheets.scan.drawLayer(about.marks.map((mark) => placed("mark", mark, String(mark.warning))));
}

function placedWord(word) {
  const box = placed("word", word, word.text);
  box.classList.toggle("unsure", word.confidence < 60);
  return box;
}

function detailsOf(page) {
  const key = `${page.version} ${page.capture}`;
  if (!details.has(key)) details.set(key, fetchDetails(page));
  return details.get(key);
}

async function fetchDetails(page) {
  const none = { seals: [], words: [], way: null };
  const made = page.version === null ? none : await look(`/versions/${page.version}/details.json`).catch(() => none);
  const marks = page.capture === null ? { marks: [] } : await look(`/captures/${page.capture}/marks.json`).catch(() => ({ marks: [] }));
  return { ...made, ...marks };
}

// The server is told which page is open: nobody else judges it meanwhile, and its pictures are made ahead.
async function open() {
  if (!document.body.dataset.person || second) return;
  const page = now();
  const told = await change(`${address}/open`, { window: WINDOW, page: page.label, width: bucket() }).catch(() => null);
  if (!told || page !== now()) return;
  page.taken = told.taken;
  if (told.taken) trouble(text("taken", { person: told.taken }));
  const seen = JSON.stringify(told.moment);
  if (moment && moment !== seen && verdicts.idle) await reload();
  moment = seen;
}

async function reload() {
  const said = verdicts.count;
  const fresh = await pages();
  if (verdicts.count !== said) return; // what was said meanwhile is not in it
  const label = now()?.label;
  const same = JSON.stringify(fresh.pages) === JSON.stringify(book.pages.map(({ taken, ...page }) => page));
  book = fresh;
  place = Math.max(0, book.pages.findIndex((page) => page.label === label));
  if (!same) draw();
}

const pages = () => look(`${address}/${second ? "second" : "pages"}.json`);
const seen = (page) =>
  second
    ? { page: page.label, capture: page.capture, region: page.region }
    : { window: WINDOW, ticket: ticket(), ...seenOf(page) };
const verdicts = new Verdicts(`${address}/${second ? "opinions" : "verdicts"}`, seen, {
  took(pages) {
    for (const page of pages) {
      const where = book.pages.findIndex((each) => each.label === page.label);
      if (where >= 0) book.pages[where] = page;
    }
    if (pages.some((page) => page.label === now()?.label)) draw();
  },
  async refused(page, words) {
    await reload().catch(() => {});
    place = Math.max(0, book.pages.findIndex((each) => each.label === page.label));
    draw();
    trouble(text("refused", { title: page.title, why: words }));
  },
  notUndone: trouble,
  lost: (page) => text("lost", page),
  undone(pages, words) {
    this.took(pages);
    if (pages.length) place = book.pages.findIndex((each) => each.label === pages[0].label);
    draw();
    say(text("undone", { title: words }));
  },
});

function judge(verdict, words) {
  const page = now();
  if (page.taken) return trouble(text("taken", { person: page.taken }));
  if (page.capture === null) return say(text("notScanned"));
  if (verdict.decision === "accept" && page.version === null && !second) return say(text("cannotAccept"));
  verdicts.say(page, verdict);
  say(words);
  goOn();
}

function reject(reason, decision, recipe = "") {
  if (second) return judge({ decision: "reject", reason: reason.code }, `${now().title}: ${reason.text}`);
  const remedy = text(decision, { recipe });
  judge({ decision, reason: reason.code, recipe, note }, text("saidOf", { ...now(), reason: reason.text, remedy }));
}

function usual(reason) {
  const decision = reason.remedy === "renumber" ? "reject" : reason.remedy;
  reject(reason, decision, decision === "redo" ? reason.recipe : "");
}

async function chooseRemedy(reason) {
  const recipes = book.recipes.filter((recipe) => recipe !== now().recipe);
  const remedies = [["rescan", ""], ["reject", ""], ["accept", ""], ...recipes.map((recipe) => ["redo", recipe])];
  const words = remedies.map(([decision, recipe]) => text(decision, { recipe }));
  const taken = await chosen(text("chooseRemedy", { reason: reason.text }), words, { about: reason.code });
  if (taken >= 0) reject(reason, ...remedies[taken]);
}

async function rescan() {
  const of = (name) => book.reasons.map((reason) => reason[name]);
  const taken = await chosen(text("chooseReason"), of("text"), { keys: of("key"), reasons: of("code") });
  if (taken >= 0) reject(book.reasons[taken], "rescan");
}

// Another recipe is tried in the background, and shown beside the page as it is.
async function tryRecipe() {
  const page = now();
  if (page.capture === null) return say(text("notScanned"));
  const recipes = book.recipes.filter((recipe) => recipe !== page.recipe);
  const taken = await chosen(text("chooseRecipe"), recipes);
  if (taken < 0) return;
  const recipe = recipes[taken];
  say(text("making", { recipe }));
  trial = { recipe, address: "", compare: view.compare };
  const mine = trial;
  try {
    const made = await change(`${address}/trials`, { page: page.label, capture: page.capture, recipe });
    if (trial !== mine) return;
    trial.address = made.address;
    view.compare = "beside";
    drawPictures();
    await sheets.other.show(made.address, page.size, text("alt", page), made.address);
    say(text("made", { recipe }));
  } catch (error) {
    if (trial === mine) endTrial();
    say(error.message);
  }
}

function writeNote() {
  at("note-text").value = note;
  at("note").showModal();
}

at("note").querySelector("form").addEventListener("submit", () => {
  note = at("note-text").value.trim();
  at("noted").textContent = note;
});
at("note-text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey) return;
  event.preventDefault();
  at("note").querySelector("form").requestSubmit();
});

async function showPast() {
  const told = await look(`${address}/pages/${now().label}/history.json`).catch((error) => say(error.message));
  if (!told) return;
  const lines = told.events.map(({ when, text: words, person, details }) => {
    const who = person ? text("by", { verdict: words, person }) : words;
    return [when, who, ...details].join(" · ");
  });
  at("past").querySelector("ol").replaceChildren(
    ...lines.map((words) => Object.assign(document.createElement("li"), { textContent: words })),
  );
  at("past").showModal();
}

function endTrial() {
  if (!trial) return;
  view.compare = trial.compare;
  trial = null;
}

function takeTrial() {
  const { recipe } = trial;
  const reason = book.reasons.find((each) => each.recipe === recipe) ?? book.reasons.find((each) => each.code === "other");
  endTrial();
  reject(reason, "redo", recipe);
}

function compare() {
  view.compare = { "": "slider", slider: "beside", beside: "" }[view.compare];
  drawPictures();
}

function toggle(name) {
  view[name] = !view[name];
  drawPictures();
}

function zoomed(step) {
  const centre = zoom(step);
  for (const sheet of Object.values(sheets)) sheet.resize();
  overlay(now());
  moveTo(centre);
  sheets.page.layTiles();
  sheets.scan.layTiles();
  part();
}

const acts = {
  accept: () => (trial?.address ? takeTrial() : judge({ decision: "accept" }, text("accepted", now()))),
  undo: () => verdicts.undo(`${address}/undo`),
  redo: tryRecipe,
  rescan,
  note: writeNote,
  past: showPast,
  next: () => go(found(at("walk").value)),
  previous: () => go(found(at("walk").value, -1)),
  flagged: () => go(found("flagged")),
  sample: () => go(found("sample")),
  scan: () => toggle("held"),
  compare,
  mask: () => toggle("mask"),
  text: () => toggle("text"),
  larger: () => zoomed(1),
  smaller: () => zoomed(-1),
  whole: () => zoomed("whole"),
  actual: () => zoomed(view.zoom === "actual" ? "whole" : "actual"),
  help: () => at("help").showModal(),
  cancel: () => {
    endTrial();
    drawPictures();
  },
};
const keys = {
  " ": "accept", Enter: "accept", u: "undo", e: "redo", r: "rescan", n: "next", ArrowRight: "next", p: "previous",
  ArrowLeft: "previous", f: "flagged", x: "sample", c: "compare", w: "mask", t: "text", "+": "larger", "=": "larger",
  "-": "smaller", 0: "whole", z: "actual", m: "note", h: "past", "?": "help", Escape: "cancel",
};

function act(name) {
  if (!second || !NOT_SECOND.includes(name)) acts[name]();
}

function pressed(event) {
  if (!now() || event.ctrlKey || event.metaKey || !isOfPage(event, ["Escape"])) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]; // with Shift a digit is another character
  const reason = book.reasons.find((each) => each.key === (digit ?? key));
  if (key === "b") {
    if (!event.repeat) hold(true);
  } else if (key === "ArrowDown" || key === "ArrowUp") stage.scrollBy(0, key === "ArrowDown" ? STEP_PX : -STEP_PX);
  else if (reason && !event.repeat) event.shiftKey && !second ? chooseRemedy(reason) : usual(reason);
  else if (keys[key] && !(event.repeat && ["accept", "undo"].includes(keys[key]))) act(keys[key]);
  else return;
  event.preventDefault();
}

function hold(held) {
  if (view.held === held) return;
  view.held = held;
  if (now()) drawPictures();
}

document.addEventListener("keydown", pressed);
document.addEventListener("keyup", (event) => event.key.toLowerCase() === "b" && hold(false));
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || (!now() && !("close" in button.dataset))) return;
  if (button.dataset.do) act(button.dataset.do);
  if (button.dataset.reason) usual(book.reasons.find((each) => each.code === button.dataset.reason));
  if (event.detail && button.closest("aside")) stage.focus(); // after the mouse, keys judge again
  if ("close" in button.dataset) button.closest("dialog").close();
});
at("parting").addEventListener("input", part);
at("walk").addEventListener("change", () => {
  if (at("walk").value === "second") {
    at("walk").value = "all"; // for who comes back
    location.href = `${address}/second`;
  } else if (!walks[at("walk").value](now())) go(Math.max(found(at("walk").value, 1, -1), -1));
  stage.focus();
});
stage.addEventListener("scroll", () => {
  sheets.page.layTiles();
  sheets.scan.layTiles();
  part();
});
stage.addEventListener("dblclick", () => acts.actual());
new ResizeObserver(() => now() && drawPictures()).observe(stage);
document.addEventListener("reviewer", () => {
  stage.focus();
  if (second) start();
  else if (now()) open();
});
addEventListener("pagehide", () => {
  if (document.body.dataset.person) change(`${address}/open`, { window: WINDOW }, true).catch(() => {});
});
setInterval(() => now() && open(), BEAT_MS);

async function start() {
  book = await pages();
  const first = book.pages.findIndex((page) => page.label === location.hash.slice(1));
  at("walk").value = book.pages.some(walks.sample) && !second ? "sample" : "all";
  place = first >= 0 ? first : Math.max(0, found(at("walk").value, 1, -1));
  draw();
  if (document.body.dataset.person) stage.focus();
}

start();
