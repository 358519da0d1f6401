// The questions of the demo of gradients.
import { bracket, show, showWeight } from "./parts.js";
import { arrived, placesOf, sharesFor } from "./shares.js";

/** Numbers in which two windows share a winner, for a page whose own numbers suit only a convolution. */
const WINNERS = {
  image: [
    [1, 0, 2, 3],
    [9, 4, 1, 2],
    [0, 3, 8, 1],
    [2, 1, 0, 5],
  ],
  above: [
    [2, 3],
    [5, -2],
  ],
  cell: 4,
};

/** The traits to set for another layer: all places have sent; and numbers that suit it, unless the reader
 * has changed them. `opening`: the state with which the page opened. */
export function throughLayer(layer, s, opening) {
  const same = (one) => JSON.stringify([s.image, s.above]) === JSON.stringify([one.image, one.above]);
  const conv = layer === "convolution";
  const [from, to] = conv ? [WINNERS, opening] : [opening, WINNERS];
  const swap = opening.layer === "convolution" && same(from);
  const numbers = swap ? { image: to.image, above: to.above, cell: to.cell } : {};
  return { layer, ...numbers, target: conv ? "kernel" : "input", step: 26 };
}

const listed = (numbers) => {
  const texts = numbers.map((n) => showWeight(n));
  return texts.length < 2 ? texts.join() : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
};
const added = (numbers) => numbers.reduce((a, b) => a + b, 0);
const near = (a, b) => Math.abs(a - b) < 0.01;
const LAST = "That is what is left when each share overwrites the one before: = in place of +=. ";

/** About the chosen number: where it is, its shares that are not 0, and their sum. */
function about(s) {
  const wide = s.target === "kernel" ? 3 : s.image[0].length;
  const at = [Math.floor(s.cell / wide), s.cell % wide];
  const all = sharesFor(placesOf(s), s.target, at[0], at[1]);
  const x = s.target === "kernel" ? s.kernel : s.image;
  return {
    where: `row ${at[0]}, column ${at[1]}`,
    value: x[at[0]][at[1]],
    all,
    pulling: all.filter(({ g }) => g),
    answer: added(all.map(({ share }) => share)),
  };
}
const termOf = ({ g, by }) => `${bracket(show(g))}·${bracket(showWeight(by))}`;
const sumOf = (shares) => shares.map(termOf).join(" + ");

const WEIGHT = {
  ask: (s) => {
    const { where, pulling } = about(s);
    return (
      `Predict: from above come ${listed(pulling.map(({ g }) => g))}, and 0 everywhere else. At these ` +
      `places of the output the ${s.target === "kernel" ? "weight" : "number"} in ${where} was multiplied ` +
      `by ${listed(pulling.map(({ by }) => by))}. What is its gradient?`
    );
  },
  answer: (s) => about(s).answer,
  why: (s, given) => {
    const { all, pulling, answer } = about(s);
    const wrong = !near(given, answer);
    const first =
      wrong && [all, pulling].some(({ length }) => near(given, answer / length))
        ? "The chain rule takes no mean. "
        : wrong && near(given, added(pulling.map(({ by }) => by)))
          ? "Each of them counts as many times as its gradient from above says. "
          : wrong && near(given, all.at(-1)?.share ?? 0)
            ? LAST
            : "";
    return `${first}${sumOf(pulling)}: all places pull at the same number, and what they send adds up.`;
  },
};

const MEAN = {
  set: { layer: "average", stride: 1, window: 3 },
  ask: (s) =>
    `Predict: the mean of each 3×3 window now. The corner in row 0, column 0 lies in one window, ` +
    `whose gradient from above is ${show(placesOf(s)[0].g)}. What does the corner get? Two decimals will do.`,
  answer: (s) => arrived(placesOf(s), "input", s.image.length, s.image[0].length)[0][0],
  tolerance: 0.01,
  why: () => "Each of the nine numbers is a ninth of the mean, so each gets a ninth.",
};

/** The questions for each layer on which the page may open.
 * @type {Record<string, import("./predict.js").Question[]>} */
export const GRADIENT_QUESTIONS = {
  convolution: [
    WEIGHT,
    {
      set: { target: "input", cell: 0 },
      ask: (s) =>
        `Predict: the input’s first number, row 0, column 0, lay under one weight only, the kernel’s ` +
        `first, ${showWeight(s.kernel[0][0])}, at the output’s first place, to which ` +
        `${show(placesOf(s)[0].g)} comes from above. What is its gradient?`,
      answer: (s) => about(s).answer,
      why: (s) => `${sumOf(about(s).all)}: the gradient from above, times the weight it met.`,
    },
    {
      ask: (s) =>
        `Predict: the bias was added at each of the ${placesOf(s).length} places. From above come ` +
        `${listed(placesOf(s).flatMap(({ g }) => g || []))}. What is the bias’s gradient?`,
      answer: (s) => added(placesOf(s).map(({ g }) => g)),
      why: () => "There is one bias for the whole map, so it collects everything.",
    },
    {
      set: { overwrite: true },
      ask: (s) => {
        const { all, where } = about(s);
        const { g, by } = all.at(-1);
        return (
          `Predict: a program writes = in place of +=, so each share overwrites the one before. The last ` +
          `place has ${show(g)} from above and met a ${showWeight(by)}. What does it leave for the weight ` +
          `in ${where}?`
        );
      },
      answer: (s) => about(s).all.at(-1).share,
      why: (s) => {
        const { all, answer } = about(s);
        return `${termOf(all.at(-1))}; all other places are forgotten. It should be ${show(answer)}.`;
      },
    },
  ],
  max: [
    {
      ask: (s) => {
        const { where, value, all } = about(s);
        return (
          `Predict: the ${showWeight(value)} in ${where} is the largest number of ${all.length} windows. ` +
          `From above they get ${listed(all.map(({ g }) => g))}. What is the gradient of ` +
          `the ${showWeight(value)}?`
        );
      },
      answer: (s) => about(s).answer,
      why: (s, given) => {
        const { all, answer } = about(s);
        const wrong = !near(given, answer);
        return (
          (wrong && all.length > 1 && near(given, all.at(-1).g)
            ? LAST
            : wrong && all.length > 1 && near(given, all[0].g)
              ? "Its other windows depend on it, too. "
              : "") + "It is the winner of each of them, so it gets what each of them gets, and that adds up."
        );
      },
    },
    {
      ask: (s) =>
        `Predict: how many of the ${s.image.flat().length} numbers of the input get a gradient ` +
        `other than 0?`,
      answer: (s) => {
        const gradient = arrived(placesOf(s), "input", s.image.length, s.image[0].length);
        return gradient.flat().filter(Boolean).length;
      },
      why: () => "Only winners do. A little more or less of any other number changes no output.",
    },
    MEAN,
    {
      set: { overwrite: true },
      ask: (s) =>
        `Predict: a program writes = in place of +=. What is left as the gradient of the ` +
        `${showWeight(about(s).value)} in ${about(s).where}?`,
      answer: (s) => about(s).all.at(-1)?.share ?? 0,
      why: (s) => `Its last window’s. The others are forgotten: it should be ${show(about(s).answer)}.`,
    },
  ],
  average: [MEAN],
};
