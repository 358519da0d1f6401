// Where a network learns: in a Worker made of text, or in the page itself where Workers are refused.
import { chance } from "./distort.js";
import { digitsOf, learner } from "./learner.js";

/** @typedef {{run: number, done: number, loss: number, learned: number, fresh: number,
 *   kernels: Float64Array[], says: number[][], sees: Float32Array[]}} Progress
 *   run: which network; done: epochs; loss: mean since the last message (NaN before the first step);
 *   learned, fresh: shares of digits read, NaN but at the start and at the end of an epoch */

/** Answers {begin: choices, buffer, run, shown} and {steps or ms} with Progress. It uses no name from
 * outside, because a Worker gets it as text.
 * @param {typeof learner} build @param {typeof chance} numbers @param {typeof digitsOf} read */
function serving(build, numbers, read) {
  const CHECKED = 500; // digits of each kind that are read at the end of an epoch
  let digits = null;
  let net = null;
  let run = 0;
  let shown = [];
  return function answer(/** @type {any} */ data) {
    if (data.buffer) digits = read(data.buffer);
    if (data.begin) {
      net = build(numbers, data.begin, digits);
      [run, shown] = [data.run, data.shown];
    }
    const until = performance.now() + (data.ms ?? 0);
    const epoch = Math.floor(net.done());
    let [loss, steps] = [0, 0];
    while (
      Math.floor(net.done()) === epoch &&
      (steps < (data.steps ?? 0) || performance.now() < until)
    ) {
      loss += net.learn();
      steps++;
    }
    const ended = data.begin || Math.floor(net.done()) > epoch;
    const { first } = digits;
    return {
      run,
      done: net.done(),
      loss: steps ? loss / steps : NaN,
      learned: ended ? net.reads(0, CHECKED) : NaN,
      fresh: ended ? net.reads(first, first + CHECKED) : NaN,
      kernels: net.kernels(),
      says: net.says(shown),
      sees: net.sees(shown),
    };
  };
}

/** What the Worker does.
 * @param {typeof serving} make @param {Parameters<typeof serving>} parts */
function serveTraining(make, ...parts) {
  const answer = make(...parts);
  self.onmessage = ({ data }) => self.postMessage(answer(data));
}

/** A place to train in. ask(message) is answered by told(progress), one after the other.
 * @param {(progress: Progress) => void} told */
export function trainer(told) {
  const parts = [serving, learner, chance, digitsOf].map(String);
  const url = URL.createObjectURL(
    new Blob([`(${serveTraining})(${parts})`], { type: "text/javascript" }),
  );
  const here = serving(learner, chance, digitsOf);
  /** @type {Worker | null} */
  let worker = null;
  let asked = /** @type {any[]} */ ([]); // what was sent to the Worker since it began
  let timer = 0;
  function inPage(message) {
    timer = window.setTimeout(() => told(here(message)));
  }
  try {
    worker = new Worker(url);
    worker.onmessage = ({ data }) => told(data);
    worker.onerror = (event) => {
      event.preventDefault(); // refused by the page's policy: go on here, from the beginning
      worker = null;
      for (const message of asked.filter(({ begin }) => begin).slice(-1)) inPage(message);
    };
  } catch {
    worker = null;
  }
  return {
    ask(message) {
      if (message.begin) asked = [message];
      if (worker) worker.postMessage(message);
      else inPage(message);
    },
    end() {
      worker?.terminate();
      clearTimeout(timer);
      URL.revokeObjectURL(url);
    },
  };
}
