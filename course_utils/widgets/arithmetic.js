// The arithmetic that the demos share: pure functions of numbers and arrays, no page needed.
// Matrices are arrays of rows. Every function agrees with course_utils/reference.py
// (tests/widgets/cases/*.json run through both).

/** @typedef {number[][]} Matrix */
/** @typedef {{stride?: number, padding?: number, dilation?: number, flip?: boolean, same?: boolean}} Slide
 *   same: Keras's "same" padding, whatever `padding` is */

/** The number of cells from the first to the last that a kernel of k cells touches: d(k − 1) + 1. */
export const span = (k, dilation = 1) => dilation * (k - 1) + 1;

/** Cells of padding before and after the n cells of one side. "same": as few as give ⌈n/s⌉ outputs; an
 * odd one comes after. @param {number} n @param {number} k @param {Slide} slide */
export function margins(n, k, { stride = 1, padding = 0, dilation = 1, same = false } = {}) {
  if (!same) return [padding, padding];
  const missing = Math.max(0, (Math.ceil(n / stride) - 1) * stride + span(k, dilation) - n);
  return [Math.floor(missing / 2), Math.ceil(missing / 2)];
}
const padded = (n, k, slide) => n + margins(n, k, slide)[0] + margins(n, k, slide)[1];

/** ⌊(n + 2p − d(k − 1) − 1) / s⌋ + 1, or 0 where not even one window fits.
 * @param {number} n @param {number} k @param {Slide} slide */
export function outputSize(n, k, slide = {}) {
  const room = padded(n, k, slide) - span(k, slide.dilation);
  return room < 0 ? 0 : Math.floor(room / (slide.stride ?? 1)) + 1;
}

/** For each cell along one padded side, the windows that read it.
 * @param {number} n @param {number} k @param {Slide} slide @returns {number[][]} */
export function readers(n, k, slide = {}) {
  const { stride = 1, dilation = 1 } = slide;
  const cells = Array.from({ length: padded(n, k, slide) }, () => /** @type {number[]} */ ([]));
  for (let o = 0; o < outputSize(n, k, slide); o++)
    for (let t = 0; t < k; t++) cells[o * stride + t * dilation].push(o);
  return cells;
}

/** A matrix of rows × columns values f(row, column).
 * @template T
 * @param {number} rows @param {number} columns @param {(r: number, c: number) => T} f
 * @returns {T[][]} */
export const matrix = (rows, columns, f) =>
  Array.from({ length: rows }, (_, r) => Array.from({ length: columns }, (_, c) => f(r, c)));

/** x with p cells of `value` on every side, or with [[above, below], [left, right]] of them.
 * @param {Matrix} x @param {number | number[][]} p @returns {Matrix} */
export function pad(x, p, value = 0) {
  const [[top, bottom], [left, right]] = typeof p === "number" ? [[p, p], [p, p]] : p;
  const size = [x.length + top + bottom, x[0].length + left + right];
  return matrix(size[0], size[1], (r, c) => x[r - top]?.[c - left] ?? value);
}
/** The second argument of pad() for this image and kernel. */
export const frameOf = (x, kernel, slide) => [
  margins(x.length, kernel.length, slide),
  margins(x[0].length, kernel[0].length, slide),
];

/** @param {Matrix} k @returns {Matrix} the kernel turned by 180° */
export const turned = (k) => k.map((row) => [...row].reverse()).reverse();

/** The products under one window. Rows and columns count in the padded image.
 * @param {Matrix} framed @param {Matrix} kernel (already turned, if it is to be)
 * @returns {{row: number, column: number, value: number, weight: number}[]} */
export function products(framed, kernel, { stride = 1, dilation = 1 } = {}, r, c) {
  return kernel.flatMap((line, i) =>
    line.map((weight, j) => {
      const row = r * stride + i * dilation;
      const column = c * stride + j * dilation;
      return { row, column, value: framed[row][column], weight };
    }),
  );
}

export const sum = (terms) => terms.reduce((total, t) => total + t.value * t.weight, 0);

/** Cross-correlation (flip: true for the mathematicians' convolution). It computes the sums of
 * products() in plain loops, which are fast: while the reader drags, whole maps change in each frame.
 * @param {Matrix} x @param {Matrix} kernel @param {Slide} slide @returns {Matrix} */
export function convolve(x, kernel, slide = {}) {
  const framed = pad(x, frameOf(x, kernel, slide));
  const k = slide.flip ? turned(kernel) : kernel;
  const rows = outputSize(x.length, k.length, slide);
  const columns = outputSize(x[0].length, k[0].length, slide);
  if (!rows || !columns) return [];
  const { stride = 1, dilation = 1 } = slide;
  return matrix(rows, columns, (r, c) => {
    let total = 0;
    for (let i = 0; i < k.length; i++)
      for (let j = 0; j < k[0].length; j++)
        total += framed[r * stride + i * dilation][c * stride + j * dilation] * k[i][j];
    return total;
  });
}

/** @param {Matrix} a @param {Matrix} b @returns {Matrix} */
export const minus = (a, b) => a.map((line, r) => line.map((v, c) => v - b[r][c]));
const norm = (x) => Math.hypot(...x.flat());

/** The size of the difference, relative to the size of `before` (root of the sum of squares). */
export const change = (before, after) => norm(minus(after, before)) / (norm(before) || 1);
