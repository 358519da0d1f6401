// Move a picture by pixels: its feature map moves with it, its pooled map changes less, or not at all.
import { change, convolve, matrix, minus, outputSize } from "./arithmetic.js";
import { choice, h, mount, row, show, slider, tick } from "./parts.js";
import { predict } from "./predict.js";
import { pixels } from "./pixels.js";

/** @typedef {import("./arithmetic.js").Matrix} Matrix */

const FURTHEST = 4;
const LEFT_EDGES = [
  [-1, 0, 1],
  [-1, 0, 1],
  [-1, 0, 1],
];

/** The matrix moved; zeros take its place. @param {Matrix} x @returns {Matrix} */
export const moved = (x, down, right) =>
  x.map((line, r) => line.map((_, c) => x[r - down]?.[c - right] ?? 0));

/** The map of left edges: a convolution, then ReLU. @param {Matrix} x @returns {Matrix} */
export const featureMap = (x) =>
  convolve(x, LEFT_EDGES).map((line) => line.map((v) => Math.max(0, v)));

/** The largest number of each window; windows do not overlap. @returns {Matrix} */
export function largestOf(x, window) {
  const [rows, columns] = [x.length, x[0].length].map((n) =>
    outputSize(n, window, { stride: window }),
  );
  const under = (r, c) =>
    x
      .slice(r * window, (r + 1) * window)
      .flatMap((line) => line.slice(c * window, (c + 1) * window));
  return rows && columns ? matrix(rows, columns, (r, c) => Math.max(...under(r, c))) : [];
}

/** For picture, feature map and pooled map: before, after, and the map with which "after" is compared. */
export function lookAtShift({ image, right, down, window, follow }) {
  const stages = (x) => ((map) => [x, map, largestOf(map, window)])(featureMap(x));
  const before = stages(image);
  const after = stages(moved(image, down, right));
  return before.map((x, i) => {
    const step = follow ? (i < 2 ? 1 : 1 / window) : 0;
    const whole = x.length > 0 && Number.isInteger(down * step) && Number.isInteger(right * step);
    const as = whole ? moved(x, down * step, right * step) : null; // no map moves by half a cell
    const difference = as && minus(after[i], as);
    const differ = difference?.flat().filter((v) => Math.abs(v) > 1e-9).length;
    return {
      before: x,
      base: as,
      after: after[i],
      difference,
      differ,
      percent: as && Math.round(100 * change(as, after[i])),
    };
  });
}

/** A line whose edge lies in the left column of its 2×2 windows. */
const LINE = matrix(28, 28, (r, c) => (c === 12 && r > 4 && r < 23 ? 9 : 0));

const pooledPercent = (s) => lookAtShift(s)[2].percent;
const QUESTIONS = [
  {
    ask: (s) =>
      `Predict: the picture has moved, see “after”, and its feature map changed by ` +
      `${lookAtShift(s)[1].percent}\u00a0%. By how many per cent did the map after ` +
      `${s.window}×${s.window} max pooling change? Ten more or less will do.`,
    answer: pooledPercent,
    tolerance: 10,
    why: () =>
      "Less, as maxima may move within their window. But not 0: many edges crossed into the " +
      "next window.",
  },
  {
    set: { image: LINE, right: 1 },
    ask: () =>
      "Predict: a line whose edge lies in the left half of its 2×2 windows has moved to the " +
      "right by one pixel. How many of the 169 pooled numbers changed?",
    answer: () => 0,
    why: () => "Each maximum moved within its window, so the pooled map is the same.",
  },
  {
    set: { image: LINE, right: -1 },
    ask: () =>
      "Predict: the same line, now one pixel to the left. In how many columns of the pooled map " +
      "did numbers change?",
    answer: () => 2,
    why: () =>
      "The maxima left their windows: one column went dark, its neighbour lit up. One pixel can " +
      "change the pooled map.",
  },
  {
    set: { right: 3, follow: true },
    ask: () =>
      "Predict: the digit has moved by three pixels. We move the feature map of before along, " +
      "by three as well. In how many of the 676 numbers does it differ from the map of the " +
      "moved digit?",
    answer: (s) => lookAtShift(s)[1].differ,
    why: () =>
      "The map of the moved picture is the moved map: equivariance, from using the same weights " +
      "at every place.",
  },
  {
    set: { right: 3, window: 26 },
    ask: () =>
      "Predict: one window as large as the whole map. The digit has moved by three pixels. By " +
      "how many per cent did the pooled map change?",
    answer: pooledPercent,
    why: () => "The largest number is still somewhere in the only window.",
  },
];

/** A sentence on what the comparison shows. */
/** @type {(s: any, now: any[]) => string} */
function lesson({ right, down, window, follow }, [, map, pooled]) {
  if (!right && !down) return "Nothing has moved yet.";
  if (!pooled.after.length)
    return (
      `No ${window}×${window} window fits on the feature map of ` +
      `${map.after.length}×${map.after[0].length}.`
    );
  if (!follow)
    return pooled.differ
      ? "Neither map is invariant: numbers change where something left its place, or its window."
      : "Not one pooled number changed: each maximum stayed within its window. To this shift, " +
          "the pooled map is invariant.";
  const first = map.differ
    ? "Something was cut off at the border, and only there the moved map differs."
    : "The map of the moved picture is the moved map: equivariance.";
  if (pooled.difference)
    return (
      `${first} ` +
      (pooled.differ
        ? "The pooled map is cut off, too."
        : "So is the pooled map: the shift is a whole number of windows.")
    );
  return `${first} The pooled map would have to move by part of a cell, which it cannot.`;
}

/** @param {object} ui */
function build(ui) {
  const question = predict(ui, QUESTIONS);
  const clamp = (n) => Math.max(-FURTHEST, Math.min(FURTHEST, n));
  const move = (down, right) => ui.set({ down: clamp(down), right: clamp(right) });
  const walk = (rows, columns) => move(ui.state().down + rows, ui.state().right + columns);
  const names = ["Picture", "Feature map", "Pooled map"];
  const figures = names.map((_, i) => ({
    caption: h("div", {}),
    pictures: [0, 1, 2].map((line) =>
      pixels({ ink: i === 0 && line < 2, walk: i === 0 && line === 1 ? walk : undefined }),
    ),
    numbers: h("div", { class: "cd-soft" }),
  }));
  const digit = figures[0].pictures[1];
  digit.node.classList.add("cd-drag");
  let grip = null; // the event that began a drag
  let before = [0, 0];
  digit.node.addEventListener("pointerdown", (event) => {
    if (event.button) return; // a menu opens, and there may be no event for the end of the press
    before = [ui.state().down, ui.state().right];
    grip = event;
    digit.node.setPointerCapture(event.pointerId);
  });
  digit.node.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [rows, columns] = digit.between(grip, event);
    move(before[0] + rows, before[1] + columns);
  });
  digit.node.addEventListener("pointerup", () => (grip = null));
  digit.node.addEventListener("pointercancel", () => {
    if (grip) move(...before); // the finger scrolls the page instead
    grip = null;
  });

  const heads = ["before", "after", "after − before"].map((text) =>
    h("div", { class: "cd-rowhead" }, text),
  );
  const board = row(
    "cd-board",
    h("div", { class: "cd-rowhead" }),
    ...figures.map(({ caption }) => caption),
    ...heads.flatMap((head, line) => [head, ...figures.map(({ pictures }) => pictures[line].node)]),
    h("div", { class: "cd-rowhead" }, "changed"),
    ...figures.map(({ numbers }) => numbers),
  );
  const note = h("p", { class: "cd-note" });

  ui.drawn((s) => {
    const now = lookAtShift(s);
    const sideways = s.right ? `${Math.abs(s.right)} to the ${s.right > 0 ? "right" : "left"}` : "";
    const upright = s.down ? `${Math.abs(s.down)} ${s.down > 0 ? "down" : "up"}` : "";
    const earlier = s.follow ? "before, moved along" : "before";
    const shift = [sideways, upright].filter(Boolean).join(" and ") || "by nothing";
    figures.forEach(({ caption, pictures, numbers }, i) => {
      const { before, base, after, difference, differ, percent } = now[i];
      const [rows, columns] = [before.length, before[0]?.length ?? 0];
      const covered = ui.hidden && i > 0;
      const largest = Math.max(1e-9, ...before.flat(), ...after.flat());
      const blank = matrix(rows || 1, columns || 1, () => 0);
      caption.textContent = `${names[i]} ${rows}×${columns}`;
      pictures[0].draw(base ?? blank, `${names[i]} ${earlier}`, largest);
      pictures[1].draw(
        covered || !rows ? blank : after,
        i
          ? `${names[i]} after the move`
          : `The picture, moved ${shift}. Arrow keys move it, Home and End to the far left ` +
              `and right.`,
        largest,
      );
      pictures[2].draw(
        covered ? blank : (difference ?? blank),
        `${names[i]}: what changed`,
        largest,
      );
      for (const { node } of pictures.slice(i ? 1 : 3))
        node.classList.toggle("cd-covered", covered);
      for (const line of [0, 2]) pictures[line].node.classList.toggle("cd-none", !base && !covered);
      numbers.replaceChildren(
        ...(covered
          ? ["?"]
          : difference
            ? [h("b", {}, `${percent} %`), h("div", {}, `${differ} of ${rows * columns}`)]
            : ["–"]),
      );
    });
    heads[0].textContent = earlier;
    note.textContent = ui.hidden ? "" : lesson(s, now);
    const percents = now.map(({ percent }) =>
      percent === null ? "cannot be compared" : `changes by ${percent}\u00a0%`,
    );
    ui.say(
      `The picture has moved ${shift}. ` +
        (ui.hidden
          ? "Its maps are covered until you predict."
          : `Feature map ${percents[1]}, pooled map ${percents[2]}.`),
    );
  });

  return [
    question,
    row(
      "cd-controls cd-aligned",
      choice(ui, {
        label: "Picture",
        options: [
          ["digit", "a digit"],
          ["line", "a line"],
        ],
        value: (s) => (String(s.image) === String(LINE) ? "line" : "digit"),
        change: (name) => ({ image: name === "line" ? LINE : ui.opening.image }),
      }),
      slider(ui, {
        key: "window",
        label: "Max pooling",
        min: 1,
        max: 26,
        words: (w) => `${w}×${w}`,
      }),
      slider(ui, {
        key: "right",
        label: "To the right",
        min: -FURTHEST,
        max: FURTHEST,
        words: show,
      }),
      slider(ui, { key: "down", label: "Down", min: -FURTHEST, max: FURTHEST, words: show }),
    ),
    tick(ui, { key: "follow", label: "Move “before” along, then compare" }),
    board,
    note,
    h(
      "p",
      { class: "cd-soft" },
      "Feature map: left edges, after ReLU. Differences: blue is more than before, orange with stripes " +
        "less. Changed: the size of the difference compared with the map’s, and how many numbers differ.",
    ),
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "Move the picture, and watch its maps",
      keys: ["image", "right", "down", "window", "follow"],
      build,
    }),
};
