// One kernel slides over one image: every window, its products, their sum, and the size formula.
import {
  convolve,
  frameOf,
  matrix,
  outputSize,
  pad,
  products,
  readers,
  span,
  sum,
  turned,
} from "./arithmetic.js";
import { columnsOf, questionsFor, rowsOf } from "./convolution_asked.js";
import { cellIn, flights } from "./flight.js";
import {
  fedWords,
  imageGrid,
  isPadding,
  misfit,
  outputFigure,
  pointed,
  replaced,
  sizeLines,
} from "./sliding.js";
import { grid } from "./grid.js";
import { PRESETS, presetOf } from "./kernels.js";
import { bracket, choice, h, mount, row, show, showWeight, slider, tick } from "./parts.js";
import { player } from "./player.js";
import { predict } from "./predict.js";

/** @typedef {import("./arithmetic.js").Matrix} Matrix */

/** The numbers in another size: cut off at the bottom and right, or filled with zeros. */
const resized = (x, rows, columns) => matrix(rows, columns, (r, c) => x[r]?.[c] ?? 0);

/** All that is drawn, computed from the traits. */
export function look({ image, kernel, stride, padding, same, dilation, flip, step }) {
  const slide = { stride, padding, dilation, same };
  const rows = outputSize(image.length, kernel.length, slide);
  const columns = outputSize(image[0].length, kernel[0].length, slide);
  const fits = rows > 0 && columns > 0;
  const used = flip ? turned(kernel) : kernel;
  const padded = pad(image, frameOf(image, kernel, slide));
  const at = Math.min(step, rows * columns - 1);
  /** @type {[number, number]} */
  const here = fits ? [Math.floor(at / columns), at % columns] : [0, 0];
  return {
    rows,
    columns,
    fits,
    used,
    padded,
    here,
    slide,
    output: fits ? convolve(image, used, slide) : [],
    termsAt: (/** @type {[number, number]} */ at) => products(padded, used, slide, ...at),
    rowsRead: readers(image.length, kernel.length, slide).map((by) => by.length > 0),
    columnsRead: readers(image[0].length, kernel[0].length, slide).map((by) => by.length > 0),
  };
}

/** The rows or columns that no window reads, in words. */
const leftOut = (read, noun) => {
  const missed = read.flatMap((seen, i) => (seen ? [] : [i]));
  return missed.length ? `${noun}${missed.length > 1 ? "s" : ""} ${missed.join(", ")}` : "";
};

/** One term of the sum, as text. */
const product = (t) => `${bracket(show(t.value))}·${bracket(showWeight(t.weight))}`;

/** @param {object} ui */
function build(ui) {
  const question = predict(ui, questionsFor(ui.opening));
  const point = pointed(ui);
  const input = imageGrid(ui, "Image", point.atImage);
  const weights = grid(ui, {
    label: "Kernel",
    edit: (r, c, value) => ui.set({ kernel: replaced(ui.state().kernel, r, c, value) }),
  });
  const output = outputFigure(ui, columnsOf, point.atOutput);
  const sumLine = h("p", { class: "cd-sum cd-two" });
  const formula = h("div", { class: "cd-formula" });
  const note = h("p", { class: "cd-note" });
  const caption = { input: h("div", {}), kernel: h("div", {}) };

  const size = (key, axis, label, min, max) =>
    slider(ui, {
      label,
      min,
      max,
      value: (s) => (axis ? s[key][0].length : s[key].length),
      change: (n) => {
        const x = ui.state()[key];
        return { [key]: axis ? resized(x, x.length, n) : resized(x, n, x[0].length) };
      },
    });
  const border = slider(ui, { key: "padding", label: "Padding", min: 0, max: 4 });
  const settings = [
    slider(ui, { key: "stride", label: "Stride", min: 1, max: 4 }),
    border,
    tick(ui, { key: "same", label: "Padding “same”" }),
    slider(ui, { key: "dilation", label: "Dilation", min: 1, max: 3 }),
  ];
  const controls = row(
    "cd-controls",
    choice(ui, {
      label: "Kernel",
      options: [...Object.keys(PRESETS), "your own"].map((name) => [name, name]),
      value: (s) => presetOf(s.kernel),
      change: (name) => PRESETS[name] && { kernel: PRESETS[name] },
    }),
    ...settings,
    tick(ui, { key: "flip", label: "Turn the kernel by 180° (true convolution)" }),
  );
  const frames = h(
    "details",
    {},
    h("summary", {}, "Sizes"),
    row(
      "cd-controls",
      size("image", 0, "Image rows", 1, 9),
      size("image", 1, "Image columns", 1, 9),
      size("kernel", 0, "Kernel rows", 1, 5),
      size("kernel", 1, "Kernel columns", 1, 5),
    ),
  );
  const steps = player(ui, {
    key: "step",
    label: "Output cell",
    total: (s) => rowsOf(s) * columnsOf(s),
    words: (i, s) => {
      const columns = columnsOf(s) || 1;
      return `row ${Math.floor(i / columns)}, column ${i % columns}`;
    },
  });

  const sign = (text) => h("div", { class: "cd-sign", "aria-hidden": "true" }, text);
  const figure = (name, node) => h("div", { class: "cd-figure" }, caption[name], node);
  const stage = row(
    "cd-stage",
    figure("input", input.node),
    row("cd-signed-figure", sign("∗"), figure("kernel", weights.node)),
    row("cd-signed-figure", sign("="), output.node),
  );
  const fly = flights(ui, stage);

  ui.drawn((s) => {
    const now = look(s);
    const { padded, used, output: out, fits } = now;
    const here = /** @type {[number, number]} */ (point.shown(now.here, out));
    const terms = fits ? now.termsAt(here) : [];
    for (const node of [...settings, frames]) node.hidden = !s.settings;
    if (s.same) border.hidden = true;
    const sizes = [
      [s.image.length, s.image[0].length],
      [used.length, used[0].length],
    ];
    const across = padded[0].length + used[0].length + (out[0]?.length ?? 3);
    const beside = across > 28 ? 26 : across; // more do not fit beside each other at any size
    stage.dataset.across = String([13, 16, 20, 26].filter((most) => beside > most).length);
    const fed = fits && !ui.hidden ? point.fed(sizes[0], sizes[1], now.slide) : null;
    const covered = new Map(
      fits && !ui.hidden && !fed ? terms.map((t) => [`${t.row},${t.column}`, t.weight]) : [],
    );
    const largest = Math.max(1, ...s.image.flat().map(Math.abs));
    input.draw(padded.length, padded[0].length, (r, c) => {
      const border = isPadding(s, r, c);
      const weight = covered.get(`${r},${c}`);
      const unread = fits && !ui.hidden && !(now.rowsRead[r] && now.columnsRead[c]);
      const marks = [
        border && "padding",
        unread && "never read",
        weight !== undefined && `times ${showWeight(weight)}`,
      ];
      return {
        text: show(padded[r][c]),
        note: weight === undefined ? "" : `×${showWeight(weight)}`,
        cls:
          `${border ? "cd-padding " : ""}${unread ? "cd-unread " : ""}` +
          `${fed?.source[0] === r && fed.source[1] === c ? "cd-source " : ""}` +
          (weight === undefined ? "" : "cd-window"),
        tint: padded[r][c] / largest,
        words: marks.filter(Boolean).join(", "),
      };
    });
    if (covered.size)
      input.frame(
        here[0] * s.stride,
        here[1] * s.stride,
        span(used.length, s.dilation),
        span(used[0].length, s.dilation),
      );
    else input.frame();
    const heaviest = Math.max(...s.kernel.flat().map(Math.abs), 1e-9);
    weights.draw(s.kernel.length, s.kernel[0].length, (r, c) => ({
      text: showWeight(s.kernel[r][c]),
      tint: s.kernel[r][c] / heaviest,
    }));
    const shown = output.draw(out, here, fed);
    const padding = s.same ? "padding “same”" : s.padding ? `padding ${s.padding}` : "";
    caption.input.textContent =
      `Image ${s.image.length}×${s.image[0].length}` + (padding && `, ${padding}`);
    caption.kernel.textContent = `Kernel ${s.kernel.length}×${s.kernel[0].length}`;

    const total = fits ? sum(terms) : 0;
    sumLine.hidden = !shown;
    formula.hidden = !shown || !s.settings;
    sumLine.textContent = shown
      ? `${terms.map((t) => product(t)).join(" + ")} = ${show(total)}`
      : "";
    formula.replaceChildren(...sizeLines(...sizes, now.slide));
    const missed = [leftOut(now.rowsRead, "row"), leftOut(now.columnsRead, "column")].filter(
      Boolean,
    );
    note.textContent = !fits
      ? misfit(...sizes, s)
      : shown && missed.length
        ? `Hatched: never read by any window ` +
          `(${missed.join("; ")}${padding ? ", counted with the padding" : ""}).`
        : "";
    note.hidden = !note.textContent;
    const flying = () => {
      const to = shown && !fed ? cellIn(output.node, here[0], here[1]) : null;
      return terms
        .filter((t) => to && t.value * t.weight)
        .map((t) => ({ from: cellIn(input.node, t.row, t.column), to, value: t.value * t.weight }));
    };
    fly(s, flying, true);
    note.className = `cd-note${fits ? "" : " cd-wrong"}`;
    const [r, c] = here;
    ui.say(
      !fits
        ? "There is no output."
        : ui.hidden
          ? "The output is covered until you predict."
          : fed
            ? fedWords(fed, now.rows * now.columns, isPadding(s, fed.source[0], fed.source[1]))
            : `Output row ${r}, column ${c} is ${show(total)}: ` +
              `the window starts at row ${r * s.stride}, column ` +
              `${c * s.stride}${padding ? " of the padded image" : ""}.`,
    );
  });

  return [
    question,
    controls,
    frames,
    stage,
    steps,
    sumLine,
    formula,
    note,
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "A kernel slides over an image",
      keys: ["image", "kernel", "stride", "padding", "same", "dilation", "flip", "step", "settings"],
      build,
    }),
};
