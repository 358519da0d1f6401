// A grid of numbers to walk through, edit and pick from, by mouse, finger and keyboard.
import { h, parse } from "./parts.js";

const MOVES = {
  ArrowUp: (r, c) => [r - 1, c],
  ArrowDown: (r, c) => [r + 1, c],
  ArrowLeft: (r, c) => [r, c - 1],
  ArrowRight: (r, c) => [r, c + 1],
  Home: (r) => [r, 0],
  End: (r, c, columns) => [r, columns - 1],
};

/** A grid of numbers with one tab stop: arrows walk it, Enter or typing edits, picking selects.
 *
 * draw(rows, columns, cell) shows cell(r, c) → { text, note?, cls?, tint?, words? }: a small note in
 * the corner, classes, −1…1 for the shade, and words for screen readers.
 * @param {any} ui
 * @param {{label: string, edit?: (r: number, c: number, value: number) => void,
 *          editable?: (r: number, c: number) => boolean, pick?: (r: number, c: number) => void,
 *          look?: (place: number[] | null, tapped?: boolean) => void, brush?: () => number}} use
 *        look: called with the cell that the mouse points at or the keys have reached, and with null when
 *        it is left. A finger's first tap on a cell looks, with `tapped` true where a second tap edits.
 *        brush: a press or a drag writes the number that it returns into cells; only keys edit one */
export function grid(ui, { label, edit, editable = () => Boolean(edit), pick, look, brush }) {
  const frame = h("div", { class: "cd-glider", "aria-hidden": "true", hidden: true });
  const root = h("div", { class: "cd-grid", role: "grid", "aria-label": label });
  const box = h("div", { class: "cd-scroll" }, root);
  /** @type {HTMLElement[][]} */
  let cells = [];
  let at = [0, 0];
  let closing = false;
  let finger = false; // was the last press by a finger or a pen?
  let tapped = null; // the cell of that press

  const size = () => [cells.length, cells[0]?.length ?? 0];
  function stand(r, c) {
    cells[at[0]]?.[at[1]]?.setAttribute("tabindex", "-1");
    at = [r, c];
    cells[r]?.[c]?.setAttribute("tabindex", "0");
  }
  /** Add or remove rows and cells at the end; the others stay as they are. */
  function resize(rows, columns) {
    const focused = root.contains(document.activeElement);
    while (cells.length > rows) cells.pop()[0].parentElement.remove();
    while (cells.length < rows) {
      root.insertBefore(h("div", { role: "row" }), frame.parentNode && frame);
      cells.push([]);
    }
    cells.forEach((line, r) => {
      while (line.length > columns) line.pop().remove();
      while (line.length < columns) {
        const cell = h("div", { role: "gridcell", tabindex: -1 }, "");
        cell.place = [r, line.length];
        root.children[r].append(cell);
        line.push(cell);
      }
    });
    root.dataset.size = [9, 11, 13].filter((most) => columns > most).length; // smaller cells, in steps
    stand(Math.min(at[0], rows - 1), Math.min(at[1], columns - 1));
    if (focused && !root.contains(document.activeElement)) cells[at[0]][at[1]].focus();
  }
  function write(cell, { text, note = "", cls = "", tint = 0, words = "" }, r, c) {
    const key = [text, note, cls, tint, words].join("|");
    if (cell.key === key) return;
    cell.key = key;
    cell.firstChild.data = text;
    if (note)
      cell.dataset.note = note; // the style sheet draws it; for screen readers it is in the cell's name
    else delete cell.dataset.note;
    cell.className = `${cls}${tint < 0 ? " cd-negative" : ""}`;
    cell.dataset.tint = Math.round(Math.min(1, Math.abs(tint)) * 8);
    cell.setAttribute("aria-label", `row ${r}, column ${c}: ${text}${words && `, ${words}`}`);
  }

  function begin(cell, text) {
    const [r, c] = cell.place;
    if (!editable(r, c)) return;
    let open = true;
    const close = (save) => {
      if (!open) return;
      open = false; // removing the input blurs it, which comes back here
      const value = parse(input.value);
      const good = Number.isFinite(value) && Math.abs(value) <= 999;
      if (save && !good) {
        ui.settle(); // else the next drawing would say something else
        ui.say(`“${input.value}” is not a number from −999 to 999; the cell keeps its value.`);
      }
      const back = input === document.activeElement;
      closing = true; // keep the sentence about the number on the screen
      input.remove();
      if (back) cell.focus();
      else if (finger) look?.((tapped = null)); // a mouse has an event of its own for leaving
      closing = false;
      if (save && good) edit(r, c, value);
    };
    // No inputmode: an iPhone's keys for numbers have no minus.
    const input = h("input", {
      class: "cd-edit",
      autocomplete: "off",
      "aria-label": `${label}, row ${r}, column ${c}`,
      onblur: () => close(true),
      onkeydown: (event) => {
        event.stopPropagation();
        if (event.key === "Enter") close(true);
        if (event.key === "Escape") close(false);
      },
    });
    input.value = text ?? cell.firstChild.data;
    cell.append(input);
    input.focus();
    if (text === undefined) input.select();
  }

  root.addEventListener("focusin", ({ target }) => target.place && stand(...target.place));
  root.addEventListener("pointerdown", (event) => (finger = event.pointerType !== "mouse"));
  if (look) {
    const at = ({ target }) => target.closest("[role=gridcell]")?.place ?? null;
    let under = null;
    const mouse = (place) => {
      if (String(place) !== String(under)) look((under = place));
    };
    // Not pointerover: that also comes when the page, not the mouse, has moved.
    root.addEventListener("pointermove", (e) => e.pointerType === "mouse" && mouse(at(e)));
    root.addEventListener("pointerleave", () => mouse(null));
    root.addEventListener("focusin", (event) => {
      if (!closing && event.target.matches(":focus-visible:not(input)")) look(at(event));
    });
    root.addEventListener("focusout", ({ relatedTarget: next }) => {
      const edits = next instanceof HTMLInputElement && root.contains(next);
      if (!closing && !edits) look((tapped = null));
    });
  }
  root.addEventListener("keydown", (event) => {
    const [rows, columns] = size();
    const move = MOVES[event.key];
    const cell = cells[at[0]]?.[at[1]];
    if (event.ctrlKey || event.metaKey || event.altKey || !cell) return;
    if (move) {
      const [r, c] = move(...at, columns);
      if (r >= 0 && r < rows && c >= 0 && c < columns) {
        cells[r][c].focus();
        pick?.(r, c);
      }
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      if (edit) begin(cell);
      else pick?.(at[0], at[1]);
    } else if (edit && /^[-−.,\d]$/.test(event.key)) {
      event.preventDefault();
      begin(cell, event.key);
    }
  });
  root.addEventListener("click", (event) => {
    const cell = event.target.closest?.("[role=gridcell]");
    if (!cell || event.target.matches("input")) return;
    cell.focus();
    pick?.(cell.place[0], cell.place[1]);
    const [r, c] = cell.place;
    if (look && edit && finger && cell !== tapped) look([r, c], editable(r, c)), (tapped = cell);
    else if (edit && !brush) begin(cell);
  });
  if (brush) {
    root.classList.add("cd-paint");
    let last = null;
    const paint = (event) => {
      const under = document.elementFromPoint(event.clientX, event.clientY);
      const cell = /** @type {any} */ (under?.closest("[role=gridcell]"));
      if (!cell || cell === last || !root.contains(cell)) return;
      last = cell;
      edit(cell.place[0], cell.place[1], brush());
    };
    root.addEventListener("pointerdown", (event) => {
      if (event.button || event.target.matches("input")) return;
      last = null;
      root.setPointerCapture(event.pointerId);
      paint(event);
    });
    root.addEventListener("pointermove", (event) => {
      if (!root.hasPointerCapture(event.pointerId)) return;
      const between = event.getCoalescedEvents?.() ?? []; // else a quick finger leaves cells out
      for (const part of between.length ? between : [event]) paint(part);
    });
    root.addEventListener("pointerup", (event) => root.hasPointerCapture(event.pointerId) && paint(event));
  }

  return {
    node: box,
    stand,
    /** A frame around rows × columns cells from [row, column] on; it glides there. null: no frame. */
    frame(row = 0, column = 0, rows = 0, columns = 0) {
      frame.hidden = !rows;
      if (rows && !frame.parentNode) root.append(frame);
      Object.entries({ row, column, rows, columns }).forEach(([name, n]) =>
        frame.style.setProperty(`--${name}`, String(n)),
      );
    },
    /** Give the grid another name, when it shows something else. */
    name: (text) => root.setAttribute("aria-label", (label = text)),
    draw(rows, columns, cell) {
      if (rows !== cells.length || columns !== (cells[0]?.length ?? 0)) resize(rows, columns);
      let longest = 0;
      cells.forEach((line, r) =>
        line.forEach((node, c) => {
          const shown = cell(r, c);
          longest = Math.max(longest, shown.text.length);
          write(node, shown, r, c);
        }),
      );
      root.classList.toggle("cd-wide", longest > 4);
      root.classList.toggle("cd-wider", longest > 5);
    },
  };
}
