// What a page does: light or dark, the contents on a phone, copying code, marking the present section,
// answers that wait for a prediction, and scrolling to the goal of a link or of the search.
// Every page can be read without this script.
"use strict";

const root = document.documentElement;
const own = /** @type {HTMLScriptElement} */ (document.currentScript).src;
const searched = new URLSearchParams(location.search).has("found"); // the search led here
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Follow the system's colours until the reader chooses; remember the choice. */
function startTheme() {
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = (theme) => {
    root.dataset.theme = theme;
    button.setAttribute("aria-pressed", String(theme === "dark"));
  };
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // the browser forbids storage: the choice lasts until the page is closed
    }
  };
  show(stored() || (system.matches ? "dark" : "light"));
  system.addEventListener("change", () => stored() || show(system.matches ? "dark" : "light"));
  button.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    show(theme);
    try {
      localStorage.setItem("theme", theme);
    } catch {
      /* as above */
    }
  });
}

/** Tick the chapters whose quiz is answered, if this browser keeps any answer (progress.js). */
function startTicks() {
  try {
    if (!localStorage.getItem(`quiz:${new URL("../", own).pathname}`)) return;
  } catch {
    return; // the browser forbids storage
  }
  import(new URL("demos/ticks.js", own).href).catch(() => {}); // a page opened as a file loads no module
}

/** On a narrow screen the contents slide in; Escape, the shade and a link close them. */
function startContents() {
  const button = document.getElementById("menu");
  const contents = document.getElementById("contents");
  const main = document.getElementById("main");
  const narrow = matchMedia("(max-width: 63.99rem)");
  let open = false;
  const set = (next, focus) => {
    open = next && narrow.matches;
    root.classList.toggle("contents-open", open);
    button.setAttribute("aria-expanded", String(open));
    contents.inert = narrow.matches && !open;
    main.inert = open;
    /** @type {HTMLElement} */
    const goal = open ? contents.querySelector("[aria-current], a") : button;
    if (focus) goal.focus();
  };
  set(false, false);
  narrow.addEventListener("change", () => set(false, false));
  button.addEventListener("click", () => set(!open, true));
  document.getElementById("shade").addEventListener("click", () => set(false, true));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) set(false, true);
  });
  contents.addEventListener("click", (event) => {
    if (/** @type {Element} */ (event.target).closest("a")) set(false, false);
  });
}

/** Put `text` on the clipboard; returns whether that worked. On plain http only the old way works. */
async function copied(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    const box = document.createElement("textarea");
    const before = /** @type {HTMLElement} */ (document.activeElement);
    box.value = text;
    box.style.position = "fixed"; // else the page would scroll to it
    box.style.opacity = "0";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus();
    return done;
  } catch {
    return false;
  }
}

/** A button that copies a block of code. */
function startCopying() {
  for (const block of all("article div[class*='highlight-'], article .cell_input .highlight")) {
    if (block.closest(".cell_output") || block.parentElement.closest("[class*='highlight-']")) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy this code");
    button.addEventListener("click", async () => {
      button.textContent = (await copied(block.querySelector("pre").textContent))
        ? "Copied"
        : "Not copied";
      setTimeout(() => (button.textContent = "Copy"), 1500);
    });
    block.append(button);
  }
}

/** Let the keyboard reach, and so scroll, every box that scrolls sideways. */
function startScrolling() {
  const measure = () => {
    // Read all sizes before anything is written: else the browser lays the page out for each box.
    // Leave out folded boxes: the browser would lay each of them out just to measure it.
    const boxes = all("article :is(pre, .math, .table, .output)").filter(
      (box) => !box.closest("details:not([open])"),
    );
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    for (const [index, box] of boxes.entries()) {
      if (wide[index]) {
        box.tabIndex = 0;
        if (box.matches("div")) box.setAttribute("role", "group");
        if (!box.hasAttribute("aria-label")) box.setAttribute("aria-label", "Scrolls sideways");
      } else if (box.tabIndex === 0) {
        box.removeAttribute("tabindex");
      }
    }
  };
  // when the page is laid out and the browser is idle
  const soon = window.requestIdleCallback ?? ((task) => setTimeout(task, 500));
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(measure, 200);
  });
  addEventListener("load", () => soon(measure, { timeout: 2000 }));
  addEventListener("toggle", measure, true); // a fold was opened
}

/** Mark in "On this page" the section that is being read. */
function startWhere() {
  const links = new Map(all(".here a").map((link) => [link.hash.slice(1), link]));
  if (!links.size) return;
  const visible = new Set();
  let atEnd = false; // where a short last section cannot come to the top
  const mark = () => {
    const now = [...links.keys()].filter((id, i) => visible.has(id) || (atEnd && i === links.size - 1)).pop();
    const first = document.getElementById(links.keys().next().value);
    if (!now && first.getBoundingClientRect().top < 0) return; // behind the last section
    for (const [id, link] of links) {
      id === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    }
  };
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        isIntersecting ? visible.add(target.id) : visible.delete(target.id);
      }
      mark();
    },
    { rootMargin: "-10% 0px -75% 0px" },
  );
  const end = (entries) => {
    atEnd = entries.at(-1).isIntersecting;
    mark();
  };
  new IntersectionObserver(end, { threshold: 1 }).observe(document.querySelector("footer"));
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) watcher.observe(section);
  }
}

/**
 * Cover the rest of a section after "Predict first" until the reader asks for it. The cover ends before
 * the next box, or before a demo and its introduction: a demo covers its own answer.
 */
function startPredicting() {
  const ends = (node) => node.matches("section, .admonition") || node.querySelector(".cnn-slot");
  for (const box of all("article .admonition.predict")) {
    const answer = [];
    let node = box.nextElementSibling;
    for (; node && !ends(node); node = node.nextElementSibling) answer.push(node);
    if (node?.matches(".cell") && answer.at(-1)?.matches("p")) answer.pop();
    if (!answer.some((node) => node.matches("p") || node.querySelector(".cell_output"))) continue;
    const cover = document.createElement("div");
    cover.className = "answer";
    answer[0].before(cover);
    cover.append(...answer);
    const button = document.createElement("button");
    button.type = "button";
    const set = (open) => {
      // "until-found": the browser's own search still finds it
      cover.hidden = /** @type {any} */ (open ? false : "until-found");
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Cover the answer" : "I have predicted: show the answer";
      if (open) dispatchEvent(new Event("resize")); // boxes that scroll sideways can be measured now
    };
    button.addEventListener("click", () => set(Boolean(cover.hidden)));
    cover.addEventListener("beforematch", () => set(true));
    box.append(button);
    set(Boolean(named() && cover.querySelector(`[id="${named()}"]`)));
  }
}

/** The id that the address ends in; after a demo's, its state may follow. */
const named = () => location.hash.slice(1).split("?")[0];

/**
 * After a link to a section, stay at its heading while the page above it grows (demos that start,
 * pictures), until the reader does anything or the page has not changed for a while. If the heading and
 * the words that were searched for do not fit on the screen together, show the words.
 */
function startLanding() {
  let following = null;
  const stop = () => {
    following?.disconnect();
    following = null;
  };
  for (const event of ["wheel", "touchstart", "pointerdown", "keydown"])
    addEventListener(event, stop, { passive: true, capture: true });
  const follow = (hit = null) => {
    stop();
    let name = named();
    try {
      name = decodeURIComponent(name);
    } catch {
      /* an address with a stray %: it is taken as it is */
    }
    const goal = (name && document.getElementById(name)) || hit?.closest("section");
    if (!goal) return;
    const land = () => {
      goal.scrollIntoView({ behavior: "instant", block: "start" });
      if (hit && hit.getBoundingClientRect().bottom > 0.85 * innerHeight)
        hit.scrollIntoView({ behavior: "instant", block: "center" });
    };
    let last = 0;
    following = new ResizeObserver(() => {
      land();
      clearTimeout(last);
      last = setTimeout(stop, 3000);
    });
    following.observe(document.querySelector("article"));
  };
  addEventListener("hashchange", () => follow());
  if (!searched) addEventListener("load", () => follow());
  document.addEventListener("found", (event) => follow(/** @type {CustomEvent} */ (event).detail));
  // the same link again changes no address
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a[href*='#']");
    if (/** @type {HTMLAnchorElement | null} */ (link)?.href === location.href) setTimeout(() => follow());
  });
}

/** On a page that the search found, mark the reader's words; other pages load nothing for that. */
function startArriving() {
  if (!searched) return;
  // wait until the browser has gone to the heading itself, which it does again at the end of loading
  addEventListener("load", () => {
    for (const name of ["synonyms", "terms", "arrive"]) {
      const script = document.createElement("script");
      script.src = `${root.dataset.content_root}_static/search/${name}.js`;
      script.async = false; // in this order
      document.head.append(script);
    }
  });
}

startTheme();
startContents();
startTicks();
startPredicting();
startCopying();
startScrolling();
startWhere();
startLanding();
startArriving();
