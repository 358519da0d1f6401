// The kernels of the photo demo: a matrix for a grey photo, a slice for each colour of another.
import { PRESETS, framed } from "./kernels.js";

export const COLOURS = ["red", "green", "blue"];
export const scaled = (kernel, factor) => kernel.map((line) => line.map((v) => v * factor || 0));
export const total = (kernel) => kernel.flat().reduce((sum, v) => sum + v, 0);
export const slicesOf = (s) => (s.channels === 1 ? [s.kernel] : COLOURS.map((name) => s[name]));

/** Kernels to choose from, by name: one matrix, or a slice for each colour. */
export const KERNELS = {
  ...PRESETS,
  "slanting lines": [
    [2, -1, -1],
    [-1, 2, -1],
    [-1, -1, 2],
  ],
  "outlines 5×5": framed([[0]], 5).map((line, r) => line.map((_, c) => (r === 2 && c === 2 ? 24 : -1))),
  "blur 5×5": framed([[0]], 5).map((line) => line.map(() => 1 / 25)),
};
/** Filters that look for a colour. @type {Record<string, number[]>} */
export const MIXES = {
  "red, and not green": [1, -1, 0],
  "blue, and not red": [-1, 0, 1],
  "only green": [0, 1, 0],
};
export const mixed = (shares) =>
  Object.fromEntries(COLOURS.map((name, i) => [name, scaled(PRESETS.identity, shares[i])]));
