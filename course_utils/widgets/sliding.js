// What the demos that slide a window over `image` share: both grids, and the size formula in words.
import { outputSize, span } from "./arithmetic.js";
import { grid } from "./grid.js";
import { formulaLine, h, show } from "./parts.js";

/** The matrix with one number replaced. */
export const replaced = (x, row, column, value) =>
  x.map((line, r) => line.map((v, c) => (r === row && c === column ? value : v)));

/** Is this cell of the padded image padding? */
export const isPadding = ({ image, padding }, r, c) =>
  image[r - padding]?.[c - padding] === undefined;

/** The padded image as a grid in which the real cells can be edited. */
export const imageGrid = (ui, label) =>
  grid(ui, {
    label,
    editable: (r, c) => !isPadding(ui.state(), r, c),
    edit: (r, c, value) => {
      const { image, padding } = ui.state();
      ui.set({ image: replaced(image, r - padding, c - padding, value) });
    },
  });

/** How an output is drawn: the shown cell framed, numbers shaded against the largest. */
export function outputCell(out, here) {
  const largest = Math.max(1, ...out.flat().map(Math.abs));
  return (r, c) => {
    const current = here && r === here[0] && c === here[1];
    return {
      text: show(out[r][c]),
      cls: current ? "cd-current" : "",
      tint: out[r][c] / largest,
      words: current ? "shown" : "",
    };
  };
}

/** The output beside it, covered while a prediction is asked for; picking a cell sets `step`. */
export function outputFigure(ui, columns) {
  const made = grid(ui, {
    label: "Output",
    pick: (r, c) => ui.set({ step: r * columns(ui.state()) + c }),
  });
  const cover = h("div", { class: "cd-cover" });
  const caption = h("div", {});
  return {
    node: h("div", { class: "cd-figure" }, caption, made.node, cover),
    /** Draw the matrix, empty if nothing fits; true if it is to be seen. */
    draw(out, here) {
      const shown = out.length > 0 && !ui.hidden;
      made.node.hidden = !shown;
      cover.hidden = shown;
      cover.textContent = out.length ? "?" : "no output";
      caption.textContent = shown ? `Output ${out.length}×${out[0].length}` : "Output";
      if (!shown) return false;
      made.draw(out.length, out[0].length, outputCell(out, here));
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

/** The formula, and below it both sides with their numbers (one line if they are the same). */
export function sizeLines(size, kernel, slide) {
  const [rows, columns] = size.map((n, axis) => sizeInNumbers(n, kernel[axis], slide));
  const lines =
    rows === columns ? [`rows and columns: ${rows}`] : [`rows: ${rows}`, `columns: ${columns}`];
  return ["size = ⌊(n + 2p − d·(k − 1) − 1) / s⌋ + 1", ...lines].map(formulaLine);
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
