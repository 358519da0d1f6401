// Numbers of parameters, and large numbers for people.
import { show } from "./parts.js";

/** A dense layer's parameters: a weight for each input of each unit, and a bias for each unit. */
export const denseParameters = (inputs, units) => (inputs + 1) * units;

/** A convolution's parameters: for each filter a kernel over all channels, and a bias; on any image. */
export const convParameters = (channels, filters, kernel) =>
  (kernel * kernel * channels + 1) * filters;

/** The memory for n 32-bit numbers, in a unit that fits. */
export function memory(n) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = n ? Math.min(4, Math.floor(Math.log10(4 * n) / 3)) : 0;
  return `${show((4 * n) / 1000 ** power, 1)} ${units[power]}`;
}
