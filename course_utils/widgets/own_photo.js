// A photograph of the reader's own, from a file or from the camera. Nothing leaves the device.
import { button, h, row } from "./parts.js";

const MOST = 240 * 160; // pixels that are used: each change of a weight computes all of them again
const PAUSE = 80; // ms between two pictures of the camera

/** The pixels of anything that can be drawn, in its own proportions, at most MOST of them.
 * @param {CanvasImageSource} source @param {number} width @param {number} height */
export function pixelsOf(source, width, height) {
  const shrink = Math.min(1, Math.sqrt(MOST / (width * height)));
  const [columns, rows] = [width, height].map((n) => Math.max(8, Math.round(n * shrink)));
  const canvas = h("canvas", { width: columns, height: rows });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, columns, rows);
  return context.getImageData(0, 0, columns, rows);
}

/** Buttons for a file, for the camera, and for the bundled photo again; take(pixels, name).
 * @param {any} ui @param {(pixels: ImageData, name: string) => void} take @param {() => void} back */
export function ownPhoto(ui, take, back) {
  /** @type {MediaStream | null} */
  let stream = null;
  let timer = 0;
  const file = h("input", { type: "file", accept: "image/*", hidden: true });
  const open = button("Your photo …", () => file.click());
  const live = button("Camera", () => (stream ? stop() : start()), { "aria-pressed": "false" });
  live.hidden = !navigator.mediaDevices?.getUserMedia; // a page on plain http has no camera
  const again = button("The cup again", () => (stop(), back()));
  const video = h("video", { playsinline: true, muted: true });
  video.muted = true;

  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    file.value = ""; // so that the same file can be chosen again
    if (!chosen) return;
    stop();
    try {
      const bitmap = await createImageBitmap(chosen);
      take(pixelsOf(bitmap, bitmap.width, bitmap.height), "Your photo");
      bitmap.close();
    } catch {
      ui.say(`“${chosen.name}” is no picture that this browser can open. Choose a JPEG or PNG.`);
    }
  });
  function stop() {
    clearTimeout(timer);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.srcObject = null;
    live.textContent = "Camera";
    live.setAttribute("aria-pressed", "false");
    ui.quiet(false);
  }
  async function start() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 480 }, audio: false });
      video.srcObject = stream;
      await video.play();
    } catch (error) {
      stop();
      return ui.say(`The camera did not start (${error.name}): is it allowed, and free?`);
    }
    live.textContent = "Stop the camera";
    live.setAttribute("aria-pressed", "true");
    ui.quiet(true);
    frame();
  }
  function frame() {
    if (!stream) return;
    if (video.videoWidth) take(pixelsOf(video, video.videoWidth, video.videoHeight), "The camera");
    timer = window.setTimeout(frame, PAUSE);
  }
  const hide = () => document.hidden && stop();
  document.addEventListener("visibilitychange", hide);
  ui.ended(() => (stop(), document.removeEventListener("visibilitychange", hide)));
  return {
    node: h(
      "div",
      { class: "cd-own" },
      row("cd-controls", open, live, again, file),
      h(
        "p",
        { class: "cd-soft" },
        "Your picture stays on this device: the page computes by itself and sends nothing.",
      ),
    ),
    /** Show the button for the bundled photo only while another photo is shown. */
    other: (on) => (again.hidden = !on),
  };
}
