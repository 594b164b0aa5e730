// A question that is answered by a text, and perhaps a tick.

const dialog = document.getElementById("ask");
const field = document.getElementById("ask-text");
const tick = document.getElementById("ask-tick");

export function ask(question, suggestion = "", ticked = "", mayBeEmpty = false) {
  document.getElementById("ask-title").textContent = question;
  document.getElementById("ask-tick-text").textContent = ticked;
  tick.checked = false;
  tick.parentElement.hidden = !ticked;
  field.value = suggestion;
  field.required = !mayBeEmpty;
  dialog.returnValue = "";
  dialog.showModal();
  field.select();
  return new Promise((resolve) => {
    const answered = () => {
      const value = dialog.returnValue === "said" ? field.value.trim() : null;
      resolve({ value, ticked: tick.checked });
    };
    dialog.addEventListener("close", answered, { once: true });
  });
}
