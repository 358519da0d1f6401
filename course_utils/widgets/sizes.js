// The size formula in words, for the demos that slide a window.
import { outputSize, span } from "./arithmetic.js";
import { h, show } from "./parts.js";

/** The formula along one side with the numbers filled in. */
export function sizeInNumbers(n, k, { stride = 1, padding = 0, dilation = 1 }) {
  const room = n + 2 * padding - span(k, dilation);
  const quotient = room / stride;
  const floor = Number.isInteger(quotient) ? show(quotient) : `⌊${show(quotient)}⌋`;
  return (
    `⌊(${n} + 2·${padding} − ${dilation}·(${k} − 1) − 1) / ${stride}⌋ + 1 = ⌊${room} / ${stride}⌋ + 1` +
    ` = ${floor} + 1 = ${outputSize(n, k, { stride, padding, dilation })}`
  );
}

/** The formula, and below it both sides with their numbers (one line if they are the same). */
export function sizeLines(size, kernel, slide) {
  const [rows, columns] = size.map((n, axis) => sizeInNumbers(n, kernel[axis], slide));
  const lines = rows === columns ? [`rows and columns: ${rows}`] : [`rows: ${rows}`, `columns: ${columns}`];
  return ["size = ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1", ...lines].map((text) => h("p", {}, text));
}

/** Why no window fits, in words; "" if one does. Sizes are [rows, columns]. */
export function misfit(size, kernel, { padding = 0, dilation = 1 }, name = "kernel") {
  for (const [axis, noun] of ["rows", "columns"].entries()) {
    const [n, k] = [size[axis], kernel[axis]];
    if (span(k, dilation) > n + 2 * padding)
      return (
        `No window fits. The ${name} spans ${dilation}·(${k} − 1) + 1 = ${span(k, dilation)} ${noun}, ` +
        `but the image with its padding has only ${n} + 2·${padding} = ${n + 2 * padding}. ` +
        `Use a larger image or more padding, or a smaller ${name}${dilation > 1 ? " or dilation" : ""}.`
      );
  }
  return "";
}
