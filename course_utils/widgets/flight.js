// Numbers that fly from cell to cell when a demo goes on by a step, unless the reader wants no motion.
import { h, show } from "./parts.js";

/** @typedef {{from: Element | null, to: Element | null, value: number, text?: string}} Flight
 *    `value` flies, or `text` in its place; the sign of `value` gives the colour */

const FLIGHT = 280; // ms of one flight; shorter when the player runs faster

/** The cell of a grid's row and column, if it can be seen. */
export function cellIn(grid, r, c) {
  const cell = grid.querySelectorAll('[role="row"]')[r]?.children[c];
  return cell?.getClientRects().length ? cell : null;
}

/** The middle of a cell, and its size, in the stage. */
export function middleIn(stage, cell) {
  const [box, frame] = [cell.getBoundingClientRect(), stage.getBoundingClientRect()];
  return {
    x: box.left + box.width / 2 - frame.left,
    y: box.top + box.height / 2 - frame.top,
    size: box.width,
  };
}

/** A layer over the stage in which numbers fly when the trait `step` goes on by one. A reader who jumps, or
 * steps faster than a flight, sees none. @param {any} ui @param {HTMLElement} stage */
export function flights(ui, stage) {
  const chips = h("div", { class: "cd-chips", "aria-hidden": "true" });
  stage.classList.add("cd-flown");
  stage.append(chips);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let last = ui.state().step;
  let before = -Infinity; // the time when it changed last
  /** @type {Animation | undefined} */
  let waiting;
  /** Call this at each drawing. @param {{step: number}} s
   * @param {() => Flight[]} flying what flies now; a flight from or to a cell out of sight is left out
   * @param {boolean} waits is the number in the target cell hidden until they arrive? */
  return (s, flying, waits = false) => {
    if (s.step === last) return;
    const time = performance.now();
    const onward = s.step === last + 1 && (ui.playing || time - before > FLIGHT);
    [last, before] = [s.step, time];
    waiting?.cancel();
    chips.replaceChildren();
    if (!onward || ui.hidden || still.matches) return;
    const timing = { duration: Math.min(FLIGHT, ui.pace), easing: "ease-in-out" };
    // Read all places before anything is written: else the browser lays the page out for each number.
    const seen = flying().filter(({ from, to }) => from && to);
    const ways = seen.map(({ from, to }) => [middleIn(stage, from), middleIn(stage, to)]);
    const nodes = seen.map(({ value, text }) =>
      h("span", { class: `cd-chip${value < 0 ? " cd-negative" : ""}` }, text ?? show(value)),
    );
    chips.append(...nodes);
    nodes.forEach((chip, i) => {
      const [a, b] = ways[i].map(({ x, y }) => `translate(-50%, -50%) translate(${x}px, ${y}px)`);
      const flight = chip.animate(
        [
          { transform: a, opacity: 1 },
          { transform: b, opacity: 1, offset: 0.85 },
          { transform: b, opacity: 0 },
        ],
        { ...timing, fill: "backwards" },
      );
      flight.onfinish = flight.oncancel = () => chip.remove();
    });
    const unseen = { color: "transparent" };
    if (waits) waiting = seen[0]?.to.animate([unseen, { ...unseen, offset: 0.8 }, {}], timing);
  };
}
