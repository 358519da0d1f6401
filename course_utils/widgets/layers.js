// The arithmetic of a stack of layers: shapes, parameters, receptive fields, multiplications, why a
// layer does not fit, and the Keras code. Agrees with stack.py, and with Keras.
import { outputSize } from "./arithmetic.js";
import { convParameters, denseParameters } from "./counts.js";
import { commas, count } from "./parts.js";

/** @typedef {[kind: "Conv2D", filters: number, kernel: number, stride: number, padding: string]} Conv
 * @typedef {[kind: "MaxPooling2D" | "AveragePooling2D", window: number, stride: number]} Pool
 * @typedef {[kind: "Dense", units: number]} Dense
 * @typedef {[kind: "ReLU" | "Flatten" | "GlobalAveragePooling2D"]} Bare
 * @typedef {Conv | Pool | Dense | Bare} Layer
 *
 * @typedef {{shape: number[], parameters: number, multiplications: number, field: number,
 *   jump: number, formulas: string[], note: string}} Card the output of a layer; a field of 0 is
 *   the whole picture; only multiplications by a weight count
 * @typedef {{cards: Card[], problem: string, parameters: number, multiplications: number}} Traced
 *   the cards as far as they fit, and why the next one does not ("" if all do) */

/** Kind → the layer of a new card. @type {Record<string, Layer>} */
export const FRESH = {
  Conv2D: ["Conv2D", 32, 3, 1, "valid"],
  ReLU: ["ReLU"],
  MaxPooling2D: ["MaxPooling2D", 2, 2],
  AveragePooling2D: ["AveragePooling2D", 2, 2],
  Flatten: ["Flatten"],
  Dense: ["Dense", 10],
  GlobalAveragePooling2D: ["GlobalAveragePooling2D"],
};

export const isPool = (kind) => kind === "MaxPooling2D" || kind === "AveragePooling2D";
export const shapeText = (shape) => shape.map(commas).join("×");
const numbers = (shape) => shape.reduce((a, b) => a * b, 1);
const dots = (values) => values.map(commas).join("·");

/** Outputs along one side: "same" gives ⌈n/s⌉. */
const along = (n, kernel, stride, padding) =>
  padding === "same" ? Math.ceil(n / stride) : outputSize(n, kernel, { stride });

/** The formula of one side, or of both where they differ. */
function sidesFormula(shape, out, kernel, stride, padding) {
  const line = (name, n, result) =>
    padding === "same"
      ? `${name} = ⌈${n}/${stride}⌉ = ${result}`
      : `${name} = ⌊(${n} − ${kernel})/${stride}⌋ + 1 = ${result}`;
  return shape[0] === shape[1]
    ? [line("side", shape[0], out[0])]
    : [line("rows", shape[0], out[0]), line("columns", shape[1], out[1])];
}

/** Why a layer cannot take its input, or "".
 * @param {Layer} layer @param {number[]} shape the shape of the input */
export function refusal([kind, ...numbersOf], shape) {
  if (["ReLU", "Flatten", "Dense"].includes(kind)) return "";
  if (shape.length === 1)
    return (
      `${kind} needs maps (rows × columns × channels), but what comes is one row of ` +
      `${commas(shape[0])} numbers: where they stood in the picture is lost. ` +
      `Move this card above the one that made it a row.`
    );
  const [window, padding] = kind === "Conv2D" ? [numbersOf[1], numbersOf[3]] : [numbersOf[0]];
  if (kind === "GlobalAveragePooling2D" || padding === "same") return "";
  if (Number(window) <= Math.min(shape[0], shape[1])) return "";
  return (
    `A ${window}×${window} window does not fit on maps of ${shape[0]}×${shape[1]}. Take a smaller ` +
    `window, one layer less that shrinks the maps before it, ` +
    `${kind === "Conv2D" ? "padding “same”, " : ""}or a larger picture.`
  );
}

/** A remark on a layer that fits but is perhaps a mistake, or "".
 * @param {Layer[]} layers @param {number[]} shape */
function remark(layers, i, shape) {
  const [kind, ...values] = layers[i];
  const before = layers[i - 1]?.[0];
  if (kind === "Dense" && shape.length === 3)
    return (
      `This works on maps without Flatten, and Keras does not complain. But the same ${values[0]} ` +
      `units then look at each of the ${dots(shape.slice(0, 2))} places alone, as a 1×1 convolution ` +
      `does. To look at all places at once, put Flatten before it.`
    );
  if (kind === before && ["Conv2D", "Dense"].includes(kind))
    return `No ReLU stands between these two ${kind} layers: together they are one in disguise.`;
  if (kind === "Flatten" && shape.length === 1) return "It is one row already: nothing changes.";
  if (kind === "ReLU" && before === "ReLU")
    return "The ReLU before it left no negative number: nothing changes.";
  if (isPool(kind)) {
    const [window, stride] = values.map(Number);
    const left = [0, 1].map((axis) => (shape[axis] - window) % stride);
    const ends = [0, 1].map((axis) => left[axis] && count(left[axis], ["row", "column"][axis]));
    const words = ends.filter(Boolean).join(" and ");
    if (words) return `Never read, as the floor drops them: ${words} at the end of its input.`;
    if (stride < window) return "Its windows overlap: the stride is smaller than the window.";
    if (stride > window) return "Its stride is larger than its window: cells in between are lost.";
  }
  return "";
}

/** Compute all cards, in order. @param {{rows: number, columns: number, channels: number,
 *   layers: Layer[]}} state @returns {Traced} */
export function trace({ rows, columns, channels, layers }) {
  /** @type {Card[]} */
  const cards = [];
  let [shape, field, jump, problem] = [[rows, columns, channels], 1, 1, ""];
  for (const [i, layer] of layers.entries()) {
    problem = refusal(layer, shape);
    if (problem) break;
    const [kind, ...values] = layer;
    const deep = shape[shape.length - 1];
    const formulas = [];
    let [out, parameters, multiplications] = [shape, 0, 0];
    const slide = (window, stride, padding) => {
      out = [...shape.slice(0, 2).map((n) => along(n, window, stride, padding)), deep];
      formulas.push(...sidesFormula(shape, out, window, stride, padding));
      const grown = field + (window - 1) * jump;
      formulas.push(`field = ${field} + (${window} − 1)·${jump} = ${grown}`);
      [field, jump] = [grown, jump * stride];
    };
    if (kind === "Conv2D") {
      const [filters, kernel, stride] = values.map(Number);
      slide(kernel, stride, values[3]);
      out[2] = filters;
      parameters = convParameters(deep, filters, kernel);
      multiplications = numbers(out) * kernel * kernel * deep;
      formulas.push(
        `parameters = ${dots([kernel, kernel, deep, filters])} + ${filters} = ${commas(parameters)}`,
        `multiplications = ${dots(out)} · ${dots([kernel, kernel, deep])} = ` +
          commas(multiplications),
      );
    } else if (isPool(kind)) {
      slide(Number(values[0]), Number(values[1]), "valid");
      formulas.push("parameters = 0: it has nothing to learn, and leaves the channels alone");
    } else if (kind === "Dense") {
      const units = Number(values[0]);
      out = [...shape.slice(0, -1), units];
      parameters = denseParameters(deep, units);
      multiplications = numbers(shape) * units;
      formulas.push(
        `parameters = ${dots([deep, units])} + ${units} = ${commas(parameters)}`,
        `multiplications = ${dots([...shape, units])} = ${commas(multiplications)}`,
      );
    } else if (kind === "Flatten") {
      out = [numbers(shape)];
      if (shape.length > 1) formulas.push(`numbers = ${dots(shape)} = ${commas(out[0])}`);
      field = 0;
    } else if (kind === "GlobalAveragePooling2D") {
      out = [deep];
      formulas.push(
        `each number = the mean of a whole map, of ${dots(shape.slice(0, 2))} = ` +
          `${commas(numbers(shape.slice(0, 2)))} numbers`,
      );
      field = 0;
    } else formulas.push(`max(x, 0) for each of the ${commas(numbers(shape))} numbers by itself`);
    const note = remark(layers, i, shape);
    cards.push({ shape: out, parameters, multiplications, field, jump, formulas, note });
    shape = out;
  }
  const total = (key) => cards.reduce((sum, card) => sum + card[key], 0);
  return {
    cards,
    problem,
    parameters: total("parameters"),
    multiplications: total("multiplications"),
  };
}

/** A layer's arguments in words: "32 filters 3×3". @param {Layer} layer */
export function reading([kind, ...values]) {
  if (kind === "Dense") return `${commas(Number(values[0]))} unit${values[0] === 1 ? "" : "s"}`;
  const stride = (n) => (n > 1 ? `, stride ${n}` : "");
  if (kind === "Conv2D") {
    const [filters, kernel] = values;
    const same = values[3] === "same" ? ", same" : "";
    return `${filters} filter${filters === 1 ? "" : "s"} ${kernel}×${kernel}${stride(values[2])}${same}`;
  }
  return isPool(kind) ? `${values[0]}×${values[0]}, stride ${values[1]}` : "";
}

/** The call that makes a layer in Keras, without arguments at their default. @param {Layer} layer */
export function call([kind, ...values]) {
  const given = /** @type {any[]} */ (values);
  const words = [];
  if (kind === "Conv2D") {
    words.push(given[0], given[1]);
    if (given[2] > 1) words.push(`strides=${given[2]}`);
    if (given[3] === "same") words.push('padding="same"');
  } else if (isPool(kind)) {
    words.push(given[0]);
    if (given[1] !== given[0]) words.push(`strides=${given[1]}`);
  } else words.push(...given);
  return `layers.${kind}(${words.join(", ")})`;
}

/** A program that builds the stack and prints its summary. A layer that does not fit is marked. */
export function kerasCode(state) {
  const { cards, problem } = trace(state);
  const lines = state.layers.map(
    (layer, i) =>
      `    ${call(layer)},${problem && i === cards.length ? "  # does not fit" : ""}`,
  );
  return [
    "import keras",
    "from keras import layers",
    "",
    "model = keras.Sequential([",
    `    keras.Input((${state.rows}, ${state.columns}, ${state.channels})),`,
    ...lines,
    "])",
    "model.summary()",
  ].join("\n");
}
