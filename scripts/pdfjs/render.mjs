// Draw every page of a PDF as pdf.js shows it: render.mjs FILE.pdf FOLDER DPI writes FOLDER/001.png and so on.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";
import { createCanvas } from "@napi-rs/canvas";
import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";

const [file, folder, dpi] = process.argv.slice(2);
const parts = join(dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json")), "/");
const pdf = await getDocument({
  data: new Uint8Array(readFileSync(file)),
  wasmUrl: join(parts, "wasm/"),
  standardFontDataUrl: join(parts, "standard_fonts/"),
  verbosity: 0,
}).promise;
for (let number = 1; number <= pdf.numPages; number++) {
  const page = await pdf.getPage(number);
  const viewport = page.getViewport({ scale: dpi / 72 });
  const canvas = createCanvas(Math.round(viewport.width), Math.round(viewport.height));
  await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport }).promise;
  writeFileSync(join(folder, `${String(number).padStart(3, "0")}.png`), canvas.toBuffer("image/png"));
}
