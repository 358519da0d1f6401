// One cell of one map, opened: where it looks, and the sum that gives its number.
import { overlay, paint, rectangle } from "./pad.js";
import { bracket, h, row, show, slider } from "./parts.js";
import { pixels } from "./pixels.js";
import { DIGITS, LEVELS, fieldOf, indexOf, termsOf } from "./stages.js";

/** A small square of numbers, shaded by size; a minus is a sign and a colour. */
function tiles(caption) {
  const board = h("div", { class: "cd-tiles" });
  const head = h("div", {}, caption);
  return {
    node: h("div", { class: "cd-figure" }, head, board),
    draw(values, text = caption, marked = -1) {
      head.textContent = text;
      board.style.setProperty("--across", String(values.length));
      const largest = Math.max(1e-9, ...values.flat().map(Math.abs));
      const cells = values.flat().map((v, i) => {
        const kind = `${v < 0 ? "cd-less" : ""} ${i === marked ? "cd-most" : ""}`;
        const tint = `--tint: ${Math.round((40 * Math.abs(v)) / largest)}%`;
        return h("span", { class: kind, style: tint }, show(v));
      });
      board.replaceChildren(...cells);
    },
  };
}

/** The sum that each map below adds, as bars above and below a line. */
function shares() {
  const over = overlay(64, 44);
  const node = h("div", { class: "cd-adds", role: "img" }, over.node);
  return {
    node,
    draw(totals, chosen) {
      const largest = Math.max(1e-9, ...totals.map(Math.abs));
      over.size(totals.length, 44);
      const bars = (wanted) =>
        totals
          .map((v, i) => [i, (21 * v) / largest])
          .filter(([, tall]) => wanted(tall))
          .map(([i, tall]) => rectangle(i + 0.15, 22 - tall, 0.7, tall))
          .join("");
      over.draw({
        "cd-at": rectangle(chosen, 0, 1, 44),
        "cd-zero": `M0 22H${totals.length}`,
        "cd-more": bars((tall) => tall > 0),
        "cd-fewer": bars((tall) => tall < 0),
      });
      const most = totals.indexOf(Math.max(...totals));
      const least = totals.indexOf(Math.min(...totals));
      node.setAttribute(
        "aria-label",
        `What each of ${totals.length} maps below adds: from ${show(totals[least])} (map ${least}) ` +
          `to ${show(totals[most])} (map ${most})`,
      );
    },
  };
}

/** The opened cell. draw(state, seen, net) shows the state's cell; move chooses another.
 * @param {any} ui @param {() => {level: number}} now */
export function opened(ui, now) {
  const limits = () => LEVELS[now().level];
  const clamp = (n) => Math.max(0, Math.min(limits().side - 1, n));
  const large = pixels({
    walk: (down, right) =>
      ui.set({ row: clamp(ui.state().row + down), column: clamp(ui.state().column + right) }),
  });
  large.node.addEventListener("click", (event) => {
    const [r, c] = large.at(event);
    ui.set({ row: clamp(r), column: clamp(c) });
  });
  const spot = overlay(1, 1);
  large.node.append(spot.node);
  const largeName = h("div", {});
  const field = h("canvas", {});
  const box = overlay(28, 28);
  const fieldName = h("div", {});
  const picture = h("div", { class: "cd-pixels cd-ink", role: "img" }, field, box.node);
  let from = 0; // the map below that is shown
  const map = slider(ui, { key: "map", label: "Map", min: 0, max: 63, words: String });
  const below = slider(ui, {
    label: "Map below",
    min: 0,
    max: 63,
    value: () => from,
    change: (n) => ((from = n), {}),
    words: String,
  });
  const adds = shares();
  adds.node.addEventListener("click", (event) => {
    const area = adds.node.getBoundingClientRect();
    const count = LEVELS[Math.max(0, now().level - 1)].maps;
    from = Math.min(count - 1, Math.floor(((event.clientX - area.left) / area.width) * count));
    ui.redraw();
  });
  const parts = [tiles("window"), tiles("kernel")];
  const times = h("span", { class: "cd-sign" }, "×");
  const partial = h("span", { class: "cd-partial" });
  const addsName = h("div", {});
  const several = h("div", { class: "cd-figure" }, addsName, adds.node, below);
  const formula = h("p", { class: "cd-sum" });
  const figure = (head, body) => h("div", { class: "cd-figure cd-view" }, head, body);
  const node = h(
    "div",
    { class: "cd-opened", role: "group", "aria-label": "One cell" },
    row(
      "cd-stage",
      figure(largeName, large.node),
      figure(fieldName, picture),
      h(
        "div",
        { class: "cd-why" },
        map,
        several,
        row("cd-stage cd-product", parts[0].node, times, parts[1].node, partial),
        formula,
      ),
    ),
  );
  /** @type {any} */
  const inputs = { map: map.querySelector("input"), below: below.querySelector("input") };
  let last = "";
  return {
    node,
    draw(cell, image, seen, net) {
      const { name, maps, side, weighed } = LEVELS[cell.level];
      const under = LEVELS[cell.level - 1];
      inputs.map.max = maps - 1;
      inputs.below.max = under.maps - 1;
      const terms = termsOf(net, seen, cell);
      const totals = terms.parts.map(({ total }) => total);
      const key = `${cell.level} ${cell.map}`;
      if (key !== last) {
        last = key; // begin with the map below that adds most
        from = Math.max(0, totals.indexOf(Math.max(...totals)));
      }
      from = Math.min(from, under.maps - 1);
      inputs.below.value = from;
      inputs.below.setAttribute("aria-valuetext", String(from));
      below.querySelector(".cd-shown").textContent = String(from);

      const values = Array.from({ length: side }, (_, r) =>
        Array.from({ length: side }, (_, c) => seen[cell.level][indexOf({ ...cell, row: r, column: c })]),
      );
      largeName.textContent = side > 1 ? `${name}, map ${cell.map}` : `${name}, number ${cell.map}`;
      large.draw(
        values,
        `${name}, map ${cell.map}. Arrow keys choose a cell.`,
        Math.max(1e-9, ...values.flat().map(Math.abs)),
      );
      spot.size(side, side);
      spot.draw({ "cd-spot": rectangle(cell.column, cell.row, 1, 1) });
      const [[top, bottom], [left, right]] = fieldOf(cell);
      paint(field, image);
      box.draw({ "cd-reads": rectangle(left, top, right - left, bottom - top) });
      fieldName.textContent = `sees ${bottom - top}×${right - left}`;
      picture.setAttribute(
        "aria-label",
        `It sees rows ${top} to ${bottom - 1}, columns ${left} to ${right - 1} of the 28×28 pixels`,
      );

      several.hidden = terms.parts.length < 2;
      times.hidden = partial.hidden = parts[1].node.hidden = weighed === undefined;
      if (weighed === undefined) {
        const four = terms.window.flat();
        parts[0].draw(terms.window, `its window in map ${cell.map}`, four.indexOf(terms.value));
        formula.textContent = `The largest of the four is ${show(terms.value)}.`;
        return;
      }
      const { window, kernel, total } = terms.parts[from];
      adds.draw(totals, from);
      addsName.textContent = `what each of the ${under.maps} maps below adds`;
      parts[0].draw(window, terms.parts.length > 1 ? `window in map ${from}` : "window");
      parts[1].draw(kernel, terms.parts.length > 1 ? "slice of the kernel" : "kernel");
      partial.textContent = `= ${show(total)}`;
      const all = totals.reduce((a, b) => a + b, 0);
      const sum =
        `${terms.parts.length > 1 ? `all ${totals.length} together ` : ""}${show(all)} + bias ` +
        `${bracket(show(terms.bias))} = ${show(terms.sum)}`;
      formula.textContent =
        cell.level === DIGITS
          ? `${sum}. Softmax turns the ten sums into probabilities: ${show(100 * terms.value, 1)}\u00a0%.`
          : `${sum}. ReLU: ${show(terms.value)}.`;
    },
  };
}
