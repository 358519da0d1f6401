// Numbers of parameters, and large numbers for people.
import { show } from "./parts.js";

/** Weights of every input to every unit, and a bias for each unit. */
export const denseParameters = (inputs, units) => (inputs + 1) * units;

/** One small kernel through all channels, and a bias, for each filter. The image's size is not in it. */
export const convParameters = (channels, filters, kernel) =>
  (kernel * kernel * channels + 1) * filters;

/** Bytes of so many 32-bit numbers, in the unit that fits. */
export function memory(n) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = n ? Math.min(4, Math.floor(Math.log10(4 * n) / 3)) : 0;
  return `${show((4 * n) / 1000 ** power, 1)} ${units[power]}`;
}
