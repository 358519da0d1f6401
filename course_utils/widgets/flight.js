// Numbers that fly from cell to cell while a demo goes on by a step, unless the reader wants no motion.
import { h } from "./parts.js";

/** @typedef {{from: Element, to: Element, value: number, text?: string}} Flight
 *    text flies; the sign of value gives it its colour */

const FLIGHT = 280; // ms; less where the player is faster

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

/** Has the demo gone on by one step since it was last asked? At a jump nothing flies.
 * @param {any} ui @param {string} key the trait that counts the steps */
export function onward(ui, key) {
  let last = ui.state()[key];
  return (s) => {
    const gone = s[key] === last + 1;
    last = s[key];
    return gone && !ui.hidden;
  };
}

/** A place over the stage in which numbers fly. @param {any} ui @param {HTMLElement} stage */
export function flights(ui, stage) {
  const chips = h("div", { class: "cd-chips", "aria-hidden": "true" });
  stage.classList.add("cd-flown");
  stage.append(chips);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  /** @param {Flight[]} flying @param {Element | null} sum the cell whose number waits until they are there */
  return (flying, sum = null) => {
    chips.replaceChildren();
    if (still.matches) return;
    const timing = { duration: Math.min(FLIGHT, ui.pace), easing: "ease-in-out" };
    if (flying.length && sum) {
      const unseen = { color: "transparent" };
      sum.animate([unseen, { ...unseen, offset: 0.8 }, {}], timing);
    }
    for (const { from, to, value, text } of flying) {
      const [a, b] = [middleIn(stage, from), middleIn(stage, to)];
      const chip = h("span", { class: `cd-chip${value < 0 ? " cd-negative" : ""}` }, text);
      chips.append(chip);
      const at = ({ x, y }) => `translate(-50%, -50%) translate(${x}px, ${y}px)`;
      const flight = chip.animate(
        [
          { transform: at(a), opacity: 1 },
          { transform: at(b), opacity: 1, offset: 0.85 },
          { transform: at(b), opacity: 0 },
        ],
        { ...timing, fill: "backwards" },
      );
      flight.onfinish = flight.oncancel = () => chip.remove();
    }
  };
}
