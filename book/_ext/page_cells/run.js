/** Code cells of a chapter, edited and run in the page; the gaps of "Try it yourself" are checked.
 *
 * Python (`worker.js`) starts when the reader presses Run for the first time. What the reader wrote is
 * kept in this browser, under the page's path.
 */

const GAP = "____";
const COUNTED = 0.95; // of Python's bytes: a Worker cannot count the scripts among them
const PYTHON = new URL("../../lite/static/pyodide/", import.meta.url).href;
const PAGE = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";

/** @type {Worker | null} */
let worker = null;
let isReady = false;
/** @type {Editor | null} */
let running = null;
/** @type {{cells: string[], bytes: number} | null} */
let facts = null;

/** The page's code, and the size of Python. */
async function factsOfPage() {
  if (!facts) {
    const [page, python] = await Promise.all(
      [new URL(`${PAGE}.json`, import.meta.url), new URL("size.json", PYTHON)].map(async (place) => {
        const answer = await fetch(place);
        if (!answer.ok) throw new Error(`${place} is not there (${answer.status})`);
        return answer.json();
      }),
    );
    facts = { ...page, bytes: python.bytes };
  }
  return facts;
}

/** @param {string} kind @param {string} [className] @param {string} [text] */
function element(kind, className = "", text = "") {
  const made = document.createElement(kind);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** A drawing as chapters make it, without anything that could run. @param {string} html */
function drawing(html) {
  const figure = new DOMParser().parseFromString(html, "text/html").querySelector("figure");
  for (const part of figure.querySelectorAll("*")) {
    if (/^(script|foreignObject|iframe|a)$/i.test(part.localName)) part.remove();
    for (const { name } of [...part.attributes]) if (name.startsWith("on")) part.removeAttribute(name);
  }
  return figure;
}

/** @param {number} bytes */
const megabytes = (bytes) => Math.round(bytes / 1e6);

/** @param {string} text @param {() => void} act */
function button(text, act) {
  const made = /** @type {HTMLButtonElement} */ (element("button", "run-button", text));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** The reader's own texts of this page. */
const kept = {
  /** @param {string} name */
  key: (name) => `run:${location.pathname}:${name}`,
  /** @param {string} name */
  read(name) {
    try {
      return localStorage.getItem(this.key(name));
    } catch {
      return null; // the browser keeps nothing for this page
    }
  },
  /** @param {string} name @param {string | null} text */
  write(name, text) {
    try {
      if (text === null) localStorage.removeItem(this.key(name));
      else localStorage.setItem(this.key(name), text);
    } catch {
      // without storage the text is kept until the page is closed
    }
  },
};

class Editor {
  /** @param {HTMLElement} block the chapter's code @param {HTMLElement} marked */
  constructor(block, marked) {
    this.block = block;
    this.before = Number(/\bpy-(\d+)\b/.exec(marked.className)[1]);
    this.gap = (/\bgap-(\w+)\b/.exec(marked.className) || ["", ""])[1];
    this.original = block.querySelector("pre").textContent.replace(/\n$/, "");
    this.name = this.gap || String(this.before);
    this.place = element("div", "run");
    this.open = button(this.gap ? "Fill the gaps here" : "Edit and run", () => this.show(true));
    this.open.classList.add("run-open");
    // the button lies on the block, so that the text below does not move
    (block.querySelector("[class*='highlight-']") ?? block).append(this.open);
    if (kept.read(this.name) !== null) this.show(false);
  }

  /** Show the editor in the place of the chapter's code. @param {boolean} isAsked */
  show(isAsked) {
    this.text = /** @type {HTMLTextAreaElement} */ (element("textarea", "run-text"));
    Object.assign(this.text, { value: kept.read(this.name) ?? this.original, spellcheck: false });
    for (const [key, value] of [["autocapitalize", "off"], ["autocomplete", "off"], ["wrap", "off"]])
      this.text.setAttribute(key, value);
    this.text.setAttribute("aria-label", "Your version of this code");
    this.text.addEventListener("input", () => this.changed());
    this.text.addEventListener("keydown", (event) => this.key(event));
    const words = this.gap ? "Run and check" : "Run";
    this.runs = button(words, () => this.run());
    this.runs.classList.add("run-main");
    this.stops = button("Stop", () => stop());
    this.back = button("Back to the original", () => this.leave());
    this.stops.hidden = true;
    const bar = element("div", "run-bar");
    bar.append(this.runs, this.stops, this.back);
    this.note = element("p", "run-note");
    const keys = "Shift+Enter runs, Tab indents; to leave with Tab, press Escape first. ";
    this.note.textContent =
      (matchMedia("(hover: none)").matches ? "" : keys) + "What you write is kept in this browser.";
    this.progress = element("div", "run-progress");
    this.output = element("div", "run-output");
    this.output.setAttribute("role", "status");
    this.place.replaceChildren(this.text, bar, this.progress, this.output, this.note);
    this.block.after(this.place);
    this.block.classList.add("run-replaced");
    this.fit();
    if (!isAsked) return;
    this.text.focus({ preventScroll: true });
    if (!worker) this.saySize();
  }

  /** Before Run is pressed, so that the reader decides. */
  async saySize() {
    try {
      const { bytes } = await factsOfPage();
      this.note.append(` The first run loads Python into this page, ${megabytes(bytes)} MB.`);
    } catch {
      // Run says what is missing
    }
  }

  leave() {
    if (this.text.value !== this.original && !confirm("Throw away what you wrote here?")) return;
    if (running === this) stop();
    kept.write(this.name, null);
    this.block.classList.remove("run-replaced");
    this.place.remove();
    this.open.focus();
  }

  changed() {
    kept.write(this.name, this.text.value);
    this.fit();
  }

  fit() {
    this.text.rows = Math.min(30, Math.max(2, this.text.value.split("\n").length));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Enter" && (event.shiftKey || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.run();
    } else if (event.key === "Tab" && !event.shiftKey && !this.isLeaving) {
      event.preventDefault();
      this.text.setRangeText("    ", this.text.selectionStart, this.text.selectionEnd, "end");
      this.changed();
    }
    this.isLeaving = event.key === "Escape";
  }

  /** @param {string} text @param {string} [kind] */
  say(text, kind = "run-told") {
    this.output.replaceChildren(element("p", kind, text));
  }

  async run() {
    const gaps = this.gap ? this.text.value.split(GAP).length - 1 : 0;
    if (gaps === 1) return this.say("One gap (____) is still empty.");
    if (gaps) return this.say(`${gaps} gaps (____) are still empty.`);
    if (running) return this.say("Another cell is running: wait until it is done, or stop it.");
    running = this;
    this.runs.disabled = true;
    this.stops.hidden = false;
    this.output.replaceChildren();
    try {
      const { cells, bytes } = await factsOfPage();
      if (running !== this) return; // the reader has stopped it
      this.showProgress(0, bytes);
      const python = startPython();
      python.onmessage = ({ data }) => this.hear(data, bytes);
      python.onerror = ({ message }) =>
        this.end(`Python could not be started: ${message || "see the browser's console"}.`);
      python.postMessage({ base: PYTHON, cells, before: this.before, code: this.text.value, gap: this.gap });
    } catch (error) {
      this.end(`Python could not be loaded: ${error.message}. Are you online?`);
    }
  }

  /** @param {any} data @param {number} bytes */
  hear(data, bytes) {
    if (data.loaded) this.showProgress(data.loaded, bytes);
    if (data.ready) {
      isReady = true;
      this.progress.replaceChildren(element("p", "run-told", "Running …"));
    }
    if (data.failed) {
      stop();
      this.end(`Python stopped: ${data.failed}`);
    }
    if (data.result) this.showResult(data.result);
  }

  /** @param {number} loaded @param {number} bytes */
  showProgress(loaded, bytes) {
    if (isReady) return this.progress.replaceChildren(element("p", "run-told", "Running …"));
    let bar = this.progress.querySelector("progress");
    if (!bar) {
      bar = /** @type {HTMLProgressElement} */ (element("progress"));
      bar.max = bytes;
      bar.setAttribute("aria-label", "Loading Python");
      this.progress.replaceChildren(bar, element("p", "run-told"));
    }
    bar.value = Math.min(loaded, bytes);
    this.progress.lastElementChild.textContent =
      loaded < bytes * COUNTED
        ? `Loading Python into this page: ${megabytes(loaded)} of ${megabytes(bytes)} MB. ` +
          "The browser keeps it."
        : "Starting Python …";
  }

  /** @param {{outputs: {kind: string, data: string}[], check: any}} result */
  showResult({ outputs, check }) {
    const shown = outputs.map(({ kind, data }) => {
      if (kind === "drawing") return drawing(data);
      if (kind !== "picture") return element("pre", kind === "error" ? "run-error" : "run-printed", data);
      const picture = /** @type {HTMLImageElement} */ (element("img"));
      picture.src = `data:image/png;base64,${data}`;
      picture.alt = "The figure that your code draws";
      return picture;
    });
    if (check) shown.push(this.verdict(check));
    if (!shown.length) shown.push(element("p", "run-told", "Done. Nothing was printed."));
    this.end();
    this.output.replaceChildren(...shown);
  }

  /** @param {{right: boolean, text: string, misconception: string | null}} check */
  verdict({ right, text, misconception }) {
    const made = element("p", right ? "run-check run-right" : "run-check run-wrong", text);
    if (misconception) {
      const link = /** @type {HTMLAnchorElement} */ (element("a", "", "Read about it"));
      link.href = new URL(`../../misconceptions.html#m-${misconception}`, import.meta.url).href;
      made.append(" ", link);
    }
    return made;
  }

  /** The run is over. @param {string} [text] */
  end(text) {
    if (running === this) running = null;
    this.runs.disabled = false;
    this.stops.hidden = true;
    this.progress.replaceChildren();
    if (text) this.say(text);
  }
}

function startPython() {
  worker ??= new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  return worker;
}

/** End Python; the next run starts it again. */
function stop() {
  worker?.terminate();
  worker = null;
  isReady = false;
  running?.end("Stopped. The next run starts Python again, which takes some seconds.");
}

for (const marked of document.querySelectorAll("article [class*='py-']")) {
  const block = marked.matches(".cell") ? marked.querySelector(".cell_input") : marked;
  if (block) new Editor(/** @type {HTMLElement} */ (block), /** @type {HTMLElement} */ (marked));
}
