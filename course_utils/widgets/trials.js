// Six new digits that a network in training reads, each with its ten probabilities.
import { h } from "./parts.js";
import { pixels } from "./pixels.js";

export const NEW = 2000; // number of the first new digit

/** The numbers of six new digits: the first of each of these kinds. */
export const chosen = (labels) => [7, 2, 4, 8, 5, 9].map((digit) => labels.indexOf(digit, NEW));

/** Six new digits, each with its ten probabilities. */
export function trials() {
  const nodes = Array.from({ length: 6 }, () => {
    const picture = pixels({ ink: true });
    const bars = Array.from({ length: 10 }, () => h("i", {}));
    const text = h("span", { class: "cd-trialsays" });
    const strip = h("span", { class: "cd-trialbars", "aria-hidden": "true" }, ...bars);
    return { picture, bars, text, node: h("li", {}, picture.node, strip, text) };
  });
  const list = h("ul", { class: "cd-trials", "aria-label": "Six new digits" });
  list.append(...nodes.map(({ node }) => node));
  return {
    node: list,
    draw(progress, labels, hidden) {
      const numbers = chosen(labels);
      nodes.forEach(({ picture, bars, text }, i) => {
        const image = progress.sees[i];
        const rows = Array.from({ length: 28 }, (_, r) => Array.from(image.slice(28 * r, 28 * r + 28)));
        const label = labels[numbers[i]];
        picture.draw(rows, `New digit ${i + 1}, a ${label}`);
        const shares = progress.says[i];
        const most = shares.indexOf(Math.max(...shares));
        const right = most === label;
        bars.forEach((bar, digit) => {
          bar.style.height = hidden ? "0" : `${Math.max(2, 100 * shares[digit]).toFixed(1)}%`;
          bar.className = digit === label ? "cd-trialtrue" : "";
        });
        text.className = `cd-trialsays ${hidden ? "" : right ? "cd-right" : "cd-wrong"}`;
        text.textContent = hidden
          ? "?"
          : `${right ? "✓" : "✗"} ${most}, ${Math.round(100 * shares[most])} %`;
      });
    },
  };
}
