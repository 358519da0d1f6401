// What each place of an output sends back, and how the shares add up where they arrive.
import { matrix, outputSize } from "./arithmetic.js";
import { cellsUnder, winner } from "./pools.js";
import { replaced } from "./sliding.js";

/** @typedef {{row: number, column: number, share: number, by: number}} Share
 *    the share of the number at (row, column): the gradient from above times `by` */
/** @typedef {{row: number, column: number, g: number, y: number, kernel: Share[], input: Share[]}} Place
 *    a place of the output: the gradient from above, its number, its shares for kernel and input */

export const NUDGES = [3, 1, 0.1, 0.001];

/** Rows and columns of the output. @returns {number[]} */
export const outputSides = ({ layer, image, kernel, window, stride }) =>
  [image.length, image[0].length].map((n) =>
    outputSize(n, layer === "convolution" ? kernel.length : window, { stride }),
  );
/** The number of places of the output. */
export const placesIn = (s) => outputSides(s).reduce((a, b) => a * b);

/** The gradient from above in the output's size; missing numbers are 1. */
export function fromAbove(s) {
  const [rows, columns] = outputSides(s);
  return matrix(rows, columns, (r, c) => s.above[r]?.[c] ?? 1);
}

/** Every place of the output, row by row. @returns {Place[]} */
export function placesOf(s) {
  const { layer, image, kernel, stride } = s;
  const conv = layer === "convolution";
  const window = conv ? kernel.length : s.window;
  const sent = (row, column, g) => {
    const cells = cellsUnder(image, { window, stride }, row, column);
    if (conv) {
      const weights = cells.map((cell, i) => ({
        row: Math.floor(i / window),
        column: i % window,
        weight: kernel[Math.floor(i / window)][i % window],
        value: cell.value,
      }));
      return {
        y: weights.reduce((sum, { weight, value }) => sum + weight * value, 0),
        kernel: weights.map(({ row, column, value: by }) => ({ row, column, share: g * by, by })),
        input: cells.map((cell, i) => ({ ...cell, share: g * weights[i].weight, by: weights[i].weight })),
      };
    }
    const best = winner(cells);
    const by = 1 / cells.length;
    return layer === "max"
      ? { y: best.value, kernel: [], input: [{ ...best, share: g, by: 1 }] }
      : {
          y: cells.reduce((sum, { value }) => sum + value * by, 0),
          kernel: [],
          input: cells.map((cell) => ({ ...cell, share: g * by, by })),
        };
  };
  return fromAbove(s).flatMap((line, row) =>
    line.map((g, column) => ({ row, column, g, ...sent(row, column, g) })),
  );
}

/** The gradient of `key` ("kernel" or "input") after these places have sent: the sum of their shares, or
 * with `overwrite` the last share. */
export function arrived(places, key, rows, columns, overwrite = false) {
  const total = matrix(rows, columns, () => 0);
  for (const place of places)
    for (const { row, column, share } of place[key])
      total[row][column] = (overwrite ? 0 : total[row][column]) + share;
  return total;
}

/** The shares for one number: the place of each, the gradient from above, and the factor. */
export const sharesFor = (places, key, r, c) =>
  places.flatMap((place, i) =>
    place[key]
      .filter(({ row, column }) => row === r && column === c)
      .map(({ share, by }) => ({ place: i, g: place.g, share, by })),
  );

/** Is the number at (r, c) the largest of some window, together with another one? */
export const isTied = (s, r, c) =>
  placesOf(s).some(({ row, column, y }) => {
    const best = cellsUnder(s.image, s, row, column).filter(({ value }) => value === y);
    return best.length > 1 && best.some((cell) => cell.row === r && cell.column === c);
  });

/** The loss: each number of the output, times its gradient from above. */
export const lossOf = (s) => placesOf(s).reduce((sum, { g, y }) => sum + g * y, 0);

/** The loss with one number a little larger, and a little smaller, and the slope between the two. */
export function slopeOf(s, key, r, c, nudge) {
  const trait = key === "kernel" ? "kernel" : "image";
  const now = s[trait][r][c];
  const [up, down] = [now + nudge, now - nudge].map((value) =>
    lossOf({ ...s, [trait]: replaced(s[trait], r, c, value) }),
  );
  return { now, up, down, slope: (up - down) / (2 * nudge) };
}
