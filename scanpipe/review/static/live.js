// The live view: shows the newest capture as soon as the server tells of it. All words come from the server.

const at = (id) => document.getElementById(id);
const stage = at("stage");
const widths = JSON.parse(document.body.dataset.widths);
const keys = { z: "actual", w: "whole", b: "before", e: "enhanced", m: "marks" };
const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const modes = { actual: false, whole: localStorage.getItem("whole") === "yes", before: false, enhanced: false, marks: true };
const STEP_PX = 120;
const QUIET_MS = 600;

let view = null;

// One picture of the stage. While one is loading, only the last one wanted after it is kept.
class Sheet {
  constructor(id) {
    this.figure = at(id);
    this.paper = this.figure.querySelector(".paper");
    this.image = this.figure.querySelector("img");
    this.note = this.figure.querySelector(".note");
    this.shown = null;
    this.wanted = null;
    this.loading = false;
  }

  async show(wanted) {
    this.wanted = wanted;
    if (this.loading) return;
    this.loading = true;
    while (this.wanted && this.wanted.address !== this.shown?.address) {
      const next = this.wanted;
      const image = new Image();
      image.src = next.address;
      const readable = await image.decode().then(() => true, () => false);
      this.swap(next, readable ? image : null);
      if (!readable && this.wanted === next) break;
    }
    this.loading = false;
  }

  swap(next, image) {
    this.shown = image ? next : null;
    this.paper.hidden = !image;
    this.say(image ? next.note : at("unreadable").textContent);
    if (image) {
      image.alt = next.capture.alt;
      image.draggable = false;
      this.image.replaceWith(image);
      this.image = image;
    }
    next.done(image !== null);
  }

  say(words) {
    this.note.textContent = words;
    this.note.hidden = !words;
  }

  // The size on screen: 1:1 is one pixel of the picture on one of the screen.
  size(room) {
    const capture = this.shown?.capture;
    if (!capture) return;
    const enhanced = this.shown.enhanced;
    const [across, down] = enhanced ? [this.image.naturalWidth, this.image.naturalHeight] : [capture.width, capture.height];
    let width = room.width;
    if (modes.actual) width = across / devicePixelRatio;
    else if (modes.whole) width = Math.min(room.width, (room.height * across) / down);
    this.paper.style.width = `${width}px`;
  }
}

const newest = new Sheet("newest");
const before = new Sheet("before");

function room() {
  const beside = modes.before ? 2 : 1;
  const style = getComputedStyle(stage);
  const inset = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
  const gap = parseFloat(style.columnGap) * (beside - 1);
  const caption = modes.before || modes.enhanced ? 30 : 0;
  return { width: (stage.clientWidth - inset - gap) / beside, height: stage.clientHeight - inset - caption };
}

function addressOf(capture) {
  if (modes.actual) return `${capture.pictures}/full.jpg`;
  // One width for a window, also beside the page before: a picture that is there needs not be fetched again.
  const needed = stage.clientWidth * devicePixelRatio;
  const width = widths.find((width) => width >= needed) ?? widths.at(-1);
  return `${capture.pictures}/${width}.jpg`;
}

function request(sheet, capture, enhanced, done) {
  const made = enhanced && capture.enhanced;
  const note = enhanced ? capture.enhancing : "";
  const address = made || addressOf(capture);
  const wanted = { capture, address, enhanced: Boolean(made), note, done };
  if (sheet.shown?.address === address) {
    sheet.wanted = wanted;
    sheet.shown = { ...sheet.shown, capture };
    sheet.say(note);
    done(true);
  } else {
    sheet.show(wanted);
  }
}

function resize() {
  const space = room();
  newest.size(space);
  before.size(space);
}

function draw() {
  stage.classList.toggle("actual", modes.actual);
  stage.classList.toggle("marked", modes.marks);
  stage.classList.toggle("compared", modes.before);
  for (const button of document.querySelectorAll("button[data-mode]")) {
    button.setAttribute("aria-pressed", String(modes[button.dataset.mode]));
  }
  const capture = view?.newest;
  at("nothing").hidden = !view || Boolean(capture);
  newest.figure.hidden = !capture;
  before.figure.hidden = !capture || !modes.before;
  if (capture) {
    request(newest, capture, modes.enhanced, () => tell(capture));
    if (modes.before) drawBefore();
  }
  resize();
}

function drawBefore() {
  before.figure.querySelector(".caption").textContent = view.before?.title ?? "";
  if (view.before) {
    request(before, view.before, false, resize);
  } else {
    before.shown = null;
    before.paper.hidden = true;
    before.say(at("first").textContent);
  }
}

// Words and marks change together with the picture that they are about.
function tell(capture) {
  const changed = at("title").dataset.capture !== String(capture.capture);
  stage.classList.toggle("retouched", Boolean(newest.shown?.enhanced));
  newest.figure.querySelector(".enhanced").hidden = !newest.shown?.enhanced;
  newest.figure.querySelector(".caption").textContent = capture.title;
  at("title").textContent = capture.title;
  at("title").dataset.capture = capture.capture;
  at("book").textContent = `${capture.book} · ${capture.unit}`;
  at("details").textContent = capture.details;
  listWarnings(capture);
  placeMarks(capture);
  resize();
  if (changed) {
    at("said").textContent = [capture.title, ...capture.warnings].join(". ");
    requestAnimationFrame(() => performance.mark(`shown-${capture.capture}`));
    keepReady();
  }
}

function listWarnings(capture) {
  at("warnings").hidden = !capture.warnings.length;
  at("warnings").querySelector("ol").replaceChildren(
    ...capture.warnings.map((words) => Object.assign(document.createElement("li"), { textContent: words })),
  );
}

function placeMarks(capture) {
  const boxes = capture.marks.map((mark) => {
    const box = document.createElement("div");
    box.className = "mark";
    for (const side of ["left", "top", "width", "height"]) box.style[side] = `${100 * mark[side]}%`;
    box.append(Object.assign(document.createElement("span"), { textContent: mark.warning }));
    return box;
  });
  newest.paper.querySelector(".marks").replaceChildren(...boxes);
}

// The page before is fetched ahead once no further capture comes: it must not delay the next one.
let quiet = 0;
function keepReady() {
  clearTimeout(quiet);
  quiet = setTimeout(() => {
    if (view?.before) new Image().src = addressOf(view.before);
  }, QUIET_MS);
}

function toggle(mode) {
  const centre = centreOf(newest.paper);
  modes[mode] = !modes[mode];
  if (mode === "whole") {
    localStorage.setItem("whole", modes.whole ? "yes" : "no");
    modes.actual = false;
  }
  draw();
  if (mode === "actual") moveTo(newest.paper, centre);
}

function centreOf(paper) {
  const box = paper.getBoundingClientRect();
  const seen = stage.getBoundingClientRect();
  const share = (middle, low, length) => Math.min(1, Math.max(0, (middle - low) / length));
  return [
    share(seen.left + seen.width / 2, box.left, box.width),
    share(seen.top + seen.height / 2, box.top, box.height),
  ];
}

function moveTo(paper, [across, down]) {
  const box = paper.getBoundingClientRect();
  const seen = stage.getBoundingClientRect();
  stage.scrollBy(box.left + across * box.width - seen.left - seen.width / 2, box.top + down * box.height - seen.top - seen.height / 2);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const mode = keys[event.key.toLowerCase()];
  if (mode && !event.repeat) toggle(mode);
  else if (event.key in steps) stage.scrollBy(...steps[event.key].map((step) => step * STEP_PX));
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("button[data-mode]")) {
  button.addEventListener("click", () => toggle(button.dataset.mode));
}

stage.addEventListener("dblclick", (event) => {
  const box = newest.paper.getBoundingClientRect();
  const point = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  toggle("actual");
  if (modes.actual) moveTo(newest.paper, point);
});

stage.addEventListener("pointerdown", (event) => {
  if (event.button === 0 && event.pointerType === "mouse" && event.target !== stage) {
    stage.setPointerCapture(event.pointerId);
    stage.classList.add("dragged");
  }
});
stage.addEventListener("pointermove", (event) => {
  if (stage.classList.contains("dragged")) stage.scrollBy(-event.movementX, -event.movementY);
});
for (const end of ["pointerup", "pointercancel"]) {
  stage.addEventListener(end, () => stage.classList.remove("dragged"));
}

new ResizeObserver(() => draw()).observe(stage);

function take(told) {
  view = told;
  const stopped = view.state.code === "stopped";
  at("stopped").hidden = !stopped;
  at("why").textContent = view.state.words;
  at("state").textContent = stopped ? "" : view.state.words;
  at("trouble").textContent = view.trouble;
  at("trouble").hidden = !view.trouble;
  draw();
}

function connect() {
  const stream = new EventSource("/events");
  stream.addEventListener("open", () => (at("lost").hidden = true));
  stream.addEventListener("message", (event) => take(JSON.parse(event.data)));
  stream.addEventListener("error", () => {
    at("lost").hidden = false;
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
}

stage.focus();
connect();
