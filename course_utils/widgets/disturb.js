// Break it: change a digit until the network misreads it, and see how certain it is.
import { answers, certain } from "./answers.js";
import { changed, holeSpan } from "./distort.js";
import { fileOf } from "./files.js";
import { SIDE, fitted, rowsOf } from "./ink.js";
import { thinker } from "./network.js";
import { overlay, paint, rectangle } from "./pad.js";
import { button, h, mount, row, show, slider, tick } from "./parts.js";
import { predict } from "./predict.js";
import { sampleButtons } from "./samples.js";
import { NAMES, RANGES, tolerance } from "./tolerance.js";

const KEYS = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};
const FAR = 10; // pixels that the digit may move
const within = (low, high, n) => Math.max(low, Math.min(high, n));
const best = (shares) => shares.indexOf(Math.max(...shares));
const percent = (share) => Math.round(100 * share);

/** The questions; look(state) gives the ten probabilities. */
function questions(look) {
  const reads = (s) => best(look({ ...s, ...CALM }));
  const firstLost = (s, key, step, last) => {
    for (let n = step; n <= last; n += step)
      if (best(look({ ...s, [key]: n })) !== reads(s)) return n;
    return 0;
  };
  const sure = (s) => percent(Math.max(...look(s)));
  return [
    {
      ask: (s) =>
        `Predict: this ${reads(s)} moves to the right, one pixel after the other, up to ten. After ` +
        `how many pixels does the network first say something else? Type 0 for never.`,
      answer: (s) => firstLost(s, "right", 1, FAR),
      why: (s) => {
        const right = firstLost(s, "right", 1, FAR);
        const there = look({ ...s, right });
        return right
          ? `With ${right} pixels it says ${best(there)}. Its convolutions follow the digit, but the ` +
              `dense layer has learned where digits stand.`
          : "This digit stays what it is, all the way.";
      },
    },
    {
      set: { noise: 100, along: "noise" },
      ask: () =>
        "Predict: this is pure noise, with no digit in it. How certain is the network of its " +
        "likeliest digit, in per cent? Ten more or less will do.",
      answer: sure,
      tolerance: 10,
      why: () =>
        "Ten equal shares would be 10 % each. The ten always add up to 100 %, and there is no " +
        "“none of these” among them.",
    },
    {
      set: { right: 7 },
      ask: (s) =>
        `Predict: the ${reads(s)} has moved by 7 pixels, and the network says something else. How ` +
        `certain is it of that, in per cent? Ten more or less will do.`,
      answer: sure,
      tolerance: 10,
      why: () => "A large probability is not knowledge: nothing like this was among what it learned.",
    },
    {
      set: { turn: 180, along: "turn" },
      ask: () => "Predict: the digit stands on its head. Which digit does the network read?",
      answer: (s) => best(look(s)),
      why: () => "Nobody told it which way up a digit may stand; it knows what it was shown.",
    },
    {
      set: { right: 7, fit: true },
      ask: (s) =>
        `Predict: the digit has moved by 7 pixels, and is centred again before the network sees ` +
        `it. How certain is it of ${reads(s)}, in per cent? Ten more or less will do.`,
      answer: (s) => percent(look(s)[reads(s)]),
      tolerance: 10,
      why: () =>
        "Not the network was mended, but what it is shown: centring makes the whole invariant " +
        "to shifts.",
    },
  ];
}
/** No change at all. */
const CALM = { right: 0, down: 0, turn: 0, scale: 100, noise: 0, hole: 0, invert: false, fit: false };

/** @param {any} ui @param {ArrayBuffer} buffer */
function build(ui, buffer) {
  /** @type {Float32Array} */
  let answer = new Float32Array(10);
  let reads = 0; // the network's answer for the unchanged digit
  let known = ""; // the image to which `reads` belongs
  const brain = thinker(buffer, (image, layers) => {
    answer = layers.at(-1);
    tell();
  });
  ui.ended(brain.end);
  const inked = (s) => Float32Array.from(changed(s));
  const seenBy = (s) => (s.fit ? fitted(inked(s)).image : inked(s));
  const look = (s) => brain.network.run(seenBy(s)).at(-1);
  const question = predict(ui, questions(look));
  const plot = tolerance(ui, look);

  const canvas = h("canvas", {});
  const over = overlay(SIDE, SIDE);
  const picture = h(
    "div",
    { class: "cd-pixels cd-ink cd-touched", role: "application", tabindex: 0 },
    canvas,
    over.node,
  );
  const eye = h("canvas", {});
  const eyes = h(
    "div",
    { class: "cd-pixels cd-ink", role: "img", "aria-label": "The digit, centred again" },
    eye,
  );
  const seen = h("div", { class: "cd-figure cd-seen" }, h("div", {}, "what the network sees"), eyes);
  const bars = answers();
  const verdict = h("p", { class: "cd-verdict" });

  const move = (down, right, along) =>
    ui.set({ down: within(-FAR, FAR, down), right: within(-FAR, FAR, right), along });
  picture.addEventListener("keydown", (event) => {
    const step = KEYS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const s = ui.state();
    move(s.down + step[0], s.right + step[1], step[0] ? "down" : "right");
  });
  let grip = null; // where a drag began, and what it moves
  const cell = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientY - box.top, event.clientX - box.left].map((n) => (n / box.width) * SIDE);
  };
  picture.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const s = ui.state();
    const at = cell(event);
    const inside = [s.row, s.column].every((middle, axis) => {
      const [first, end] = holeSpan(s.hole, middle);
      return at[axis] >= first && at[axis] < end;
    });
    grip = { at, s, hole: inside };
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [down, right] = cell(event).map((n, axis) => Math.round(n - grip.at[axis]));
    const { s } = grip;
    if (!down && !right && ui.state().right === s.right && ui.state().down === s.down && !grip.hole)
      return;
    if (grip.hole) {
      ui.set({
        row: within(0, SIDE - 1, s.row + down),
        column: within(0, SIDE - 1, s.column + right),
      });
    } else {
      move(s.down + down, s.right + right, Math.abs(down) > Math.abs(right) ? "down" : "right");
    }
  });
  for (const name of ["pointerup", "pointercancel"])
    picture.addEventListener(name, () => (grip = null));

  /** The slider of one change; when it moves, the plot shows this change. */
  function dial(key) {
    const [min, max, , words] = RANGES[key];
    const fine = { turn: 5, scale: 5, noise: 5 }[key] ?? 1;
    return slider(ui, {
      label: NAMES[key],
      min: min / fine,
      max: max / fine,
      value: (s) => s[key] / fine,
      change: (n) => ({ [key]: n * fine, along: key }),
      words: (n) => words(n * fine),
    });
  }
  const places = ["row", "column"].map((key) =>
    slider(ui, {
      key,
      label: key === "row" ? "… at row" : "… at column",
      min: 0,
      max: SIDE - 1,
    }),
  );
  const another = button("Another noise", () => ui.set({ seed: (ui.state().seed + 1) % 1000 }));
  const samples = sampleButtons(brain.network.samples, (ink) => ui.set({ image: rowsOf(ink) }));

  /** Bars, verdict and the line below, once the network has answered. */
  function tell() {
    const s = ui.state();
    picture.setAttribute(
      "aria-label",
      "The digit, drag it or use the arrow keys. " +
        Object.keys(NAMES)
          .filter((key) => s[key] !== CALM[key])
          .map((key) => `${NAMES[key]}: ${RANGES[key][3](s[key])}.`)
          .join(" "),
    );
    bars.node.classList.toggle("cd-covered", ui.hidden);
    if (ui.hidden) {
      bars.draw(new Float32Array(10));
      verdict.textContent = "";
      return ui.say("The answer is covered until you predict.");
    }
    bars.draw(answer);
    const [now, sure] = [best(answer), Math.max(...answer)];
    const right = now === reads;
    verdict.className = `cd-verdict ${right ? "cd-right" : "cd-wrong"}`;
    verdict.textContent =
      s.noise === 100
        ? `There is no digit here, and still it gives ${now} a share of ${show(100 * sure, 1)}\u00a0%.`
        : right
          ? `✓ Still ${reads}${sure < 0.6 ? ", but in doubt" : ""}.`
          : sure > 0.9
            ? "✗ Misread, and nearly certain of it: a large probability is not knowledge."
            : "✗ Misread.";
    if (s.noise === 100) verdict.className = "cd-verdict";
    ui.say(`${certain(answer)} Untouched, it reads ${reads}.`);
  }

  ui.drawn((s) => {
    if (known !== s.image) {
      known = s.image;
      reads = best(brain.network.run(s.image.flat()).at(-1));
    }
    const shown = inked(s);
    paint(canvas, shown);
    const [top, bottom] = holeSpan(s.hole, s.row);
    const [left, end] = holeSpan(s.hole, s.column);
    over.draw(s.hole ? { "cd-hole": rectangle(left, top, end - left, bottom - top) } : {});
    const image = s.fit ? fitted(shown).image : shown;
    paint(eye, image);
    seen.hidden = !s.fit;
    for (const node of places) node.hidden = !s.hole;
    another.hidden = !s.noise;
    plot.draw(s, reads);
    tell();
    brain.think(image.slice());
  });

  return [
    question,
    h(
      "div",
      { class: "cd-workbench" },
      h("div", { class: "cd-figure cd-draw" }, h("div", {}, "drag the digit"), picture),
      seen,
      bars.node,
    ),
    verdict,
    row(
      "cd-controls cd-aligned",
      ...["right", "down", "turn", "scale", "noise", "hole"].map(dial),
      ...places,
    ),
    row(
      "cd-controls",
      tick(ui, { key: "invert", label: "Black on white" }),
      tick(ui, { key: "fit", label: "Fit to 20×20 and centre before it is read" }),
      another,
      button("Undo all", () => ui.set(CALM)),
    ),
    plot.node,
    samples,
  ];
}

export default {
  render: async (context) => {
    let buffer = null;
    try {
      buffer = await fileOf(context.model, "network.bin");
    } catch (error) {
      const text = `The network could not be loaded (${error.message}). Reload the page to try again.`;
      context.el.append(h("p", { role: "status" }, text));
      return;
    }
    return mount(context, {
      title: "Break it: what does the network forgive?",
      keys: [
        ...["image", "right", "down", "turn", "scale", "noise", "seed"],
        ...["hole", "row", "column", "invert", "fit", "along"],
      ],
      build: (ui) => build(ui, buffer),
    });
  },
};
