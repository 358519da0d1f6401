// Several input channels, one slice of the filter for each: products, sums, one map a filter.
import { convolve, matrix, products, sum } from "./arithmetic.js";
import { outputCell } from "./sliding.js";
import { grid } from "./grid.js";
import { bracket, choice, count, formulaLine, h, mount, row, show, slider } from "./parts.js";
import { player } from "./player.js";
import { predict } from "./predict.js";

/** @typedef {import("./arithmetic.js").Matrix} Matrix */

/** One channel of an image (rows, columns, channels). @returns {Matrix} */
export const channel = (image, c) => image.map((line) => line.map((cell) => cell[c]));

/** One filter's slice for one channel, cut to size × size.
 * `weights`: (rows, columns, channels, filters). @returns {Matrix} */
export const slice = (weights, c, f, size) => matrix(size, size, (i, j) => weights[i][j][c][f]);

/** The map of filter f: the sum of the products over all channels, plus the bias. @returns {Matrix} */
export function mapOf({ image, weights, bias, channels, size }, f) {
  const each = Array.from({ length: channels }, (_, c) =>
    convolve(channel(image, c), slice(weights, c, f, size)),
  );
  return matrix(each[0].length, each[0][0].length, (r, k) =>
    each.reduce((total, x) => total + x[r][k], bias[f]),
  );
}

export const layerParameters = (channels, filters, size) =>
  channels * filters * size ** 2 + filters;

/** The same nested arrays with the number at `place` replaced.
 * @type {(x: any, place: number[], value: any) => any} */
const put = (x, [at, ...rest], value) =>
  x.map((part, i) => (i !== at ? part : rest.length ? put(part, rest, value) : value));

const side = (s) => s.image.length - s.size + 1;
/** The first cell of channel c times its weight, as text. */
const firstTerm = (s, c) =>
  `${bracket(show(s.image[0][0][c]))}·${bracket(show(s.weights[0][0][c][0]))}`;

const COUNTS = [
  {
    ask: (s) =>
      `Predict: ${s.channels} channels come in, and the window is ${s.size}×${s.size}. How many ` +
      `weights does one filter have, without its bias?`,
    answer: (s) => s.channels * s.size ** 2,
    why: (s, given) =>
      (given === s.size ** 2 ? "That is one slice. " : "") +
      `A filter has a slice of ${s.size}·${s.size} weights for each of the ${s.channels} channels.`,
  },
  {
    set: { filters: 2, channels: 3 },
    ask: (s) =>
      `Predict: ${s.channels} channels come in, ${s.filters} filters look at them. How many ` +
      `maps come out?`,
    answer: (s) => s.filters,
    why: (s, given) =>
      (given === s.filters * s.channels
        ? "The products of all channels are added up into one number. "
        : "") + "One map a filter, however many channels come in.",
  },
  {
    set: { filters: 4, channels: 3 },
    ask: (s) =>
      `Predict: ${s.channels} channels, ${s.filters} filters of ${s.size}×${s.size}. How many ` +
      `parameters, biases included?`,
    answer: (s) => layerParameters(s.channels, s.filters, s.size),
    why: (s, given) =>
      (given === s.filters * (s.size ** 2 + 1)
        ? "Each filter has a slice for every channel. "
        : given === s.channels * s.filters * s.size ** 2
          ? "Each filter also has one bias. "
          : "") + `${s.channels}·${s.filters}·${s.size}² + ${s.filters}.`,
  },
  {
    set: { size: 1, channels: 3 },
    ask: (s) =>
      `Predict: windows of 1×1 cell. What is filter 0’s output at row 0, column 0? Its bias is ` +
      `${show(s.bias[0])}.`,
    answer: (s) => mapOf(s, 0)[0][0],
    why: (s) =>
      `${Array.from({ length: s.channels }, (_, c) => firstTerm(s, c)).join(" + ")} + ` +
      `${bracket(show(s.bias[0]))}: a weighted sum of the channels.`,
  },
];

/** @param {object} ui */
function build(ui) {
  const MOST = ui.state().image[0][0].length;
  const question = predict(ui, COUNTS);
  const here = (s) => {
    const at = Math.min(s.step, side(s) ** 2 - 1);
    return [Math.floor(at / side(s)), at % side(s)];
  };
  const shownFilter = (s) => Math.min(s.filter, s.filters - 1);

  const lines = Array.from({ length: MOST }, (_, c) => {
    const input = grid(ui, {
      label: `Channel ${c}`,
      edit: (r, k, value) => ui.set({ image: put(ui.state().image, [r, k, c], value) }),
    });
    const weights = grid(ui, {
      label: `Slice ${c}`,
      edit: (r, k, value) =>
        ui.set({ weights: put(ui.state().weights, [r, k, c, shownFilter(ui.state())], value) }),
    });
    const caption = h("div", {});
    const result = h("p", { class: "cd-partial" });
    const node = row(
      "cd-channel",
      h("div", { class: "cd-figure" }, h("div", {}, `Channel ${c}`), input.node),
      h("div", { class: "cd-sign", "aria-hidden": "true" }, "∗"),
      h("div", { class: "cd-figure" }, caption, weights.node),
      result,
    );
    return { input, weights, caption, result, node };
  });
  const bias = grid(ui, {
    label: "Bias",
    edit: (r, c, value) => ui.set({ bias: put(ui.state().bias, [shownFilter(ui.state())], value) }),
  });
  const total = h("p", { class: "cd-sum" });
  const biasLine = row(
    "cd-channel",
    h("div", { class: "cd-figure" }, h("div", {}, "Bias"), bias.node),
    total,
  );
  const maps = Array.from({ length: ui.state().bias.length }, (_, f) => {
    const map = grid(ui, {
      label: `Map ${f}`,
      pick: (r, c) => ui.set({ filter: f, step: r * side(ui.state()) + c }),
    });
    return { map, node: h("div", { class: "cd-figure" }, h("div", {}, `Map ${f}`), map.node) };
  });
  const stack = row("cd-stage", ...maps.map(({ node }) => node));
  const cover = h("div", { class: "cd-cover" }, "?");
  const formula = h("div", { class: "cd-formula" });

  const controls = row(
    "cd-controls",
    slider(ui, { key: "channels", label: "Channels in", min: 1, max: MOST }),
    slider(ui, { key: "filters", label: "Filters", min: 1, max: maps.length }),
    slider(ui, { key: "size", label: "Window", min: 1, max: 3, words: (n) => `${n}×${n}` }),
    choice(ui, {
      label: "Show filter",
      options: maps.map((_, f) => [f, f]),
      value: shownFilter,
      change: (f) => ({ filter: Math.min(Number(f), ui.state().filters - 1) }),
    }),
  );
  const steps = player(ui, {
    key: "step",
    label: "Output cell",
    total: (s) => side(s) ** 2,
    words: (i, s) => `row ${Math.floor(i / side(s))}, column ${i % side(s)}`,
  });

  ui.drawn((s) => {
    const f = shownFilter(s);
    const at = here(s);
    const shown = !ui.hidden;
    const sums = [];
    const brightest = Math.max(1, ...s.image.flat(2).map(Math.abs));
    lines.forEach(({ input, weights, caption, result, node }, c) => {
      node.hidden = c >= s.channels;
      if (node.hidden) return;
      const x = channel(s.image, c);
      const kernel = slice(s.weights, c, f, s.size);
      const terms = products(x, kernel, {}, at[0], at[1]);
      sums.push(sum(terms));
      input.draw(x.length, x[0].length, (r, k) => {
        const inside =
          shown && r >= at[0] && r < at[0] + s.size && k >= at[1] && k < at[1] + s.size;
        return {
          text: show(x[r][k]),
          cls: inside ? "cd-window" : "",
          tint: x[r][k] / brightest,
          words: inside ? "in the window" : "",
        };
      });
      weights.name(`Slice ${c} of filter ${f}`);
      weights.draw(s.size, s.size, (r, k) => ({
        text: show(kernel[r][k]),
        tint: kernel[r][k] / 3,
      }));
      caption.textContent = `Filter ${f}, slice ${c}`;
      result.hidden = !shown;
      result.replaceChildren(
        h(
          "span",
          { class: "cd-terms" },
          `${terms.map((t) => `${bracket(show(t.value))}·${bracket(show(t.weight))}`).join(" + ")} `,
        ),
        h("strong", {}, `= ${show(sums[c])}`),
      );
    });
    bias.draw(1, 1, () => ({ text: show(s.bias[f]), tint: s.bias[f] / 3 }));
    const value = sums.reduce((a, b) => a + b, s.bias[f]);
    total.hidden = stack.hidden = formula.hidden = !shown;
    cover.hidden = shown;
    total.textContent =
      `${sums.map((n) => bracket(show(n))).join(" + ")} + ` +
      `${bracket(show(s.bias[f]))} (bias) = ${show(value)}`;
    maps.forEach(({ map, node }, g) => {
      node.hidden = g >= s.filters;
      if (node.hidden || !shown) return;
      const out = mapOf(s, g);
      map.draw(out.length, out.length, outputCell(out, g === f && at));
      if (g === f) map.stand(...at);
    });
    const [shape, number] = [side(s), layerParameters(s.channels, s.filters, s.size)];
    formula.replaceChildren(
      h(
        "p",
        {},
        "parameters = C",
        h("sub", {}, "in"),
        " · C",
        h("sub", {}, "out"),
        " · K² + C",
        h("sub", {}, "out"),
      ),
      formulaLine(
        `${s.channels}·${s.filters}·${s.size}² + ${s.filters} = ` +
          `${s.channels * s.filters * s.size ** 2} + ${s.filters} = ${number}`,
      ),
      h(
        "p",
        {},
        `${s.image.length}×${s.image.length}×${s.channels} goes in, ` +
          `${shape}×${shape}×${s.filters} comes out: ${count(s.filters, "filter")}, ` +
          `${count(s.filters, "map")}.`,
      ),
    );
    ui.say(
      ui.hidden
        ? "The maps are covered until you predict."
        : `Filter ${f}, row ${at[0]}, column ${at[1]}: the sum over ` +
            `${count(s.channels, "channel")} and the bias is ${show(value)}.`,
    );
  });
  return [
    question,
    controls,
    ...lines.map(({ node }) => node),
    biasLine,
    steps,
    stack,
    cover,
    formula,
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "One filter reaches through all channels",
      keys: ["image", "weights", "bias", "channels", "filters", "size", "filter", "step"],
      build,
    }),
};
