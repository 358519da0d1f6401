// Train a network in a Worker made from text, or in the page itself where Workers are refused.
import { chance } from "./chance.js";
import { digitsOf, learner } from "./learner.js";
import { textWorker } from "./worker.js";

/** @typedef {{run: number, done: number, loss: number, learned: number, fresh: number,
 *   kernels: Float64Array[], says: number[][], sees: Float32Array[]}} Progress
 *   run: number of the network; done: epochs; loss: mean since the last message (NaN before the first step);
 *   learned, fresh: shares of digits read right, at the start and after each epoch, else NaN */

/** A function that takes the message {buffer}, and answers {begin: choices, run, shown, keep} and
 * {steps or ms} with Progress. It keeps the present network and that of the run `keep`; a kept network goes
 * on where it stopped. It uses no name from outside, because a Worker gets it as text.
 * @param {typeof learner} build @param {typeof chance} numbers @param {typeof digitsOf} read */
function serving(build, numbers, read) {
  const CHECKED = 500; // at the end of an epoch so many digits of each kind are read
  const nets = new Map(); // the present network, and the one that the reader may go back to
  let digits = null;
  let net = null;
  let run = 0;
  let shown = [];
  return function answer(/** @type {any} */ data) {
    if (data.buffer) {
      digits = read(data.buffer);
      return null;
    }
    if (data.begin) {
      [run, shown] = [data.run, data.shown];
      net = nets.get(run) ?? build(numbers, data.begin, digits);
      nets.set(run, net);
      for (const each of nets.keys()) if (each !== run && each !== data.keep) nets.delete(each);
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
    const ended = net.done() === 0 || Math.floor(net.done()) > epoch;
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

/** The Worker's code.
 * @param {typeof serving} make @param {Parameters<typeof serving>} parts */
function serveTraining(make, ...parts) {
  const answer = make(...parts);
  self.onmessage = ({ data }) => {
    const progress = answer(data);
    if (progress) self.postMessage(progress);
  };
}

/** A place to train in. ask({buffer}) gives it the digits; each other message is answered by
 * told(progress), one after the other.
 * @param {(progress: Progress) => void} told */
export function trainer(told) {
  const parts = [serving, learner, chance, digitsOf].map(String);
  const here = serving(learner, chance, digitsOf);
  let digits = null;
  let begun = null; // the message that began the present network
  let timer = 0;
  const worker = textWorker(`(${serveTraining})(${parts})`, told, () => {
    if (digits) here(digits); // go on in the page, and begin the network again
    if (begun) inPage(begun);
  });
  function inPage(message) {
    timer = window.setTimeout(() => told(here(message)));
  }
  return {
    ask(message) {
      if (message.buffer) digits = message;
      if (message.begin) begun = message;
      if (worker.send(message)) return;
      if (message.buffer) here(message);
      else inPage(message);
    },
    end() {
      worker.end();
      clearTimeout(timer);
    },
  };
}
