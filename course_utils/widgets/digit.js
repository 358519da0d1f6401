// Draw a digit, and see every layer of the book's CNN answer.
import { answers, certain } from "./answers.js";
import { fileOf } from "./files.js";
import { SIDE, fitted, rowsOf } from "./ink.js";
import { thinker } from "./network.js";
import { selfDrawing } from "./own_pen.js";
import { drawingPad, overlay, paint, rectangle } from "./pad.js";
import { button, h, mount, row, show, tick } from "./parts.js";
import { sampleButtons } from "./samples.js";
import { DIGITS, LEVELS, fieldOf, indexOf, stage } from "./stages.js";
import { opened } from "./terms.js";

/** @param {any} ui @param {ArrayBuffer} buffer */
function build(ui, buffer) {
  /** @type {Float32Array} */
  let ink = new Float32Array(SIDE * SIDE);
  let known = null; // the trait's value from which `ink` was made
  let seen = []; // the image that the network answered last, and all its layers
  /** @type {ReturnType<typeof fitted>} */
  let fit = { image: ink, scale: 1, down: 0, right: 0 };
  let hovered = null;
  let marked = null; // what mark() drew last
  let narrow = null;
  let pen = null; // the place of the pen that draws by itself
  const past = []; // the drawings that Undo brings back
  const brain = thinker(buffer, answered);
  ui.ended(brain.end);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const moving = () => ui.state().moving && !still.matches;

  const draw = drawingPad({
    ink: () => ink,
    take: () => take(),
    begin() {
      const fresh = moving(); // if so, the reader begins on an empty pad
      take();
      keep();
      if (fresh) ink.fill(0);
    },
    change: think,
    end: commit,
    say: ui.say,
  });
  const eye = h("canvas", {});
  const eyeOver = overlay(SIDE, SIDE);
  const eyes = h("div", { class: "cd-pixels cd-ink", role: "img" }, eye, eyeOver.node);
  const bars = answers((map) => pick({ level: DIGITS, map, row: 0, column: 0 }));
  const cell = opened(ui, chosen);
  const look = (found) => ((hovered = found), mark());
  const use = { open: openLevel, pick, look };
  const stages = LEVELS.slice(1, DIGITS).map((_, i) => stage(i + 1, use));
  const onScreen = new Set();
  const layers = h("div", { class: "cd-layers-all" }, ...stages.map(({ node }) => node));

  /** The chosen cell, within the limits of its layer. */
  function chosen() {
    const { level, map, row: r, column: c } = ui.state();
    const { maps, side } = LEVELS[level];
    const inside = (n) => Math.min(side - 1, n);
    return { level, map: Math.min(maps - 1, map), row: inside(r), column: inside(c) };
  }
  function pick(found) {
    hovered = null;
    take();
    ui.set(found);
  }
  /** Open a layer at its largest number, or close it. */
  function openLevel(level) {
    if (ui.state().level === level) return ui.set({ level: 0 });
    const values = seen[level];
    const { maps, side } = LEVELS[level];
    const at = values.indexOf(Math.max(...values));
    const place = Math.floor(at / maps);
    pick({ level, map: at % maps, row: Math.floor(place / side), column: place % side });
  }
  const keep = () => (past.push(ink.slice()), past.splice(0, past.length - 50));
  function load(next) {
    ink = Float32Array.from(next);
    think();
  }
  function commit() {
    known = rowsOf(ink);
    ui.set({ drawing: known });
    think();
  }
  /** The reader takes over from the demo that draws by itself. */
  function take() {
    if (!ui.state().moving) return;
    const sample = self.stop();
    ui.set({ moving: false });
    if (!sample) return;
    load(sample);
    commit();
  }
  function replace(next) {
    take();
    keep();
    load(next);
    commit();
  }
  function undo() {
    take();
    if (!past.length) return;
    load(past.pop());
    commit();
  }
  const self = selfDrawing(brain.network.samples, (next, at) => {
    pen = at;
    load(next);
  });

  function think() {
    fit = ui.state().fit ? fitted(ink) : { image: ink, scale: 1, down: 0, right: 0 };
    draw.draw();
    if (pen && self.running()) draw.place(pen, true);
    else if (self.running()) draw.hide();
    paint(eye, fit.image);
    brain.think(fit.image.slice());
  }
  /** Draw all maps; while a pen moves, only the maps that are on the screen or near it. */
  function showMaps() {
    const busy = moving() || draw.drawing();
    stages.forEach((shown, i) => {
      if (!busy || onScreen.has(shown.node)) shown.draw(seen[i + 1]);
    });
  }
  /** Light up the layers one after the other, as the numbers pass through them. */
  function wave() {
    layers.classList.remove("cd-wave");
    layers.getBoundingClientRect(); // else the browser sees no change and does not start again
    layers.classList.add("cd-wave");
  }
  function answered(image, answer) {
    seen = [image, ...answer];
    showMaps();
    bars.draw(answer.at(-1));
    eyes.setAttribute("aria-label", `What the network sees, 28×28. ${certain(answer.at(-1))}`);
    update();
  }
  /** Mark the cell that the reader points at, or the chosen one, and what it sees. */
  function mark() {
    const now = hovered ?? (ui.state().level ? chosen() : null);
    const key = JSON.stringify([now, narrow, fit.scale, fit.down, fit.right]);
    if (key === marked || (!now && marked === "")) return;
    marked = now ? key : "";
    for (const shown of stages) shown.mark(now);
    const paths = {};
    const onPad = {};
    if (now && (hovered || now.level < DIGITS)) {
      const [[top, bottom], [left, right]] = fieldOf(now);
      const box = [left, top, right - left, bottom - top];
      paths["cd-reads"] = rectangle(...box);
      const back = (n, offset) => (n - offset) / fit.scale;
      onPad["cd-reads"] = rectangle(
        back(left, fit.right),
        back(top, fit.down),
        (right - left) / fit.scale,
        (bottom - top) / fit.scale,
      );
    }
    eyeOver.draw(paths);
    draw.over.draw(onPad);
  }
  function update() {
    const now = chosen();
    mark();
    if (now.level) cell.draw(now, seen[0], seen, brain.network);
    if (moving()) return ui.say("A sample is being drawn. Draw on the pad to take over.");
    if (draw.drawing()) return;
    const blank = ink.every((v) => !v);
    const said = blank
      ? "The pad is empty, and still the network gives ten probabilities."
      : certain(seen.at(-1));
    const [[top, bottom], [left, right]] = fieldOf(now);
    const place = LEVELS[now.level].side > 1 ? `, row ${now.row}, column ${now.column}` : "";
    const about =
      `${LEVELS[now.level].name}, map ${now.map}${place} is ${show(seen[now.level][indexOf(now)])}; ` +
      `it sees rows ${top} to ${bottom - 1} and columns ${left} to ${right - 1}.`;
    ui.say(now.level && now.level < DIGITS ? `${said} ${about}` : said);
  }

  const thumbs = sampleButtons(brain.network.samples, (ink) => (replace(ink), wave()));
  const erase = button("Clear", () => replace(new Float32Array(SIDE * SIDE)));
  const back = button("Undo", undo);
  const watch = button("Watch", () => {
    if (ui.state().moving) take();
    else ui.set({ moving: true });
  });

  let fitting = null;
  const folded = new ResizeObserver(() => {
    const now = ui.root.clientWidth < 560;
    if (now === narrow) return;
    fold(now);
  });
  function fold(now) {
    narrow = now;
    for (const shown of stages) shown.fold(narrow);
    if (seen.length) showMaps();
    mark();
  }
  folded.observe(ui.root);
  let near = true;
  const watched = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        if (target === ui.root) near = isIntersecting;
        else if (isIntersecting) onScreen.add(target);
        else onScreen.delete(target);
      showMaps();
      ui.redraw();
    },
    { rootMargin: "100px" },
  );
  for (const node of [ui.root, ...stages.map(({ node }) => node)]) watched.observe(node);
  ui.ended(() => (folded.disconnect(), watched.disconnect(), self.stop()));

  fold(false);
  ui.drawn((s) => {
    if (moving() && near) self.start();
    else if (self.running()) self.stop();
    ui.quiet(moving());
    watch.textContent = s.moving ? "Pause" : "Watch";
    watch.hidden = still.matches;
    if (s.drawing !== known || s.fit !== fitting) {
      if (s.drawing !== known) ink = Float32Array.from(s.drawing.flat());
      [known, fitting] = [s.drawing, s.fit];
      if (!seen.length) {
        fit = s.fit ? fitted(ink) : fit;
        brain.now(s.fit ? fit.image : ink.slice());
      }
      think();
    }
    stages.forEach(({ head, node }, i) => {
      const open = s.level === i + 1;
      head.setAttribute("aria-expanded", String(open));
      if (open && node.nextSibling !== cell.node) node.after(cell.node);
    });
    if (s.level === DIGITS && layers.firstChild !== cell.node) layers.prepend(cell.node);
    if (!s.level) cell.node.remove();
    update();
  });

  return [
    h(
      "div",
      { class: "cd-desk" },
      h("div", { class: "cd-figure cd-draw" }, h("div", {}, "draw here"), draw.node),
      h("div", { class: "cd-figure cd-eyes" }, h("div", {}, "what the network sees"), eyes),
      bars.node,
      row("cd-controls", erase, back, watch),
      row("cd-fit", tick(ui, { key: "fit", label: "Fit to 20×20 and centre" })),
      thumbs,
    ),
    layers,
  ];
}

export default {
  render: async (context) => {
    let buffer = null;
    try {
      buffer = await fileOf(context.model, "network.bin");
    } catch (error) {
      const text = `The network could not be loaded (${error.message}). Reload the page to try again.`;
      context.el.append(h("p", { role: "status" }, text));
      return;
    }
    return mount(context, {
      title: "Draw a digit, and watch the network think",
      keys: ["drawing", "fit", "level", "map", "row", "column", "moving"],
      build: (ui) => build(ui, buffer),
    });
  },
};
