// Hand-made kernels of 3×3, and their names.

/** @type {Record<string, number[][]>} */
export const PRESETS = {
  "left edges": [
    [-1, 0, 1],
    [-1, 0, 1],
    [-1, 0, 1],
  ],
  "upper edges": [
    [-1, -1, -1],
    [0, 0, 0],
    [1, 1, 1],
  ],
  blur: [
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ].map((line) => line.map((v) => v / 9)),
  sharpen: [
    [0, -1, 0],
    [-1, 5, -1],
    [0, -1, 0],
  ],
  identity: [
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
  ],
};
const near = (a, b) =>
  a.length === b.length && a.flat().every((v, i) => Math.abs(v - b.flat()[i]) < 1e-9);
/** The name of the preset that is equal to a kernel, or “your own”. */
export const presetOf = (kernel) =>
  Object.keys(PRESETS).find((name) => near(PRESETS[name], kernel)) ?? "your own";

/** A kernel in another odd size, around the same centre: cut off, or filled with zeros. */
export const framed = (kernel, size) => {
  const shift = (kernel.length - size) / 2;
  return Array.from({ length: size }, (_, r) =>
    Array.from({ length: size }, (_, c) => kernel[r + shift]?.[c + shift] ?? 0),
  );
};
