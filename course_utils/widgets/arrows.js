// Arrows over the grids of a stage.
import { flights, middleIn } from "./flight.js";
import { overlay } from "./pad.js";

/** @typedef {{from: Element, to: Element, value: number, now?: boolean, text?: string}} Arrow
 *    the sign of `value` is shown by colour and dashes; `now`: the arrow that the text is about */

const BEND = 0.07; // share of an arrow's length by which it bends, so that no two lie on one line

/** @param {any} ui @param {HTMLElement} stage */
export function arrowsOver(ui, stage) {
  const over = overlay(1, 1);
  over.node.classList.add("cd-arrows");
  stage.append(over.node);
  const fly = flights(ui, stage);
  const watcher = new ResizeObserver(() => ui.redraw());
  watcher.observe(stage);
  ui.ended(() => watcher.disconnect());

  const middle = (cell) => middleIn(stage, cell);
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
    /** Draw these arrows in place of the earlier ones. @param {Arrow[]} arrows */
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
    fly,
  };
}
