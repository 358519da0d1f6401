// The samples, drawn by themselves as a pen would draw them.
import { SIDE, whenDrawn } from "./ink.js";

const ROUND = [2, 3, 7, 5, 0, 8, 6, 9, 4, 1]; // the order in which the samples are drawn
const PACE = 26; // cells a second
const REST = 1700; // ms between two samples
const SOFT_EDGE = 1.5; // cells

/** Draw samples, one after the other; calls reveal(ink, the pen's place or null) for each picture.
 * @param {Uint8Array[]} samples @param {(ink: Float32Array, pen: number[] | null) => void} reveal */
export function selfDrawing(samples, reveal) {
  let frame = 0;
  let which = 0;
  let began = -Infinity;
  /** @type {Float32Array} */
  let sample = new Float32Array(SIDE * SIDE);
  let way = sample;
  let long = 0; // cells from the first to the last ink
  function begin(now) {
    sample = Float32Array.from(samples[ROUND[which++ % ROUND.length]], (v) => v / 255);
    way = whenDrawn(sample);
    long = Math.max(...way.filter((_, i) => sample[i])) + SOFT_EDGE;
    began = now;
  }
  function step(now) {
    frame = requestAnimationFrame(step);
    if (now - began > (1000 * long) / PACE + REST) begin(now);
    const come = ((now - began) / 1000) * PACE;
    const part = (v, i) => v * Math.max(0, Math.min(1, (come - way[i]) / SOFT_EDGE));
    const reached = [...way.keys()].filter((i) => sample[i] > 0.5 && way[i] <= come);
    const pen = reached.reduce((last, i) => (way[i] > way[last] ? i : last), reached[0] ?? 0);
    reveal(sample.map(part), come < long ? [Math.floor(pen / SIDE) + 0.5, (pen % SIDE) + 0.5] : null);
  }
  return {
    running: () => frame !== 0,
    start: () => (frame ||= requestAnimationFrame(step)),
    /** Stop. @returns {Float32Array | null} the whole of the sample that was being drawn */
    stop() {
      cancelAnimationFrame(frame);
      const drawn = began > -Infinity ? sample : null;
      frame = 0;
      began = -Infinity;
      return drawn;
    },
  };
}
