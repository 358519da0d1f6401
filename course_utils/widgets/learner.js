// A small network that learns from MNIST digits, in plain loops. learner.py does the same in NumPy.

/** @typedef {{kind: string, filters: number, rate: number, batch: number, shuffled: boolean,
 *   alike: boolean, seed: number}} Choices */
/** @typedef {{labels: Uint8Array, images: Float32Array[], first: number}} Digits
 *   first: the network learns from so many of them; the others are the new digits */

export const UNITS = 64; // units in the dense network's hidden layer

/** The contents of training_digits.bin: labels, images of 784 numbers from 0 to 1, and how many to learn
 * from. It uses no name from outside, because a Worker gets this function as text.
 * @param {ArrayBuffer} buffer laid out as course_utils/widgets/training_digits.py says @returns {Digits} */
export function digitsOf(buffer) {
  const header = 4; // bytes: two numbers of 16 bits
  const [first, others] = new Uint16Array(buffer.slice(0, header));
  const count = first + others;
  const labels = new Uint8Array(buffer, header, count);
  const halves = new Uint8Array(buffer, header + count);
  const size = (28 * 28) / 2; // bytes of an image
  const images = Array.from({ length: count }, (_, n) =>
    Float32Array.from({ length: 2 * size }, (_, i) => {
      const byte = halves[n * size + (i >> 1)];
      return (i % 2 ? byte & 15 : byte >> 4) / 15;
    }),
  );
  return { labels, images, first };
}

/** The number of parameters, which training changes. @param {Choices} choices */
export const parametersOf = ({ kind, filters }) =>
  kind === "dense" ? 785 * UNITS + (UNITS + 1) * 10 : 10 * filters + (169 * filters + 1) * 10;

/** A network that learns: 3×3 convolution, ReLU, 2×2 max pooling, dense; or dense, ReLU, dense.
 * It uses no name from outside, because a Worker gets this function as text.
 * @param {(seed: number, count: number) => Float64Array} chance
 * @param {Choices} choices @param {Digits} digits */
export function learner(chance, choices, digits) {
  const { kind, filters, rate, batch, shuffled, alike, seed } = choices;
  const conv = kind !== "dense";
  const side = 13; // rows and columns of a pooled map
  const units = conv ? filters : 64;
  const fan = conv ? 9 : 784; // inputs of each unit
  const width = conv ? side * side * filters : units; // inputs of the last layer

  /** Random numbers from −limit to limit: He's limit for the first layer, Glorot's for the last. */
  const start = (count, limit, salt) =>
    Float64Array.from(chance(seed + salt, count), (u) => (2 * u - 1) * limit);
  const first = start(fan * units, Math.sqrt(6 / fan), 1000); // [input][unit]
  const last = start(width * 10, Math.sqrt(6 / (width + 10)), 2000); // [input][digit]
  if (alike) {
    for (let i = 0; i < first.length; i++) first[i] = first[i - (i % units)];
    for (let i = 0; i < last.length; i++) last[i] = last[i - ((i / 10) % units | 0) * 10];
  }
  const firstBias = new Float64Array(units);
  const lastBias = new Float64Array(10);

  /** 0 to count − 1 in another order (Fisher and Yates). */
  function order(count, salt) {
    const list = Int32Array.from({ length: count }, (_, i) => i);
    const numbers = chance(salt, count);
    for (let i = count - 1; i > 0; i--) {
      const j = Math.floor(numbers[i] * (i + 1));
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }
  const places = shuffled ? order(784, seed + 3000) : null;
  const images = digits.images.map((image) => (places ? image.map((_, i) => image[places[i]]) : image));

  const hidden = new Float64Array(width); // the inputs of the last layer, after the ReLU
  const won = new Int32Array(width); // for each: the image's cell at the corner of the winner's window
  const sums = new Float64Array(units);
  const shares = new Float64Array(10);

  function convolve(x) {
    for (let r = 0; r < side; r++)
      for (let c = 0; c < side; c++) {
        const at = (r * side + c) * units;
        const corner = 2 * r * 28 + 2 * c;
        for (let f = 0; f < units; f++) hidden[at + f] = -Infinity;
        for (let k = 0; k < 4; k++) {
          const from = corner + (k >> 1) * 28 + (k & 1);
          sums.set(firstBias);
          for (let i = 0; i < 9; i++) {
            const value = x[from + ((i / 3) | 0) * 28 + (i % 3)];
            if (value) for (let f = 0; f < units; f++) sums[f] += value * first[i * units + f];
          }
          for (let f = 0; f < units; f++)
            if (sums[f] > hidden[at + f]) {
              hidden[at + f] = sums[f];
              won[at + f] = from;
            }
        }
        for (let f = 0; f < units; f++) if (hidden[at + f] < 0) hidden[at + f] = 0;
      }
  }
  function multiply(x) {
    sums.set(firstBias);
    for (let i = 0; i < 784; i++) {
      const value = x[i];
      if (value) for (let u = 0; u < units; u++) sums[u] += value * first[i * units + u];
    }
    for (let u = 0; u < units; u++) hidden[u] = Math.max(0, sums[u]);
  }
  /** Compute the ten probabilities of an image; they are left in `shares`. */
  function forward(x) {
    if (conv) convolve(x);
    else multiply(x);
    shares.set(lastBias);
    for (let i = 0; i < width; i++) {
      const value = hidden[i];
      if (value) for (let d = 0; d < 10; d++) shares[d] += value * last[i * 10 + d];
    }
    let most = -Infinity;
    for (let d = 0; d < 10; d++) most = Math.max(most, shares[d]);
    let all = 0;
    for (let d = 0; d < 10; d++) all += shares[d] = Math.exp(shares[d] - most);
    for (let d = 0; d < 10; d++) shares[d] /= all;
    return shares;
  }

  const change = [first, firstBias, last, lastBias].map((x) => new Float64Array(x.length));
  /** Add one image's gradients to `change`; returns its loss. */
  function backward(x, label) {
    const [dFirst, dFirstBias, dLast, dLastBias] = change;
    const loss = -Math.log(Math.max(forward(x)[label], 1e-300));
    shares[label] -= 1; // now the gradient of the scores
    for (let d = 0; d < 10; d++) dLastBias[d] += shares[d];
    for (let i = 0; i < width; i++) {
      const value = hidden[i];
      if (!value) continue; // the ReLU lets nothing through
      let back = 0;
      for (let d = 0; d < 10; d++) {
        dLast[i * 10 + d] += value * shares[d];
        back += last[i * 10 + d] * shares[d];
      }
      const u = i % units;
      dFirstBias[u] += back;
      if (conv) {
        const from = won[i]; // only the winner of a window gets its share
        for (let k = 0; k < 9; k++)
          dFirst[k * units + u] += back * x[from + ((k / 3) | 0) * 28 + (k % 3)];
      } else {
        for (let k = 0; k < 784; k++) if (x[k]) dFirst[k * units + u] += back * x[k];
      }
    }
    return loss;
  }
  /** Do one step with the digits of these numbers as a batch; returns their mean loss. */
  function step(numbers) {
    for (const part of change) part.fill(0);
    let loss = 0;
    for (const n of numbers) loss += backward(images[n], digits.labels[n]);
    [first, firstBias, last, lastBias].forEach((x, part) => {
      for (let i = 0; i < x.length; i++) x[i] -= (rate * change[part][i]) / numbers.length;
    });
    return loss / numbers.length;
  }

  let epoch = 0;
  let at = 0;
  let turn = order(digits.first, seed + 4000);
  return {
    /** Learn one batch; after an epoch the digits get another order. @returns {number} its loss */
    learn() {
      const loss = step(turn.subarray(at, at + batch));
      at += batch;
      if (at >= turn.length) {
        [at, epoch] = [0, epoch + 1];
        turn = order(digits.first, seed + 4000 + epoch);
      }
      return loss;
    },
    /** The number of epochs that are done, with the fraction of the present one. */
    done: () => epoch + at / digits.first,
    /** The share of the digits with numbers from `from` to `to` − 1 that the network reads right. */
    reads(from, to) {
      let right = 0;
      for (let n = from; n < to; n++) {
        const given = forward(images[n]);
        if (given.indexOf(Math.max(...given)) === digits.labels[n]) right++;
      }
      return right / (to - from);
    },
    /** The network's answers for some digits: ten probabilities each. */
    says: (numbers) => numbers.map((n) => Array.from(forward(images[n]))),
    /** Digits as the network sees them. */
    sees: (numbers) => numbers.map((n) => images[n]),
    /** The weights of the first layer, unit by unit. */
    kernels: () =>
      Array.from({ length: units }, (_, u) =>
        Float64Array.from({ length: fan }, (_, i) => first[i * units + u]),
      ),
    parts: () => ({ first, firstBias, last, lastBias }),
  };
}
