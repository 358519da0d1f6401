// A map of numbers as pixels: shades in place of digits, for maps too large for a grid of cells.
import { h } from "./parts.js";

const WHITE = [255, 255, 255];
const BLUE = [47, 127, 209]; // these two are at least 3:1 against a light ground and a dark one
const ORANGE = [207, 106, 30];
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

/** A picture with draw(); with `walk` also a tab stop whose keys call walk(rows, columns): the arrows
 * by one, Home and End by as many columns as there are, which the demo knows.
 * @param {{ink?: boolean, stripes?: boolean, walk?: (rows: number, columns: number) => void}} use
 *        ink: white on black, as the digits are; else blue above zero and orange below. stripes: no
 *        if orange means something else than a minus */
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
    /** The [row, column] under a pointer; outside the map, the numbers go on. */
    at(event) {
      const box = canvas.getBoundingClientRect();
      const part = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
      return part.map((share, axis) => Math.floor(share * size[axis]));
    },
    /** How many [rows, columns] of the map lie between two pointer events, wherever the page has
     * scrolled to. */
    between(from, to) {
      const box = canvas.getBoundingClientRect();
      const share = [
        (to.clientY - from.clientY) / box.height,
        (to.clientX - from.clientX) / box.width,
      ];
      return share.map((part, axis) => Math.round(part * size[axis]));
    },
    /** Show a matrix, shaded against its `largest` number. */
    draw(x, name, largest = 1) {
      size = [x.length, x[0].length];
      node.setAttribute("aria-label", name);
      const key = `${size}|${largest}|${x}`;
      if (key === drawn) return;
      drawn = key;
      const flat = x.flat();
      // negative cells are hatched, since colour alone would be lost in grey and to some eyes
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
