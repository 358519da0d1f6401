// What the demo of gradients computes from its state, and the sentences that tell it.
import { bracket, count, show, showWeight } from "./parts.js";
import { NUDGES, arrived, fromAbove, isTied, placesOf, sharesFor, slopeOf } from "./shares.js";

export const isConv = (s) => s.layer === "convolution";

/** All that is drawn, computed from the traits; `over`: the number that the reader points at. */
export function lookBack(s, over = null) {
  const places = placesOf(s);
  const sent = Math.min(s.step, places.length);
  const target = isConv(s) ? (over?.target ?? s.target) : "input";
  const x = target === "kernel" ? s.kernel : s.image;
  const cell = over?.target ? over.cell : Math.min(s.cell, x.length * x[0].length - 1);
  const chosen = [Math.floor(cell / x[0].length), cell % x[0].length];
  const sizes = { kernel: [3, 3], input: [s.image.length, s.image[0].length] };
  const all = (key, overwrite) =>
    arrived(places.slice(0, sent), key, sizes[key][0], sizes[key][1], overwrite);
  const gradient = (overwrite) => ({ kernel: all("kernel", overwrite), input: all("input", overwrite) });
  return {
    places,
    sent,
    target,
    chosen,
    above: fromAbove(s),
    now: places[over?.place ?? s.step - 1], // none before the first has sent, and after the last one
    got: gradient(s.overwrite),
    due: gradient(false), // what += gives
    shares: sharesFor(places, target, chosen[0], chosen[1]),
  };
}

/** One term of the sum: the gradient from above times its factor. */
export const factor = (s, { g, by }) =>
  s.layer === "max" ? bracket(show(g)) : `${bracket(show(g))}·${bracket(showWeight(by))}`;
/** A share with its sign, also where it is positive. @param {number} v */
export const signed = (v) => (v < 0 ? showWeight(v) : `+${showWeight(v)}`);
/** The name of the chosen number. @param {string} target @param {number[]} at */
export const nameOf = (target, [r, c]) =>
  `${target === "kernel" ? "weight" : "number"} in row ${r}, column ${c}`;

/** What a number is to the place that the reader looks at: read by it, the largest of its window, both. */
export const roleOf = (isRead, isLargest, isLargestHere) =>
  [isRead && "read by this place", isLargest && `the largest of ${isLargestHere ? "this" : "a"} window`]
    .filter(Boolean)
    .join(", ");

/** The finite difference in words, and whether the gradient is the same. */
export function checked(s, { target, chosen, places, sent, got, due, shares }) {
  const nudge = NUDGES[s.nudge];
  const [r, c] = chosen;
  const { now, up, down, slope } = slopeOf(s, target, r, c, nudge);
  const text =
    `with ${show(now + nudge, 4)} the loss is ${show(up, 4)}, ` +
    `with ${show(now - nudge, 4)} it is ${show(down, 4)}: ` +
    `(${show(up, 4)} − ${bracket(show(down, 4))}) / ${show(2 * nudge, 4)} = ${show(slope, 4)}. `;
  const [has, must] = [got[target][r][c], due[target][r][c]];
  const same = (a, b) => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(a));
  if (sent < places.length) {
    const left = count(places.length - sent, "place");
    return { text, verdict: `The gradient so far: ${showWeight(has)}. ${left} to come.` };
  }
  if (same(slope, has)) return { text, verdict: "✓ The gradient says the same.", right: true };
  const says = `✗ The gradient says ${showWeight(has)}: `;
  if (same(slope, must)) {
    const lost = shares.slice(0, -1).filter(({ share }) => share).length;
    return { text, verdict: `${says}with = in place of +=, ${count(lost, "share")} got lost.`, right: false };
  }
  return {
    text,
    verdict:
      says +
      (isTied(s, r, c)
        ? "numbers of a window are equal, so “the largest” has a corner here, where each side has " +
          "its own slope."
        : "so large a nudge lets another number win. Take a smaller one."),
    right: false,
  };
}

/** A sentence: which place sends its share now, and what. The second argument is lookBack()'s result. */
export function whoSends(s, { now: from, sent }) {
  if (!from)
    return sent > 1
      ? `All ${sent} places have sent their shares.`
      : sent
        ? "The only place has sent its share."
        : "No place has sent its share yet.";
  const place = `The place in row ${from.row}, column ${from.column}`;
  const g = show(from.g);
  if (isConv(s))
    return `${place} sends ${g} times its window to the kernel, and ${g} times the kernel to the input.`;
  return s.layer === "max"
    ? `${place} sends ${g} to the largest number of its window.`
    : `${place} shares ${g} among ${s.window ** 2} numbers.`;
}
