// What ReLU does to a map, and why two convolutions with nothing between them are one.
import { BETWEEN, lookAtPair } from "./compose.js";
import { grid } from "./grid.js";
import { PRESETS, presetOf } from "./kernels.js";
import { overlay, rectangle } from "./pad.js";
import { choice, h, mount, row, showWeight } from "./parts.js";
import { predict } from "./predict.js";
import { pixels } from "./pixels.js";
import { replaced } from "./sliding.js";

const BINS = 24; // bins of the plot: an even number, so that 0 is between two bins
const AFTER = { nothing: "the same", relu: "after ReLU" };
const percent = (share) => Math.round(100 * share);
const PAIR_QUESTIONS = [
  {
    ask: () =>
      "Predict: a 3×3 convolution, and on its map another one, with nothing between them. One " +
      "single convolution gives the same last map. How many rows has its kernel?",
    answer: () => 5,
    why: (s, given) =>
      (given === 9 ? "The steps add up, they do not multiply. " : "") +
      "3 + 3 − 1 = 5: a number of the last map depends on 5×5 pixels, by products and sums alone. " +
      "So two layers are one layer in disguise.",
  },
  {
    set: { between: "relu" },
    ask: (s) =>
      `Predict: ReLU stands between them. Of the ${lookAtPair(s).before.flat().length} numbers of ` +
      `the first map, ${lookAtPair(s).before.flat().filter(Boolean).length} are not 0. How many ` +
      `of these does ReLU make 0? Fifty more or less will do.`,
    answer: (s) => lookAtPair(s).changed,
    tolerance: 50,
    why: () =>
      "Where a stroke begins the answer is positive, where it ends it is negative: about half and " +
      "half. And no single kernel gives the last map any more.",
  },
  {
    set: { between: "half" },
    ask: () =>
      "Predict: between them each number is halved. By how many per cent of the map’s size does " +
      "the one 5×5 kernel (halved, too) miss the last map?",
    answer: (s) => percent(lookAtPair(s).missed),
    why: () => "A factor can be moved into the kernel. Something has to bend, not only to scale.",
  },
  {
    set: { between: "relu", first: PRESETS.blur },
    ask: () =>
      "Predict: ReLU again, but all weights of the first kernel are positive, as are all pixels. " +
      "By how many per cent does the one 5×5 kernel miss?",
    answer: (s) => percent(lookAtPair(s).missed),
    why: () => "Nothing is negative, so ReLU has nothing to do. It bends only where it meets both signs.",
  },
];

/** The function between the convolutions as a plot, and over it how often each number of the map occurs. */
function bend() {
  const over = overlay(2, 2);
  const node = h("div", { class: "cd-pixels cd-bend", role: "img" }, over.node);
  return {
    node,
    draw(values, { f, name }) {
      const largest = Math.max(1e-9, ...values.map(Math.abs));
      const counts = Array(BINS).fill(0);
      for (const v of values)
        if (v) counts[Math.min(BINS - 1, Math.floor(((v / largest + 1) / 2) * BINS))]++;
      const most = Math.max(1, ...counts);
      const wide = 2 / BINS;
      const bars = (low, high) =>
        counts
          .map((n, i) => [i, n / most])
          .filter(([i, tall]) => i >= low && i < high && tall)
          .map(([i, tall]) => rectangle(i * wide, 2 - tall, wide * 0.9, tall))
          .join("");
      const line = [-1, 0, 1].map((x, i) => `${i ? "L" : "M"}${x + 1} ${1 - f(x)}`).join("");
      over.draw({
        "cd-fewer": bars(0, BINS / 2),
        "cd-more": bars(BINS / 2, BINS),
        "cd-zero": "M0 1H2M1 0V2",
        "cd-function": line,
      });
      const less = values.filter((v) => v < 0).length;
      node.setAttribute(
        "aria-label",
        `${name}: what becomes of each number. Of the map’s numbers ${less} are negative, ` +
          `${values.filter((v) => v > 0).length} positive.`,
      );
    },
  };
}

/** A map with its name. */
function figure(text) {
  const caption = h("div", {}, text);
  const picture = pixels();
  return {
    node: h("div", { class: "cd-figure" }, caption, picture.node),
    draw(x, name, covered = false) {
      caption.textContent = name;
      const blank = x.map((line) => line.map(() => 0));
      picture.draw(covered ? blank : x, name, Math.max(1e-9, ...x.flat().map(Math.abs)));
      picture.node.classList.toggle("cd-covered", covered);
    },
  };
}

/** @param {any} ui */
function build(ui) {
  const question = predict(ui, PAIR_QUESTIONS);
  const kernels = ["first", "second"].map((key) => {
    const label = key === "first" ? "Kernel 1" : "Kernel 2";
    const made = grid(ui, {
      label,
      edit: (r, c, value) => ui.set({ [key]: replaced(ui.state()[key], r, c, value) }),
    });
    const preset = choice(ui, {
      label,
      options: [...Object.keys(PRESETS), "your own"].map((name) => [name, name]),
      value: (s) => presetOf(s[key]),
      change: (name) => PRESETS[name] && { [key]: PRESETS[name] },
    });
    return { key, made, preset, node: h("div", { class: "cd-figure" }, h("div", {}, label), made.node) };
  });
  const single = grid(ui, { label: "One kernel" });
  const singleFigure = h(
    "div",
    { class: "cd-figure cd-single" },
    h("div", {}, "one kernel, made of both"),
    single.node,
  );
  const [picture, before, after, two, one, differs] = Array.from({ length: 6 }, () => figure(""));
  const curve = bend();
  const curveName = h("div", {});
  const between = h("div", { class: "cd-figure" }, curveName, curve.node);
  const note = h("p", { class: "cd-note" });

  const draw = (made, x) => {
    const largest = Math.max(1e-9, ...x.flat().map(Math.abs));
    made.draw(x.length, x[0].length, (r, c) => ({
      text: showWeight(x[r][c]),
      tint: x[r][c] / largest,
    }));
  };
  ui.drawn((s) => {
    const now = lookAtPair(s);
    const way = BETWEEN[s.between];
    const size = (x) => `${x.length}×${x[0].length}`;
    for (const { key, made } of kernels) draw(made, s[key]);
    picture.draw(s.image, `picture ${size(s.image)}`);
    before.draw(now.before, `first map ${size(now.before)}`);
    curveName.textContent = way.name;
    curve.draw(now.before.flat(), way);
    after.draw(now.after, AFTER[s.between] ?? "after that", ui.hidden && s.between !== "nothing");
    two.draw(now.two, `last map ${size(now.two)}`, ui.hidden);
    singleFigure.hidden = one.node.hidden = differs.node.hidden = ui.hidden;
    draw(single, now.kernel);
    one.draw(now.one, `its map ${size(now.one)}`);
    const difference = now.two.map((line, r) => line.map((v, c) => v - now.one[r][c]));
    const same = now.missed < 1e-9;
    differs.draw(same ? difference.map((line) => line.map(() => 0)) : difference, "last map − its map");
    const best = percent(now.missedAtBest);
    note.textContent = ui.hidden
      ? ""
      : same
        ? "The two maps are the same: with this between them, two layers can do no more than one. " +
          (way.factor ? "" : "Nothing in the first map is negative, so nothing was bent.")
        : `The one kernel misses by ${percent(now.missed)}\u00a0% of the map’s size` +
          (best > 0
            ? `; the best 5×5 kernel for this picture, found by least squares, still by ${best}\u00a0%. ` +
              `Two layers now do what no single one can.`
            : ". For this picture another 5×5 kernel happens to do it.");
    const zeros =
      s.between === "relu"
        ? `ReLU made ${now.changed} of ${now.before.flat().length} numbers 0. `
        : "";
    ui.say(
      ui.hidden
        ? "The last map is covered until you predict."
        : `${zeros}One 5×5 kernel misses the last map by ${percent(now.missed)}\u00a0%.`,
    );
  });

  return [
    question,
    row(
      "cd-controls cd-aligned",
      kernels[0].preset,
      choice(ui, {
        label: "Between",
        options: Object.entries(BETWEEN).map(([key, { name }]) => [key, name]),
        value: (s) => s.between,
        change: (key) => ({ between: key }),
      }),
      kernels[1].preset,
    ),
    row(
      "cd-lane",
      picture.node,
      kernels[0].node,
      before.node,
      between,
      after.node,
      kernels[1].node,
      two.node,
    ),
    row("cd-lane cd-lone", singleFigure, one.node, differs.node),
    note,
    h(
      "p",
      { class: "cd-soft" },
      "Blue is positive, orange with stripes negative. The plot: what becomes of a number (line), and " +
        "how often each occurs in the first map (bars; 0 is left out). Click a weight to change it.",
    ),
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "Two convolutions, and something between them",
      keys: ["image", "first", "second", "between"],
      build,
    }),
};
