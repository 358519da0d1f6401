// The layers of the book's CNN on the page: all maps of each layer, one layer below the other.
import { overlay, rectangle } from "./pad.js";
import { button, h } from "./parts.js";

/** Window and step: what a cell reads of each map in the layer below. `weighed`: the layer's number among
 * those with weights. Columns: how many maps stand in a row on a wide and on a narrow screen. `cell`: the
 * pixels of the canvas that one cell takes. */
export const LEVELS = [
  { name: "drawing", maps: 1, side: 28, window: 0, step: 0 },
  { name: "conv 1", maps: 32, side: 26, window: 3, step: 1, weighed: 0, columns: [16, 8], cell: 1 },
  { name: "pool 1", maps: 32, side: 13, window: 2, step: 2, columns: [32, 16], cell: 1 },
  { name: "conv 2", maps: 64, side: 11, window: 3, step: 1, weighed: 1, columns: [32, 16], cell: 2 },
  { name: "pool 2", maps: 64, side: 5, window: 2, step: 2, columns: [32, 16], cell: 4 },
  { name: "conv 3", maps: 64, side: 3, window: 3, step: 1, weighed: 2, columns: [32, 16], cell: 6 },
  { name: "dense", maps: 64, side: 1, window: 3, step: 1, weighed: 3, columns: [32, 16], cell: 12 },
  { name: "digits", maps: 10, side: 1, window: 1, step: 1, weighed: 4 },
];
export const DIGITS = LEVELS.length - 1;

/** @typedef {{level: number, map: number, row: number, column: number}} Cell */

/** The index of a cell's number in its layer. @param {Cell} cell */
export const indexOf = ({ level, map, row, column }) =>
  (row * LEVELS[level].side + column) * LEVELS[level].maps + map;

/** The cells on which a cell depends in a lower layer, or the image: [[first, end] rows, [first, end]
 * columns]. @param {Cell} cell */
export function fieldOf({ level, row, column }, below = 0) {
  return [row, column].map((n) => {
    let [first, end] = [n, n + 1];
    for (let l = level; l > below; l--) {
      const { window, step } = LEVELS[l];
      [first, end] = [first * step, (end - 1) * step + window];
    }
    return [first, end];
  });
}

/** The terms of one cell. `seen` holds the image and the output of each layer, channels last.
 * For a layer with weights: a part for each map below (its window, the kernel's slice, the sum of
 * their products), bias and sum; for pooling only the window.
 * @param {import("./network.js").Network} net @param {ArrayLike<number>[]} seen @param {Cell} cell */
export function termsOf(net, seen, cell) {
  const { window, weighed } = LEVELS[cell.level];
  const below = LEVELS[cell.level - 1];
  const [[top], [left]] = fieldOf(cell, cell.level - 1);
  const square = (f) =>
    Array.from({ length: window }, (_, i) => Array.from({ length: window }, (_, j) => f(i, j)));
  const read = (map) =>
    square((i, j) => {
      const place = { level: cell.level - 1, map, row: top + i, column: left + j };
      return seen[cell.level - 1][indexOf(place)];
    });
  const value = seen[cell.level][indexOf(cell)];
  if (weighed === undefined) return { value, window: read(cell.map), parts: [], bias: 0, sum: value };
  const { weights, bias, outputs } = net.layers[weighed];
  const parts = Array.from({ length: below.maps }, (_, map) => {
    const numbers = read(map);
    const kernel = square(
      (i, j) => weights[((i * window + j) * below.maps + map) * outputs + cell.map],
    );
    let total = 0;
    numbers.forEach((line, i) => line.forEach((v, j) => (total += v * kernel[i][j])));
    return { window: numbers, kernel, total };
  });
  const sum = parts.reduce((all, { total }) => all + total, bias[cell.map]);
  return { value, window: [], parts, bias: bias[cell.map], sum };
}

// The blue of pixels.js in 256 steps, as the four bytes of a pixel from the last to the first.
const STEPS_OF_BLUE = Uint32Array.from(
  { length: 256 },
  (_, step) => ((18 + 237 * (step / 255) ** 0.6) << 24) | (209 << 16) | (127 << 8) | 47,
);

/** One layer's maps: a button with its name, the maps on one canvas, and marks over them.
 * @param {number} level @param {{open: (level: number) => void, pick: (cell: Cell) => void,
 *                                look: (cell: Cell | null) => void}} use */
export function stage(level, { open, pick, look }) {
  const { name, maps, side, cell, columns } = LEVELS[level];
  const pitch = side * cell + 1;
  let across = columns[0];
  let image = new ImageData(1, 1);
  let dots = new Uint32Array(1);
  const canvas = h("canvas", {});
  const over = overlay(1, 1);
  const words = side > 1 ? `${maps} maps of ${side}×${side}` : `${maps} numbers`;
  const head = button("", () => open(level), { class: "cd-layer", "aria-expanded": "false" });
  head.append(h("b", {}, name), ` ${words}`);
  const board = h("div", { class: "cd-maps", role: "img", "aria-label": `${name}, all ${words}` });
  board.append(canvas, over.node);
  const node = h("div", { class: "cd-stagelayer", style: `--depth: ${level - 1}` }, head, board);
  const corner = (map) => [(map % across) * pitch, Math.floor(map / across) * pitch];

  /** The cell under a pointer, or the nearest one of the same map. @returns {Cell | null} */
  function under(event) {
    const box = canvas.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * canvas.width;
    const y = ((event.clientY - box.top) / box.height) * canvas.height;
    const map = Math.floor(y / pitch) * across + Math.floor(x / pitch);
    if (x < 0 || y < 0 || x >= across * pitch || !(map >= 0 && map < maps)) return null;
    const inside = (n) => Math.min(side - 1, Math.floor((n % pitch) / cell));
    return { level, map, row: inside(y), column: inside(x) };
  }
  board.addEventListener("pointermove", (event) => event.pointerType === "mouse" && look(under(event)));
  board.addEventListener("pointerleave", () => look(null));
  board.addEventListener("click", (event) => {
    const found = under(event);
    if (found) pick(found);
  });

  return {
    node,
    head,
    /** Arrange the maps for a wide or a narrow screen. */
    fold(narrow) {
      across = columns[narrow ? 1 : 0];
      canvas.width = across * pitch - 1;
      canvas.height = Math.ceil(maps / across) * pitch - 1;
      over.size(canvas.width, canvas.height);
      image = new ImageData(canvas.width, canvas.height);
      dots = new Uint32Array(image.data.buffer);
    },
    /** @param {ArrayLike<number>} values */
    draw(values) {
      let largest = 1e-9;
      for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]);
      const { width } = image;
      for (let map = 0; map < maps; map++) {
        const [x, y] = corner(map);
        for (let r = 0; r < side; r++)
          for (let c = 0; c < side; c++) {
            const dot = STEPS_OF_BLUE[Math.floor((255 * values[(r * side + c) * maps + map]) / largest)];
            for (let i = 0, at = (y + r * cell) * width + x + c * cell; i < cell; i++, at += width)
              for (let j = 0; j < cell; j++) dots[at + j] = dot;
          }
      }
      canvas.getContext("2d").putImageData(image, 0, 0);
    },
    /** Mark a cell of this layer, and what it reads in layers below. @param {Cell | null} chosen */
    mark(chosen) {
      const paths = {};
      if (chosen && level === chosen.level - 1) {
        const [[top, bottom], [left, right]] = fieldOf(chosen, level);
        const one = LEVELS[chosen.level].weighed === undefined; // pooling reads only its own map
        const read = one ? [chosen.map] : Array.from({ length: maps }, (_, map) => map);
        const box = (map) => {
          const [x, y] = corner(map);
          return rectangle(x + left * cell, y + top * cell, (right - left) * cell, (bottom - top) * cell);
        };
        paths["cd-reads"] = read.map(box).join("");
      }
      if (chosen?.level === level) {
        const [x, y] = corner(chosen.map);
        paths["cd-frame"] = rectangle(x, y, pitch - 1, pitch - 1);
        if (side > 1)
          paths["cd-spot"] = rectangle(x + chosen.column * cell, y + chosen.row * cell, cell, cell);
      }
      over.draw(paths);
    },
  };
}
