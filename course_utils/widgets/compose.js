// Two convolutions with something between them, and one convolution in their place.
import { change, convolve, matrix, pad, turned } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Matrix} Matrix */
/** @typedef {{image: Matrix, first: Matrix, second: Matrix, between: string}} Pair */

/** What may be between them: a function that is applied to each number.
 * @type {Record<string, {name: string, f: (v: number) => number, factor?: number}>}
 *        factor: for those that only multiply */
export const BETWEEN = {
  nothing: { name: "nothing", f: (v) => v, factor: 1 },
  relu: { name: "ReLU", f: (v) => Math.max(0, v) },
  half: { name: "half of it", f: (v) => v / 2, factor: 0.5 },
  magnitude: { name: "without its sign", f: Math.abs },
};

/** The one kernel that does what two kernels do in a row: entry u sums first[i] · second[j], i + j = u.
 * @param {Matrix} first @param {Matrix} second @returns {Matrix} */
export const composed = (first, second) =>
  convolve(pad(first, second.length - 1), turned(second));

/** Solve a · x = b with pivoting (a is changed); unknowns that do not matter become 0. */
function solved(a, b) {
  const n = b.length;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let r = k + 1; r < n; r++) if (Math.abs(a[r][k]) > Math.abs(a[best][k])) best = r;
    [a[k], a[best], b[k], b[best]] = [a[best], a[k], b[best], b[k]];
    for (let r = k + 1; r < n; r++) {
      const share = a[r][k] / a[k][k];
      for (let c = k; c < n; c++) a[r][c] -= share * a[k][c];
      b[r] -= share * b[k];
    }
  }
  const x = Array(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    let rest = b[k];
    for (let c = k + 1; c < n; c++) rest -= a[k][c] * x[c];
    x[k] = rest / a[k][k];
  }
  return x;
}

/** The map of the n×n kernel with a bias that comes nearest to `wanted` on this image, by
 * least squares. @param {Matrix} image @param {Matrix} wanted @param {number} n @returns {Matrix} */
export function nearest(image, wanted, n) {
  const many = n * n + 1;
  const a = matrix(many, many, (r, c) => (r === c ? 1e-7 : 0)); // else cells that are always 0 divide by 0
  const b = Array(many).fill(0);
  const windows = wanted.flatMap((line, r) =>
    line.map((_, c) => [
      ...Array.from({ length: n * n }, (_, i) => image[r + Math.floor(i / n)][c + (i % n)]),
      1,
    ]),
  );
  const targets = wanted.flat();
  windows.forEach((x, row) => {
    for (let i = 0; i < many; i++) {
      if (!x[i]) continue;
      b[i] += x[i] * targets[row];
      for (let j = 0; j < many; j++) a[i][j] += x[i] * x[j];
    }
  });
  const weights = solved(a, b);
  const columns = wanted[0].length;
  return matrix(wanted.length, columns, (r, c) =>
    windows[r * columns + c].reduce((sum, v, i) => sum + v * weights[i], 0),
  );
}

/** All maps: after the first kernel, after the function between, after the second; and the one kernel's.
 * @param {Pair} s */
export function lookAtPair({ image, first, second, between }) {
  const { f, factor = 1 } = BETWEEN[between];
  const before = convolve(image, first);
  const after = before.map((line) => line.map(f));
  const two = convolve(after, second);
  const kernel = composed(first, second).map((line) => line.map((v) => v * factor));
  const one = convolve(image, kernel);
  return {
    before,
    after,
    two,
    kernel,
    one,
    missed: change(two, one),
    missedAtBest: change(two, nearest(image, two, kernel.length)),
    changed: before.flat().filter((v, i) => v !== after.flat()[i]).length,
  };
}
