// The book's CNN in plain loops, and the Worker in which it runs. The weights come from network.bin.
import { textWorker } from "./worker.js";

/** [cells of a window, inputs, outputs] of the layers with weights. */
export const SHAPES = [
  [9, 1, 32],
  [9, 32, 64],
  [9, 64, 64],
  [1, 576, 64],
  [1, 64, 10],
];

/** @typedef {{weights: Float32Array, bias: Float32Array, inputs: number, outputs: number}} Weighed */
/** @typedef {{layers: Weighed[], samples: Uint8Array[],
 *             run: (image: ArrayLike<number>) => Float32Array[]}} Network */

/** The network in a buffer, whose layout course_utils/widgets/network.py describes. run(image of 784
 * numbers) gives all layers, channels last: 26×26×32, 13×13×32, 11×11×64, 5×5×64, 3×3×64, 64, and
 * 10 probabilities. It uses no name from outside, because a Worker gets this function as text.
 * @param {ArrayBuffer} buffer @param {number[][]} shapes @returns {Network} */
export function network(buffer, shapes) {
  const count = shapes.reduce((total, shape) => total + shape[2], 0);
  const numbers = new Float32Array(buffer, 0, 2 * count);
  let first = 0;
  let begin = numbers.byteLength;
  const layers = shapes.map(([cells, inputs, outputs]) => {
    const bytes = new Int8Array(buffer, begin, cells * inputs * outputs);
    const weights = Float32Array.from(bytes, (byte, i) => byte * numbers[first + (i % outputs)]);
    const bias = numbers.slice(first + outputs, first + 2 * outputs);
    first += 2 * outputs;
    begin += bytes.length;
    return { weights, bias, inputs, outputs };
  });
  const samples = [];
  for (; begin < buffer.byteLength; begin += 784) samples.push(new Uint8Array(buffer, begin, 784));

  /** Add x · weights (from `at` on) to sums, all outputs at once; most of x is 0 after a ReLU. */
  function add(sums, x, from, weights, at, inputs) {
    const outputs = sums.length;
    for (let i = 0; i < inputs; i++, at += outputs) {
      const value = x[from + i];
      if (value) for (let o = 0; o < outputs; o++) sums[o] += value * weights[at + o];
    }
  }
  function convolve(x, side, { weights, bias, inputs, outputs }) {
    const size = side - 2;
    const maps = new Float32Array(size * size * outputs);
    const sums = new Float32Array(outputs);
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++) {
        sums.set(bias);
        for (let i = 0; i < 3; i++) // three neighbours in a row lie side by side
          add(sums, x, ((r + i) * side + c) * inputs, weights, 3 * i * inputs * outputs, 3 * inputs);
        for (let o = 0; o < outputs; o++) maps[(r * size + c) * outputs + o] = Math.max(0, sums[o]);
      }
    return maps;
  }
  function pool(x, side, maps) {
    const size = side >> 1; // a last odd row is left out
    const out = new Float32Array(size * size * maps);
    for (let r = 0; r < size; r++)
      for (let c = 0; c < size; c++)
        for (let m = 0; m < maps; m++) {
          const corner = (2 * r * side + 2 * c) * maps + m;
          const under = corner + side * maps;
          const four = [x[corner], x[corner + maps], x[under], x[under + maps]];
          out[(r * size + c) * maps + m] = Math.max(...four);
        }
    return out;
  }
  function dense(x, { weights, bias, inputs }) {
    const sums = bias.slice();
    add(sums, x, 0, weights, 0, inputs);
    return sums;
  }
  function run(image) {
    const conv1 = convolve(image, 28, layers[0]);
    const pool1 = pool(conv1, 26, 32);
    const conv2 = convolve(pool1, 13, layers[1]);
    const pool2 = pool(conv2, 11, 64);
    const conv3 = convolve(pool2, 5, layers[2]);
    const units = dense(conv3, layers[3]).map((v) => Math.max(0, v));
    const scores = dense(units, layers[4]);
    const most = Math.max(...scores);
    const shares = scores.map((v) => Math.exp(v - most)); // softmax, safe from overflow
    const all = shares.reduce((a, b) => a + b);
    return [conv1, pool1, conv2, pool2, conv3, units, shares.map((v) => v / all)];
  }
  return { layers, samples, run };
}

/** The Worker's code; the Worker gets its text, too. @param {typeof network} build */
function serve(build) {
  let made = null;
  self.onmessage = ({ data }) => {
    if (data.buffer) made = build(data.buffer, data.shapes);
    else self.postMessage(made.run(data.image));
  };
}

/** Run the network in a Worker, or in the page itself where Workers are refused.
 * @param {ArrayBuffer} buffer
 * @param {(image: Float32Array, layers: Float32Array[]) => void} done
 * @returns {{network: Network, think: (image: Float32Array) => void, end: () => void,
 *            now: (image: Float32Array) => void}}
 *          think: compute this image next; images that come while one is computed are left out, but for
 *          the newest. now: compute it here, before anything else */
export function thinker(buffer, done) {
  const own = network(buffer, SHAPES);
  let waiting = null;
  let busy = null;
  const worker = textWorker(`(${serve})(${network})`, finish, () => {
    waiting ??= busy;
    busy = null;
    next();
  });
  function next() {
    if (busy || !waiting) return;
    [busy, waiting] = [waiting, null];
    if (!worker.send({ image: busy })) finish(own.run(busy));
  }
  function finish(layers) {
    const image = busy;
    busy = null;
    done(image, layers);
    next();
  }
  worker.send({ buffer, shapes: SHAPES });
  return {
    network: own,
    think: (image) => ((waiting = image), next()),
    now: (image) => done(image, own.run(image)),
    end() {
      worker.end();
      waiting = null;
      busy = true; // start nothing more
    },
  };
}
