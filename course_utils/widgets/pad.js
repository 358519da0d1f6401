// A pad of 28×28 cells to draw on: by mouse, finger, pen, and by keys.
import { SIDE, drawLine } from "./ink.js";
import { h } from "./parts.js";

const ARROWS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const NAMESPACE = "http://www.w3.org/2000/svg";

/** A drawing of paths over a picture of width × height units; draw({ class: path }) replaces them. */
export function overlay(width, height) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("class", "cd-over");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("preserveAspectRatio", "none");
  const size = (w, t) => svg.setAttribute("viewBox", `0 0 ${w} ${t}`);
  size(width, height);
  return {
    node: svg,
    size,
    draw(paths) {
      const nodes = Object.entries(paths).map(([name, d]) => {
        const path = document.createElementNS(NAMESPACE, "path");
        path.setAttribute("class", name);
        path.setAttribute("d", d);
        return path;
      });
      svg.replaceChildren(...nodes);
    },
  };
}

/** The path of a rectangle. */
export const rectangle = (x, y, width, height) => `M${x} ${y}h${width}v${height}h${-width}z`;

/** Ink on black. @param {HTMLCanvasElement} canvas @param {ArrayLike<number>} ink */
export function paint(canvas, ink) {
  if (canvas.width !== SIDE) canvas.width = canvas.height = SIDE;
  const image = new ImageData(SIDE, SIDE);
  image.data.fill(255);
  for (let i = 0; i < SIDE * SIDE; i++) image.data[4 * i + 3] = 255 * ink[i];
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** The pad. `begin` is called before ink changes, `change` while it does, `end` when a stroke is done.
 * @param {{ink: () => Float32Array, take: () => void, begin: () => void, change: () => void,
 *          end: () => void, say: (text: string) => void}} use
 *        ink: the cells, into which the pad writes; take: called when the pen moves without drawing */
export function drawingPad({ ink, take, begin, change, end, say }) {
  const canvas = h("canvas", {});
  const over = overlay(SIDE, SIDE);
  const ring = h("div", { class: "cd-pen", hidden: true });
  const node = h(
    "div",
    {
      class: "cd-pixels cd-ink cd-pad",
      role: "application",
      tabindex: 0,
      "aria-label":
        "Pad to draw on, 28 rows of 28 cells. Arrow keys move the pen, Space puts it down and lifts it.",
    },
    canvas,
    over.node,
    ring,
  );
  let last = null; // the pointer's last place, while it draws
  let at = [14, 14]; // the place of the pen that the keys move
  let down = false;

  /** @param {number[]} at @param {boolean} on */
  function place([r, c], on = down) {
    ring.hidden = false;
    ring.style.top = `${(100 * r) / SIDE}%`;
    ring.style.left = `${(100 * c) / SIDE}%`;
    ring.classList.toggle("cd-down", on);
  }
  const middle = () => at.map((n) => n + 0.5);
  function lift() {
    if (!down) return;
    down = false;
    end();
  }
  function spot(event) {
    const box = canvas.getBoundingClientRect();
    return [
      ((event.clientY - box.top) / box.height) * SIDE,
      ((event.clientX - box.left) / box.width) * SIDE,
    ];
  }
  function strokeTo(to) {
    drawLine(ink(), last, to);
    last = to;
  }
  node.addEventListener("pointerdown", (event) => {
    if (event.button || last) return; // a second finger does not draw
    lift();
    begin();
    node.setPointerCapture(event.pointerId);
    ring.hidden = true;
    last = spot(event);
    strokeTo(last);
    change();
  });
  node.addEventListener("pointermove", (event) => {
    if (!last || !node.hasPointerCapture(event.pointerId)) return;
    const between = event.getCoalescedEvents?.() ?? [];
    for (const part of between.length ? between : [event]) strokeTo(spot(part));
    change();
  });
  for (const name of ["pointerup", "pointercancel"])
    node.addEventListener(name, (event) => {
      if (!last || !node.hasPointerCapture(event.pointerId)) return;
      last = null;
      end();
    });
  node.addEventListener("focus", () => node.matches(":focus-visible") && place(middle()));
  node.addEventListener("blur", () => {
    lift();
    ring.hidden = true;
  });
  node.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = ARROWS[event.key];
    if (!step && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    const from = middle();
    if (step) {
      if (!down) take(); // the pen is only moved
      at = at.map((n, axis) => Math.max(0, Math.min(SIDE - 1, n + step[axis])));
      if (down) drawLine(ink(), from, middle());
    } else if (down) {
      lift();
    } else {
      begin();
      down = true;
      drawLine(ink(), from, from);
    }
    place(middle());
    if (down) change();
    if (down || step) say(`Pen ${down ? "down" : "up"} at row ${at[0]}, column ${at[1]}.`);
  });
  return {
    node,
    over,
    place,
    drawing: () => Boolean(last || down),
    hide: () => (ring.hidden = true),
    draw: () => paint(canvas, ink()),
  };
}
