// How many parameters a dense layer and a convolution need for an image, on a logarithmic scale.
import { convParameters, denseParameters, memory } from "./counts.js";
import { choice, commas, count, h, mount, row, slider } from "./parts.js";
import { predict } from "./predict.js";

const SIDES = [
  8, 12, 16, 20, 28, 32, 40, 56, 64, 96, 128, 160, 192, 224, 256, 320, 480, 512, 640, 720, 1024,
  1080, 1280, 1920, 2048,
];
const POWERS = [1, 2, 4, 8, 10, 16, 32, 64, 100, 128, 256, 512, 1024, 2048, 4096];
const IMAGES = {
  "MNIST digit, 28×28": [28, 28],
  "thumbnail, 64×64": [64, 64],
  "ImageNet crop, 224×224": [224, 224],
  "photo, 1280×720": [1280, 720],
  "film frame, 1920×1080": [1920, 1080],
};
const [LEFT, RIGHT, TOP, BOTTOM] = [74, 346, 12, 216]; // of the plot, in its own pixels
const [FEWEST, MOST, LAST] = [1, 8, 11.2]; // pixels from 10¹ to 10⁸, parameters from 1 to 10^11.2

/** All that is drawn, computed from the traits. */
export function compare({ width, height, channels, units, filters, kernel }) {
  const inputs = width * height * channels;
  const [rows, columns] = [height, width].map((n) => Math.max(0, n - kernel + 1));
  return {
    inputs,
    rows,
    columns,
    dense: denseParameters(inputs, units),
    convolution: convParameters(channels, filters, kernel),
  };
}

const across = (pixels) =>
  LEFT + ((Math.log10(pixels) - FEWEST) / (MOST - FEWEST)) * (RIGHT - LEFT);
const up = (parameters) => BOTTOM - (Math.log10(parameters) / LAST) * (BOTTOM - TOP);

/** The plot: both counts against the number of pixels; covered, only its axes. */
function plot(s, { dense, convolution }, covered) {
  const text = (x, y, words, more = "") => `<text x="${x}" y="${y}" ${more}>${words}</text>`;
  const path = (d, cls) => `<path class="${cls}" d="${d}"/>`;
  const [x, y, flat] = [across(s.width * s.height), up(dense), up(convolution)];
  const tens = [...Array(12).keys()];
  const lines = tens
    .map((t) => path(`M${LEFT} ${up(10 ** t)}H${RIGHT}`, t % 3 ? "cd-fine" : "cd-line"))
    .join("");
  const marks = ["1", "1 thousand", "1 million", "1 billion"].map((words, i) =>
    text(LEFT - 5, up(1000 ** i) + 4, words, 'text-anchor="end"'),
  );
  /** @type {[number, string][]} */
  const places = [
    [2, "100"],
    [4, "10,000"],
    [6, "1 million"],
  ];
  const below = places.map(([t, words]) =>
    text(across(10 ** t), BOTTOM + 15, words, 'text-anchor="middle"'),
  );
  const [small, large] = [10 ** FEWEST, 10 ** MOST];
  const end = Math.min(large, 10 ** LAST / (s.units * s.channels)); // the dense line leaves the plot here
  const axes =
    lines +
    marks.join("") +
    below.join("") +
    path(`M${x} ${TOP}V${BOTTOM}`, "cd-here") +
    text((LEFT + RIGHT) / 2, BOTTOM + 31, "pixels of the image", 'text-anchor="middle"');
  const curves =
    path(
      `M${across(small)} ${up((small * s.channels + 1) * s.units)}L${across(end)} ` +
        `${up((end * s.channels + 1) * s.units)}`,
      "cd-dense",
    ) +
    path(`M${LEFT} ${flat}H${RIGHT}`, "cd-conv") +
    text(
      across(end),
      up(end * s.units * s.channels) + 36,
      "dense",
      'text-anchor="end" class="cd-dense"',
    ) +
    text(
      RIGHT,
      flat > 190 ? flat - 8 : flat + 17,
      "convolution",
      'text-anchor="end" class="cd-conv"',
    ) +
    `<circle class="cd-dense" cx="${x}" cy="${y}" r="5"/><rect class="cd-conv" x="${x - 4.5}" ` +
    `y="${flat - 4.5}" width="9" height="9"/>`;
  return (
    `<svg viewBox="0 0 350 254" ` +
    `aria-hidden="true">${axes}${covered ? text(x + 12, 110, "?", 'class="cd-here"') : curves}</svg>`
  );
}

const QUESTIONS = [
  {
    ask: () =>
      "Predict: the picture becomes twice as wide and twice as high. How many times as many " +
      "weights does the dense layer then need?",
    answer: () => 4,
    why: () =>
      "Four times as many pixels, and each has a weight of its own for every unit. Set width " +
      "and height to 56 to see it.",
  },
  {
    set: { width: 1280, height: 720 },
    ask: () =>
      "Predict: for the 28×28 digit, the convolution with 32 filters of 3×3 has 320 parameters. " +
      "How many does it have for this photo of 1280×720?",
    answer: (s) => compare(s).convolution,
    why: () =>
      "The same small kernels are used at every place: more places, same weights. Its line " +
      "is flat.",
  },
  {
    set: { channels: 3 },
    ask: () =>
      "Predict: the picture is now in colour, three channels. How many parameters do the 32 " +
      "filters of 3×3 have?",
    answer: (s) => compare(s).convolution,
    why: (s, given) =>
      (given === 320 ? "A filter reaches through all channels: " : "") +
      "3·3·3 weights and one bias for each of 32 filters.",
  },
];

/** @param {object} ui */
function build(ui) {
  const question = predict(ui, QUESTIONS);
  const steps = (key, label, values) =>
    slider(ui, {
      label,
      min: 0,
      max: values.length - 1,
      value: (s) => values.findLastIndex((v) => v <= s[key]),
      change: (i) => ({ [key]: values[i] }),
      words: () => commas(ui.state()[key]), // a value set from Python may lie between two steps
    });
  const named = (s) =>
    Object.keys(IMAGES).find((name) => `${IMAGES[name]}` === `${[s.width, s.height]}`) ??
    "your own";
  const chart = h("div", { class: "cd-plot", role: "img" });
  const dense = h("div", { class: "cd-count" });
  const conv = h("div", { class: "cd-count" });
  const ratio = h("p", { class: "cd-note" });

  ui.drawn((s) => {
    const { inputs, rows, columns, ...now } = compare(s);
    const size = `${s.width}×${s.height}${s.channels > 1 ? `×${s.channels}` : ""}`;
    const times = now.dense / now.convolution;
    const said =
      `${size}: dense ${commas(now.dense)} parameters, convolution ` +
      `${commas(now.convolution)}.`;
    const covered = ui.hidden;
    chart.innerHTML = plot(s, now, covered);
    chart.setAttribute(
      "aria-label",
      covered
        ? "Parameters against pixels, covered"
        : `${said} The dense layer’s line rises with the number of pixels; the convolution’s ` +
            `is flat.`,
    );
    ui.say(covered ? "The counts are covered until you predict." : said);
    const fill = (node, cls, name, n, sum, out) =>
      node.replaceChildren(
        h("div", { class: cls }, name),
        h("b", {}, covered ? "?" : commas(n)),
        " parameters",
        h("div", {}, covered ? "" : `= ${sum}`),
        h("div", { class: "cd-soft" }, covered ? "" : `${memory(n)} as 32-bit numbers. ${out}`),
      );
    const k = s.kernel;
    fill(
      dense,
      "cd-key cd-dense",
      `Dense, ${commas(s.units)} unit${s.units === 1 ? "" : "s"}`,
      now.dense,
      `${s.width}·${s.height}·${s.channels} · ${s.units} + ${s.units}`,
      `It gives ${commas(s.units)} number${s.units === 1 ? "" : "s"}.`,
    );
    fill(
      conv,
      "cd-key cd-conv",
      `Convolution, ${count(s.filters, "filter")} of ${k}×${k}`,
      now.convolution,
      `${k}·${k}·${s.channels} · ${s.filters} + ${s.filters}`,
      rows && columns
        ? `It gives ${columns}×${rows}×${s.filters} = ${commas(rows * columns * s.filters)} ` +
            `numbers.`
        : "But the kernel does not fit on this image.",
    );
    ratio.textContent = covered
      ? ""
      : times >= 1
        ? `The dense layer has ${commas(times)} times as many parameters. One line up on the ` +
          `scale is ten times as many.`
        : `The dense layer has fewer parameters here: it has only ${count(s.units, "unit")} for ` +
          `the whole image.`;
  });

  return [
    question,
    row(
      "cd-controls cd-aligned",
      choice(ui, {
        label: "Image",
        options: [...Object.keys(IMAGES), "your own"].map((name) => [name, name]),
        value: named,
        change: (name) => IMAGES[name] && { width: IMAGES[name][0], height: IMAGES[name][1] },
      }),
      slider(ui, { key: "channels", label: "Channels", min: 1, max: 4 }),
      steps("width", "Width", SIDES),
      steps("height", "Height", SIDES),
      steps("units", "Dense units", POWERS),
      steps("filters", "Filters", POWERS.slice(0, 12)),
      slider(ui, {
        label: "Kernel",
        min: 1,
        max: 6,
        value: (s) => (s.kernel + 1) >> 1,
        change: (i) => ({ kernel: 2 * i - 1 }),
        words: () => `${ui.state().kernel}×${ui.state().kernel}`,
      }),
    ),
    row("cd-stage", chart, row("cd-counts", dense, conv)),
    ratio,
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "Parameters: dense against convolution",
      keys: ["width", "height", "channels", "units", "filters", "kernel"],
      build,
    }),
};
