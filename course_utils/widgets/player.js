// Back, play, next, scrub and speed.
import { button, h, onSpace, row } from "./parts.js";

/** Back, play, forward, scrub and speed over a counting trait; Space plays anywhere in the demo.
 * @param {any} ui
 * @param {{key: string, total: (state: object) => number, label: string,
 *          words: (i: number, s: object) => string}} use */
export function player(ui, { key, total, label, words }) {
  let timer = 0;
  const last = () => Math.max(0, total(ui.state()) - 1);
  const go = (step) => ui.set({ [key]: Math.max(0, Math.min(last(), step)) });
  const now = () => Math.min(last(), ui.state()[key]);
  function stop() {
    clearInterval(timer);
    timer = 0;
    ui.playing = false;
    ui.pace = Infinity;
    ui.redraw();
    play.textContent = "Play";
    ui.quiet(false);
  }
  function start() {
    if (ui.hidden || !total(ui.state())) return;
    if (now() >= last()) go(0);
    ui.playing = ui.filling = true;
    ui.pace = 1000 / Number(speed.value);
    play.textContent = "Pause";
    ui.quiet(true); // a screen reader would announce every step
    timer = setInterval(
      () => (now() < last() && !ui.hidden ? go(now() + 1) : stop()),
      ui.pace,
    );
  }
  const manual = (step) => (stop(), go(step));
  const back = button("Back", () => manual(now() - 1));
  const play = button("Play", () => (timer ? stop() : start()), { class: "cd-play" });
  const next = button("Next", () => manual(now() + 1));
  const scrub = h("input", {
    type: "range",
    min: 0,
    "aria-label": label,
    oninput: () => manual(Number(scrub.value)),
  });
  const speed = h(
    "select",
    { onchange: () => timer && (stop(), start()) },
    ...[1, 2, 4, 8].map((rate) => h("option", { value: rate }, `${rate} a second`)),
  );
  onSpace(ui, () => play.click());
  ui.ended(() => clearInterval(timer));
  ui.pause = () => {
    if (timer) stop();
    ui.filling = false;
  };
  let before = "";
  ui.drawn((s) => {
    const others = JSON.stringify({ ...s, [key]: 0 });
    if (others !== before || now() >= last()) ui.filling = false;
    before = others;
    const none = ui.hidden || !total(s);
    scrub.max = last();
    scrub.value = now();
    scrub.setAttribute("aria-valuetext", words(now(), s));
    for (const control of [scrub, play]) control.disabled = none;
    back.disabled = none || now() === 0;
    next.disabled = none || now() === last();
    if (
      /** @type {any} */ (document.activeElement)?.disabled &&
      [back, next].includes(document.activeElement)
    )
      scrub.focus(); // else the page itself gets the keys
  });
  return row(
    "cd-player",
    back,
    play,
    next,
    scrub,
    h("label", { class: "cd-control" }, h("span", {}, "Speed"), speed),
  );
}
