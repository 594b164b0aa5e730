// Verdicts on their way to the server: one after the other, while the reviewer looks at the next page.

import { change } from "./talk.js";

// What is judged: a page as it is shown, with the verdict that stands there.
export function seen(page) {
  return { page: page.label, capture: page.capture, version: page.version, judged: page.verdict?.row ?? 0 };
}

export class Verdicts {
  // `address` is where they are said, `seen` what is told of a page that is judged.
  constructor(address, seen, heard) {
    this.address = address;
    this.seen = seen;
    this.heard = heard;
    this.queue = Promise.resolve();
    this.underWay = 0;
    this.count = 0;
  }

  get idle() {
    return this.underWay === 0;
  }

  say(page, verdict) {
    const said = { ...this.seen(page), ...verdict };
    this.add(
      async () => this.heard.took((await change(this.address, said)).pages),
      (error) => this.heard.refused(page, error.status ? error.message : this.heard.lost(page)),
    );
  }

  undo(address) {
    this.add(
      async () => {
        const told = await change(address, {});
        this.heard.undone(told.pages, told.said);
      },
      (error) => this.heard.notUndone(error.message),
    );
  }

  add(what, refused) {
    this.underWay += 1;
    this.count += 1;
    this.queue = this.queue.then(what).catch(refused).finally(() => (this.underWay -= 1));
  }
}
