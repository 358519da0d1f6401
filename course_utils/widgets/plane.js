// Photographs as planes of numbers, and kernels on them. A plane holds numbers from 0 to 1, row by row.

import { BLUE, HATCH, ORANGE, PALE } from "./pixels.js";

/** @typedef {{columns: number, rows: number, values: Float64Array}} Plane */

const LUMA = [0.299, 0.587, 0.114]; // how bright red, green and blue look (ITU-R BT.601)

/** Red, green and blue of a picture's pixels. @param {{width: number, height: number,
 * data: ArrayLike<number>}} pixels @returns {Plane[]} */
export const planesOf = ({ width, height, data }) =>
  [0, 1, 2].map((channel) => ({
    columns: width,
    rows: height,
    values: Float64Array.from({ length: width * height }, (_, i) => data[4 * i + channel] / 255),
  }));

/** The grey photo. @param {Plane[]} planes @returns {Plane} */
export function greyOf([red, green, blue]) {
  const values = red.values.map(
    (v, i) => LUMA[0] * v + LUMA[1] * green.values[i] + LUMA[2] * blue.values[i],
  );
  return { ...red, values };
}

/** Cross-correlation of a plane with a kernel, no padding.
 * @param {Plane} plane @param {number[][]} kernel @returns {Plane} */
export function slideOver({ columns, rows, values }, kernel) {
  const [tall, wide] = [kernel.length, kernel[0].length];
  const [high, broad] = [Math.max(0, rows - tall + 1), Math.max(0, columns - wide + 1)];
  const out = new Float64Array(high * broad);
  for (let i = 0; i < tall; i++)
    for (let j = 0; j < wide; j++) {
      const weight = kernel[i][j];
      if (!weight) continue; // one weight at a time for the whole plane: it adds a moved copy
      for (let r = 0; r < high; r++) {
        const from = (r + i) * columns + j;
        const to = r * broad;
        for (let c = 0; c < broad; c++) out[to + c] += weight * values[from + c];
      }
    }
  return { columns: broad, rows: high, values: out };
}

/** The sum of planes, as large as the smallest of them. @param {Plane[]} planes @returns {Plane} */
export function addedUp(planes) {
  const columns = Math.min(...planes.map((plane) => plane.columns));
  const rows = Math.min(...planes.map((plane) => plane.rows));
  const values = Float64Array.from({ length: columns * rows }, (_, i) => {
    const [r, c] = [Math.floor(i / columns), i % columns];
    return planes.reduce((sum, plane) => sum + plane.values[r * plane.columns + c], 0);
  });
  return { columns, rows, values };
}

/** The largest number without its sign, but not 0. @param {Plane[]} planes */
export const largestOfPlanes = (planes) =>
  planes.reduce((most, { values }) => values.reduce((m, v) => Math.max(m, Math.abs(v)), most), 1e-9);

/** Show planes on a canvas: three as colours; one as grey, or with signs (blue above zero, orange with
 * stripes below). A brightness under 0 or over 1 is cut off.
 * @param {HTMLCanvasElement} canvas @param {Plane[]} planes @param {number} largest
 *        with signs: the number that gets the full colour; 0: the planes are brightnesses */
export function showPlanes(canvas, planes, largest = 0) {
  const { columns, rows } = planes[0];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const image = new ImageData(columns, rows);
  const { data } = image;
  const [one] = planes;
  for (let i = 0; i < columns * rows; i++) {
    const at = 4 * i;
    if (largest) {
      const v = one.values[i];
      [data[at], data[at + 1], data[at + 2]] = v < 0 ? ORANGE : BLUE;
      const stripe = v < 0 && ((i % columns) + Math.floor(i / columns)) % HATCH === HATCH - 1;
      data[at + 3] = 255 * (Math.abs(v) / largest) ** 0.7 * (stripe ? PALE : 1);
    } else {
      for (let k = 0; k < 3; k++) data[at + k] = 255 * planes[k % planes.length].values[i];
      data[at + 3] = 255;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}
