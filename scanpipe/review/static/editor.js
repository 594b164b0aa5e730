// Which pages make which case, and in which order: by keys, by buttons, or by dragging a page.

import { ask } from "./ask.js";
import { change } from "./talk.js";

const at = (id) => document.getElementById(id);

export class Editor {
  constructor(context) {
    Object.assign(this, context);
    this.keys = {
      "[": "giveBefore", "]": "giveAfter", g: "giveTo", c: "split", m: "merge", n: "number", t: "date", p: "move", i: "insert",
      f: "begin", b: "end", x: "drop", y: "missing", h: "damaged", w: "blank", z: "withdraw", v: "place", r: "row",
    };
    this.acts = {
      giveBefore: () => this.give(-1),
      giveAfter: () => this.give(1),
      giveTo: () => this.giveTo(),
      split: () => this.split(),
      merge: () => this.merge(),
      number: () => this.number(),
      date: () => this.date(),
      move: () => this.move(),
      insert: () => this.change({ do: "insert", page: this.active() }),
      begin: () => this.change({ do: "body", page: this.active(), side: "begin" }),
      end: () => this.change({ do: "body", page: this.active(), side: "end" }),
      drop: () => this.change({ do: "drop", names: this.meant() }),
      missing: () => this.mark("missing"),
      damaged: () => this.mark("damaged"),
      blank: () => this.mark("blank"),
      withdraw: () => this.withdraw(),
      place: () => this.change({ do: "place" }),
      row: () => this.openRow(),
    };
  }

  // What the panel says of the active page.
  show() {
    if (!this.sheet()) return;
    const page = this.page();
    const cases = this.casesOf(page).map((each) => [each.title, each.registered].filter(Boolean).join(", "));
    const words = page ? [page.title, ...cases, page.stated] : [this.active()];
    at("about").textContent = words.filter(Boolean).join(" · ");
  }

  page(label = this.active()) {
    return this.sheet().pages.find((page) => page.label === label);
  }

  casesOf(page) {
    return (page?.cases ?? []).map((name) => this.sheet().cases.find((each) => each.case === name)).filter(Boolean);
  }

  // The case that stands before or after that of a page.
  beside(page, step) {
    const pages = this.sheet().pages;
    const same = (other) => other && other.cases.join(" ") === page.cases.join(" ");
    let place = pages.indexOf(page) + step;
    while (page.cases.length && same(pages[place])) place += step;
    const cases = pages[place]?.cases ?? [];
    return step < 0 ? cases.at(-1) : cases[0];
  }

  // Of a book without pages nothing is meant.
  change(said) {
    if (!this.active() && said.do !== "place") return this.trouble(this.text("none"));
    const why = { reason: at("reason").value.trim(), ticket: at("ticket").value.trim() };
    return this.act(() => change(`${this.address}/edits`, { ...said, ...why }), (told) => told.said);
  }

  give(step) {
    const page = this.page();
    const to = page && this.beside(page, step);
    if (!to) return this.trouble(this.text("noCaseBeside"));
    return this.change({ do: "give", page: page.label, case: to });
  }

  async giveTo() {
    const page = this.page();
    if (!page) return;
    const { value } = await ask(this.text("askCase", { page: page.label }));
    if (value) this.change({ do: "give", page: page.label, case: value });
  }

  async split() {
    const page = this.page();
    if (!page) return;
    const { value } = await ask(this.text("askSplit", { page: page.label }), page.cases[0]?.split("/")[0] ?? "");
    if (value) this.change({ do: "split", page: page.label, number: value });
  }

  merge() {
    const page = this.page();
    const into = page && this.beside(page, -1);
    if (!into || !page.cases.length) return this.trouble(this.text("noCaseBeside"));
    return this.change({ do: "merge", into, case: page.cases[0] });
  }

  async number() {
    const [named] = this.casesOf(this.page());
    if (!named) return this.trouble(this.text("noCase"));
    const { value, ticked } = await ask(this.text("askNumber", { case: named.case }), named.case, this.text("following"));
    if (value && value !== named.case) this.change({ do: "renumber", case: named.case, to: value, page: this.first(named), following: ticked });
  }

  async date() {
    const [named] = this.casesOf(this.page());
    if (!named) return this.trouble(this.text("noCase"));
    const { value } = await ask(this.text("askDate", { case: named.case }), named.registered, "", true);
    if (value !== null && value !== named.registered) this.change({ do: "date", case: named.case, day: value, page: this.first(named) });
  }

  // Needed where several cases have one number; a case without a page is told by its number alone.
  first(named) {
    return named.pages[0] ?? "";
  }

  async move() {
    const page = this.page();
    if (!page) return;
    const { value } = await ask(this.text("askPlace", { page: page.label }), page.label);
    if (value && value !== page.label) this.change({ do: "move", page: page.label, to: value });
  }

  mark(state) {
    return this.change({ do: "mark", pages: this.meant(), state });
  }

  withdraw() {
    const page = this.page();
    if (!page?.state) return this.trouble(this.text("nothingStated"));
    return this.change({ do: "mark", pages: [page.label], state: page.state, back: true });
  }

  openRow() {
    const [name] = this.page()?.cases ?? [];
    if (name) location.href = `${this.address}/rows#${name}`;
  }

  // A page is dragged to the heading of a case, or to the place of another page.
  listen(thumbs) {
    let dragged = "";
    let over = null;
    const mark = (element) => {
      over?.classList.remove("over");
      over = element;
      over?.classList.add("over");
    };
    const target = (event) => event.target.closest(".case-head, .thumb");
    thumbs.addEventListener("dragstart", (event) => {
      dragged = event.target.closest(".thumb")?.dataset.name ?? "";
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", dragged);
    });
    thumbs.addEventListener("dragover", (event) => {
      mark(dragged ? target(event) : null);
      if (over) event.preventDefault();
    });
    thumbs.addEventListener("dragend", () => mark(null));
    thumbs.addEventListener("drop", (event) => {
      event.preventDefault();
      const onto = target(event);
      mark(null);
      if (onto && this.page(dragged)) this.dropped(this.page(dragged), onto);
      dragged = "";
    });
  }

  dropped(page, onto) {
    if (onto.dataset.name && onto.dataset.name !== page.label) {
      return this.change({ do: "move", page: page.label, to: onto.dataset.name });
    }
    const [name] = onto.parentElement.dataset.cases?.split(" ").filter(Boolean) ?? [];
    if (onto.matches(".case-head") && name && !page.cases.includes(name)) {
      return this.change({ do: "give", page: page.label, case: name });
    }
    return undefined;
  }
}
