// One window of a pooling layer: its cells, and the one that wins.
import { matrix } from "./arithmetic.js";

/** @typedef {import("./arithmetic.js").Matrix} Matrix */

/** The real cells under one window; padded cells are ignored. Rows and columns count in the padded image.
 * @param {Matrix} padded with NaN for padding
 * @returns {{row: number, column: number, value: number}[]} */
export function cellsUnder(padded, { window, stride }, r, c) {
  const cells = matrix(window, window, (i, j) => ({ row: r * stride + i, column: c * stride + j }));
  return cells
    .flat()
    .map((cell) => ({ ...cell, value: padded[cell.row][cell.column] }))
    .filter(({ value }) => !Number.isNaN(value));
}

/** The cell that max pooling keeps; of several largest ones the first, row by row. */
export const winner = (cells) =>
  cells.reduce((best, cell) => (cell.value > best.value ? cell : best));
