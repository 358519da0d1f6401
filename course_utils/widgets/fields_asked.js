// The questions of the demo of receptive fields.
import { look, nameOf } from "./fields.js";

/** The layer that is asked about: an input that is marked sees no more than itself. */
const layerOf = (s) => Math.min(look(s).top || 1, s.layers.length);
const FIELD = {
  ask: (s) =>
    `Predict: how many inputs, along one side, does ${look(s).top ? "the marked" : "a"} unit ` +
    `of ${nameOf(layerOf(s))} see? Count from the first to the last.`,
  answer: (s) => look(s).sizes[layerOf(s)].size,
  why: (s, given) => {
    const top = layerOf(s);
    const below = top > 1 && given === s.layers[top - 1][1] && given !== FIELD.answer(s);
    return below
      ? `It sees ${given} units of the layer right below, and each of those sees further.`
      : s.strides
        ? "Each layer adds d·(k − 1) steps, and a step is as long as the strides of all layers " +
          "below, multiplied."
        : "Each layer adds k − 1 cells.";
  },
};
/** Two layers of stride 2. @param {string} what @param {[string, number, number, number]} layer */
const jumping = (what, layer) => ({
  set: { layers: Array(2).fill(layer), level: 2 },
  ask: () =>
    `Predict: two ${what}, each with stride 2. How far apart do the fields of two ` +
    `neighbours in layer 2 begin?`,
  answer: (s) => look(s).field.jump,
  why: () => "Strides multiply: a step in layer 2 is two in layer 1, and each of these is two inputs.",
});
const DILATED = { ...FIELD, set: { layers: [["conv", 3, 1, 2]], level: 1, column: 3 } };

/** Questions for readers who know only kernels; also strides; also pooling. */
export const FIELD_QUESTIONS = {
  kernels: [FIELD, { ...FIELD, set: { layers: Array(5).fill(["conv", 3, 1, 1]), level: 5 } }],
  strides: [FIELD, jumping("layers", ["conv", 3, 2, 1]), DILATED],
  pooling: [FIELD, jumping("pooling layers", ["pool", 2, 2, 1]), DILATED],
};
