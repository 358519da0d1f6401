// The way back: each place of an output sends its share of the gradient back, and the shares add up.
import { arrowsOver } from "./arrows.js";
import { cellIn } from "./flight.js";
import { grid } from "./grid.js";
import { choice, h, mount, row, show, showWeight, slider, tick } from "./parts.js";
import { player } from "./player.js";
import { predict } from "./predict.js";
import { GRADIENT_QUESTIONS, throughLayer } from "./gradients_asked.js";
import { checked, factor, isConv, lookBack, nameOf, roleOf, signed, whoSends } from "./gradients_told.js";
import { NUDGES, fromAbove, outputSides, placesIn } from "./shares.js";
import { TAP_AGAIN, replaced } from "./sliding.js";

/** @param {any} ui */
function build(ui) {
  const question = predict(ui, GRADIENT_QUESTIONS[ui.opening.layer]);
  /** @type {any} */
  let over = null;
  let last = ui.state().step;
  const point = (what) => {
    if (JSON.stringify(what) === JSON.stringify(over)) return;
    over = what;
    ui.redraw();
  };
  const wideOf = (target) => (target === "kernel" ? 3 : ui.state().image[0].length);
  /** When the reader points at a number, or at its gradient, show the sum that is the gradient. */
  const lookAt = (target) => (at, tapped) =>
    point(at && { target, cell: at[0] * wideOf(target) + at[1], tapped });
  const editing = (key, target, label) =>
    grid(ui, {
      label,
      look: lookAt(target),
      edit: (r, c, v) => ui.set({ [key]: replaced(ui.state()[key], r, c, v) }),
    });
  const weights = editing("kernel", "kernel", "Kernel");
  const input = editing("image", "input", "Input");
  const above = grid(ui, {
    label: "From above",
    look: (at, tapped) =>
      point(at && { place: at[0] * outputSides(ui.state())[1] + at[1], tapped }),
    edit: (r, c, v) => ui.set({ above: replaced(fromAbove(ui.state()), r, c, v) }),
  });
  const result = (target, label) =>
    grid(ui, {
      label,
      look: lookAt(target),
      pick: (r, c) => !ui.hidden && ui.set({ target, cell: r * wideOf(target) + c }),
    });
  const results = {
    kernel: result("kernel", "Gradient of the kernel"),
    input: result("input", "Gradient of the input"),
  };
  const bias = h("div", { class: "cd-gradients-bias" });
  const figure = (area, name, ...nodes) =>
    h("div", { class: `cd-figure cd-gradients-${area}` }, h("div", {}, name), ...nodes);
  const stage = h(
    "div",
    {},
    figure("w", "Kernel", weights.node),
    figure("g", "From above", above.node),
    figure("x", "Input", input.node),
    figure("dw", "Gradient of the kernel", results.kernel.node, bias),
    figure("dx", "Gradient of the input", results.input.node),
  );
  const arrows = arrowsOver(ui, stage);
  const sumLine = h("p", { class: "cd-sum cd-two" });
  const difference = h("span", {});
  const verdict = h("b", {});
  const check = h(
    "div",
    { class: "cd-gradients-check" },
    slider(ui, {
      key: "nudge",
      label: "Check it: move by",
      min: 0,
      max: NUDGES.length - 1,
      words: (i) => show(NUDGES[i], 3),
    }),
    h("p", { class: "cd-sum" }, difference, verdict),
  );
  const steps = player(ui, {
    key: "step",
    label: "Places that have sent their share",
    total: (s) => placesIn(s) + 2, // a step before the first place, and one after the last
    words: (i, s) => (i ? (i > placesIn(s) ? "all" : `${i} of ${placesIn(s)}`) : "none yet"),
  });

  /** How one cell of a gradient is drawn. */
  function resultCell(s, now, target) {
    const mine = new Map((now.now?.[target] ?? []).map((t) => [`${t.row},${t.column}`, t.share]));
    const [got, due] = [now.got[target], now.due[target]];
    const largest = Math.max(1e-9, ...due.flat().map(Math.abs), ...got.flat().map(Math.abs));
    return (r, c) => {
      if (ui.hidden) return { text: "?", words: "covered until you predict" };
      const share = mine.get(`${r},${c}`);
      const lost = Math.abs(got[r][c] - due[r][c]) > 1e-9;
      const isChosen = now.target === target && now.chosen[0] === r && now.chosen[1] === c;
      const came = share ? (s.overwrite ? `=${showWeight(share)}` : signed(share)) : "";
      const words = [
        came && `${came} from this place`,
        lost && `${showWeight(due[r][c])} if shares added up`,
        isChosen && "written out below",
      ];
      return {
        text: showWeight(got[r][c]),
        note: came || (lost ? `≠${showWeight(due[r][c])}` : ""),
        tint: got[r][c] / largest,
        cls:
          `${share === undefined ? "" : "cd-window "}${isChosen ? "cd-gradients-chosen " : ""}` +
          `${lost ? "cd-gradients-lost" : ""}`,
        words: words.filter(Boolean).join(", "),
      };
    };
  }
  /** The arrows for the shares that one place, or all places, send to cells in sight. */
  function arrowsFrom(now, targets, wanted) {
    const wide = now.above[0].length;
    return targets.flatMap((target) =>
      now.places.flatMap((place, i) => {
        const from = cellIn(above.node, Math.floor(i / wide), i % wide);
        return place[target]
          .filter((share) => from && share.share && wanted(i, share, target))
          .map(({ row: r, column: c, share }) => ({
            from,
            to: cellIn(results[target].node, r, c),
            value: share,
            text: signed(share),
            now: place === now.now,
          }))
          .filter(({ to }) => to);
      }),
    );
  }

  ui.drawn((s) => {
    if (s.step !== last && over) over = null;
    const now = lookBack(s, ui.hidden ? null : over);
    const conv = isConv(s);
    const [from, chosen] = [now.now, now.chosen];
    const window = conv ? 3 : s.window;
    stage.className = `cd-gradients cd-gradients-of-${conv ? s.target : "pooling"}`;
    const tap = (r, c) => from && [r - from.row * s.stride, c - from.column * s.stride];
    const inside = (r, c) => tap(r, c)?.every((n) => n >= 0 && n < window);
    const sent = (i) => i < now.sent;
    // the weight or number that is multiplied to get the share of the chosen one
    const partner = (key, r, c) => {
      if (!conv || !from || ui.hidden) return false;
      const [u, v] = key === "kernel" ? tap(...chosen) : tap(r, c);
      return key === "kernel"
        ? now.target === "input" ? u === r && v === c : chosen[0] === r && chosen[1] === c
        : now.target === "kernel" ? u === chosen[0] && v === chosen[1] : chosen[0] === r && chosen[1] === c;
    };
    const times = from ? `×${show(from.g)}` : "";
    const bests = s.layer === "max" ? now.places.map(({ input }) => input[0]) : [];
    const winners = bests.map(({ row, column }) => `${row},${column}`);
    const draw = (made, x, key, lit) => {
      const largest = Math.max(1e-9, ...x.flat().map(Math.abs));
      made.draw(x.length, x[0].length, (r, c) => {
        const on = lit(r, c);
        const won = key === "input" && !ui.hidden && winners.includes(`${r},${c}`);
        const wonHere = won && from?.input[0].row === r && from.input[0].column === c;
        return {
          text: showWeight(x[r][c]),
          note: wonHere ? "★" : won ? "•" : on && conv ? times : "",
          tint: x[r][c] / largest,
          cls:
            `${on ? "cd-window " : ""}${won ? "cd-marked " : ""}` +
            (partner(key, r, c) ? "cd-gradients-chosen" : ""),
          words: roleOf(on, won, wonHere),
        };
      });
    };
    draw(weights, s.kernel, "kernel", () => Boolean(from));
    draw(input, s.image, "input", inside);
    const most = Math.max(1e-9, ...now.above.flat().map(Math.abs));
    above.draw(now.above.length, now.above[0].length, (r, c) => {
      const at = r * now.above[0].length + c;
      const current = now.places[at] === from;
      return {
        text: showWeight(now.above[r][c]),
        note: sent(at) && !current && !ui.hidden ? "✓" : "",
        tint: now.above[r][c] / most,
        cls: current ? "cd-current" : "",
        words: current ? "sends now" : sent(at) && !ui.hidden ? "has sent" : "",
      };
    });
    for (const made of [input, results.input])
      if (from && !ui.hidden) made.frame(from.row * s.stride, from.column * s.stride, window, window);
      else made.frame();
    for (const target of ["kernel", "input"]) {
      const x = now.got[target];
      results[target].draw(x.length, x[0].length, resultCell(s, now, target));
      if (now.target === target) results[target].stand(chosen[0], chosen[1]);
    }
    const pulls = now.places.slice(0, now.sent).map(({ g }) => g);
    const total = s.overwrite ? (pulls.at(-1) ?? 0) : pulls.reduce((a, b) => a + b, 0);
    bias.textContent = `bias: ${ui.hidden ? "?" : show(total)}`;

    const [left] = now.shares.flatMap(({ place }) => (sent(place) ? place : [])).slice(-1);
    const gone = (i) => s.overwrite && i !== left; // overwritten by a later one
    const targets = conv ? ["kernel", "input"] : ["input"];
    arrows.draw(
      ui.hidden
        ? []
        : arrowsFrom(
            now,
            [now.target],
            (i, { row: r, column: c }) =>
              (now.places[i] === from || (sent(i) && !gone(i))) && r === chosen[0] && c === chosen[1],
          ),
    );
    arrows.fly(s, () => (from ? arrowsFrom(now, targets, (i) => i === now.sent - 1) : []));
    last = s.step;

    sumLine.hidden = check.hidden = ui.hidden;
    if (ui.hidden) {
      ui.say("The gradients are covered until you predict.");
      return;
    }
    const whole = now.sent === now.places.length;
    const parts = now.shares.flatMap((t, i) => [
      i ? (s.overwrite ? ", then " : " + ") : "",
      h(
        "span",
        {
          class:
            now.places[t.place] === from
              ? "cd-gradients-now"
              : sent(t.place)
                ? gone(t.place) && "cd-gradients-gone"
                : "cd-gradients-coming",
        },
        factor(s, t),
      ),
    ]);
    const has = showWeight(now.got[now.target][chosen[0]][chosen[1]]);
    const name = nameOf(now.target, chosen);
    sumLine.replaceChildren(
      `Gradient of the ${name}: `,
      ...(now.shares.length ? parts : [s.layer === "max" ? "it won no window" : "no place used it"]),
      whole ? ` = ${has}` : ` … so far ${has}`,
    );
    const value = (now.target === "kernel" ? s.kernel : s.image)[chosen[0]][chosen[1]];
    const { text, verdict: said, right } = checked(s, now);
    difference.textContent = `In place of the ${showWeight(value)}, ${text}`;
    verdict.textContent = said;
    verdict.className = right === undefined ? "" : right ? "cd-right" : "cd-wrong";
    ui.say(whoSends(s, now) + (over?.tapped ? TAP_AGAIN : ""));
  });

  const layer = choice(ui, {
    label: "Back through",
    options: [
      ["convolution", "a convolution"],
      ["max", "max pooling"],
      ["average", "average pooling"],
    ],
    value: (s) => s.layer,
    change: (name) => throughLayer(name, ui.state(), ui.opening),
  });
  const target = choice(ui, {
    label: "Follow it to",
    options: [
      ["kernel", "the kernel"],
      ["input", "the input"],
    ],
    value: (s) => s.target,
    change: (name) => ({ target: name, cell: name === "kernel" ? 1 : ui.state().image[0].length + 1 }),
  });
  const window = slider(ui, { key: "window", label: "Window", min: 2, max: 3 });
  ui.drawn((s) => {
    target.hidden = !isConv(s);
    window.hidden = isConv(s);
  });
  return [
    question,
    row("cd-controls", layer, target),
    stage,
    steps,
    sumLine,
    check,
    row(
      "cd-controls",
      tick(ui, { key: "overwrite", label: "Write each share over the one before (= in place of +=)" }),
      window,
      slider(ui, { key: "stride", label: "Stride", min: 1, max: 3 }),
    ),
  ];
}

export default {
  render: (context) =>
    mount(context, {
      title: "The gradient on its way home",
      keys: [
        ...["layer", "image", "kernel", "above", "window", "stride", "step"],
        ...["target", "cell", "nudge", "overwrite"],
      ],
      build,
    }),
};
