// Arrows over the grids of a stage, and numbers that fly along them.
import { overlay } from "./pad.js";
import { h } from "./parts.js";

/** @typedef {{from: Element, to: Element, value: number, now?: boolean, text?: string}} Arrow
 *    its sign is shown by colour and dashes; `now`: the one that is spoken of */

const FLIGHT = 280; // ms
const BEND = 0.07; // of an arrow's length, so that two on one line can be told apart

/** The cell of a grid's row and column, if it can be seen. */
export function cellIn(grid, r, c) {
  const cell = grid.querySelectorAll('[role="row"]')[r]?.children[c];
  return cell?.getClientRects().length ? cell : null;
}

/** @param {any} ui @param {HTMLElement} stage */
export function arrowsOver(ui, stage) {
  const over = overlay(1, 1);
  over.node.classList.add("cd-arrows");
  const chips = h("div", { class: "cd-arrows-chips", "aria-hidden": "true" });
  stage.append(over.node, chips);
  const watcher = new ResizeObserver(() => ui.redraw());
  watcher.observe(stage);
  ui.ended(() => watcher.disconnect());
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  /** The middle of a cell, and its size, in the stage. */
  function middle(cell) {
    const [box, frame] = [cell.getBoundingClientRect(), stage.getBoundingClientRect()];
    return {
      x: box.left + box.width / 2 - frame.left,
      y: box.top + box.height / 2 - frame.top,
      size: box.width,
    };
  }
  function path({ from, to }) {
    const [a, b] = [middle(from), middle(to)];
    const [far, down] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(far, down) || 1;
    const bend = { x: (a.x + b.x) / 2 - BEND * down, y: (a.y + b.y) / 2 + BEND * far };
    const toward = (p, q, by) => {
      const d = Math.hypot(q.x - p.x, q.y - p.y) || 1;
      return [p.x + ((q.x - p.x) * by) / d, p.y + ((q.y - p.y) * by) / d];
    };
    const start = toward(a, bend, Math.min(a.size * 0.42, length / 3));
    const [x, y] = toward(b, bend, Math.min(b.size * 0.56, length / 3));
    const angle = Math.atan2(b.y - bend.y, b.x - bend.x);
    const wing = (turn) => `${x - 9 * Math.cos(angle + turn)} ${y - 9 * Math.sin(angle + turn)}`;
    return {
      line: `M${start.join(" ")}Q${bend.x} ${bend.y} ${x} ${y}`,
      head: `M${wing(0.45)}L${x} ${y}L${wing(-0.45)}`,
    };
  }

  return {
    /** Draw these arrows in place of those before. @param {Arrow[]} arrows */
    draw(arrows) {
      const { width, height } = stage.getBoundingClientRect();
      over.size(width || 1, height || 1);
      const paths = {};
      for (const arrow of arrows) {
        const { line, head } = path(arrow);
        const sign = `cd-arrow-${arrow.value < 0 ? "less" : "more"}${arrow.now ? " cd-arrow-now" : ""}`;
        paths[sign] = (paths[sign] ?? "") + line;
        paths[`${sign} cd-arrow-head`] = (paths[`${sign} cd-arrow-head`] ?? "") + head;
      }
      over.draw(paths);
    },
    /** Let texts fly from cell to cell, unless the reader wants no motion. @param {Arrow[]} arrows */
    fly(arrows) {
      chips.replaceChildren();
      if (still.matches) return;
      for (const { from, to, value, text } of arrows) {
        const [a, b] = [middle(from), middle(to)];
        const chip = h("span", { class: `cd-arrows-chip${value < 0 ? " cd-negative" : ""}` }, text);
        chips.append(chip);
        const at = ({ x, y }) => `translate(-50%, -50%) translate(${x}px, ${y}px)`;
        const flight = chip.animate(
          [
            { transform: at(a), opacity: 1 },
            { transform: at(b), opacity: 1, offset: 0.85 },
            { transform: at(b), opacity: 0 },
          ],
          { duration: FLIGHT, easing: "ease-in-out", fill: "backwards" },
        );
        flight.onfinish = flight.oncancel = () => chip.remove();
      }
    },
  };
}
