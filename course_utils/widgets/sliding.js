// The common parts of demos that slide a window over `image`: both grids, and the size formula.
import { frameOf, margins, outputSize, readers, span } from "./arithmetic.js";
import { grid } from "./grid.js";
import { formulaLine, h, show } from "./parts.js";

/** The matrix with one number replaced. */
export const replaced = (x, row, column, value) =>
  x.map((line, r) => line.map((v, c) => (r === row && c === column ? value : v)));

/** How many rows of padding lie above the image, and how many columns to its left. */
const shifted = (s) => (s.same ? frameOf(s.image, s.kernel, s).map(([n]) => n) : [s.padding, s.padding]);

/** Is this cell of the padded image padding? */
export function isPadding(s, r, c) {
  const [top, left] = shifted(s);
  return s.image[r - top]?.[c - left] === undefined;
}

/** The padded image as a grid in which the real cells can be edited. look: see grid.js */
export const imageGrid = (ui, label, look) =>
  grid(ui, {
    label,
    look,
    editable: (r, c) => !isPadding(ui.state(), r, c),
    edit: (r, c, value) => {
      const s = ui.state();
      const [top, left] = shifted(s);
      ui.set({ image: replaced(s.image, r - top, c - left, value) });
    },
  });

/** The end of the sentence after a finger's first tap on a number. */
export const TAP_AGAIN = " Tap it again to change it.";

/** The cell that the reader points at: a cell of the output (its window is shown), or one of the image (all
 * outputs that read it are shown). */
export function pointed(ui) {
  let [output, source] = /** @type {(number[] | null)[]} */ ([null, null]);
  let tapped = false; // is it a cell of the image that a second tap will edit?
  let before = ""; // the last choice: a new choice has priority over a mouse that rests
  return {
    atOutput: (place) => ((output = place), ui.redraw()),
    atImage: (place, byFinger = false) => ((source = place), (tapped = byFinger), ui.redraw()),
    /** The output cell to show: the cell pointed at, else the chosen one.
     * @param {number[]} chosen @param {number[][]} out @returns {number[]} */
    shown(chosen, out) {
      if (before !== String(chosen)) output = null;
      before = String(chosen);
      return output && out[output[0]]?.[output[1]] !== undefined ? output : chosen;
    },
    /** The outputs that read the cell pointed at.
     * @param {number[]} size @param {number[]} kernel @param {object} slide */
    fed(size, kernel, slide) {
      if (!source || ui.playing) return null;
      const [rows, columns] = size.map((n, axis) => readers(n, kernel[axis], slide)[source[axis]] ?? []);
      return { source, tapped, rows, columns, count: rows.length * columns.length };
    },
  };
}
/** @typedef {{source: number[], tapped: boolean, rows: number[], columns: number[], count: number}} Fed */

/** The line below the demo while the reader points at an input cell. @param {Fed} fed */
export const fedWords = ({ source: [r, c], tapped, count: n }, total, border) =>
  `${border ? "The padding at row" : "The input at row"} ${r}, column ${c} is read by ` +
  (n === 0
    ? "no window: no output depends on it."
    : n === 1
      ? `one window, so 1 of ${total} outputs depends on it.`
      : `${n} windows, so ${n} of ${total} outputs depend on it.`) +
  (tapped ? TAP_AGAIN : "");

/** How a cell of the output is drawn: the shown one has a frame, and the largest number the full shade.
 * While the player runs, cells that come later are empty.
 * @param {number[][]} out @param {number[] | null} here @param {Fed | null} fed @param {boolean} filling */
export function outputCell(out, here, fed = null, filling = false) {
  const largest = Math.max(1, ...out.flat().map(Math.abs));
  return (r, c) => {
    const current = here && r === here[0] && c === here[1];
    const depends = fed && fed.rows.includes(r) && fed.columns.includes(c);
    const waits = filling && here && (r > here[0] || (r === here[0] && c > here[1]));
    return {
      text: waits ? "" : show(out[r][c]),
      cls: `${current && !fed ? "cd-current" : ""}${depends ? " cd-fed" : ""}`,
      tint: waits ? 0 : out[r][c] / largest,
      words: [current && "shown", depends && "depends on the cell pointed at"]
        .filter(Boolean)
        .join(", "),
    };
  };
}

/** The output's figure, covered while a prediction is asked for; picking a cell sets `step`. */
export function outputFigure(ui, columns, look) {
  const made = grid(ui, {
    label: "Output",
    look,
    pick: (r, c) => ((ui.filling = false), ui.set({ step: r * columns(ui.state()) + c })),
  });
  const cover = h("div", { class: "cd-cover" });
  const caption = h("div", {});
  return {
    node: h("div", { class: "cd-figure" }, caption, made.node, cover),
    /** Draw the matrix, or nothing if no window fits; returns whether it is visible. */
    draw(out, here, /** @type {Fed | null} */ fed = null) {
      const shown = out.length > 0 && !ui.hidden;
      made.node.hidden = !shown;
      cover.hidden = shown;
      cover.textContent = out.length ? "?" : "no output";
      caption.textContent = shown ? `Output ${out.length}×${out[0].length}` : "Output";
      if (!shown) return false;
      made.draw(out.length, out[0].length, outputCell(out, here, fed, ui.filling));
      made.stand(...here);
      return true;
    },
  };
}

/** The formula along one side with the numbers filled in. */
export function sizeInNumbers(n, k, { stride = 1, padding = 0, dilation = 1 }) {
  const room = n + 2 * padding - span(k, dilation);
  const quotient = room / stride;
  const floor = Number.isInteger(quotient) ? show(quotient) : `⌊${show(quotient)}⌋`;
  return (
    `⌊(${n} + 2·${padding} − ${dilation}·(${k} − 1) − 1) / ${stride}⌋ + 1 = ⌊${room} / ` +
    `${stride}⌋ + 1` +
    ` = ${floor} + 1 = ${outputSize(n, k, { stride, padding, dilation })}`
  );
}

/** The same for "same", with the padding that it needs. */
function sameInNumbers(n, k, slide) {
  const [before, after] = margins(n, k, slide);
  const size = outputSize(n, k, slide);
  return `⌈${n} / ${slide.stride}⌉ = ${size}, with ${before} + ${after} of padding`;
}

/** The formula, and below it a line with the numbers for each side (one line if they are equal). */
export function sizeLines(size, kernel, slide) {
  const inNumbers = slide.same ? sameInNumbers : sizeInNumbers;
  const [rows, columns] = size.map((n, axis) => inNumbers(n, kernel[axis], slide));
  const lines =
    rows === columns ? [`rows and columns: ${rows}`] : [`rows: ${rows}`, `columns: ${columns}`];
  const rule = slide.same ? "size = ⌈n / s⌉" : "size = ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1";
  return [rule, ...lines].map(formulaLine);
}

/** Why no window fits, in words; "" if one does. Sizes are [rows, columns]. */
export function misfit(size, kernel, { padding = 0, dilation = 1 }, name = "kernel") {
  for (const [axis, noun] of ["rows", "columns"].entries()) {
    const [n, k] = [size[axis], kernel[axis]];
    if (span(k, dilation) > n + 2 * padding)
      return (
        `No window fits. The ${name} spans ${dilation}·(${k} − 1) + 1 = ${span(k, dilation)} ` +
        `${noun}, ` +
        `but the image with its padding has only ${n} + 2·${padding} = ${n + 2 * padding}. ` +
        `Use a larger image or more padding, or a smaller ` +
        `${name}${dilation > 1 ? " or dilation" : ""}.`
      );
  }
  return "";
}
