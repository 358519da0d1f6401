// The changes to a digit: move, turn, scale, erase, invert, noise. Agrees with disturb.py.
import { chance } from "./chance.js";
import { SIDE } from "./ink.js";

/** @typedef {{image: number[][], right: number, down: number, turn: number, scale: number,
 *   noise: number, seed: number, hole: number, row: number, column: number,
 *   invert: boolean}} Changes */

/** [first, end]: a hole of `size` cells covers the rows (or columns) from first to end − 1. */
export const holeSpan = (size, middle) => {
  const first = middle - Math.floor(size / 2);
  return [first, first + size];
};

/** The digit after all changes: scaled, turned and moved, then a part erased, inverted, noise added.
 * Each pixel is interpolated between four of the original, weighted by how near they are.
 * @param {Changes} s @returns {number[]} 28×28 numbers from 0 to 1 */
export function changed(s) {
  const angle = (s.turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)].map((v) => (100 * v) / s.scale);
  const ink = (r, c) => s.image[r]?.[c] ?? 0;
  const [top, bottom] = holeSpan(s.hole, s.row);
  const [left, end] = holeSpan(s.hole, s.column);
  const noise = s.noise ? chance(s.seed, SIDE * SIDE) : [];
  const middle = SIDE / 2 - 0.5;
  return Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [r, c] = [Math.floor(i / SIDE), i % SIDE];
    const [y, x] = [r - middle - s.down, c - middle - s.right];
    const [fromRow, fromColumn] = [y * cos - x * sin + middle, x * cos + y * sin + middle];
    const [r0, c0] = [Math.floor(fromRow + 1e-9), Math.floor(fromColumn + 1e-9)];
    const [low, far] = [fromRow - r0, fromColumn - c0];
    let value =
      (1 - low) * ((1 - far) * ink(r0, c0) + far * ink(r0, c0 + 1)) +
      low * ((1 - far) * ink(r0 + 1, c0) + far * ink(r0 + 1, c0 + 1));
    if (r >= top && r < bottom && c >= left && c < end) value = 0;
    if (s.invert) value = 1 - value;
    return s.noise ? value + (s.noise / 100) * (noise[i] - value) : value;
  });
}
