// How certain the network is over the whole range of one change: a plot that is also a control.
import { changed } from "./distort.js";
import { overlay, rectangle } from "./pad.js";
import { h, show } from "./parts.js";

const SLICE = 8; // ms of work at a time, so that the page still reacts

/** The changes that the plot may show: first value, last value, step, words for a value. */
export const RANGES = {
  right: [-10, 10, 1, (v) => `${show(v)} px`],
  down: [-10, 10, 1, (v) => `${show(v)} px`],
  turn: [-180, 180, 10, (v) => `${show(v)}°`],
  scale: [50, 150, 5, (v) => `${v} %`],
  noise: [0, 100, 5, (v) => `${v} %`],
  hole: [0, 20, 1, (v) => (v ? `${v}×${v} px` : "nothing")],
};
export const NAMES = {
  right: "To the right",
  down: "Down",
  turn: "Turned",
  scale: "Size",
  noise: "Noise",
  hole: "Erased",
};

/** The plot. draw(state, reads, run) shows the probabilities of `reads` and of the likeliest other digit.
 * @param {any} ui @param {(s: any) => Float32Array} shares the ten probabilities of a state */
export function tolerance(ui, shares) {
  const over = overlay(1, 1);
  const title = h("div", { class: "cd-soft" });
  const [first, last] = [h("span", {}), h("span", {})];
  const plot = h("div", { class: "cd-toleranceplot", role: "img" }, over.node);
  const key = h(
    "div",
    { class: "cd-tolerancekey cd-soft" },
    h("span", { class: "cd-keyread" }),
    h("span", { class: "cd-keyother" }, "the likeliest other digit"),
    h("span", { class: "cd-keylost" }, "misread"),
  );
  let asked = "";
  let timer = 0;
  let points = [];
  let known = { reads: 0, s: /** @type {any} */ (null) };

  function values([low, high, step]) {
    return Array.from({ length: (high - low) / step + 1 }, (_, i) => low + i * step);
  }
  function work(s, todo) {
    const until = performance.now() + SLICE;
    while (todo.length && performance.now() < until) {
      const at = todo.shift();
      points.push([at, shares({ ...s, [s.along]: at })]);
    }
    timer = todo.length ? window.setTimeout(work, 0, s, todo) : 0;
    if (!todo.length) redraw();
  }
  function redraw() {
    const { s, reads } = known;
    const [low, high, step, words] = RANGES[s.along];
    over.size(high - low, 100);
    const other = (all) => Math.max(...all.map((p, digit) => (digit === reads ? 0 : p)));
    const line = (f) =>
      points.map(([at, all], i) => `${i ? "L" : "M"}${at - low} ${100 - 100 * f(all)}`).join("");
    const lost = points.filter(([, all]) => other(all) > all[reads]).map(([at]) => at);
    over.draw({
      "cd-lost": lost.map((at) => rectangle(at - low - step / 2, 0, step, 100)).join(""),
      "cd-other": line(other),
      "cd-read": line((all) => all[reads]),
      "cd-now": `M${s[s.along] - low} 0V100`,
    });
    const where = lost.length
      ? `It is misread at ${lost.length} of ${points.length} values: ${lost.map(words).join(", ")}.`
      : "It is read right everywhere.";
    plot.setAttribute("aria-label", `${title.textContent}. ${where}`);
  }
  const spot = (event) => {
    const { s } = known;
    const [low, high] = RANGES[s.along];
    const box = plot.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    const fine = s.along === "turn" ? 5 : 1;
    ui.set({ [s.along]: Math.round((low + share * (high - low)) / fine) * fine });
  };
  plot.addEventListener("pointerdown", (event) => {
    if (event.button || ui.hidden) return;
    plot.setPointerCapture(event.pointerId);
    spot(event);
  });
  plot.addEventListener("pointermove", (event) => {
    if (plot.hasPointerCapture(event.pointerId)) spot(event);
  });
  ui.ended(() => clearTimeout(timer));

  return {
    node: h(
      "div",
      { class: "cd-tolerance" },
      title,
      plot,
      h("div", { class: "cd-toleranceends cd-soft" }, first, last),
      key,
    ),
    draw(s, reads) {
      const range = RANGES[s.along];
      const words = range[3];
      plot.classList.toggle("cd-covered", ui.hidden);
      title.textContent = `How certain of ${reads} over all of “${NAMES[s.along]}”`;
      key.firstElementChild.textContent = `the ${reads}`;
      [first.textContent, last.textContent] = [words(range[0]), words(range[1])];
      known = { reads, s };
      if (ui.hidden) {
        asked = "";
        clearTimeout(timer);
        over.draw({});
        plot.setAttribute("aria-label", "Covered until you predict");
        return;
      }
      const rest = JSON.stringify({ ...s, [s.along]: 0, predict: 0 });
      if (rest === asked) {
        if (!timer) redraw();
        return;
      }
      asked = rest;
      points = [];
      clearTimeout(timer);
      work(s, values(range));
    },
  };
}
