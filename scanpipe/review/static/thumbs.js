// Thumbnails: what is drawn of a page, or of a picture that stands on none.

import { whenSeen } from "./lazy.js";
import { worded } from "./talk.js";

const made = (tag, className, textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

export const nameOf = (thing) => thing.label ?? `#${thing.name}`;

const known = new Map();

// What did not change is not drawn again.
export function thumb(thing, texts) {
  const said = JSON.stringify(thing);
  const name = nameOf(thing);
  if (known.get(name)?.said !== said) known.set(name, { said, element: drawn(thing, texts) });
  return known.get(name).element;
}

function drawn(thing, texts) {
  const name = nameOf(thing);
  const element = made("div", "thumb");
  element.id = `thumb-${name}`;
  element.dataset.name = name;
  element.setAttribute("role", "option");
  element.setAttribute("aria-selected", "false");
  element.append(picture(thing, texts), ...(thing.label ? ofPage(thing, texts) : ofLoose(thing, texts)));
  return element;
}

function picture(thing, texts) {
  const frame = made("div", "picture");
  if (thing.thumbnail) frame.append(whenSeen(Object.assign(new Image(), { alt: "" }), thing.thumbnail));
  else frame.append(made("span", "", thing.awaited ? texts.again : thing.statusText));
  return frame;
}

function ofPage(page, texts) {
  const head = made("p", "head");
  const cases = page.cases.length ? worded(texts.ofCase, { case: page.cases.join(", ") }) : "";
  head.append(made("strong", "", page.label), made("span", "", cases));
  const status = made("p", "");
  const words = page.awaited ? texts.again : page.statusText;
  status.append(made("span", `pill ${page.awaited ? "rejected" : page.status}`, words));
  const parts = [page.score === null ? "" : worded(texts.score, { score: Math.round(page.score) }), page.stated];
  const figures = made("p", "figures", parts.filter(Boolean).join(" · "));
  const sample = page.sample && !page.seen ? made("p", "looked", page.sampleText) : "";
  const flags = page.flags.length ? made("p", "flags", page.flags.map((flag) => flag.text).join("; ")) : "";
  if (flags) flags.title = flags.textContent;
  return [head, status, figures, sample, flags].filter((part) => part && part.hasChildNodes());
}

function ofLoose(loose, texts) {
  const head = made("p", "head");
  head.append(made("strong", "", loose.name));
  return [head, made("p", "figures", texts.looseStatus)];
}
