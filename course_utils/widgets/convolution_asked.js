// The questions of the convolution demo, and the output's size, which they ask for.
import { convolve, outputSize, span } from "./arithmetic.js";
import { PRESETS } from "./kernels.js";
import { count, show } from "./parts.js";

export const rowsOf = (s) => outputSize(s.image.length, s.kernel.length, s);
export const columnsOf = (s) => outputSize(s.image[0].length, s.kernel[0].length, s);
const SIZE = {
  ask: (s) =>
    `Predict: the image has ${s.image.length} rows, the kernel ${s.kernel.length}. Stride ` +
    `${s.stride}: it moves by ${count(s.stride, "row")}. ` +
    `${s.same ? "Padding “same”. " : s.padding ? `Padding ${s.padding}. ` : ""}` +
    `${s.dilation > 1 ? `Dilation ${s.dilation}. ` : ""}How many rows will the output have?`,
  answer: rowsOf,
  why: (s, given) => {
    if (s.same)
      return s.stride === 1
        ? "“same” adds as much padding as keeps the size, as the stride is 1. "
        : `“same” gives ⌈${s.image.length}/${s.stride}⌉: it keeps the size with stride 1 only. `;
    const exact =
      (s.image.length + 2 * s.padding - span(s.kernel.length, s.dilation)) / s.stride + 1;
    const floor =
      "The floor drops what is left over: a window that does not fit wholly is never used. ";
    if (given !== rowsOf(s) && (given === exact || given === Math.ceil(exact))) return floor;
    if (given === s.image.length && given !== rowsOf(s))
      return (
        `The window must lie wholly inside the ${s.padding ? "padded " : ""}image, so it ` +
        `has fewer places than there are rows. `
      );
    return `The window has ${count(rowsOf(s), "place")} from top to bottom. `;
  },
};
/** The output's first two numbers, where there are two. */
const firstTwo = (s) => convolve(s.image, s.kernel, s)[0]?.slice(0, 2) ?? [];
const NEXT = {
  ask: (s) =>
    `Predict: at the top left corner this kernel gives ${show(firstTwo(s)[0] ?? NaN)}. Then it moves ` +
    `on by ${count(s.stride, "column")}. What is the next number?`,
  answer: (s) => firstTwo(s)[1] ?? NaN,
  why: (s, given) =>
    (given !== firstTwo(s)[1] && given === firstTwo({ ...s, flip: !s.flip })[1]
      ? "That is the number of the turned kernel, or its sign is lost. "
      : "") + "Each cell is multiplied by the weight that lies on it, and the products are added up.",
};
const UPPER = {
  set: { kernel: PRESETS["upper edges"] },
  ask: () =>
    "Predict: this kernel adds the row below and subtracts the row above. What is the " +
    "output’s first number, row 0, column 0?",
  answer: (s) => convolve(s.image, s.kernel, s)[0]?.[0] ?? NaN,
  why: () =>
    "Add the three numbers under the kernel’s bottom row, subtract the three under its top row.",
};
const QUESTIONS = [
  SIZE,
  { ...SIZE, set: { stride: 2 } },
  { ...SIZE, set: { padding: 1 } },
  UPPER,
  { ...SIZE, set: { dilation: 2, padding: 1 } },
  { ...SIZE, set: { same: true, stride: 2 } },
  {
    set: { kernel: PRESETS.blur },
    ask: () =>
      "Predict: you are about to tick “turn the kernel by 180°” for this blur kernel. How many " +
      "of the output’s numbers will change?",
    answer: () => 0,
    why: () => "All nine weights are equal, so the turned kernel is the same kernel.",
  },
];

/** The questions for a demo that opens like this: first on a size only where a size is what it is about,
 * and without its settings on none.
 * @param {any} opening */
export const questionsFor = (opening) => {
  const plain = opening.stride === 1 && !opening.padding && !opening.same && opening.dilation === 1;
  const first = plain && columnsOf(opening) > 1 && rowsOf(opening) > 0 ? [NEXT] : [];
  return [...first, ...(opening.settings ? QUESTIONS : [UPPER])];
};
