// Brings the demos of a static page to life: for each slot, once it comes near the screen, imports
// the demo's module and gives it a model with the interface that anywidget's front ends know.

/** The state of one demo: what a kernel would hold, kept in the page. */
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

/** @param {HTMLElement} slot */
async function wake(slot) {
  const state = JSON.parse(slot.querySelector("script").textContent);
  const module = await import(`./${slot.dataset.module}.js`);
  // the demo lands beside the picture, whose place it then takes (demo.css)
  await module.default.render({ model: new Model(state), el: slot });
  slot.dataset.alive = "";
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
