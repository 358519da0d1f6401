// The parts that the demos are made of: a frame, controls, text. More: grid.js, player.js, predict.js.
//
// How a demo is made (one .py and one .js of the same stem, and a line in __init__.py):
//   NAME.py  class Name(Demo, module="name"): traits tagged sync=True, describe(), picture().
//   name.js  arithmetic as exported pure functions, then
//            export default { render: (context) => mount(context, { title, keys, build }) };
//            build(ui) makes the nodes once and returns them; ui.drawn(f) registers what to do
//            whenever a trait changed: f gets all traits as one object, in order of registration.
//            Change traits by ui.set({ stride: 2 }) only. Never edit an array in place.
//   Tests    cases in tests/widgets/cases/name.json through name.js and reference.py (one entry in
//            tests/browser/test_demos_arithmetic.py); the controls in test_demos_name.py there.
// Rows and columns are counted from 0, as in NumPy and in the chapters.
// `import` lines are single-statement `import { … } from "./x.js";` because Jupyter gets the files
// joined into one text (base.py: front_end); so top-level names must differ between files.

/** @typedef {{get: Function, set: Function, on: Function, off: Function, save_changes: Function}} Model */

let mounted = 0;

/** Make an element: h("p", { class: "x", onclick: f }, "text", node). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** A number for people: at most two decimals, a real minus sign. */
export const show = (value, digits = 2) =>
  String(Number(value.toFixed(digits)) || 0).replace("-", "−");

/** Like show, but 0.1111… as 1/9. */
export function showWeight(value) {
  if (Number.isInteger(value * 4)) return show(value);
  for (let d = 3; d <= 25; d++)
    if (Math.abs(value * d - Math.round(value * d)) < 1e-9) return `${show(value * d)}/${d}`;
  return show(value);
}

/** What a person typed ("−3", "0,5", or "18,496" as in the book) as a number; NaN if it is not one. */
export function parse(text) {
  const typed = text.trim().replace("−", "-");
  if (/^-?[1-9]\d{0,2}([,\s]\d{3})+$/.test(typed)) return Number(typed.replace(/[,\s]/g, ""));
  return typed === "" ? NaN : Number(typed.replace(",", "."));
}

/** Negative numbers in brackets, as in a sum. */
export const bracket = (text) => (text.startsWith("−") ? `(${text})` : text);

/** A formula as a paragraph. If it is too long for a line, it breaks after a colon or before an equals
 * sign (not that of “size =”), and elsewhere only in a long part; never in inner brackets. */
export const formulaLine = (text) =>
  h(
    "p",
    {},
    ...text
      .replace(/\([^()]*\)/g, (inner) => inner.replaceAll(" ", "\u00a0"))
      .split(/(?<!^\w+) (?==)|(?<=:) /)
      .flatMap((part) => [h("span", { class: part.length < 42 && "cd-term" }, part), " "]),
  );

/** A whole number with commas: 1,256. */
export const commas = (n) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ",");

/** One row or column, two rows or columns. */
export const count = (n, noun) => `${commas(n)} ${noun}${n === 1 ? "" : "s"}`;

/** Put a demo into its element and keep it in step with the model. In the book, link(covered) copies an
 * address of the present state.
 * @param {{model: Model, el: HTMLElement, link?: (covered: boolean) => Promise<boolean>}} context
 * @param {{title: string, keys: string[], build: (ui: object) => Node[]}} demo
 * @returns {() => void} the clean-up */
export function mount({ model, el, link }, { title, keys, build }) {
  const prefix = `cd${++mounted}-`;
  const all = [...keys, "predict"];
  const state = () => Object.fromEntries(all.map((key) => [key, model.get(key)]));
  const opening = state();
  const draws = [];
  const ends = [];
  let frame = 0;
  let names = 0;

  const status = h("p", { class: "cd-status", role: "status" });
  const root = h("div", {
    class: "cnn-demo",
    role: "group",
    "aria-labelledby": `${prefix}title`,
    // Without this on the focused element JupyterLab takes its keys, and 0 0 restarts the kernel.
    onfocusin: (event) => event.target.setAttribute("data-lm-suppress-shortcuts", ""),
  });
  const draw = () => {
    frame = 0;
    const now = state();
    for (const f of draws) f(now);
  };
  const redraw = () => (frame ||= requestAnimationFrame(draw));

  const ui = {
    root,
    opening: Object.fromEntries(keys.map((key) => [key, opening[key]])),
    hidden: false, // true while a prediction is asked for: then results are covered
    reveal: () => {}, // close the question and show the result
    playing: false, // while the player runs
    pace: Infinity, // ms from step to step of the running player
    filling: false, // from the player's start until all is shown: later cells are empty
    pause: () => {}, // stop the player
    onaside: null, // called before a question sets its state: true if more than traits must be kept
    onback: null, // called when the reader has gone back to the kept state
    state,
    redraw,
    /** Draw now, and not in the next frame. */
    settle: () => frame && (cancelAnimationFrame(frame), draw()),
    drawn: (f) => draws.push(f),
    ended: (f) => ends.push(f),
    id: () => `${prefix}${++names}`,
    /** Set the line below the demo, which screen readers announce. */
    say: (text) => status.textContent !== text && (status.textContent = text),
    quiet: (on) => status.setAttribute("aria-live", on ? "off" : "polite"),
    set(patch) {
      for (const [key, value] of Object.entries(patch)) model.set(key, value);
      model.save_changes();
      redraw();
    },
  };
  const reset = h("button", { type: "button", onclick: () => ui.reset() }, "Reset");
  ui.reset = () => (ui.pause(), ui.set(opening), ui.onreset?.());

  const head = h(
    "div",
    { class: "cd-head" },
    h("div", { class: "cd-title", id: `${prefix}title` }, title),
    reset,
  );
  const share = button("Copy link", async () => {
    const done = await link(ui.hidden);
    ui.say(
      done
        ? "The link is copied. It opens the demo as it stands now."
        : "The link stands in the address bar, to be copied there.",
    );
  });
  root.append(head, ...build(ui), row("cd-foot", status, ...(link ? [share] : [])));
  for (const key of all) model.on(`change:${key}`, redraw);
  draw();
  el.append(root);
  return () => {
    cancelAnimationFrame(frame);
    for (const key of all) model.off(`change:${key}`, redraw);
    for (const f of ends) f();
    root.remove();
  };
}

/** A row of controls, or of anything that may wrap. */
export const row = (cls, ...nodes) => h("div", { class: cls }, ...nodes);

export const button = (text, onclick, props = {}) =>
  h("button", { type: "button", onclick, ...props }, text);

/** A slider for a whole-number trait, or for anything else by value(state) and change(number) → patch.
 * @param {any} ui
 * @param {{key?: string, label: any, min: any, max: any, value?: (s: any) => any,
 *          change?: (v: number) => object, words?: (v: any, s?: any) => string}} use */
export function slider(
  ui,
  { key, label, min, max, value = (s) => s[key], change = (v) => ({ [key]: v }), words = String },
) {
  const shown = h("span", { class: "cd-shown", "aria-hidden": "true" });
  const input = h("input", {
    type: "range",
    min,
    max,
    step: 1,
    oninput: () => ui.set(change(Number(input.value))),
  });
  ui.drawn((s) => {
    const now = value(s);
    input.value = now;
    const told = words(now, s);
    input.setAttribute("aria-valuetext", told);
    shown.textContent = told;
  });
  return h("label", { class: "cd-control" }, h("span", {}, label), input, shown);
}

/** A slider over a list of numbers, for a trait: it stands at the largest that is not above the trait.
 * @param {any} ui @param {{key: string, label: string, options: number[]}} use */
export const steps = (ui, { key, label, options }) =>
  slider(ui, {
    label,
    min: 0,
    max: options.length - 1,
    value: (s) => options.filter((n) => n <= s[key]).length - 1,
    change: (i) => ({ [key]: options[i] }),
    words: (_, s) => String(s[key]),
  });

/** Call press() for the space bar, anywhere in the demo where it has no other use. @param {any} ui */
export const onSpace = (ui, press) =>
  ui.root.addEventListener("keydown", (event) => {
    if (
      event.key !== " " ||
      event.target.matches("button, select, summary, input:not([type=range])")
    )
      return;
    event.preventDefault();
    press();
  });

/** A drop-down: options are [value, text] pairs; change(value) → patch. */
export function choice(ui, { label, options, value, change }) {
  const select = h(
    "select",
    { onchange: () => ui.set(change(select.value) ?? {}) },
    ...options.map(([name, text]) => h("option", { value: name }, text)),
  );
  ui.drawn((s) => (select.value = value(s)));
  return h("label", { class: "cd-control" }, h("span", {}, label), select);
}

/** A tick box for a true/false trait. */
export function tick(ui, { key, label }) {
  const input = h("input", { type: "checkbox", onchange: () => ui.set({ [key]: input.checked }) });
  ui.drawn((s) => (input.checked = s[key]));
  return h("label", { class: "cd-control" }, input, h("span", {}, label));
}
