// The arithmetic that the demos share: pure functions of numbers and arrays, no page needed.
// Matrices are arrays of rows. Every function agrees with course_utils/reference.py
// (tests/widgets/cases/*.json run through both).

/** @typedef {number[][]} Matrix */
/** @typedef {{stride?: number, padding?: number, dilation?: number, flip?: boolean}} Slide */

/** Cells from the first to the last one a kernel of k cells touches: d(k − 1) + 1. */
export const span = (k, dilation = 1) => dilation * (k - 1) + 1;

/** ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, or 0 where not even one window fits. */
export function outputSize(n, k, { stride = 1, padding = 0, dilation = 1 } = {}) {
  const room = n + 2 * padding - span(k, dilation);
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** Which of the n + 2p cells along one side any window reads.
 * @returns {boolean[]} */
export function cellsRead(n, k, slide = {}) {
  const { stride = 1, padding = 0, dilation = 1 } = slide;
  const read = Array(n + 2 * padding).fill(false);
  for (let o = 0; o < outputSize(n, k, slide); o++)
    for (let t = 0; t < k; t++) read[o * stride + t * dilation] = true;
  return read;
}

/** rows × columns things made by f(row, column).
 * @template T
 * @param {number} rows @param {number} columns @param {(r: number, c: number) => T} f
 * @returns {T[][]} */
export const matrix = (rows, columns, f) =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => f(r, c)));

/** @param {Matrix} x @returns {Matrix} x with p cells of `value` on every side */
export const pad = (x, p, value = 0) =>
  matrix(x.length + 2 * p, x[0].length + 2 * p, (r, c) => x[r - p]?.[c - p] ?? value);

/** @param {Matrix} k @returns {Matrix} the kernel turned by 180° */
export const turned = (k) => k.map((row) => [...row].reverse()).reverse();

/** The products under one window. Rows and columns count in the padded image.
 * @param {Matrix} padded @param {Matrix} kernel (already turned, if it is to be)
 * @returns {{row: number, column: number, value: number, weight: number}[]} */
export function products(padded, kernel, { stride = 1, dilation = 1 } = {}, r, c) {
  return kernel.flatMap((line, i) =>
    line.map((weight, j) => {
      const row = r * stride + i * dilation;
      const column = c * stride + j * dilation;
      return { row, column, value: padded[row][column], weight };
    }),
  );
}

export const sum = (terms) => terms.reduce((total, t) => total + t.value * t.weight, 0);

/** Cross-correlation (flip: true for the mathematicians' convolution). Sums of products() in plain
 * loops: a drag recomputes whole maps within a frame.
 * @param {Matrix} x @param {Matrix} kernel @param {Slide} slide @returns {Matrix} */
export function convolve(x, kernel, slide = {}) {
  const padded = pad(x, slide.padding ?? 0);
  const k = slide.flip ? turned(kernel) : kernel;
  const rows = outputSize(x.length, k.length, slide);
  const columns = outputSize(x[0].length, k[0].length, slide);
  if (!rows || !columns) return [];
  const { stride = 1, dilation = 1 } = slide;
  return matrix(rows, columns, (r, c) => {
    let total = 0;
    for (let i = 0; i < k.length; i++)
      for (let j = 0; j < k[0].length; j++)
        total += padded[r * stride + i * dilation][c * stride + j * dilation] * k[i][j];
    return total;
  });
}

/** @param {Matrix} a @param {Matrix} b @returns {Matrix} */
export const minus = (a, b) => a.map((line, r) => line.map((v, c) => v - b[r][c]));
const norm = (x) => Math.hypot(...x.flat());

/** Size of the difference, compared with the size of what was before: 1 is as large as it. */
export const change = (before, after) => norm(minus(after, before)) / (norm(before) || 1);
