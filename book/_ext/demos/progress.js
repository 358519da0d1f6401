// A reader's answers to the quizzes, kept only in this browser, and only for this book: several books may
// be on one host.

const BOOK = new URL("../../", import.meta.url).pathname;
const KEY = `quiz:${BOOK}`;
export const FORGOTTEN = "answers-forgotten"; // the event on which quizzes become empty again

/** @typedef {{asked: string, answers: (number | null)[], right: boolean}} Kept */
/** @typedef {Record<string, {quizzes: number, kept: Record<string, Kept>}>} Pages by address below BOOK */

/** @returns {Pages} */
export function pages() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {}; // the browser forbids storage, or another program wrote something else there
  }
}

/** The address of a page below the book's own. */
export const below = (/** @type {string} */ address) =>
  new URL(address, location.href).pathname.slice(BOOK.length) || "index.html";

/** Whether every question of all quizzes on a page was answered right. @param {string} page */
export function finished(page) {
  const { quizzes = 0, kept = {} } = pages()[page] ?? {};
  const all = Object.values(kept);
  return quizzes > 0 && all.length === quizzes && all.every(({ right }) => right);
}

export function forget() {
  localStorage.removeItem(KEY);
  document.dispatchEvent(new Event(FORGOTTEN));
}

/** A name for these questions: kept answers to other questions do not fit.
 * @param {{question: string, options?: {text: string}[]}[]} questions */
const named = (questions) =>
  questions
    .flatMap(({ question, options = [] }) => [question, ...options.map(({ text }) => text)])
    .join("\n");

/** Bring back the answers of a quiz, and keep each new one.
 * @param {HTMLElement} slot @param {any} model
 * @param {(question: any, given: number) => {right: boolean}} judge */
export function keep(slot, model, judge) {
  const page = below(location.pathname);
  const questions = model.get("questions");
  const empty = questions.map(() => null);
  const before = pages()[page]?.kept?.[slot.id];
  if (before?.asked === named(questions) && before.answers.length === questions.length)
    model.set("answers", before.answers);
  model.on("change:answers", () => {
    const answers = model.get("answers");
    const all = pages();
    const entry = (all[page] ??= { quizzes: 0, kept: {} });
    entry.quizzes = document.querySelectorAll('.cnn-slot[data-module="quiz"]').length;
    const right = questions.every((q, i) => answers[i] != null && judge(q, answers[i]).right);
    entry.kept[slot.id] = { asked: named(questions), answers, right };
    if (answers.every((answer) => answer == null)) delete entry.kept[slot.id];
    try {
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      return; // storage is full or forbidden: the answers stay until the page is closed
    }
    import("./ticks.js").then(({ tick }) => tick());
  });
  document.addEventListener(FORGOTTEN, () => model.set("answers", empty));
}
