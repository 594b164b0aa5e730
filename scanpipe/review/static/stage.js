// The pictures of one page: fitted or at full size, the scan beside or under it, what is drawn over it.

import { isReady, picture } from "./ahead.js";

const stage = document.getElementById("stage");
const widths = JSON.parse(document.body.dataset.widths);
const TILE = Number(document.body.dataset.tile);
const ZOOMS = ["whole", "width", "actual", "double"];
const INSET = 14;

export const view = { zoom: localStorage.getItem("zoom") ?? "whole", held: false, compare: "", mask: false, text: false };

// One width for a window: what is fetched ahead fits, whatever is compared.
export function bucket() {
  const needed = stage.clientWidth * devicePixelRatio;
  return widths.find((width) => width >= needed) ?? widths.at(-1);
}

export class Sheet {
  constructor(id) {
    this.figure = document.getElementById(id);
    this.plane = this.figure.querySelector(".plane");
    this.box = this.figure.querySelector(".picture");
    this.tiles = this.figure.querySelector(".tiles");
    this.mask = this.figure.querySelector(".mask");
    this.layer = this.figure.querySelector(".layer");
    this.base = "";
    this.size = [0, 0];
    this.wanted = "";
    this.laid = null;
  }

  // Lays the picture into the frame of another one: its size, and the matrix that takes this one there.
  lay(frame, way) {
    this.laid = way ? { frame, way } : null;
  }

  // Draws at once what is there; else when it came, unless something else is wanted by then. False: unreadable.
  async show(base, size, alt, address = base && `${base}/${bucket()}.jpg`) {
    if (this.base !== base) {
      this.tiles?.replaceChildren();
      this.layer?.replaceChildren();
      this.mask?.replaceChildren();
    }
    [this.base, this.size, this.wanted] = [base, size, address];
    if (!address) {
      this.box.replaceChildren();
      return true;
    }
    const image = isReady(address) ?? (await picture(address));
    if (this.wanted !== address) return true;
    if (image) {
      image.alt = alt;
      if (this.box.firstChild !== image) this.box.replaceChildren(image);
      if (!this.size[0]) this.size = [image.naturalWidth, image.naturalHeight];
      this.resize();
    } else {
      this.box.replaceChildren();
    }
    return image !== null;
  }

  resize() {
    const [across, down] = this.laid?.frame ?? this.size;
    if (!across) return;
    const beside = view.compare === "beside" ? 2 : 1;
    const room = [(stage.clientWidth - INSET * beside) / beside, stage.clientHeight - INSET];
    const fits = { whole: Math.min(room[0], (room[1] * across) / down), width: room[0] };
    const width = fits[view.zoom] ?? (across / devicePixelRatio) * (view.zoom === "double" ? 2 : 1);
    this.scale = width / across;
    this.figure.style.width = `${width}px`;
    this.figure.style.height = `${(width * down) / across}px`;
    this.plane.style.width = `${this.size[0] * this.scale}px`;
    this.plane.style.height = `${this.size[1] * this.scale}px`;
    this.plane.style.transform = this.laid ? `${this.matrix()}` : "";
    this.box.style.height = "100%";
    this.layTiles();
  }

  // From places on the picture to places in its frame, both as they are drawn.
  matrix() {
    const [a, b, c, d, e, f] = this.laid?.way ?? [1, 0, 0, 1, 0, 0];
    return new DOMMatrix([a, b, c, d, e * this.scale, f * this.scale]);
  }

  // Full size is laid over the smaller picture tile by tile, where it is seen.
  layTiles() {
    if (!this.tiles || this.figure.hidden || !this.base) return;
    if (this.scale * this.size[0] * devicePixelRatio <= bucket() * 1.05) {
      this.tiles.replaceChildren();
      return;
    }
    const there = new Map([...this.tiles.children].map((tile) => [tile.dataset.place, tile]));
    for (const [column, row] of this.seen()) {
      const place = `${column}-${row}`;
      const tile = there.get(place) ?? this.newTile(column, row, place);
      const side = TILE * this.scale;
      tile.style.left = `${column * side}px`;
      tile.style.top = `${row * side}px`;
      tile.style.width = `${Math.min(TILE, this.size[0] - column * TILE) * this.scale}px`;
    }
  }

  newTile(column, row, place) {
    const tile = new Image();
    tile.alt = "";
    tile.dataset.place = place;
    tile.src = `${this.base}/tile-${place}.jpg`;
    this.tiles.append(tile);
    return tile;
  }

  seen() {
    const outer = stage.getBoundingClientRect();
    const inner = this.figure.getBoundingClientRect();
    const side = TILE * this.scale;
    const span = (low, high, length) => {
      const last = Math.ceil(length / TILE) - 1;
      const first = Math.max(0, Math.floor(low / side));
      return Array.from({ length: Math.max(0, Math.min(last, Math.floor(high / side)) - first + 1) }, (_, n) => first + n);
    };
    const back = this.matrix().inverse();
    const corners = [outer.left, outer.right].flatMap((x) =>
      [outer.top, outer.bottom].map((y) => back.transformPoint({ x: x - inner.left, y: y - inner.top })),
    );
    const [across, down] = ["x", "y"].map((axis) => corners.map((corner) => corner[axis]));
    const columns = span(Math.min(...across), Math.max(...across), this.size[0]);
    const rows = span(Math.min(...down), Math.max(...down), this.size[1]);
    return rows.flatMap((row) => columns.map((column) => [column, row]));
  }

  drawMask(base) {
    if (!view.mask || !base) {
      this.mask.replaceChildren();
      return;
    }
    picture(`${base}/${bucket()}.jpg`).then((image) => {
      if (image && view.mask && this.base) this.mask.replaceChildren(Object.assign(image, { alt: "" }));
    });
  }

  drawLayer(boxes) {
    this.layer.replaceChildren(...boxes);
    const words = [...this.layer.querySelectorAll(".word")];
    const sizes = words.map((word) => Math.max(6, word.dataset.height * this.size[1] * this.scale * 0.85));
    words.forEach((word, place) => (word.style.fontSize = `${sizes[place]}px`));
    // A word that is wider than on the page is set smaller: a letter that is cut off would look unread.
    const shares = words.map((word) => Math.min(1, word.clientWidth / word.scrollWidth));
    words.forEach((word, place) => shares[place] < 1 && (word.style.fontSize = `${sizes[place] * shares[place]}px`));
  }
}

export function placed(kind, where, words) {
  const box = document.createElement("div");
  box.className = kind;
  for (const side of ["left", "top", "width", "height"]) box.style[side] = `${100 * where[side]}%`;
  box.dataset.height = where.height;
  if (words) box.append(kind === "word" ? words : Object.assign(document.createElement("span"), { textContent: words }));
  return box;
}

export function zoom(step) {
  const centre = centreOf();
  const place = ZOOMS.indexOf(view.zoom);
  view.zoom = typeof step === "string" ? step : ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, place + step))];
  localStorage.setItem("zoom", view.zoom === "double" ? "actual" : view.zoom);
  return centre;
}

// Which point of the page stands in the middle of the stage, as shares of its width and height.
function centreOf() {
  const sheet = [...document.querySelectorAll(".paper")].find((paper) => !paper.hidden);
  const box = sheet?.getBoundingClientRect();
  if (!box?.width) return [0.5, 0];
  const seen = stage.getBoundingClientRect();
  const share = (middle, low, length) => Math.min(1, Math.max(0, (middle - low) / length));
  return [share(seen.left + seen.width / 2, box.left, box.width), share(seen.top + seen.height / 2, box.top, box.height)];
}

export function moveTo([across, down]) {
  const sheet = [...document.querySelectorAll(".paper")].find((paper) => !paper.hidden);
  if (!sheet) return; // a page that is not scanned
  const box = sheet.getBoundingClientRect();
  const seen = stage.getBoundingClientRect();
  stage.scrollBy(box.left + across * box.width - seen.left - seen.width / 2, box.top + down * box.height - seen.top - seen.height / 2);
}
