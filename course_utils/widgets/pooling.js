// Max and average pooling: one window, the cell that won, overlaps, and how many numbers remain.
import { matrix, outputSize, pad } from "./arithmetic.js";
import { cellIn, flights } from "./flight.js";
import { cellsUnder, winner } from "./pools.js";
import {
  fedWords,
  imageGrid,
  isPadding,
  misfit,
  outputFigure,
  pointed,
  sizeLines,
} from "./sliding.js";
import { bracket, button, choice, count, h, mount, row, show, slider } from "./parts.js";
import { player } from "./player.js";
import { predict } from "./predict.js";

/** @typedef {import("./arithmetic.js").Matrix} Matrix */
/** @typedef {{mode: "max" | "average", window: number, stride: number, padding: number}} Pool */

/** @param {Matrix} x @param {Pool} settings @returns {Matrix} */
export function pool(x, settings) {
  const { mode, window, padding } = settings;
  const padded = pad(x, padding, NaN);
  const rows = outputSize(x.length, window, settings);
  const columns = outputSize(x[0].length, window, settings);
  if (!rows || !columns || padding >= window) return [];
  return matrix(rows, columns, (r, c) => {
    const cells = cellsUnder(padded, settings, r, c);
    if (mode === "max") return winner(cells).value;
    return cells.reduce((total, cell) => total + cell.value, 0) / cells.length;
  });
}

/** For each cell of the padded image, the number of windows in which it lies. @returns {Matrix} */
export function timesRead(size, settings) {
  const { window, stride, padding } = settings;
  const along = size.map((n) => {
    const times = Array(n + 2 * padding).fill(0);
    for (let o = 0; o < outputSize(n, window, settings); o++)
      for (let t = 0; t < window; t++) times[o * stride + t]++;
    return times;
  });
  return along[0].map((a) => along[1].map((b) => a * b));
}

/** All that is drawn, computed from the traits. */
export function lookAtPool(s) {
  const size = [s.image.length, s.image[0].length];
  const output = pool(s.image, s);
  const fits = output.length > 0;
  const padded = pad(s.image, s.padding, NaN);
  const columns = output[0]?.length ?? 0;
  const at = Math.min(s.step, output.length * columns - 1);
  const here = fits ? [Math.floor(at / columns), at % columns] : [0, 0];
  const windows = output.map((line, r) => line.map((_, c) => cellsUnder(padded, s, r, c)));
  return { size, output, fits, padded, here, columns, windows, read: timesRead(size, s) };
}

const sides = (s) =>
  [s.image.length, s.image[0].length].map((n) =>
    s.padding < s.window ? outputSize(n, s.window, s) : 0,
  );
const cellsOf = (s) => sides(s)[0] * sides(s)[1];
const POOL_QUESTIONS = [
  {
    ask: (s) =>
      `Predict: ${s.image.length}×${s.image[0].length} numbers go in. The window is ` +
      `${s.window}×${s.window} and moves by ${s.stride}. How many numbers come out?`,
    answer: cellsOf,
    why: (s) => {
      const [rows, columns] = sides(s);
      return `${rows}·${columns} windows, one number from each.`;
    },
  },
  {
    set: { window: 3, stride: 2 },
    ask: (s) =>
      `Predict: window 3, stride 2, on ${s.image.length}×${s.image[0].length} numbers. How many ` +
      `come out?`,
    answer: cellsOf,
    why: (s, given) =>
      (given === 4 && cellsOf(s) !== 4
        ? "Windows need not lie side by side: these overlap, because they move by the stride. "
        : "") + `⌊(${s.image.length} − 3)/2⌋ + 1 = ${sides(s)[0]} along each side.`,
  },
  {
    set: { mode: "average" },
    ask: () => "Predict: the mean of each window now. What is the first number, row 0, column 0?",
    answer: (s) => pool(s.image, s)[0]?.[0] ?? NaN,
    tolerance: 0.01,
    why: (s) =>
      `(${cellsUnder(s.image, s, 0, 0)
        .map(({ value }) => bracket(show(value)))
        .join(" + ")}) / ${s.window ** 2}.`,
  },
  {
    ask: () => "Predict: how many weights does this layer learn?",
    answer: () => 0,
    why: () => "None. Taking the largest of some numbers, or their mean, needs no weights.",
  },
  {
    set: {
      padding: 1,
      image: Array.from({ length: 6 }, (_, r) =>
        Array.from({ length: 6 }, (_, c) => -1 - ((r + 2 * c) % 4)),
      ),
    },
    ask: () =>
      "Predict: every number is negative, and there is padding. What is the output’s first " +
      "number, row 0, column 0?",
    answer: (s) => pool(s.image, s)[0]?.[0] ?? NaN,
    why: (s, given) =>
      (given === 0
        ? "Padded cells are not zeros here: they count as −∞, so they never win. "
        : "") + "The only real cell in that window is the image’s first.",
  },
];

/** @param {object} ui */
function build(ui) {
  const question = predict(ui, POOL_QUESTIONS);
  const point = pointed(ui);
  const input = imageGrid(ui, "Map", point.atImage);
  const output = outputFigure(ui, (s) => sides(s)[1], point.atOutput);
  const caption = h("div", {});
  const line = h("p", { class: "cd-sum" });
  const remain = h("p", {});
  const overlap = h("p", {});
  const formula = h("div", { class: "cd-formula" });
  const note = h("p", { class: "cd-wrong" });

  const controls = row(
    "cd-controls",
    choice(ui, {
      label: "Keep",
      options: [
        ["max", "the largest (max)"],
        ["average", "the mean (average)"],
      ],
      value: (s) => s.mode,
      change: (mode) => ({ mode }),
    }),
    slider(ui, { key: "window", label: "Window", min: 1, max: 4 }),
    slider(ui, { key: "stride", label: "Stride", min: 1, max: 4 }),
    slider(ui, { key: "padding", label: "Padding", min: 0, max: 2 }),
    button("Stride = window", () => ui.set({ stride: ui.state().window })),
  );
  const steps = player(ui, {
    key: "step",
    label: "Output cell",
    total: cellsOf,
    words: (i, s) => {
      const columns = sides(s)[1] || 1;
      return `row ${Math.floor(i / columns)}, column ${i % columns}`;
    },
  });

  const stage = row(
    "cd-stage",
    h("div", { class: "cd-figure" }, caption, input.node),
    row("cd-signed-figure", h("div", { class: "cd-sign", "aria-hidden": "true" }, "→"), output.node),
  );
  const fly = flights(ui, stage);

  ui.drawn((s) => {
    const now = lookAtPool(s);
    const { padded, output: out, fits, read } = now;
    const here = point.shown(now.here, out);
    const shown = fits && !ui.hidden;
    const fed = shown ? point.fed(now.size, [s.window, s.window], s) : null;
    const cells = fits ? now.windows[here[0]][here[1]] : [];
    const key = ({ row: r, column: c }) => `${r},${c}`;
    const best = s.mode === "max" && shown ? key(winner(cells)) : "";
    const winners = new Set(
      s.mode === "max" && shown ? now.windows.flat().map((under) => key(winner(under))) : [],
    );
    const [top, left] = [here[0] * s.stride, here[1] * s.stride];
    const covered = (r, c) =>
      shown && !fed && r >= top && r < top + s.window && c >= left && c < left + s.window;
    const largest = Math.max(1, ...s.image.flat().map(Math.abs));
    input.draw(padded.length, padded[0].length, (r, c) => {
      const border = isPadding(s, r, c);
      const place = `${r},${c}`;
      const unread = fits && !ui.hidden && !read[r][c];
      const words = [
        border && "padding, ignored",
        covered(r, c) && "in the window",
        place === best && "the largest",
        winners.has(place) && place !== best && "the largest of another window",
        unread && "in no window",
        read[r][c] > 1 && !ui.hidden && `in ${read[r][c]} windows`,
      ];
      const note = place === best ? "★" : winners.has(place) ? "•" : "";
      return {
        text: border ? (s.mode === "max" ? "−∞" : "–") : show(padded[r][c]),
        note,
        cls:
          `${note && "cd-marked "}${border ? "cd-padding " : ""}` +
          `${fed?.source[0] === r && fed.source[1] === c ? "cd-source " : ""}` +
          `${unread ? "cd-unread " : ""}${covered(r, c) ? "cd-window" : ""}`,
        tint: border ? 0 : padded[r][c] / largest,
        words: words.filter(Boolean).join(", "),
      };
    });
    if (shown && !fed) input.frame(top, left, s.window, s.window);
    else input.frame();
    output.draw(out, here, fed);
    const flying = () => {
      const to = shown && !fed ? cellIn(output.node, here[0], here[1]) : null;
      const kept = s.mode === "max" ? [winner(cells)] : cells; // a mean needs all of them
      const from = (r, c) => to && cellIn(input.node, r, c);
      return kept.map(({ row, column, value }) => ({ from: from(row, column), to, value }));
    };
    fly(s, flying, true);
    const [rows, columns] = now.size;
    caption.textContent = `Map ${rows}×${columns}${s.padding ? `, padding ${s.padding}` : ""}`;

    for (const node of [line, remain, overlap, formula]) node.hidden = !shown;
    note.hidden = fits;
    if (!fits) {
      note.textContent =
        s.padding >= s.window
          ? `The padding (${s.padding}) must be smaller than the window (${s.window}): a window ` +
            `that holds only padding has no ${s.mode === "max" ? "largest number" : "mean"}.`
          : misfit(now.size, [s.window, s.window], s, "window");
      ui.say("There is no output.");
      return;
    }
    const values = cells.map(({ value }) => bracket(show(value)));
    const result = show(out[here[0]][here[1]]);
    line.textContent =
      s.mode === "max"
        ? `max(${cells.map(({ value }) => show(value)).join(", ")}) = ${result}`
        : `(${values.join(" + ")}) / ${cells.length} = ${result}`;
    const [before, after] = [rows * columns, out.length * now.columns];
    remain.textContent =
      `${count(before, "number")} in, ${after} out` +
      (after < before ? `: ${show((100 * after) / before, 0)}\u00a0% remain. ` : ". ") +
      "Weights to learn: 0.";
    const often = Math.max(...read.flat());
    const never = read.flat().filter((times) => times === 0).length;
    overlap.textContent =
      (often > 1
        ? `Windows overlap: a cell may lie in up to ${often} of them. `
        : "No two windows overlap. ") +
      (never ? `Hatched: ${count(never, "cell")} in no window. ` : "") +
      (s.mode === "max" ? "★ won this window, •\u00a0won another." : "");
    formula.replaceChildren(...sizeLines(now.size, [s.window, s.window], s));
    ui.say(
      ui.hidden
        ? "The output is covered until you predict."
        : fed
          ? fedWords(fed, out.length * now.columns, isPadding(s, fed.source[0], fed.source[1]))
          : `Output row ${here[0]}, column ${here[1]} is ${result}.`,
    );
  });

  return [
    question,
    controls,
    stage,
    steps,
    line,
    remain,
    overlap,
    formula,
    note,
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "Pooling keeps one number of each window",
      keys: ["image", "mode", "window", "stride", "padding", "step"],
      build,
    }),
};
