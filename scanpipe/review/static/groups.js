// Pages by the case that they belong to, in reading order, and pictures without a page at the end.

const made = (tag, className, textContent = "") => Object.assign(document.createElement(tag), { className, textContent });

export function grouped(sheet, drawn) {
  const about = new Map(sheet.cases.map((each) => [each.case, each]));
  const runs = [];
  for (const page of sheet.pages) {
    const key = page.cases.join(" ") || page.label.replace(/\d+/, "");
    if (runs.at(-1)?.key !== key) runs.push({ key, cases: page.cases, first: page.label, things: [] });
    runs.at(-1).things.push(page);
  }
  if (sheet.loose.length) runs.push({ key: "#", cases: [], first: "#", things: sheet.loose });
  return runs.map((run) => group(run, about, sheet.texts, drawn));
}

function group(run, about, texts, drawn) {
  const cases = run.cases.map((name) => about.get(name)).filter(Boolean);
  const title = cases.map((each) => each.title).join(", ") || titleOf(run, texts);
  const element = made("div", "case");
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", title);
  element.dataset.cases = run.cases.join(" ");
  const head = made("div", "case-head");
  const days = cases.map((each) => each.registered).filter(Boolean).join(", ");
  const faults = cases.flatMap((each) => each.faults).join(" ");
  head.append(made("strong", "", title), ...[made("span", "", days), made("span", "bad", faults)].filter((part) => part.textContent));
  const row = made("div", "row");
  row.setAttribute("role", "presentation");
  row.append(...run.things.map(drawn));
  element.append(head, row);
  return element;
}

function titleOf(run, texts) {
  if (run.key === "#") return texts.looseTitle;
  if (run.key === "F") return texts.front;
  if (run.key === "B") return texts.back;
  return texts.noCase;
}
