// The best mozjpeg of some RGB pixels that is not larger than so many bytes: encode.mjs RAW WIDTH HEIGHT BYTES OUT.jpg

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = dirname(createRequire(import.meta.url).resolve("@jsquash/jpeg/package.json"));
const { default: load } = await import(join(folder, "codec/enc/mozjpeg_enc.js"));
const { defaultOptions } = await import(join(folder, "meta.js"));
const wasm = new WebAssembly.Module(readFileSync(join(folder, "codec/enc/mozjpeg_enc.wasm")));
const codec = await load({
    noInitialRun: true,
    instantiateWasm(imports, done) {
        const instance = new WebAssembly.Instance(wasm, imports);
        done(instance);
        return instance.exports;
    },
});

const [raw, width, height, bytes, out] = process.argv.slice(2);
const rgb = readFileSync(raw);
const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
for (let pixel = 0; pixel < width * height; pixel++) {
    rgba.set(rgb.subarray(3 * pixel, 3 * pixel + 3), 4 * pixel);
}
const encode = (quality) => codec.encode(rgba, Number(width), Number(height), { ...defaultOptions, quality });

let [low, high] = [1, 95];
let best = encode(low);
while (low < high) {
    const quality = Math.ceil((low + high) / 2);
    const made = encode(quality);
    if (made.length <= Number(bytes)) {
        [low, best] = [quality, made];
    } else {
        high = quality - 1;
    }
}
writeFileSync(out, best);
