// The page's manners: light or dark, the contents on a phone, copying code, where the reader is,
// answers that wait for a prediction, and arriving where a link or the search leads.
// Everything reads without it.
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
      return null; // storage is forbidden: the choice lasts as long as the page
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

/** Tick the chapters whose quiz is answered, where this browser keeps any answer (progress.js). */
function startTicks() {
  try {
    if (!localStorage.getItem(`quiz:${new URL("../", own).pathname}`)) return;
  } catch {
    return; // storage is forbidden
  }
  import(new URL("demos/ticks.js", own).href).catch(() => {}); // a page opened as a file has none
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

/** Put `text` on the clipboard; whether that worked. On plain http there is only the old way. */
async function copied(text) {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    const box = document.createElement("textarea");
    const before = /** @type {HTMLElement} */ (document.activeElement);
    box.value = text;
    box.style.position = "fixed"; // or the page would scroll to it
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

/** What scrolls sideways can be reached, and so scrolled, with the keyboard. */
function startScrolling() {
  const measure = () => {
    // All sizes are read before anything is written, or the page would be laid out for each box.
    // What is folded away is not asked: it would be laid out for the question, each box alone.
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
  // when the page is laid out anyway, and nobody waits
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
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        isIntersecting ? visible.add(target.id) : visible.delete(target.id);
      }
      const now = [...links.keys()].filter((id) => visible.has(id)).pop();
      if (!now) return;
      for (const [id, link] of links) {
        id === now ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
      }
    },
    { rootMargin: "-10% 0px -75% 0px" },
  );
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) watcher.observe(section);
  }
}

/**
 * After "Predict first" the rest of the section is covered until the reader asks for it. The next
 * box ends the cover, and so does a demo with its introduction: a demo keeps its own answer covered.
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
      cover.hidden = /** @type {any} */ (open ? false : "until-found"); // so the browser's own search still finds it
      button.setAttribute("aria-expanded", String(open));
      button.textContent = open ? "Cover the answer" : "I have predicted: show the answer";
      if (open) dispatchEvent(new Event("resize")); // what scrolls sideways can be measured now
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
 * A link to a section stays on its heading while the page above it grows (demos that wake, pictures):
 * until the reader does anything, or the page has been still for a while. What was searched for is
 * shown, too, where the heading and it do not fit the screen together.
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
      /* an address with a stray %: it is taken as it stands */
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

/** On a page that the search found, what was looked for is marked; other pages load nothing for it. */
function startArriving() {
  if (!searched) return;
  // after the browser has gone to the heading by itself, which it does once more at the end of loading
  addEventListener("load", () => {
    for (const name of ["terms", "arrive"]) {
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
