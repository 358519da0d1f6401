// A map of numbers as pixels: shades in place of digits, for maps too large for a grid of cells.
import { h } from "./parts.js";

const WHITE = [255, 255, 255];
export const BLUE = [47, 127, 209]; // both have a contrast of 3:1 or more on a light and a dark ground
export const ORANGE = [207, 106, 30];
export const HATCH = 4; // a stripe every so many dots, in negative parts
export const PALE = 0.25; // how dark a stripe is, compared with the rest
const STEPS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** A picture with draw(). With `walk` it is also a tab stop, and keys call walk(rows, columns): arrows with
 * one row or column, Home and End with all columns.
 * @param {{ink?: boolean, stripes?: boolean, walk?: (rows: number, columns: number) => void}} use
 *        ink: white on black, like the digits; else blue above zero and orange below. stripes: false where
 *        orange does not mean a minus */
export function pixels({ ink = false, stripes = !ink, walk } = {}) {
  const canvas = h("canvas", {});
  const node = h(
    "div",
    {
      class: `cd-pixels${ink ? " cd-ink" : ""}`,
      role: walk ? "application" : "img",
      tabindex: walk ? 0 : null,
      onkeydown: (event) => {
        if (!walk || !STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        const [down, right] = STEPS[event.key];
        walk(down, right);
      },
    },
    canvas,
  );
  let size = [1, 1];
  let drawn = "";
  return {
    node,
    /** The [row, column] under a pointer; outside the map they are below 0 or too large. */
    at(event) {
      const box = canvas.getBoundingClientRect();
      const part = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
      return part.map((share, axis) => Math.floor(share * size[axis]));
    },
    /** How many [rows, columns] of the map lie between two pointer events, even if the page scrolled. */
    between(from, to) {
      const box = canvas.getBoundingClientRect();
      const share = [
        (to.clientY - from.clientY) / box.height,
        (to.clientX - from.clientX) / box.width,
      ];
      return share.map((part, axis) => Math.round(part * size[axis]));
    },
    /** Show a matrix; the number `largest` gets the full shade. */
    draw(x, name, largest = 1) {
      size = [x.length, x[0].length];
      node.setAttribute("aria-label", name);
      const key = `${size}|${largest}|${x}`;
      if (key === drawn) return;
      drawn = key;
      const flat = x.flat();
      // negative cells are hatched, since not everybody sees colour, and a print may be grey
      const zoom = stripes && flat.some((v) => v < 0) ? HATCH : 1;
      [canvas.height, canvas.width] = size.map((n) => n * zoom);
      node.style.setProperty("--rows", size[0]);
      node.style.setProperty("--columns", size[1]);
      const context = canvas.getContext("2d");
      const image = context.createImageData(canvas.width, canvas.height);
      const { data } = image;
      flat.forEach((v, i) => {
        const [red, green, blue] = ink ? WHITE : v < 0 ? ORANGE : BLUE;
        const dark = 255 * (Math.abs(v) / largest) ** 0.7;
        const corner = Math.floor(i / size[1]) * zoom * canvas.width + (i % size[1]) * zoom;
        for (let r = 0; r < zoom; r++)
          for (let c = 0; c < zoom; c++) {
            const at = 4 * (corner + r * canvas.width + c);
            data[at] = red;
            data[at + 1] = green;
            data[at + 2] = blue;
            data[at + 3] = zoom > 1 && v < 0 && r + c === HATCH - 1 ? dark * PALE : dark;
          }
      });
      context.putImageData(image, 0, 0);
    },
  };
}
