// Pictures that were fetched and decoded before they are wanted, the last ones of them.

const MOST = 24;
const kept = new Map();

export function picture(address) {
  let found = kept.get(address);
  if (found) kept.delete(address);
  else found = fetched(address);
  kept.set(address, found);
  for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST))) kept.delete(oldest);
  return found.ready;
}

// Whether it can be drawn at once.
export function isReady(address) {
  return kept.get(address)?.image ?? null;
}

function fetched(address) {
  const image = new Image();
  image.draggable = false;
  image.src = address;
  const found = { image: null, ready: null };
  found.ready = image.decode().then(
    () => (found.image = image),
    () => {
      kept.delete(address);
      return null;
    },
  );
  return found;
}
