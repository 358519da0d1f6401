// The network's answer: ten probabilities as bars, and in words.
import { button, h, show } from "./parts.js";

/** Ten bars. If `open` is given, a press on a bar calls open(digit). */
export function answers(open = null) {
  const bars = Array.from({ length: 10 }, (_, digit) => {
    const bar = h("span", { class: "cd-fill" });
    const text = h("span", { class: "cd-percent" });
    const name = `How the sum for ${digit} comes about`;
    const node = open
      ? button("", () => open(digit), { class: "cd-digit", title: name })
      : h("div", { class: "cd-digit" });
    node.append(h("b", {}, String(digit)), h("span", { class: "cd-track" }, bar), text);
    return { node, bar, text };
  });
  const nodes = bars.map(({ node }) => node);
  return {
    node: h("div", { class: "cd-answers", role: "group", "aria-label": "Probabilities" }, ...nodes),
    draw(chances) {
      const most = chances.indexOf(Math.max(...chances));
      bars.forEach(({ node, bar, text }, digit) => {
        const percent = `${Math.round(100 * chances[digit])} %`;
        bar.style.width = `${(100 * chances[digit]).toFixed(1)}%`;
        if (text.textContent !== percent) text.textContent = percent;
        node.classList.toggle("cd-first", digit === most);
      });
    },
  };
}

export const certain = (chances) => {
  const most = Math.max(...chances);
  return `The network says ${chances.indexOf(most)} and is ${show(100 * most, 1)}\u00a0% certain.`;
};
