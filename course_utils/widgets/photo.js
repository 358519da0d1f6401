// A kernel, painted by hand, on a photograph: grey, or in colour, where three channels give one map.
import { fileOf } from "./files.js";
import { grid } from "./grid.js";
import { framed } from "./kernels.js";
import { ownPhoto, pixelsOf } from "./own_photo.js";
import { button, choice, h, mount, row, show, showWeight, tick } from "./parts.js";
import { IN_COLOUR, IN_GREY } from "./photo_asked.js";
import { COLOURS, KERNELS, MIXES, mixed, scaled, slicesOf, total } from "./photo_kernels.js";
import { predict } from "./predict.js";
import { addedUp, greyOf, largestOfPlanes, planesOf, showPlanes, slideOver } from "./plane.js";
import { replaced } from "./sliding.js";

/** @typedef {import("./plane.js").Plane} Plane */

const BRUSHES = [-2, -1, 0, 1, 2];
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The map of each slice on a photo's planes. @param {any} s @param {Plane[]} planes */
export const mapsOf = (s, planes) =>
  (s.channels === 1 ? [greyOf(planes)] : planes).map((plane, i) => slideOver(plane, slicesOf(s)[i]));

/** A map without signs, to be shown as brightness. @param {Plane} plane @returns {Plane} */
const plain = (plane) => ({ ...plane, values: plane.values.map(Math.abs) });

/** A picture with its name. */
function figure() {
  const canvas = h("canvas", {});
  const caption = h("div", {});
  const frame = h("div", { class: "cd-pixels cd-photo", role: "img" }, canvas);
  let drawn = null;
  function label(name) {
    caption.textContent = name;
    frame.setAttribute("aria-label", name);
  }
  return {
    node: h("div", { class: "cd-figure" }, caption, frame),
    name: label,
    /** @param {Plane[]} planes @param {string} name @param {number} largest see showPlanes */
    draw(planes, name, largest = 0) {
      label(name);
      frame.classList.toggle("cd-signed", largest > 0);
      if (drawn === planes) return; // a photo stays the same while its weights change
      drawn = planes;
      showPlanes(canvas, planes, largest);
    },
    cover: (on) => frame.classList.toggle("cd-covered", on),
  };
}

/** @param {any} ui @param {ImageData} bundled */
function build(ui, bundled) {
  const question = predict(ui, ui.opening.channels === 3 ? IN_COLOUR : IN_GREY);
  /** @type {Plane[]} */
  let planes = [];
  let [name, weight] = ["", 1];
  /** The photo in each form in which it is shown; made once for each photo. */
  let shown = { grey: [], apart: [] };
  function take(pixels, called) {
    planes = planesOf(pixels);
    shown = { grey: [greyOf(planes)], apart: planes.map((plane) => [plane]) };
    name = called;
    own.other(called !== "Photo");
    ui.redraw();
  }
  const own = ownPhoto(ui, take, () => take(bundled, "Photo"));
  take(bundled, "Photo");

  const photo = figure();
  const map = figure();
  const columns = ["kernel", ...COLOURS].map((key) => {
    const made = grid(ui, {
      label: key === "kernel" ? "Kernel" : `Slice for ${key}`,
      edit: (r, c, value) => ui.set({ [key]: replaced(ui.state()[key], r, c, value) }),
      brush: () => weight,
    });
    const plane = figure();
    const part = figure();
    const node = h(
      "div",
      { class: `cd-channelled cd-of-${key}` },
      key === "kernel" ? "" : plane.node,
      h(
        "div",
        { class: "cd-figure" },
        h("div", {}, key === "kernel" ? "kernel" : `slice for ${key}`),
        made.node,
      ),
      key === "kernel" ? "" : part.node,
    );
    return { key, made, plane, part, node };
  });
  const group = ui.id();
  const brushes = h(
    "div",
    { class: "cd-brushes", role: "radiogroup", "aria-label": "Paint with" },
    h("span", { class: "cd-soft" }, "Paint with"),
    ...BRUSHES.map((value) => {
      const input = h("input", { type: "radio", name: group, value });
      input.checked = value === weight;
      input.addEventListener("change", () => (weight = value));
      return h("label", {}, input, h("span", {}, show(value)));
    }),
  );

  /** The same kernel for each channel, or the grey one. */
  const use = (kernel) =>
    ui.state().channels === 1
      ? { kernel }
      : Object.fromEntries(COLOURS.map((colour) => [colour, kernel]));
  const allOf = (s) => slicesOf(s).every((slice) => same(slice, slicesOf(s)[0]));
  const isMix = (s) => (text) => COLOURS.every((colour) => same(mixed(MIXES[text])[colour], s[colour]));
  const presets = choice(ui, {
    label: "Kernel",
    options: [...Object.keys(KERNELS), ...Object.keys(MIXES), "your own"].map((text) => [text, text]),
    value: (s) =>
      (allOf(s) && Object.keys(KERNELS).find((key) => same(KERNELS[key], slicesOf(s)[0]))) ||
      (s.channels === 3 && Object.keys(MIXES).find(isMix(s))) ||
      "your own",
    change: (text) =>
      MIXES[text] ? { channels: 3, ...mixed(MIXES[text]) } : KERNELS[text] && use(KERNELS[text]),
  });
  const sizes = choice(ui, {
    label: "Size",
    options: [
      ["3", "3×3"],
      ["5", "5×5"],
    ],
    value: (s) => String(slicesOf(s)[0].length),
    change: (text) => {
      const s = ui.state();
      const names = s.channels === 1 ? ["kernel"] : COLOURS;
      return Object.fromEntries(names.map((key) => [key, framed(s[key], Number(text))]));
    },
  });
  const channels = choice(ui, {
    label: "Photo",
    options: [
      ["1", "grey"],
      ["3", "in colour"],
    ],
    value: (s) => String(s.channels),
    change: (text) => ({ channels: Number(text) }),
  });
  const even = button("Make them add up to 1", () => {
    const s = ui.state();
    const sum = slicesOf(s).reduce((all, slice) => all + total(slice), 0);
    const names = s.channels === 1 ? ["kernel"] : COLOURS;
    ui.set(Object.fromEntries(names.map((key) => [key, scaled(s[key], 1 / sum)])));
  });
  const apart = tick(ui, { key: "apart", label: "Keep the three apart, as a photo program does" });
  const note = h("p", { class: "cd-note" });

  ui.drawn((s) => {
    const grey = s.channels === 1;
    const parts = mapsOf(s, planes);
    const sum = slicesOf(s).reduce((all, slice) => all + total(slice), 0);
    const signed = sum < 1e-9;
    const { columns: wide, rows: tall } = planes[0];
    photo.draw(grey ? shown.grey : planes, `${name}, ${wide}×${tall}`);
    const strongest = largestOfPlanes(parts);
    const below = slicesOf(s).some((slice) => total(slice) < 1e-9);
    for (const { key, made, plane, part, node } of columns) {
      node.hidden = grey !== (key === "kernel");
      if (node.hidden) continue;
      const kernel = s[key];
      const largest = Math.max(1e-9, ...slicesOf(s).flat(2).map(Math.abs));
      made.draw(kernel.length, kernel.length, (r, c) => ({
        text: showWeight(kernel[r][c]),
        tint: kernel[r][c] / largest,
      }));
      if (grey) continue;
      const i = COLOURS.indexOf(key);
      plane.draw(shown.apart[i], key);
      part.draw([parts[i]], "its share", below ? strongest : 0);
      part.node.classList.toggle("cd-none", ui.hidden);
    }
    apart.hidden = grey;
    even.disabled = signed || Math.abs(sum - 1) < 1e-9;
    const three = !grey && s.apart;
    const sumOfAll = addedUp(parts);
    const size = `${sumOfAll.columns}×${sumOfAll.rows}`;
    if (three) map.draw(parts.map(plain), `3 maps of ${size}, as colours`);
    else map.draw([sumOfAll], `1 map, ${size}`, signed ? largestOfPlanes([sumOfAll]) : 0);
    if (ui.hidden) map.name("What comes out"); // the name must not answer the question
    map.cover(ui.hidden);
    const words = ui.hidden
      ? ""
      : three
        ? "Three kernels, three maps: each channel by itself. That is what a photo program does, and " +
          "no filter of a convolutional layer. Numbers below 0 are shown without their sign."
        : signed
          ? `The weights add up to ${show(sum)}. ` +
            (slicesOf(s).every((slice) => Math.abs(total(slice)) < 1e-9)
              ? "Flat places give 0. "
              : Math.abs(sum) < 1e-9
                ? "Flat grey places give 0, coloured ones need not. "
                : "") +
            "Blue is above 0, orange with stripes below."
          : `The weights add up to ${show(sum)}: ` +
            (Math.abs(sum - 1) < 1e-9
              ? "flat places keep their brightness."
              : `flat places get ${show(sum)} times as bright. Above 1 it is cut off at white.`);
    note.textContent =
      grey || ui.hidden || three
        ? words
        : `Red’s share + green’s + blue’s = one map. ${words}`;
    ui.say(
      ui.hidden
        ? "The map is covered until you predict."
        : `${name}: ${wide}×${tall}×${s.channels} in, ${size}×${three ? 3 : 1} out.`,
    );
  });

  return [
    question,
    row("cd-controls", channels, presets, sizes),
    h("div", { class: "cd-darkroom" }, photo.node, map.node),
    h("div", { class: "cd-slices" }, ...columns.map(({ node }) => node)),
    row("cd-controls", brushes, even, apart),
    note, // below the weights, so that they do not move while the reader paints them
    own.node,
  ];
}

export default {
  render: async (context) => {
    let pixels = null;
    try {
      const bytes = await fileOf(context.model, "photo.jpg");
      const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
      pixels = pixelsOf(bitmap, bitmap.width, bitmap.height);
    } catch (error) {
      const text = `The photo could not be loaded (${error.message}). Reload the page to try again.`;
      context.el.append(h("p", { role: "status" }, text));
      return;
    }
    return mount(context, {
      title: "A kernel on a photograph",
      keys: ["kernel", "red", "green", "blue", "channels", "apart"],
      build: (ui) => build(ui, pixels),
    });
  },
};
