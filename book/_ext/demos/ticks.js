// Ticks in the contents for chapters whose quiz is answered, and a way to forget all answers.
import { below, finished, forget, pages } from "./progress.js";

const button = document.createElement("button");
button.type = "button";
button.className = "forget";
button.textContent = "Forget my quiz answers";
button.title = "They are kept in this browser and sent nowhere.";
button.addEventListener("click", () => {
  if (!confirm("Forget your answers to all quizzes of this book?")) return;
  forget();
  tick();
  /** @type {HTMLElement} */ (document.querySelector("#contents nav a"))?.focus(); // the button is gone
});

/** Draw the ticks again. */
export function tick() {
  const contents = document.getElementById("contents");
  for (const link of contents?.querySelectorAll("nav a") ?? []) {
    link.querySelector(".tick")?.remove();
    if (!finished(below(/** @type {HTMLAnchorElement} */ (link).href))) continue;
    const mark = document.createElement("span");
    mark.className = "tick";
    mark.setAttribute("role", "img");
    mark.setAttribute("aria-label", "quiz right");
    mark.title = "You have answered its quiz, all right.";
    mark.textContent = "✓";
    link.append(mark);
  }
  if (Object.values(pages()).some(({ kept }) => Object.keys(kept).length)) contents?.append(button);
  else button.remove();
}
tick();
