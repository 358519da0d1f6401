// Predict first, then look: a question that covers the result.
import { button, h, row, parse, show } from "./parts.js";

/** @typedef {{ask: (s: object) => string, answer: (s: object) => number, tolerance?: number,
 *   why: (s: object, given: number) => string, set?: object}} Question */

/** Ask a question, and keep ui.hidden true until it is answered.
 * The first question is about the opening state; "Ask me another" sets the state of the next one.
 * @param {Question[]} questions */
export function predict(ui, questions) {
  let asked = 0;
  let tried = false;
  let given = ui.opening; // the state that the question, or the book, has set
  let mine = null; // the reader's state, kept when the next question came
  const id = ui.id();
  const text = h("p", { class: "cd-ask", id });
  const input = h("input", {
    inputmode: "decimal",
    autocomplete: "off",
    size: 5,
    "aria-labelledby": id,
  });
  const check = h("button", { type: "submit" }, "Check");
  const skip = button("Just show me", () => reveal());
  const another = button("Ask me another", () => ask((asked + 1) % questions.length));
  const restore = button("Back to what I had", () => {
    [given, mine, tried] = [mine, null, false];
    ui.set(given);
    ui.onback?.();
    reveal();
    another.focus();
  });
  const said = h("p", { class: "cd-said", role: "status" });
  const form = h(
    "form",
    { onsubmit: (event) => (event.preventDefault(), judge()) },
    input,
    check,
    skip,
  );

  function cover(on) {
    if (on) ui.pause();
    ui.hidden = on;
    form.hidden = !on;
    another.hidden = on;
    restore.hidden = !mine;
    ui.redraw();
  }
  function reveal() {
    const focused = form.contains(document.activeElement);
    if (!tried) said.textContent = "";
    cover(false);
    if (focused) another.focus();
  }
  function ask(index, fresh = true) {
    asked = index;
    tried = false;
    input.value = "";
    said.textContent = "";
    said.className = "cd-said";
    if (fresh) {
      const now = ui.state();
      const keys = Object.keys(ui.opening);
      const differs = (key) => JSON.stringify(now[key]) !== JSON.stringify(given[key]);
      const more = ui.onaside?.(); // a demo may have more to keep than its traits
      if (more || keys.some(differs)) mine = Object.fromEntries(keys.map((key) => [key, now[key]]));
      given = { ...ui.opening, ...questions[asked].set };
      ui.set(given);
    }
    cover(true);
    if (fresh) input.focus();
  }
  function judge() {
    const s = ui.state();
    const { answer, why, tolerance = 1e-9 } = questions[asked];
    const given = parse(input.value);
    if (!Number.isFinite(given)) {
      said.textContent = "Type a number, or choose “Just show me”.";
      return;
    }
    tried = true;
    const right = Math.abs(given - answer(s)) <= tolerance;
    said.className = `cd-said ${right ? "cd-right" : "cd-wrong"}`;
    said.textContent =
      `${right ? "✓ Yes" : `✗ Not ${show(given)}, but ${show(answer(s))}`}. ` + `${why(s, given)}`;
    reveal();
  }
  ui.onreset = () => (ui.state().predict ? ask(0, false) : reveal());
  ui.reveal = reveal;
  let wanted = ui.state().predict;
  ui.drawn(({ predict: now }) => {
    if (wanted && !now && ui.hidden) cover(false); // from Python, or from a link
    wanted = now;
  });
  if (ui.state().predict) ask(0, false);
  else cover(false);
  const box = h(
    "div",
    { class: "cd-predict", role: "group", "aria-label": "Predict first" },
    text,
    form,
    said,
    row("cd-asks", another, restore),
  );
  ui.drawn((s) => {
    const shown = ui.hidden || tried;
    if (ui.hidden) text.textContent = questions[asked].ask(s);
    text.hidden = !shown;
    box.classList.toggle("cd-idle", !shown);
  });
  return box;
}
