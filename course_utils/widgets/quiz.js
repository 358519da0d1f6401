// Questions with feedback for every option, and numbers to predict.
import { button, count, h, mount, parse, row } from "./parts.js";

/** @typedef {{question: string,
 *   options?: {text: string, correct: boolean, feedback: string, misconception?: string}[],
 *   answer?: number, tolerance?: number, feedback?: string,
 *   mistakes?: {value: number, feedback: string, misconception?: string}[]}} Question */

/** Judge an answer: an option's position, or a number.
 * @param {Question} question @param {number} given
 * @returns {{right: boolean, text: string, misconception?: string}} */
export function judge(question, given) {
  if (question.options) {
    const { correct, feedback, misconception } = question.options[given];
    return { right: correct, text: feedback, misconception };
  }
  const near = (value) =>
    Math.abs(value - given) <= Math.max(question.tolerance, 1e-9 * Math.abs(value));
  if (near(question.answer)) return { right: true, text: question.feedback };
  const mistake = question.mistakes.find(({ value }) => near(value));
  if (mistake)
    return { right: false, text: mistake.feedback, misconception: mistake.misconception };
  return { right: false, text: "Work it through once more, or look at the answer." };
}

/** Text with `code` between backticks. */
const prose = (text) => text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));

/** One question as a fieldset; draw(given) shows the answer that was checked last. */
function ask(ui, question, number, check) {
  const name = ui.id();
  const said = h("p", { class: "cd-said", role: "status" });
  const more = h("a", {}, "About this misconception");
  const reveal = button("Show the answer", () => {
    input.value = question.answer;
    submit();
  });
  // No inputmode: an iPhone's keys for numbers have no minus, and an answer may be below zero.
  const input = question.options
    ? null
    : h("input", { autocomplete: "off", size: 8, "aria-label": "Your answer, a number" });
  const radios = (question.options ?? []).map((option, i) =>
    h("input", { type: "radio", name, value: i }),
  );
  const choices = radios.map((radio, i) =>
    h("label", { class: "cd-option" }, radio, h("span", {}, ...prose(question.options[i].text))),
  );
  const submit = () => {
    const given = input ? parse(input.value) : radios.findIndex((radio) => radio.checked);
    if (!Number.isFinite(given) || (!input && given < 0)) {
      said.className = "cd-said";
      said.textContent = input ? "Type a number first." : "Choose an answer first.";
    } else check(given);
  };
  const form = h(
    "form",
    { onsubmit: (event) => (event.preventDefault(), submit()) },
    h(
      "fieldset",
      {},
      h("legend", {}, `${number}. `, ...prose(question.question)),
      ...choices,
      row("cd-answer", ...(input ? [input] : []), h("button", { type: "submit" }, "Check"), reveal),
      said,
      more,
    ),
  );
  return {
    form,
    draw(given) {
      const blank = given === null || given === undefined;
      const { right, text, misconception } = blank ? { text: "" } : judge(question, given);
      said.className = `cd-said ${blank ? "" : right ? "cd-right" : "cd-wrong"}`;
      said.replaceChildren(...(blank ? [] : [right ? "✓ Yes. " : "✗ No. ", ...prose(text)]));
      // only the book has pages to link to
      const home = ui.root.closest("[data-root]")?.dataset.root;
      more.hidden = home === undefined || !misconception;
      if (!more.hidden) more.href = `${home}misconceptions.html#m-${misconception}`;
      reveal.hidden = !input || blank || right;
      if (input && !blank) input.value = String(given).replace("-", "−");
      if (input && blank) input.value = "";
      radios.forEach((radio, i) => (radio.checked = i === given));
    },
  };
}

function build(ui) {
  const list = h("div", { class: "cd-quiz" });
  let built;
  let asked = [];
  ui.drawn(({ questions, answers }) => {
    if (built !== questions) {
      built = questions;
      asked = questions.map((question, i) =>
        ask(ui, question, i + 1, (given) => {
          ui.set({ answers: ui.state().answers.map((old, j) => (j === i ? given : old)) });
          asked[i].draw((asked[i].given = given)); // also the same answer once more
        }),
      );
      list.replaceChildren(...asked.map(({ form }) => form));
    }
    // draw only what changed, so that a choice in another question stays until it is checked
    asked.forEach((one, i) => one.given !== answers[i] && one.draw((one.given = answers[i])));
    const right = questions.filter(
      (q, i) => answers[i] != null && judge(q, answers[i]).right,
    ).length;
    ui.say(
      answers.some((answer) => answer != null)
        ? `${right} of ${count(questions.length, "question")} right.`
        : `${count(questions.length, "question")}, none answered yet.`,
    );
  });
  ui.onreset = () => asked.forEach((one) => one.draw(null));
  return [list];
}

export default {
  render: (context) =>
    mount(context, { title: "Check yourself", keys: ["questions", "answers"], build }),
};
