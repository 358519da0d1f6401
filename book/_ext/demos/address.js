// The state of a demo as the end of an address: #demo-shift?right=3&follow=true. The state in a link is
// checked against the limits of the demo's traits (base.py: Demo.limits) before the demo gets it.

/** @typedef {{min?: number, max?: number, values?: (string | number)[], rows?: number[], columns?: number[],
 *   shape?: number[], between?: number[], kinds?: Record<string, (number | string[])[]>,
 *   many?: number[]}} Limits
 *   min, max: a whole number. between: any number from the first to the second. values: one of these. rows,
 *   columns: a matrix, with the fewest and the most of each. shape: numbers of exactly this shape. kinds: a
 *   list of [kind, ...]; for each kind what may follow: whole numbers from 1 to this, or one of some words.
 *   Without any of these: true or false. */

const LARGEST = 1e6;

/** Numbers as text, 0x20_0.5_1x3: equal numbers in a row are written once. @param {number[]} numbers */
function runs(numbers) {
  const parts = [];
  for (let i = 0, end = 0; i < numbers.length; i = end) {
    while (end < numbers.length && numbers[end] === numbers[i]) end++;
    parts.push(`${Number(numbers[i].toFixed(4))}${end - i > 1 ? `x${end - i}` : ""}`);
  }
  return parts.join("_");
}
/** The numbers of a text by `runs`, or null. @param {string} text @returns {number[] | null} */
function unrun(text) {
  const numbers = [];
  for (const part of text.split("_")) {
    const [value, times = "1"] = part.split("x");
    const count = Number(times);
    if (!/^-?[\d.]+$/.test(value) || !(Math.abs(Number(value)) <= LARGEST)) return null;
    if (!(count >= 1 && numbers.length + count <= LARGEST)) return null;
    for (let i = 0; i < count; i++) numbers.push(Number(value));
  }
  return numbers;
}

/** @param {number[]} flat @param {number[]} shape @returns {any} */
const nested = (flat, [size, ...inner]) =>
  inner.length
    ? Array.from({ length: size }, (_, i) =>
        nested(flat.slice((i * flat.length) / size, ((i + 1) * flat.length) / size), inner),
      )
    : flat;
/** @param {number} n @param {number[]} ends */
const inside = (n, [low, high]) => Number.isInteger(n) && n >= low && n <= high;

/** @param {any} value @param {Limits} limits */
function write(value, { rows, shape, kinds }) {
  if (rows) return `${value.length}r${runs(value.flat())}`;
  if (shape) return runs(value.flat(Infinity));
  return kinds ? JSON.stringify(value) : String(value);
}
/** The value in `text`, or undefined if the trait cannot have it.
 * @param {string} text @param {Limits} limits */
function read(text, { min, max, between, values, rows, columns, shape, kinds, many }) {
  if (values) return values.find((value) => String(value) === text);
  if (rows) {
    const [, count, rest] = /^(\d+)r(.*)$/.exec(text) ?? [];
    const flat = rest === undefined ? null : unrun(rest);
    const wide = (flat?.length ?? 0) / Number(count);
    return flat && inside(Number(count), rows) && inside(wide, columns)
      ? nested(flat, [Number(count), wide])
      : undefined;
  }
  if (shape) {
    const flat = unrun(text);
    return flat?.length === shape.reduce((a, b) => a * b) ? nested(flat, shape) : undefined;
  }
  if (kinds) {
    const list = JSON.parse(text);
    const good = ([kind, ...given]) =>
      Object.hasOwn(kinds, kind) &&
      given.length === kinds[kind].length &&
      kinds[kind].every((limit, i) =>
        Array.isArray(limit) ? limit.includes(given[i]) : inside(given[i], [1, limit]),
      );
    return Array.isArray(list) && inside(list.length, many) && list.every(good) ? list : undefined;
  }
  if (between) {
    const number = text === "" ? NaN : Number(text);
    return number >= between[0] && number <= between[1] ? number : undefined;
  }
  if (min !== undefined || max !== undefined) {
    const number = text === "" ? NaN : Number(text);
    return inside(number, [min ?? -LARGEST, max ?? LARGEST]) ? number : undefined;
  }
  return { true: true, false: false }[text];
}

/** The traits that differ from the opening state, as text. @param {any} state @param {any} opening
 * @param {Record<string, Limits>} limits */
export function written(state, opening, limits) {
  const differing = Object.keys(limits).filter(
    (key) => JSON.stringify(state[key]) !== JSON.stringify(opening[key]),
  );
  return String(new URLSearchParams(differing.map((key) => [key, write(state[key], limits[key])])));
}

/** The state that a text describes, and whether a part of the text had to be left out.
 * @param {string} text @param {Record<string, Limits>} limits
 * @returns {{patch: Record<string, unknown>, partly: boolean}} */
export function understood(text, limits) {
  /** @type {Record<string, unknown>} */
  const patch = {};
  let partly = false;
  for (const [key, said] of new URLSearchParams(text)) {
    let value;
    try {
      value = Object.hasOwn(limits, key) ? read(said, limits[key]) : undefined;
    } catch {
      value = undefined; // no JSON
    }
    if (value === undefined) partly = true;
    else patch[key] = value;
  }
  return { patch, partly };
}

/** Put a text on the clipboard, on plain http as well. @param {string} text @returns {Promise<boolean>} */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const box = document.createElement("textarea"); // the old way, which works without https
    box.value = text;
    box.style.position = "fixed";
    const before = /** @type {HTMLElement} */ (document.activeElement);
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus();
    return done;
  }
}
