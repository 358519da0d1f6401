// Draw for the network: a pen on 28×28 cells, and what MNIST's makers did with each digit.
// Ink is a Float32Array of 784 numbers from 0 to 1, row by row. Places are [row, column] in cells;
// [0.5, 0.5] is the middle of the first cell.

export const SIDE = 28;
const MIDDLE = 14.5; // the middle of mass of MNIST's digits, half a pixel below and right of the centre
const REACH = 1.35; // the pen's reach from its middle, in cells: MNIST's strokes are 2 to 3 pixels wide

/** Ink as rows, the form of the trait. @returns {number[][]} */
export const rowsOf = (ink) =>
  Array.from({ length: SIDE }, (_, r) => Array.from(ink.slice(r * SIDE, (r + 1) * SIDE)));

/** Draw a straight line with the pen, into `ink` itself.
 * @param {Float32Array} ink @param {number[]} from @param {number[]} to */
export function drawLine(ink, from, to) {
  const [[r1, c1], [r2, c2]] = [from, to];
  const [down, right] = [r2 - r1, c2 - c1];
  const long = down * down + right * right || 1;
  for (let r = 0; r < SIDE; r++)
    for (let c = 0; c < SIDE; c++) {
      const [y, x] = [r + 0.5 - r1, c + 0.5 - c1];
      const along = Math.max(0, Math.min(1, (y * down + x * right) / long));
      const away = Math.hypot(y - along * down, x - along * right);
      const dark = Math.max(0, Math.min(1, REACH + 0.5 - away));
      const i = r * SIDE + c;
      ink[i] = Math.max(ink[i], Math.round(dark * 100) / 100);
    }
}

/** [first, last + 1] of the rows and of the columns with ink; null where there is none. */
function extent(ink) {
  const rows = [];
  const columns = [];
  ink.forEach((v, i) => v && (rows.push(Math.floor(i / SIDE)), columns.push(i % SIDE)));
  if (!rows.length) return null;
  return [rows, columns].map((list) => [Math.min(...list), Math.max(...list) + 1]);
}

/** The digit fitted as MNIST's were: its longer side becomes 20 pixels, and its middle of mass comes as
 * near to MIDDLE as whole pixels allow. MNIST's own images do not change.
 * @param {Float32Array} ink
 * @returns {{image: Float32Array, scale: number, down: number, right: number}} a cell at [r, c] of
 *          the drawing lies at [r · scale + down, c · scale + right] of the image */
export function fitted(ink) {
  const box = extent(ink);
  if (!box) return { image: ink, scale: 1, down: 0, right: 0 };
  const [[top, bottom], [left, end]] = box;
  const scale = 20 / Math.max(bottom - top, end - left);
  let [mass, y, x] = [0, 0, 0];
  ink.forEach((v, i) => {
    mass += v;
    y += v * (Math.floor(i / SIDE) + 0.5);
    x += v * ((i % SIDE) + 0.5);
  });
  // begin the scaled box at a whole pixel, so that a digit that already fits is not blurred
  const begin = (first, middle) => Math.round(MIDDLE - (middle - first) * scale) - first * scale;
  const [down, right] = [begin(top, y / mass), begin(left, x / mass)];
  return { image: resized(ink, scale, down, right), scale, down, right };
}

/** Each pixel is the mean of the drawing below it. */
function resized(ink, scale, down, right) {
  const shares = (offset) =>
    Array.from({ length: SIDE }, (_, to) => {
      const [low, high] = [(to - offset) / scale, (to + 1 - offset) / scale];
      const parts = [];
      for (let from = Math.max(0, Math.floor(low)); from < Math.min(SIDE, high); from++) {
        const part = Math.min(from + 1, high) - Math.max(from, low);
        if (part > 1e-9) parts.push([from, part * scale]);
      }
      return parts;
    });
  const [rows, columns] = [shares(down), shares(right)];
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    let total = 0;
    for (const [r, tall] of rows[Math.floor(i / SIDE)])
      for (const [c, wide] of columns[i % SIDE]) total += tall * wide * ink[r * SIDE + c];
    return Math.min(1, total);
  });
}

/** For each cell, when a pen that draws the digit gets there: the length of the way through the ink from
 * its top left. Gaps take longer, as the pen is lifted. @returns {Float32Array} */
export function whenDrawn(ink) {
  const cells = [...ink.keys()].filter((i) => ink[i] > 0.5);
  const when = new Float32Array(SIDE * SIDE).fill(Infinity);
  if (!cells.length) return when;
  const height = (i) => 2 * Math.floor(i / SIDE) + (i % SIDE);
  when[cells.reduce((best, i) => (height(i) < height(best) ? i : best))] = 0;
  const settled = new Uint8Array(SIDE * SIDE);
  for (let n = 0; n < settled.length; n++) {
    let at = -1;
    for (let i = 0; i < settled.length; i++)
      if (!settled[i] && (at < 0 || when[i] < when[at])) at = i;
    settled[at] = 1;
    const [r, c] = [Math.floor(at / SIDE), at % SIDE];
    for (let dr = -1; dr <= 1; dr++)
      for (let dc = -1; dc <= 1; dc++) {
        if (r + dr < 0 || r + dr >= SIDE || c + dc < 0 || c + dc >= SIDE) continue;
        const to = at + dr * SIDE + dc;
        const step = Math.hypot(dr, dc) * (ink[to] > 0.5 ? 1 : ink[to] > 0 ? 1.5 : 6);
        when[to] = Math.min(when[to], when[at] + step);
      }
  }
  return when;
}
