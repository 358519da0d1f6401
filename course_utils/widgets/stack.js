// A network built from cards: what each layer does to shapes, parameters, fields and work.
import { panel, place } from "./card.js";
import { memory } from "./counts.js";
import { FRESH, isPool, kerasCode, shapeText, trace } from "./layers.js";
import { draggable } from "./drag.js";
import { button, choice, commas, h, mount, row } from "./parts.js";
import { predict } from "./predict.js";

const conv = (filters, kernel, stride = 1, padding = "valid") => [
  "Conv2D",
  filters,
  kernel,
  stride,
  padding,
];
const max = ["MaxPooling2D", 2, 2];
const average = ["AveragePooling2D", 2, 2];
const relu = ["ReLU"];
const dense = (units) => ["Dense", units];
const vggBlock = (times, filters) => [
  ...Array(times)
    .fill([conv(filters, 3, 1, "same"), relu])
    .flat(),
  max,
];
const [DIGIT, PHOTO] = [
  { rows: 28, columns: 28, channels: 1 },
  { rows: 224, columns: 224, channels: 3 },
];
const NETWORKS = {
  "LeNet-5, much as in 1998": {
    ...DIGIT,
    layers: [
      ...[conv(6, 5, 1, "same"), relu, average, conv(16, 5), relu, average, ["Flatten"]],
      ...[dense(120), relu, dense(84), relu, dense(10)],
    ],
  },
  "VGG-16, of 2014": {
    ...PHOTO,
    layers: [
      ...[...vggBlock(2, 64), ...vggBlock(2, 128), ...vggBlock(3, 256)],
      ...[...vggBlock(3, 512), ...vggBlock(3, 512), ["Flatten"]],
      ...[dense(4096), relu, dense(4096), relu, dense(1000)],
    ],
  },
  "no Flatten: a mean of each map": {
    ...DIGIT,
    layers: [
      ...[conv(32, 3), relu, max, conv(64, 3), relu, max, conv(64, 3), relu],
      ...[["GlobalAveragePooling2D"], dense(10)],
    ],
  },
  "dense layers alone": { ...DIGIT, layers: [["Flatten"], dense(512), relu, dense(10)] },
  "nothing yet": { ...DIGIT, layers: [] },
};
const MOST_CARDS = 40;

const QUESTIONS = [
  {
    ask: () =>
      "Predict: the last Conv2D and the Dense with 64 units have equally many parameters, 36,928. " +
      "How many times as many multiplications does this Conv2D make?",
    answer: () => 9,
    why: (_, given) =>
      (given === 1 ? "Equally many weights, but not equally much work. " : "") +
      "The Dense layer uses each weight once. The convolution uses each at 3×3 places.",
  },
  {
    set: { layers: [conv(32, 3, 1, "same"), relu], chosen: 1 },
    ask: () =>
      "Predict: this Conv2D makes 28·28·32 · 3·3·1 = 225,792 multiplications. How many with a " +
      "stride of 2?",
    answer: () => 56448,
    why: (_, given) =>
      (given === 112896 ? "Half as many places along both sides, not one. " : "") +
      "14·14·32 · 3·3·1: a quarter. Move the slider to see it. The parameters stay.",
  },
];

/** The actions on the stack. Each moves the keyboard's focus to the card's new place. */
function actions(ui, focus) {
  const past = [];
  let known = "";
  const memo = ({ rows, columns, channels, layers }) => ({ rows, columns, channels, layers });
  let last = memo(ui.state());
  ui.drawn((s) => {
    const now = JSON.stringify(memo(s));
    if (known && now !== known && past.push(last) > 200) past.shift();
    [known, last] = [now, memo(s)];
  });
  const layers = () => [...ui.state().layers];
  return {
    past,
    undo() {
      if (!past.length) return;
      last = past.pop();
      known = JSON.stringify(last);
      ui.set({ ...last, chosen: Math.min(ui.state().chosen, last.layers.length) });
    },
    /** Put a new card behind the open one, or on top of all. */
    add(kind) {
      const all = layers();
      const { chosen } = ui.state();
      const at = chosen < 0 || chosen > all.length ? all.length : chosen;
      all.splice(at, 0, FRESH[kind]);
      ui.set({ layers: all, chosen: at + 1 });
    },
    remove(at) {
      const all = layers();
      all.splice(at - 1, 1);
      ui.set({ layers: all, chosen: Math.min(at, all.length) });
      focus(Math.min(at, all.length));
    },
    /** Cards are counted from 1: the picture is 0 and stays. */
    move(from, to, follow = true) {
      const all = layers();
      if (to < 1 || to > all.length || from === to) return ui.redraw();
      all.splice(to - 1, 0, ...all.splice(from - 1, 1));
      const { chosen } = ui.state();
      const between = (i) => (from < i && i <= to ? i - 1 : to <= i && i < from ? i + 1 : i);
      ui.set({ layers: all, chosen: chosen === from ? to : chosen > 0 ? between(chosen) : chosen });
      if (follow) focus(to);
    },
    change(at, place, value) {
      const all = layers();
      const layer = [...all[at - 1]];
      if (isPool(layer[0]) && place === 1 && layer[1] === layer[2]) layer[2] = value;
      layer[place] = value;
      all[at - 1] = layer;
      return { layers: all };
    },
  };
}

/** The Keras program, to read and to copy. */
function code(ui) {
  const text = h("code", {});
  const pre = h("pre", { class: "cd-code", tabindex: 0, role: "region", "aria-label": "Keras code" }, text);
  const box = h("details", {}, h("summary", {}, "Keras code of this stack"), pre);
  async function copy() {
    try {
      await navigator.clipboard.writeText(text.textContent);
      ui.say("The Keras code is copied.");
    } catch {
      box.open = true; // without access to the clipboard, select the text for the reader to copy
      getSelection().selectAllChildren(text);
      ui.say("The Keras code is selected: copy it with Ctrl and C.");
    }
  }
  ui.drawn((s) => (text.textContent = kerasCode(s)));
  return row("cd-codes", button("Copy Keras code", copy), box);
}

/** All that is computed from the traits; the shared test cases ask for it. */
export const look = trace;

/** @param {any} ui */
function build(ui) {
  const places = [];
  let next = -1; // the card that gets the focus once it is drawn
  const focus = (at) => ((next = at), ui.redraw());
  const act = actions(ui, focus);
  const drag = draggable(act.move);
  const list = h("ol", { class: "cd-cards", "aria-label": "Layers, the first one on top" });
  const open = panel(ui, act);
  const question = predict(ui, QUESTIONS);
  const where = h("span", {});
  const adders = Object.keys(FRESH).map((kind) => button(`+ ${kind}`, () => act.add(kind)));
  const undo = button("Undo", () => act.undo());
  const total = h("p", { class: "cd-total" });

  ui.drawn((s) => {
    const traced = trace(s);
    drag.settle();
    while (places.length <= s.layers.length) {
      places.push(place(ui, places.length, act, focus, drag));
      list.append(places[places.length - 1].node);
    }
    while (places.length > s.layers.length + 1) places.pop().node.remove();
    for (const each of places) each.draw(s, traced);
    const home = places[s.chosen];
    if (home && open.node.parentElement !== home.node) {
      const held = document.activeElement;
      home.node.append(open.node);
      if (open.node.contains(held)) /** @type {HTMLElement} */ (held).focus();
    }
    open.node.hidden = !home;
    open.draw(s, traced);
    if (next >= 0) places[next]?.face.focus();
    next = -1;
    const full = s.layers.length >= MOST_CARDS;
    for (const adder of adders) adder.disabled = full;
    undo.disabled = !act.past.length;
    const after = s.chosen < 0 ? s.layers.length : Math.min(s.chosen, s.layers.length);
    where.textContent = full
      ? `${MOST_CARDS} cards: the stack is full.`
      : after
        ? `Add after card ${after}, ${s.layers[after - 1][0]}:`
        : "Add after the picture:";
    const { cards, problem, parameters } = traced;
    const work = ui.hidden ? "?" : commas(traced.multiplications);
    total.replaceChildren(
      problem ? `As far as it fits: ` : "In all ",
      h("b", {}, commas(parameters)),
      ` parameters (${memory(parameters)} as 32-bit numbers) and `,
      h("b", {}, work),
      " multiplications for one picture.",
    );
    const shape = cards.length ? cards[cards.length - 1].shape : [s.rows, s.columns, s.channels];
    const failed = s.layers[cards.length]?.[0];
    ui.say(
      problem
        ? `Card ${cards.length + 1}, ${failed}, does not fit.`
        : `${s.layers.length} layers: ${shapeText(shape)} comes out, ` +
            `${commas(parameters)} parameters.`,
    );
  });

  const heads = ["", "layer", "gives", "parameters", "field", "multiplications"];
  return [
    question,
    row(
      "cd-controls cd-starts",
      choice(ui, {
        label: "Start from",
        options: [["", "this stack"], ...Object.keys(NETWORKS).map((name) => [name, name])],
        value: (s) =>
          Object.keys(NETWORKS).find(
            (n) => JSON.stringify(NETWORKS[n].layers) === JSON.stringify(s.layers),
          ) ?? "",
        change: (name) => NETWORKS[name] && { ...NETWORKS[name], chosen: 0 },
      }),
      undo,
    ),
    h(
      "div",
      { class: "cd-heads", "aria-hidden": "true" },
      ...heads.map((text) => h("span", {}, text)),
    ),
    list,
    row("cd-adders", where, ...adders),
    total,
    code(ui),
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "Build a network",
      keys: ["layers", "rows", "columns", "channels", "chosen"],
      build,
    }),
};
