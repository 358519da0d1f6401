// The twelve digits of network.bin as buttons.
import { paint } from "./pad.js";
import { button, h } from "./parts.js";

/** The digits of the samples; the last two are hard to read. */
const LABELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2];

/** A row of buttons; a press calls pick(ink), with ink from 0 to 1. @param {Uint8Array[]} samples
 * @param {(ink: Float32Array) => void} pick */
export function sampleButtons(samples, pick) {
  const nodes = samples.map((sample, i) => {
    const canvas = h("canvas", {});
    const ink = Float32Array.from(sample, (v) => v / 255);
    paint(canvas, ink);
    const name = `Sample: ${i > 9 ? "a hard" : "a"} ${LABELS[i]}`;
    const use = { class: "cd-sample", "aria-label": name, title: name };
    const node = button("", () => pick(ink), use);
    node.append(canvas);
    return node;
  });
  return h("div", { class: "cd-samples", role: "group", "aria-label": "Samples" }, ...nodes);
}
