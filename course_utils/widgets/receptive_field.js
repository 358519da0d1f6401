// A stack of layers: what one unit sees of the layers below it, and of the input.
import { matrix, span } from "./arithmetic.js";
import { look, nameOf } from "./fields.js";
import { FIELD_QUESTIONS } from "./fields_asked.js";
import { button, choice, formulaLine, h, mount, row, steps, tick } from "./parts.js";
import { predict } from "./predict.js";
import { pixels } from "./pixels.js";

const MOST_LAYERS = 14;
const SIZES = [...Array.from({ length: 29 }, (_, i) => i + 4), 48, 64, 96, 112, 128, 160, 192, 224];
const WIDEST = 32; // with at most so many inputs, each is drawn as a box of its own

/** What the reader knows when the demo opens with this stack: pooling only if a layer pools. */
const met = ({ strides, layers }) =>
  strides ? (layers.some(([kind]) => kind === "pool") ? "pooling" : "strides") : "kernels";

/** The units: for each level a strip, each unit over what it sees, or a square map. */
function picture(ui) {
  const figures = Array.from({ length: MOST_LAYERS + 1 }, (_, level) => {
    const pick = (...place) => {
      const { units } = look(ui.state());
      const [r, c] = place.map((i) => Math.max(0, Math.min(units[level] - 1, i)));
      ui.set(ui.state().plane ? { level, row: r, column: c } : { level, column: c });
    };
    const walk = (down, right) => {
      const { top, at, units, sizes } = look(ui.state());
      const steps = top === level || !Number.isFinite(right); // else a key first chooses the unit here
      if (ui.state().plane || right) return steps ? pick(at[0] + down, at[1] + right) : pick(...at);
      const to = Math.max(0, Math.min(units.length - 1, level - down));
      const x = sizes[level].centre + (top === level ? at[1] : 0) * sizes[level].jump;
      figures[to].pick(at[0], Math.round((x - sizes[to].centre) / sizes[to].jump));
      figures[to].map.node.focus();
    };
    const map = pixels({ walk, stripes: false });
    const hover = ({ pointerType }) => pointerType === "mouse" && !ui.hidden;
    map.node.addEventListener("click", (event) => pick(...map.at(event)));
    map.node.addEventListener("pointermove", (event) => hover(event) && pick(...map.at(event)));
    const caption = h("div", {});
    return { map, pick, caption, node: h("div", { class: "cd-figure" }, caption, map.node) };
  });
  const wires = h("div", { class: "cd-wires", "aria-hidden": "true" });
  const bars = [0, 1].map(() => h("div", { class: "cd-bar", "aria-hidden": "true" }));
  const box = h("div", {}, wires, ...figures.map(({ node }) => node).reverse(), ...bars);

  ui.drawn((s) => {
    const { units, top, at, ways, sizes, field } = look(s);
    const along = (node, start, length) => {
      node.style.marginLeft = s.plane ? "" : `${(100 * start) / s.inputs}%`;
      node.style.width = s.plane ? "" : `${(100 * length) / s.inputs}%`;
    };
    box.className = s.plane ? "cd-planes" : "cd-strips";
    box.style.setProperty("--cells", String(Math.min(s.inputs, WIDEST)));
    figures.forEach(({ map, caption, node }, l) => {
      node.hidden = l >= units.length;
      if (node.hidden) return;
      const [down, across] = ways.map((axis) => axis[l] ?? []);
      const most = Math.max(...across) * (s.plane ? Math.max(...down) : 1);
      const name = `${nameOf(l)}, ${units[l]}${s.plane ? `×${units[l]}` : ""}`;
      caption.textContent = s.plane ? name : nameOf(l);
      along(node, sizes[l].centre + 0.5 - sizes[l].jump / 2, units[l] * sizes[l].jump);
      const cells = matrix(s.plane ? units[l] : 1, units[l], (r, c) => {
        if (l === top && c === at[1] && (!s.plane || r === at[0])) return 1;
        const share = (ui.hidden ? 0 : (across[c] ?? 0) * (s.plane ? (down[r] ?? 0) : 1)) / most;
        return share && -0.25 - 0.5 * share;
      });
      map.node.classList.toggle("cd-lines", units[l] <= (s.plane ? WIDEST : 2 * WIDEST));
      map.draw(
        cells,
        `${name} units${l === top ? `, chosen: ${at.slice(s.plane ? 0 : 1).join(", ")}` : ""}`,
      );
    });
    const middle = (l, i) => sizes[l].centre + i * sizes[l].jump + 0.5;
    const lines = [];
    if (!s.plane && !ui.hidden)
      for (let l = top; l > 0; l--)
        ways[1][l].forEach((way, i) => {
          const [, kernel, stride, dilation] = s.layers[l - 1];
          for (let t = 0; way && t < kernel; t++)
            lines.push(
              `M${middle(l, i)} ` +
                `${units.length - l - 0.5}L${middle(l - 1, i * stride + t * dilation)} ` +
                `${units.length - l + 0.5}`,
            );
        });
    wires.innerHTML =
      `<svg viewBox="0 0 ${s.inputs} ${units.length}" ` +
      `preserveAspectRatio="none"><path d="${lines.join("")}"/></svg>`;
    wires.style.setProperty("--levels", units.length);
    bars.forEach((bar, neighbour) => {
      bar.hidden = s.plane || ui.hidden || !top || at[1] + neighbour >= units[top];
      const from = (at[1] + neighbour) * field.jump;
      along(bar, from, field.size);
      // A narrow bar's words may be wider than the bar; they then run on towards the middle.
      if (neighbour) bar.style.justifyContent = 2 * from + field.size < s.inputs ? "start" : "end";
      bar.textContent = neighbour ? `its neighbour: ${field.jump} further` : `sees ${field.size}`;
    });
  });
  return h("div", { class: "cd-scroll" }, box);
}

/** The table of layers, with a line ready for each possible layer, and the button that adds one. */
function table(ui) {
  const lines = Array.from({ length: MOST_LAYERS }, (_, i) => {
    const change = (layer) => ({ layers: ui.state().layers.with(i, layer) });
    const part = (p, noun, options, made = (v) => ui.state().layers[i].with(p, Number(v))) =>
      choice(ui, {
        label: `${noun}, layer ${i + 1}`,
        options: options.map((name) => [name, name]),
        value: (s) => s.layers[i]?.[p],
        change: (v) => change(made(v)),
      });
    const controls = [
      part(0, "Kind", ["conv", "pool"], (v) =>
        v === "pool" ? ["pool", 2, 2, 1] : ["conv", 3, 1, 1],
      ),
      part(1, "Kernel", [1, 2, 3, 4, 5, 6, 7]),
      part(2, "Stride", [1, 2, 3, 4]),
      part(3, "Dilation", [1, 2, 3]),
    ];
    const out = [0, 1, 2].map(() => h("td", {}));
    const remove = button(
      "×",
      () => {
        const { layers, level } = ui.state();
        ui.set({ layers: layers.toSpliced(i, 1), level: Math.max(1, level - Number(level > i)) });
        if (i === layers.length - 1) add.focus();
      },
      { "aria-label": `Remove layer ${i + 1}` },
    );
    const node = h(
      "tr",
      {},
      h("th", { scope: "row" }, i + 1),
      ...controls.map((control) => h("td", {}, control)),
      ...out,
      h("td", {}, remove),
    );
    return { node, out, remove, dilation: controls[3] };
  });
  const add = button("Add a layer on top", () => {
    const layers = [...ui.state().layers, ["conv", 3, 1, 1]];
    ui.set({ layers, level: layers.length });
  });
  ui.drawn((s) => {
    const { units, sizes } = look(s);
    lines.forEach(({ node, out, remove, dilation }, i) => {
      node.hidden = i >= s.layers.length;
      if (node.hidden) return;
      const { size, jump } = ui.hidden ? { size: "?", jump: "?" } : sizes[i + 1];
      [units[i + 1] ?? "none", size, jump].forEach((text, j) => (out[j].textContent = text));
      dilation.hidden = s.layers[i][0] === "pool";
      remove.hidden = s.layers.length < 2;
    });
    add.disabled = s.layers.length >= MOST_LAYERS;
  });
  const plain = { kernels: " cd-plain", strides: " cd-unpooled", pooling: "" }[met(ui.state())];
  const heads = ["Layer", "kind", "kernel", "stride", "dilation", "units", "field", "jump"].map(
    (text) => h("th", { scope: "col" }, text),
  );
  return [
    h(
      "div",
      { class: "cd-scroll" },
      h("table", { class: `cd-layers${plain}` }, h("tr", {}, ...heads), ...lines.map(({ node }) => node)),
    ),
    add,
  ];
}

/** @param {object} ui */
function build(ui) {
  const formula = h("div", { class: "cd-formula" });
  const note = h("p", { class: "cd-wrong" });
  const nodes = [
    predict(ui, FIELD_QUESTIONS[met(ui.state())]),
    row(
      "cd-controls",
      steps(ui, { key: "inputs", label: "Inputs", options: SIZES }),
      tick(ui, { key: "plane", label: "In two dimensions" }),
    ),
    picture(ui),
    note,
    formula,
    ...table(ui),
  ];
  ui.drawn((s) => {
    const { units, top, at, sizes, field, ways } = look(s);
    const below = s.layers.slice(0, top);
    const terms = below.map(([, k, , d], i) => {
      const step = s.strides ? `·${sizes[i].jump}` : "";
      return ` + ${d > 1 ? `${d}·` : ""}(${k} − 1)${step}`;
    });
    const inputWays = ways[1][0].filter(Boolean);
    const most = Math.max(...inputWays);
    const listed =
      most < 1000 ? inputWays.join(", ") : `from ${inputWays[0]} to ${most.toLocaleString("en")}`;
    formula.hidden = ui.hidden || !top;
    formula.replaceChildren(
      ...[
        s.strides
          ? "field = 1 + d·(k − 1)·jump of the layer below, for each layer"
          : "field = 1 + (k − 1) for each layer",
        `field = 1${terms.join("")} = ${field.size}`,
        s.strides &&
          `jump = ${below.map((layer) => layer[2]).join("·")} = ${field.jump}: the strides of ` +
            `these layers, multiplied`,
      ]
        .filter(Boolean)
        .map(formulaLine),
      h(
        "p",
        {},
        `The stronger the orange, the more ways lead to the unit. Ways from each input: ` +
          `${listed}.`,
      ),
    );
    const failed = s.layers[units.length - 1];
    note.hidden = !failed;
    if (failed)
      note.textContent =
        `Layer ${units.length} has no units: its window spans ` +
        `${span(failed[1], failed[3])}, but ${nameOf(units.length - 1)} has only ` +
        `${units.at(-1)}. Take more inputs, or a smaller kernel${s.strides ? " or dilation" : ""}.`;
    const [rows, columns] = at.map(
      (i) => `${i * field.jump} to ${i * field.jump + field.size - 1}`,
    );
    const where = s.plane ? `row ${at[0]}, column ${at[1]}` : `unit ${at[1]}`;
    const what = s.plane
      ? `rows ${rows}, columns ${columns} of the input: ${field.size}×${field.size}`
      : `inputs ${columns}: ${field.size} inputs`;
    const gaps =
      inputWays.length < field.size
        ? `; with gaps, it reads ${inputWays.length}${s.plane ? " each way" : ""}`
        : "";
    const said = top ? `sees ${what}${gaps}.` : "sees only itself.";
    ui.say(
      `${top ? `Layer ${top}` : "Input"}, ${where}, ` +
        `${ui.hidden ? "is marked. What it sees is covered until you predict." : said}`,
    );
  });
  return nodes;
}

export default {
  render: (context) =>
    mount(context, {
      title: "The receptive field: what a unit sees",
      keys: ["layers", "inputs", "level", "row", "column", "plane", "strides"],
      build,
    }),
};
