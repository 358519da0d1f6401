// What the photo demo asks before it shows: of a grey photo, or of one in colour.
import { PRESETS } from "./kernels.js";
import { KERNELS, MIXES, mixed, total } from "./photo_kernels.js";

export const IN_GREY = [
  {
    ask: () =>
      "Predict: somewhere in the photo all pixels are equally bright, 0.6 each. Which number does " +
      "this kernel give there?",
    answer: (s) => 0.6 * total(s.kernel),
    why: () => "The weights add up to 0, so what is flat gives 0, however bright it is.",
  },
  {
    set: { kernel: PRESETS.sharpen },
    ask: () => "Predict: another kernel, and again a place where all pixels are 0.6. What comes out?",
    answer: (s) => 0.6 * total(s.kernel),
    tolerance: 0.001,
    why: () => "The weights add up to 1, so brightness is kept where nothing changes.",
  },
  {
    set: { kernel: KERNELS["blur 5×5"] },
    ask: () => "Predict: the photo is 240 pixels wide, the kernel is 5×5. How wide is the map?",
    answer: () => 236,
    why: () => "240 − 5 + 1: chapter 4 has the formula.",
  },
];
export const IN_COLOUR = [
  {
    ask: () =>
      "Predict: a photo of 240×160 pixels and 3 channels goes through one filter of 3×3. How many " +
      "maps come out?",
    answer: () => 1,
    why: (s, given) =>
      (given === 3 ? "A filter has a slice for each channel, but adds the three up. " : "") +
      "One filter, one map, however many channels go in.",
  },
  {
    ask: () => "Predict: how many weights has this filter, without its bias?",
    answer: () => 27,
    why: (s, given) =>
      (given === 9 ? "Each channel has nine of its own. " : "") + "3 · 3 · 3 = 27.",
  },
  {
    set: mixed(MIXES["red, and not green"]),
    ask: () =>
      "Predict: red has a 1 in the middle of its slice, green a −1, blue nothing. A pixel of the " +
      "saucer is (0.7, 0.2, 0.1). Which number does the map have there?",
    answer: () => 0.5,
    tolerance: 0.001,
    why: () => "0.7 − 0.2 + 0 = 0.5: a filter can look for a colour.",
  },
];
