// Training: a small network learns from 2,000 digits while the reader watches.
import { curves } from "./curves.js";
import { chance } from "./chance.js";
import { fileOf } from "./files.js";
import { UNITS, learner, parametersOf } from "./learner.js";
import {
  button,
  choice,
  commas,
  count,
  h,
  mount,
  onSpace,
  row,
  show,
  slider,
  steps,
  tick,
} from "./parts.js";
import { predict } from "./predict.js";
import { pixels } from "./pixels.js";
import { trainer } from "./trainer.js";
import { TRAINING_QUESTIONS, runName } from "./training_asked.js";
import { NEW, chosen, trials } from "./trials.js";

const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
const BATCHES = [1, 8, 32, 128];
const CHOICES = ["kind", "filters", "rate", "batch", "shuffled", "alike", "seed"];
const MOST_RUNS = 6;
const MOST_UNITS = 16; // so many units of the dense network are drawn
const PACE = 70; // ms of learning between two pictures
const ENOUGH = 100; // epochs after which it pauses by itself

const trained = (/** @type {{fresh: number[]}} */ run) => run.fresh.length > 1;

function build(ui, model) {
  const question = predict(ui, TRAINING_QUESTIONS);
  const chart = curves();
  const tested = trials();
  const kernels = Array.from({ length: MOST_UNITS }, () => pixels());
  const title = h("div", {});
  const board = h("div", { class: "cd-kernels" }, ...kernels.map(({ node }) => node));

  let nets = 0; // how many networks there have been so far
  // the present one: its number, what is known of it, its run in the plot
  let now = /** @type {any} */ (null);
  let kept = /** @type {any} */ (null); // the one that "Back to what I had" brings back
  let runs = []; // the earlier ones, and the present one last
  let labels = new Uint8Array(NEW);
  let buffer = null; // the digits, once they have come
  let loading = false;
  let wanted = ""; // "train" or "step" while the reader waits for one
  let presses = 0; // presses of the step button that are not done yet
  let busy = false;
  let there = 0; // the number of the network that the Worker has
  let covered = false;
  let seen = true; // is the demo on the screen?

  const place = trainer((told) => {
    busy = false;
    const net = [now, kept].find((each) => each?.run === told.run);
    if (net) {
      net.progress = told;
      net.weights = told.kernels;
      if (!Number.isNaN(told.loss)) net.loss = told.loss;
      const { fresh, learned } = net.entry;
      if (told.done === 0) fresh.length = learned.length = 0;
      if (!Number.isNaN(told.fresh)) {
        fresh.push(100 * told.fresh);
        learned.push(100 * told.learned);
      }
    }
    if (net === now) {
      if (!Number.isNaN(told.loss) && wanted === "step" && --presses < 1) wanted = "";
      if (told.done && told.done % ENOUGH === 0) {
        wanted = ""; // it stops by itself
        trouble.textContent = `${told.done} epochs are done: it pauses. Press Train to go on.`;
      }
      ui.redraw();
    }
    next();
  });
  ui.ended(place.end);

  /** Go on, if the reader wants that and the digits are loaded. */
  function next() {
    if (busy || !wanted || !buffer || !seen || document.hidden) return;
    busy = true;
    const s = ui.state();
    if (there !== now.run) {
      there = now.run;
      const choices = Object.fromEntries(CHOICES.map((key) => [key, s[key]]));
      place.ask({ begin: choices, run: now.run, shown: chosen(labels), keep: kept?.run });
    } else {
      place.ask(wanted === "step" ? { steps: 1 } : { ms: PACE });
    }
  }
  async function want(what) {
    wanted = what;
    trouble.textContent = "";
    if (ui.hidden) ui.reveal(); // a reader who presses Train need not predict
    ui.redraw();
    if (buffer || loading) return next();
    loading = true;
    try {
      buffer = await fileOf(model, "training_digits.bin");
      labels = new Uint8Array(buffer, 4, NEW + 500);
      place.ask({ buffer });
    } catch {
      wanted = "";
      trouble.textContent = "The digits could not be loaded: are you online? Press Train to try again.";
    }
    loading = false;
    ui.redraw();
    next();
  }
  function stop() {
    wanted = "";
    ui.redraw();
  }
  const trouble = h("p", { class: "cd-note", role: "status" });
  const train = button("Train", () => (wanted === "train" ? stop() : want("train")), {
    class: "cd-play",
  });
  const step = button("One step", () => {
    presses++;
    want("step");
  });
  const again = button("Start again", () => {
    renew(ui.state());
    ui.redraw();
  });
  const other = button("Other random numbers", () =>
    ui.set({ seed: (ui.state().seed + 1) % 1000 }),
  );
  const forget = button("Forget the other runs", () => {
    runs = runs.slice(-1);
    ui.redraw();
  });
  const far = h("span", { class: "cd-soft cd-far" });

  const choicesOf = (s) => CHOICES.map((name) => s[name]).join();
  /** Make this network the present one; the runs of earlier ones stay in the plot, to compare. */
  function take(net) {
    const others = runs.filter((each) => each !== net.entry && trained(each));
    runs = [...others.slice(1 - MOST_RUNS), net.entry];
    presses = 0;
    now = net;
  }
  /** Begin another network. */
  function renew(s) {
    const number = 1 + Math.max(0, ...runs.filter(trained).map((each) => each.number));
    const name = runName(s, runs.filter(trained));
    const entry = { number, ...name, dense: s.kind === "dense", dashed: s.shuffled, learned: [], fresh: [] };
    const weights = learner(chance, s, { labels, images: [], first: 1 }).kernels();
    take({ run: ++nets, choices: choicesOf(s), entry, weights, progress: null, loss: NaN });
  }
  ui.onaside = () => Boolean(now.progress?.done && (kept = now));
  ui.onback = () => {
    if (kept?.choices === choicesOf(ui.state())) take(kept);
    kept = null;
  };
  const reset = ui.onreset;
  ui.onreset = () => {
    [wanted, kept, runs] = ["", null, []];
    renew(ui.state());
    reset();
  };
  const view = new IntersectionObserver((entries) => {
    seen = entries[entries.length - 1].isIntersecting;
    next();
  });
  view.observe(ui.root);
  document.addEventListener("visibilitychange", next);
  ui.ended(() => (view.disconnect(), document.removeEventListener("visibilitychange", next)));

  onSpace(ui, () => train.click());

  const controls = row(
    "cd-controls cd-aligned",
    choice(ui, {
      label: "Network",
      options: [
        ["convolution", "convolutional"],
        ["dense", "dense"],
      ],
      value: (s) => s.kind,
      change: (kind) => ({ kind }),
    }),
    slider(ui, { key: "filters", label: "Filters", min: 1, max: 16 }),
    steps(ui, { key: "rate", label: "Learning rate", options: RATES }),
    steps(ui, { key: "batch", label: "Batch", options: BATCHES }),
  );
  const ticks = row(
    "cd-controls",
    tick(ui, { key: "shuffled", label: "All pixels shuffled" }),
    tick(ui, { key: "alike", label: "All filters start alike" }),
  );

  ui.drawn((s) => {
    const asks = ui.hidden && !covered; // a question about a new network has come
    covered = ui.hidden;
    if (choicesOf(s) !== now?.choices || (asks && now.progress?.done)) {
      renew(s);
      next();
    }
    const { progress, weights, loss } = now;
    if (ui.hidden) wanted = ""; // stop for a question
    const dense = s.kind === "dense";
    controls.children[1].hidden = dense;
    const largest = Math.max(...weights.map((each) => Math.max(...each.map(Math.abs))));
    const side = dense ? 28 : 3;
    board.style.setProperty("--across", String(weights.length > 9 ? 4 : weights.length > 4 ? 3 : 2));
    kernels.forEach(({ node, draw }, i) => {
      node.hidden = i >= weights.length;
      if (node.hidden) return;
      const flat = weights[i];
      const rows = Array.from({ length: side }, (_, r) =>
        Array.from(flat.slice(side * r, side * r + side)),
      );
      draw(rows, `Weights of ${dense ? "unit" : "filter"} ${i}`, largest);
    });
    title.textContent = dense
      ? `the weights of ${MOST_UNITS} of ${UNITS} units, 28×28 each`
      : weights.length === 1
        ? "the kernel, 3×3"
        : `the ${weights.length} kernels, 3×3 each`;
    chart.draw(runs, ui.hidden);
    tested.node.classList.toggle("cd-trialsempty", !progress); // its place on the page is framed
    tested.node.ariaHidden = String(!progress);
    if (progress) tested.draw(progress, labels, ui.hidden);
    train.textContent = wanted === "train" ? "Pause" : "Train";
    step.disabled = wanted === "train";
    forget.hidden = runs.length < 2 || ui.hidden;
    ui.quiet(wanted === "train");
    const done = progress?.done ?? 0;
    far.textContent = loading
      ? "The digits are coming (1 MB) …"
      : `epoch ${show(done, 2)}, ${count(Math.round((done * NEW) / s.batch), "step")}` +
        (Number.isNaN(loss) ? "" : `, loss ${loss.toFixed(3)}`);
    const { fresh } = now.entry;
    const share = fresh[fresh.length - 1];
    const total = `${commas(parametersOf(s))} parameters.`;
    ui.say(
      ui.hidden
        ? "What it learns is covered until you predict, or press Train."
        : share === undefined
          ? `A new network with ${total} Press Train.`
          : `${fresh.length > 1 ? `After ${count(fresh.length - 1, "epoch")}` : "Untrained"} ` +
            `it reads ${show(share, 1)}\u00a0% of 500 new digits. ${total}`,
    );
  });

  return [
    question,
    h(
      "div",
      { class: "cd-training" },
      h("div", { class: "cd-figure" }, title, board),
      chart.plot,
    ),
    tested.node,
    row("cd-player", train, step, again, far),
    trouble,
    controls,
    ticks,
    chart.list,
    row("cd-controls", other, forget),
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "Train it: a small network learns from 2,000 digits",
      keys: CHOICES,
      build: (ui) => build(ui, context.model),
    }),
};
