// In print all folds are open, and answers stand at the end of their chapter, so that a teacher can hand
// out a page as a worksheet without its last sheet. The PDF of the book uses this, too.
// (Without this script the style sheet opens folds where they are.)
"use strict";

{
  const FOLDED = "details:not(.supporting)";
  const LONG = 14; // lines of code: so many may go on overleaf, fewer stay on one page
  let restore = []; // functions that put the page back as it was

  const made = (name, className, ...children) => {
    const element = document.createElement(name);
    element.className = className;
    element.append(...children);
    return element;
  };

  /** The name of a fold: "The answer" for "Show the answer", which invites to click. */
  const nameOf = (details) => {
    const summary = details.querySelector("summary");
    const text = (summary.querySelector(".collapsed") ?? summary).textContent.trim();
    return text.replace(/^Show (.)/, (_, first) => first.toUpperCase());
  };

  const headingOf = (details) => {
    const heading = details.closest("section")?.querySelector(":is(h1, h2, h3, h4)");
    const name = heading?.cloneNode(true);
    name?.querySelector(".headerlink")?.remove();
    return name?.textContent.trim() ?? "";
  };

  /** Move the folds of a chapter to its end; in the place of each a line says where it is. */
  const moveAnswers = (chapter) => {
    const folds = [...chapter.querySelectorAll(FOLDED)].filter(
      (details) => !details.parentElement.closest("details, .cnn-demo"),
    );
    if (!folds.length) return;
    const last = made("section", "answers", made("h2", "", "Hints and answers"));
    folds.forEach((details, i) => {
      const link = made("a", "", `${nameOf(details)}: number ${i + 1} at the end of the chapter`);
      const title = made("h3", "", `${i + 1}. ${headingOf(details)}: ${nameOf(details)}`);
      title.id = `${chapter.id || "chapter"}--answer-${i + 1}`;
      link.href = `#${title.id}`;
      const mark = made("p", "answer-mark", link);
      details.replaceWith(mark);
      last.append(title, details);
      restore.push(() => mark.replaceWith(details));
    });
    chapter.append(last);
    restore.push(() => last.remove());
  };

  const prepare = () => {
    for (const code of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("article pre"))) {
      if (code.textContent.trimEnd().split("\n").length >= LONG) continue;
      code.dataset.short = "";
      restore.push(() => delete code.dataset.short);
    }
    const chapters = document.querySelectorAll(".chapter");
    for (const chapter of chapters.length ? chapters : document.querySelectorAll("article"))
      moveAnswers(chapter);
    for (const details of document.querySelectorAll("article details:not([open])")) {
      /** @type {HTMLDetailsElement} */ (details).open = true;
      restore.push(() => (/** @type {HTMLDetailsElement} */ (details).open = false));
    }
  };

  addEventListener("beforeprint", () => restore.length || prepare());
  addEventListener("afterprint", () => {
    for (const step of restore.splice(0)) step();
  });
  if ("paper" in document.documentElement.dataset) prepare(); // the book as one file, to be printed
}
