// One card of a stack: its line in the list, and what it shows when it is open.
import { isPool, reading, shapeText } from "./layers.js";
import { button, choice, commas, formulaLine, h, row, slider } from "./parts.js";

const PICTURES = {
  "MNIST digit, 28×28×1": [28, 28, 1],
  "small photo, 32×32×3": [32, 32, 3],
  "thumbnail, 96×64×3": [64, 96, 3],
  "ImageNet crop, 224×224×3": [224, 224, 3],
};
const AMOUNTS = [
  ...[1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 84, 96, 100, 120, 128, 192, 256, 384, 512],
  ...[1000, 1024, 2048, 4096],
];

/** A drawing of a card's output: maps as sheets, larger maps as larger sheets; a row as a bar. */
function sheets(shape, largest) {
  const rect = (x, y, w, t) =>
    `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${w.toFixed(1)}" height="${t.toFixed(1)}"/>`;
  let drawn = "";
  if (shape?.length === 1) {
    const wide = 6 + 4 * Math.log2(shape[0] + 1);
    drawn = rect(29 - wide / 2, 18, wide, 8);
  } else if (shape) {
    const [tall, wide] = shape.slice(0, 2).map((n) => 4 + 26 * Math.sqrt(n / largest));
    const many = 1 + Math.round(Math.log2(shape[2]) / 2);
    for (let i = many - 1; i >= 0; i--) {
      const x = 29 - wide / 2 + 3 * (i - (many - 1) / 2);
      drawn += rect(x, 22 - tall / 2 - 2 * i + many - 1, wide, tall);
    }
  }
  return `<svg viewBox="0 0 58 44" aria-hidden="true">${drawn}</svg>`;
}

/** A number with its name (seen on small screens, heard everywhere) and a bar for its share. */
function figure(name) {
  const text = h("span", { class: "cd-value" });
  const bar = h("span", { class: "cd-share" });
  return {
    node: h("span", { class: "cd-figures" }, h("span", { class: "cd-name" }, `${name} `), text, bar),
    fill(words, share) {
      text.textContent = words;
      bar.style.setProperty("--share", String(Math.min(1, share || 0)));
    },
  };
}

/** One card's place in the list. @param {any} ui */
export function place(ui, at, act, focus, drag) {
  const art = h("span", { class: "cd-sheets" });
  const name = h("b", {});
  const ordinal = h("span", { class: "cd-soft" }, at ? `${at} ` : "");
  const args = h("span", { class: "cd-soft" });
  const out = figure("gives");
  const counts = [figure("parameters"), figure("field"), figure("multiplications")];
  const face = h(
    "button",
    {
      type: "button",
      class: "cd-face",
      "aria-keyshortcuts": at ? "Alt+ArrowUp Alt+ArrowDown Delete" : null,
      onclick: () => !drag.moved() && ui.set({ chosen: ui.state().chosen === at ? -1 : at }),
      onkeydown(event) {
        const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (event.ctrlKey || event.metaKey) return;
        if (step && event.altKey) at && act.move(at, at + step);
        else if (step) focus(at + step);
        else if (event.key === "Delete" && at) act.remove(at);
        else return;
        event.preventDefault();
        event.stopPropagation();
      },
    },
    art,
    h("span", { class: "cd-what" }, h("span", {}, ordinal, name), args),
    out.node,
    h("span", { class: "cd-three" }, ...counts.map(({ node }) => node)),
  );
  const grip = at ? h("span", { class: "cd-grip", "aria-hidden": "true" }, "⠿") : "";
  const note = h("p", { class: "cd-remark" });
  const node = h("li", { class: "cd-card" }, h("div", { class: "cd-line" }, grip, face), note);
  if (at) drag.listen(node, grip, at);
  return {
    node,
    face,
    draw(s, traced) {
      const layer = s.layers[at - 1];
      const card = at
        ? traced.cards[at - 1]
        : { shape: [s.rows, s.columns, s.channels], parameters: 0, multiplications: 0, field: 1, note: "" };
      const failed = traced.problem && at === traced.cards.length + 1;
      face.setAttribute("aria-expanded", String(s.chosen === at));
      node.classList.toggle("cd-open", s.chosen === at);
      node.classList.toggle("cd-failed", Boolean(failed));
      node.classList.toggle("cd-waiting", !card && !failed);
      art.innerHTML = sheets(card?.shape, Math.max(s.rows, s.columns));
      const [begin, end] = at ? layer[0].split(/(?=Pooling2D)/) : ["Picture"];
      name.replaceChildren(begin, ...(end ? [h("wbr"), end] : [])); // long names break here
      args.textContent = at ? reading(layer) : "what comes in";
      out.fill(card ? shapeText(card.shape) : failed ? "does not fit" : "–", 0);
      const whole = Math.max(s.rows, s.columns);
      const share = (key) => (card ? card[key] / traced[key] : 0);
      const words = (n) => (n ? commas(n) : "–");
      counts[0].fill(words(card?.parameters), share("parameters"));
      counts[1].fill(
        card ? (card.field ? `${card.field}×${card.field}` : "all") : "–",
        card ? (card.field ? card.field / whole : 1) : 0,
      );
      counts[2].fill(
        ui.hidden && at ? "?" : words(card?.multiplications),
        ui.hidden ? 0 : share("multiplications"),
      );
      note.className = failed ? "cd-remark cd-wrong" : "cd-remark";
      note.textContent = failed ? `✗ ${traced.problem}` : card?.note ? `! ${card.note}` : "";
      note.hidden = !note.textContent;
    },
  };
}

/** An open card: its controls, the formulas, and buttons to move or remove it. */
export function panel(ui, act) {
  const at = () => ui.state().chosen;
  const layer = () => ui.state().layers[at() - 1] ?? ["picture"];
  const controls = [];
  const shownFor = (fits, node) => (controls.push({ fits, node }), node);
  const is = (...kinds) => kinds.includes.bind(kinds);
  const number = (fits, label, place, options, words) =>
    shownFor(
      fits,
      slider(ui, {
        label,
        min: 0,
        max: options.length - 1,
        value: () => (fits(layer()[0]) ? options.filter((n) => n <= layer()[place]).length - 1 : 0),
        change: (i) => act.change(at(), place, options[i]),
        words: () => (fits(layer()[0]) ? words(layer()[place]) : ""),
      }),
    );
  const to = (n) => Array.from({ length: n }, (_, i) => i + 1);
  const square = (n) => `${n}×${n}`;
  const side = (key, label, most) =>
    shownFor(is("picture"), slider(ui, { key, label, min: 1, max: most }));
  const named = (s) => `${[s.rows, s.columns, s.channels]}`;
  const list = row(
    "cd-controls cd-aligned",
    shownFor(
      is("picture"),
      choice(ui, {
        label: "Picture",
        options: [...Object.keys(PICTURES), "your own"].map((name) => [name, name]),
        value: (s) => Object.keys(PICTURES).find((n) => `${PICTURES[n]}` === named(s)) ?? "your own",
        change(name) {
          const [rows, columns, channels] = PICTURES[name] ?? [];
          return rows && { rows, columns, channels };
        },
      }),
    ),
    side("rows", "Rows", 224),
    side("columns", "Columns", 224),
    side("channels", "Channels", 3),
    number(is("Conv2D"), "Filters", 1, AMOUNTS, commas),
    number(is("Conv2D"), "Kernel", 2, to(11), square),
    number(is("Conv2D"), "Stride", 3, to(4), String),
    shownFor(
      is("Conv2D"),
      choice(ui, {
        label: "Padding",
        options: ["valid", "same"].map((name) => [name, name]),
        value: () => layer()[4] ?? "valid",
        change: (name) => act.change(at(), 4, name),
      }),
    ),
    number(isPool, "Window", 1, to(8), square),
    number(isPool, "Stride", 2, to(8), String),
    number(is("Dense"), "Units", 1, AMOUNTS, commas),
  );
  const formulas = h("div", { class: "cd-formula cd-plain" });
  const up = button("↑ Move up", () => act.move(at(), at() - 1, false));
  const down = button("↓ Move down", () => act.move(at(), at() + 1, false));
  const remove = button("Remove", () => act.remove(at()));
  const tools = row("cd-tools", up, down, remove);
  const node = h("div", { class: "cd-panel" }, list, formulas, tools);
  return {
    node,
    draw(s, { cards }) {
      const kind = layer()[0];
      for (const control of controls) control.node.hidden = !control.fits(kind);
      list.hidden = !controls.some(({ fits }) => fits(kind));
      const lines = (cards[s.chosen - 1]?.formulas ?? []).filter(
        (line) => !(ui.hidden && line.startsWith("multiplications")),
      );
      formulas.hidden = !lines.length;
      formulas.replaceChildren(...lines.map(formulaLine));
      tools.hidden = s.chosen < 1;
      const held = document.activeElement;
      up.disabled = s.chosen <= 1;
      down.disabled = s.chosen >= s.layers.length;
      if (held === up && up.disabled) (down.disabled ? remove : down).focus();
      if (held === down && down.disabled) (up.disabled ? remove : up).focus();
    },
  };
}
