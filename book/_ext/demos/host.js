// Make the demos of a static page live: when a slot comes near the screen, import the demo's module and
// give it a model with the interface of anywidget's front ends. If the address ends in a demo's id and a
// state (address.js), the demo gets that state.
import { copied, understood, written } from "./address.js";

/** The state of one demo, which in Jupyter the kernel would hold. */
class Model {
  /** @param {Record<string, unknown>} state */
  constructor(state) {
    this._state = state;
    this._listeners = new Map();
  }
  get(key) {
    return this._state[key];
  }
  set(key, value) {
    if (this._state[key] === value) return;
    this._state[key] = value;
    for (const event of [`change:${key}`, "change"])
      for (const listener of [...(this._listeners.get(event) ?? [])]) listener(this, value);
  }
  on(event, listener) {
    if (!this._listeners.has(event)) this._listeners.set(event, new Set());
    this._listeners.get(event).add(listener);
  }
  off(event, listener) {
    if (!event) this._listeners.clear();
    else if (!listener) this._listeners.delete(event);
    else this._listeners.get(event)?.delete(listener);
  }
  save_changes() {} // there is no kernel to tell
}

/** The slot that the address names, and the text of its state. */
function addressed() {
  const [id, text = ""] = location.hash.slice(1).split(/\?(.*)/s);
  const slot = id ? document.getElementById(id) : null;
  return slot?.classList.contains("cnn-slot") ? { slot, text } : null;
}

/** For each slot that is live, a function that sets a state.
 * @type {Map<HTMLElement, (text: string) => void>} */
const restorers = new Map();

/** Show words above a demo; screen readers announce them.
 * @param {HTMLElement} slot @param {(string | Node)[]} words */
function tell(slot, ...words) {
  const line = document.createElement("p");
  line.className = "cnn-told";
  line.setAttribute("role", "status");
  line.append(...words);
  slot.prepend(line);
}

/** Say that a demo could not be loaded, and offer another try. @param {HTMLElement} slot */
function failed(slot) {
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => location.reload()); // a browser does not load a failed module again
  tell(slot, "This demo could not be loaded: are you online? ", again);
}

/** @param {HTMLElement} slot */
async function wake(slot) {
  const opening = JSON.parse(slot.querySelector("script").textContent);
  const limits = JSON.parse(slot.dataset.limits ?? "{}");
  const model = new Model({ ...opening });
  const module = await import(`./${slot.dataset.module}.js`).catch(() => null);
  if (!module) return failed(slot);
  /** @param {boolean} covered whether a prediction is asked for */
  async function link(covered) {
    const state = { ...model._state, predict: opening.predict && covered };
    const text = written(state, opening, limits);
    history.replaceState(null, "", `#${slot.id}${text && `?${text}`}`);
    return copied(location.href);
  }
  // the demo is added beside the picture, and then replaces it (demo.css)
  const linked = slot.id && Object.keys(limits).length > 1; // more than `predict`
  await module.default.render({ model, el: slot, link: linked ? link : undefined });
  if (slot.dataset.module === "quiz") (await import("./progress.js")).keep(slot, model, module.judge);
  slot.dataset.alive = "";
  restorers.set(slot, (text) => {
    const { patch, partly } = understood(text, limits);
    for (const key of Object.keys(limits)) model.set(key, patch[key] ?? opening[key]);
    slot.querySelector(".cnn-told")?.remove();
    if (partly) tell(slot, "Part of this link does not fit this demo, and was left out.");
  });
  const wanted = addressed();
  if (wanted?.slot === slot && wanted.text) {
    restorers.get(slot)(wanted.text);
    slot.scrollIntoView();
  }
}

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) {
        watcher.unobserve(target);
        wake(/** @type {HTMLElement} */ (target));
      }
  },
  { rootMargin: "300px" },
);
for (const slot of document.querySelectorAll(".cnn-slot")) watcher.observe(slot);
document.documentElement.dataset.demos = "on"; // still.js looks for it

let stated = null; // the slot whose state was in the previous address
function go() {
  const wanted = addressed();
  if (stated && !wanted?.text) restorers.get(stated)?.("");
  stated = wanted?.text ? wanted.slot : null;
  if (!wanted?.text) return; // without a state, the browser itself goes to the id
  wanted.slot.scrollIntoView();
  restorers.get(wanted.slot)?.(wanted.text);
}
addEventListener("hashchange", go);
go();
