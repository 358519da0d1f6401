// The questions of the training demo, and the names of its runs.
import { commas, count } from "./parts.js";
import { UNITS, parametersOf } from "./learner.js";

const FIRST = {
  ...{ kind: "convolution", filters: 8, rate: 0.1, batch: 8 },
  ...{ shuffled: false, alike: false, seed: 0 },
};

export const TRAINING_QUESTIONS = [
  {
    ask: () =>
      "Predict: the network is new, and all its weights are random. How many of 100 digits does it " +
      "read right? Five more or less will do.",
    answer: () => 10,
    tolerance: 5,
    why: () => "There are ten digits, and it guesses. Now press Train.",
  },
  {
    set: { alike: true },
    ask: (s) =>
      `Predict: all ${s.filters} filters start with the same nine weights. How many different ` +
      `filters are there after twenty epochs?`,
    answer: () => 1,
    why: (s) =>
      `Filters that are alike make the same map, and each step changes them in the same way: one ` +
      `filter, ${s.filters} times. Press Train and watch them.`,
  },
  {
    set: { kind: "dense" },
    ask: () =>
      `Predict: a dense layer of ${UNITS} units takes the place of convolution and pooling. How many ` +
      `numbers does training change now?`,
    answer: parametersOf,
    why: (s) =>
      `(784 + 1)·${UNITS} + (${UNITS} + 1)·10 = ${commas(parametersOf(s))}. The convolutional network ` +
      `has ${commas(parametersOf(FIRST))}. Which of the two reads more new digits? Train both.`,
  },
  {
    set: { shuffled: true },
    ask: () =>
      "Predict: the pixels of all digits are put into one other order, the same for each. Which of " +
      "the two networks reads fewer new digits than it did before? Type 1 for the convolutional, 2 " +
      "for the dense one.",
    answer: () => 1,
    why: () =>
      "Its kernels look at neighbours, and now neighbours have nothing to do with each other. The " +
      "dense network never knew which pixels are neighbours. Train both and compare.",
  },
  {
    set: { rate: 3 },
    ask: () =>
      "Predict: the learning rate is thirty times as large. How many of 100 new digits does the " +
      "network read after five epochs? Five more or less will do.",
    answer: () => 10,
    tolerance: 5,
    why: () => "Each step goes far past the place where the loss is small. It learns nothing at all.",
  },
];

/** The name of a run: what differs from the first choices, and how many equal runs came before.
 * @param {{called: string, time: number}[]} before the earlier runs in the plot */
export function runName(s, before) {
  const what = s.kind === "dense" ? `dense, ${UNITS} units` : `${count(s.filters, "filter")} of 3×3`;
  const called = [
    what,
    s.shuffled && "pixels shuffled",
    s.alike && "all started alike",
    s.rate !== FIRST.rate && `learning rate ${s.rate}`,
    s.batch !== FIRST.batch && `batches of ${s.batch}`,
    s.seed && `other random numbers (${s.seed})`,
  ]
    .filter(Boolean)
    .join(", ");
  const time = 1 + Math.max(0, ...before.filter((run) => run.called === called).map((run) => run.time));
  return { called, time, name: called + (time > 1 ? `, the same again (${time})` : "") };
}
