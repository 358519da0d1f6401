// The runs of training: a plot of the share of digits read over epochs, and a list of the runs.
import { overlay } from "./pad.js";
import { h, show } from "./parts.js";

const LOWEST = 50; // per cent; smaller shares are drawn at the edge
const TICKS = [50, 60, 70, 80, 90, 100];

/** @typedef {{number: number, name: string, dense: boolean, dashed: boolean,
 *             learned: number[], fresh: number[]}} Run
 *   learned, fresh: per cent of digits read, before training and after each epoch */

/** The look of a run's line: dashes, too, tell dense networks and shuffled pixels apart. @param {Run} run */
const lookOf = (run) =>
  `${run.dense ? "cd-rundense" : "cd-runconv"}${run.dashed ? " cd-rundashed" : ""}`;

/** A piece of a run's line, for the list. @param {Run} run */
function sample(run) {
  const over = overlay(1, 1);
  over.draw({ [lookOf(run)]: "M0 0.5H1" });
  return over.node;
}

const last = (list) => list[list.length - 1];

/** The plot and the list. draw(runs) shows all runs; the last one is the present one. */
export function curves() {
  const over = overlay(1, 1);
  const ends = h("div", { class: "cd-runends", "aria-hidden": "true" });
  const lines = TICKS.map((n) => {
    const line = h("span", { class: "cd-runtick" }, `${n === LOWEST ? "≤ " : ""}${n} %`);
    line.style.setProperty("--up", String((n - LOWEST) / (100 - LOWEST)));
    return line;
  });
  const plot = h("div", { class: "cd-runplot", role: "img" }, ...lines, over.node, ends);
  const epochs = h("span", {});
  const list = h("ol", { class: "cd-runs" });

  /** The distance of a share from the top, in the plot's units. */
  const down = (percent) => Math.min(50, 100 - percent);
  const path = (numbers) => numbers.map((n, i) => `${i ? "L" : "M"}${i} ${down(n)}`).join("");

  function item(run, present) {
    const times = run.fresh.length - 1;
    const text = times > 0
      ? `${show(last(run.fresh), 1)}\u00a0% of new digits after ${times} ${times === 1 ? "epoch" : "epochs"}`
      : "not trained yet";
    const mark = h("span", { class: "cd-runmark" }, sample(run));
    return h(
      "li",
      { class: present && "cd-runnow", value: run.number },
      mark,
      h("span", {}, h("b", {}, run.name), `: ${text}`),
    );
  }
  return {
    plot: h(
      "div",
      { class: "cd-runbox" },
      h(
        "div",
        { class: "cd-soft" },
        "Digits read right: new digits (line), digits that it learned from (dots)",
      ),
      plot,
      h("div", { class: "cd-toleranceends cd-soft" }, h("span", {}, "epoch 0"), epochs),
    ),
    list,
    /** @param {Run[]} runs @param {boolean} hidden */
    draw(runs, hidden) {
      const wide = Math.max(10, ...runs.map((run) => run.fresh.length - 1));
      over.size(wide, 50);
      epochs.textContent = `epoch ${wide}`;
      plot.classList.toggle("cd-covered", hidden);
      const now = last(runs);
      const paths = {};
      const marks = [];
      runs.forEach((run, i) => {
        paths[`${lookOf(run)}${run === now ? " cd-runnow" : ""} cd-run${i}`] = hidden ? "" : path(run.fresh);
        if (run.fresh.length < 2 || hidden) return;
        const mark = h("span", {}, String(run.number));
        mark.style.setProperty("--right", String((run.fresh.length - 1) / wide));
        mark.style.setProperty("--down", String(down(last(run.fresh)) / 50));
        marks.push(mark);
      });
      paths["cd-runlearned"] = hidden ? "" : path(now.learned);
      over.draw(paths);
      ends.replaceChildren(...marks);
      list.replaceChildren(...(hidden ? [] : runs.map((run) => item(run, run === now))));
      plot.setAttribute(
        "aria-label",
        hidden
          ? "Covered until you predict"
          : "Digits read after each epoch. " +
              runs
                .map((run) => `Run ${run.number}, ${run.name}: ${show(last(run.fresh) || 0, 1)} %.`)
                .join(" "),
      );
    },
  };
}
