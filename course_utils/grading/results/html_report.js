// The report's table of submissions: filter it, sort it, and show only the first rows of a large class.
// All can be read without this script. It is part of the page, so that a report is one file.

/**
 * @typedef {{row: HTMLTableRowElement, text: string, about: string[], keys: (string | number)[]}} Entry
 *   A row; its text, folded; the questions and mistakes it is about; the value of each column for sorting.
 */

const $ = (/** @type {string} */ id) => document.getElementById(id);
const body = /** @type {HTMLTableSectionElement} */ ($("rows"));
const FIRST = Number(body.dataset.first); // rows that are shown at first
const find = /** @type {HTMLInputElement} */ ($("find"));
const status = /** @type {HTMLSelectElement} */ ($("status"));
const about = /** @type {HTMLSelectElement} */ ($("about"));
const count = $("count");
const more = /** @type {HTMLButtonElement} */ ($("more"));
const headers = [...document.querySelectorAll("th[data-words]")];

/** `text` in small letters and without accents, so that "bjorn" finds "Björn". */
const folded = (/** @type {string} */ text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

/** @type {Entry[]} */
const entries = [...body.querySelectorAll("tr[data-about]")].map((each) => {
  const row = /** @type {HTMLTableRowElement} */ (each);
  const cells = [...row.cells];
  const keys = cells.map((cell) => {
    const given = cell.dataset.value;
    return given === undefined ? cell.textContent.trim() : given === "" ? "" : Number(given);
  });
  return { row, text: folded(row.textContent), about: row.dataset.about.split(" "), keys };
});
const names = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
let column = 1; // by status: rows that need a look come first, as in the page
let descending = false;
let order = entries;

/** Less than 0 if `one` comes first; missing values come last in both directions. */
function compare(/** @type {string | number} */ one, /** @type {string | number} */ other) {
  if (one === "" || other === "") return Number(one === "") - Number(other === "");
  const turn = descending ? -1 : 1;
  if (typeof one === "number" && typeof other === "number") return turn * (one - other);
  return turn * names.compare(String(one), String(other));
}

/** A function: whether a row fits the three controls above the table. */
function asked() {
  const words = folded(find.value).split(/\s+/).filter(Boolean);
  return (/** @type {Entry} */ { row, text, about: its }) =>
    (!status.value || row.dataset.status === status.value) &&
    (!about.value || its.includes(about.value)) &&
    words.every((word) => text.includes(word));
}

/** Show the rows that fit, all of them or the first; say how many there are. */
function show(whole = false) {
  const fits = asked();
  const found = order.filter(fits);
  const drawn = whole ? found : found.slice(0, FIRST);
  const kept = new Set(found);
  for (const entry of entries) {
    entry.row.hidden = !kept.has(entry);
    entry.row.classList.add("later");
  }
  for (const { row } of drawn) row.classList.remove("later");
  body.prepend(...drawn.map(({ row }) => row)); // to move the other rows, too, would take too long
  const written = (/** @type {number} */ number) => number.toLocaleString("en");
  const [, up, down] = headers[column].getAttribute("data-words").split("|");
  const some = drawn.length < found.length;
  const told = some ? `; the first ${FIRST} are shown` : "";
  const sorted = descending ? down : up;
  count.textContent = `${written(found.length)} of ${written(entries.length)}, ${sorted}${told}`;
  more.hidden = !some;
  more.textContent = `Show all ${written(found.length)}`;
}

/** Sort by the chosen column; equal rows stay as the page had them. */
function sort() {
  order = [...entries].sort((a, b) => compare(a.keys[column], b.keys[column]));
  headers.forEach((header, place) => {
    if (place === column) header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    else header.removeAttribute("aria-sort");
  });
  show();
}

headers.forEach((header, place) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  header.append(button);
  button.addEventListener("click", () => {
    descending = place === column && !descending;
    column = place;
    sort();
  });
});
for (const control of [find, status, about]) control.addEventListener("input", () => show());
more.addEventListener("click", () => {
  const next = /** @type {HTMLElement | undefined} */ (body.querySelector("tr.later:not([hidden]) th"));
  show(true); // until it is filtered or sorted again
  next?.setAttribute("tabindex", "-1");
  next?.focus(); // the button is gone: move the focus to the first new row
});
addEventListener("beforeprint", () => body.append(...order.map(({ row }) => row))); // all that fit
document.querySelector(".list caption").remove(); // the count below says the same, and stays true
document.documentElement.dataset.scripted = "";
headers[column].setAttribute("aria-sort", "ascending");
$("filter").hidden = false;
show();

export {}; // a module: its names are its own
