// Receptive fields: which units lead to which, layer by layer, along one axis.
import { outputSize, span } from "./arithmetic.js";

/** @typedef {[kind: "conv" | "pool", kernel: number, stride: number, dilation: number]} Layer */

/** After each layer, along one axis: the number of inputs from the first to the last on which a unit
 * depends (size), the distance of two neighbours' fields (jump), the first field's middle (centre).
 * @param {Layer[]} layers */
export function fields(layers) {
  let [size, jump, centre] = [1, 1, 0];
  return layers.map(([, kernel, stride, dilation]) => {
    const reach = (span(kernel, dilation) - 1) * jump;
    [size, centre, jump] = [size + reach, centre + reach / 2, jump * stride];
    return { size, jump, centre };
  });
}

/** The number of units along one side, for the input and each layer, while there are any. */
export function lengths(inputs, layers) {
  const all = [inputs];
  for (const [, kernel, stride, dilation] of layers) {
    const next = outputSize(all.at(-1), kernel, { stride, dilation });
    if (!next) break;
    all.push(next);
  }
  return all;
}

/** From the number of ways in which each unit of a layer leads to the chosen unit, the same numbers for
 * the n units below that layer. */
export function waysBelow(ways, [, kernel, stride, dilation], n) {
  const below = Array(n).fill(0);
  ways.forEach((way, i) => {
    for (let t = 0; t < kernel; t++) below[i * stride + t * dilation] += way;
  });
  return below;
}

/** All that is drawn, computed from the traits. */
export function look({ layers, inputs, level, row, column }) {
  const units = lengths(inputs, layers);
  const top = Math.min(level, units.length - 1);
  const at = [row, column].map((i) => Math.min(i, units[top] - 1));
  const ways = at.map((chosen) => {
    const down = [Array.from({ length: units[top] }, (_, i) => Number(i === chosen))];
    for (let l = top; l > 0; l--) down.unshift(waysBelow(down[0], layers[l - 1], units[l - 1]));
    return down; // from the input up to the chosen unit's level
  });
  const sizes = [{ size: 1, jump: 1, centre: 0 }, ...fields(layers)];
  return { units, top, at, ways, sizes, field: sizes[top] };
}

export const nameOf = (level) => (level ? `layer ${level}` : "input");
