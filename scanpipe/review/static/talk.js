// What pages of the review site say to the server: JSON, with the token that only its own pages know.

const token = document.querySelector('meta[name="scanpipe-change"]').content;

export class Refused extends Error {
  constructor(status, words) {
    super(words);
    this.status = status;
  }
}

// With `keepalive` it arrives though the page is left.
export async function change(address, what, keepalive = false) {
  const answer = await fetch(address, {
    method: "POST",
    keepalive,
    headers: { "content-type": "application/json", "x-scanpipe-change": token },
    body: JSON.stringify(what),
  });
  return told(answer);
}

export async function look(address) {
  return told(await fetch(address));
}

async function told(answer) {
  const json = answer.headers.get("content-type")?.startsWith("application/json");
  const said = json ? await answer.json() : {};
  if (!answer.ok) throw new Refused(answer.status, said.error ?? `${answer.status} ${answer.statusText}`);
  return said;
}

export function worded(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// This window, for the server to tell it from others.
export const WINDOW = crypto.randomUUID();
