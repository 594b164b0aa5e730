// Whose a key is: the page's, or that of a field, a button or an open question.

// A question that was closed keeps the focus until the browser draws; keys are not its own then.
const types = (target) => target.matches("input, select, textarea") && target.checkVisibility();
const clicks = (target, key) => target.matches("button, a, summary") && (key === " " || key === "Enter");

// The key that closed a question is no key of the page that is seen then.
export function isOfPage(event, alsoInFields = []) {
  const { key, target, altKey, defaultPrevented } = event;
  if (altKey || defaultPrevented || document.querySelector("dialog[open]")) return false;
  return (!types(target) || alsoInFields.includes(key)) && !clicks(target, key);
}
