// Which of a row of things is the active one, and which are selected, as in a file manager.

export class Selection {
  constructor(changed) {
    this.names = [];
    this.chosen = new Set();
    this.active = "";
    this.anchor = "";
    this.changed = changed;
  }

  // Other things are shown; what is gone is no longer selected.
  show(names) {
    this.names = names;
    const there = new Set(names);
    this.chosen = new Set([...this.chosen].filter((name) => there.has(name)));
    if (!there.has(this.active)) this.active = names[0] ?? "";
    if (!there.has(this.anchor)) this.anchor = this.active;
    this.changed();
  }

  get place() {
    return this.names.indexOf(this.active);
  }

  // What is acted upon: the selected ones in their order, else the active one.
  get meant() {
    const chosen = this.names.filter((name) => this.chosen.has(name));
    return chosen.length || !this.active ? chosen : [this.active];
  }

  go(place, extend = false) {
    if (!this.names.length) return;
    this.active = this.names[Math.min(this.names.length - 1, Math.max(0, place))];
    if (extend) this.range();
    else this.anchor = this.active;
    this.changed();
  }

  toggle(name = this.active) {
    if (!name) return;
    if (!this.chosen.delete(name)) this.chosen.add(name);
    this.active = this.anchor = name;
    this.changed();
  }

  only(name) {
    this.chosen = new Set([name]);
    this.active = this.anchor = name;
    this.changed();
  }

  upTo(name) {
    this.active = name;
    this.range();
    this.changed();
  }

  all() {
    this.chosen = new Set(this.names);
    this.changed();
  }

  none() {
    this.chosen.clear();
    this.changed();
  }

  range() {
    const ends = [this.names.indexOf(this.anchor), this.place].sort((one, other) => one - other);
    this.chosen = new Set(this.names.slice(Math.max(0, ends[0]), ends[1] + 1));
  }
}
