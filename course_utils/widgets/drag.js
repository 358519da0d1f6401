// Drag a card to another place in its list: with a finger by its grip, with a mouse anywhere on it.
// While a card is dragged the others make room; the list itself changes when the card is dropped.

const NEAR = 70; // px from the screen's edge where the page begins to scroll
const FAR = 5; // px that a mouse must move before a click becomes a drag

/** @param {(from: number, to: number, follow: boolean) => void} move */
export function draggable(move) {
  /** @type {{from: number, to: number, start: number, tops: number[], heights: number[],
   *   nodes: HTMLElement[], live: boolean} | null} */
  let carried = null;
  let moved = false;

  function settle() {
    if (!carried) return;
    for (const node of carried.nodes) {
      node.style.transform = "";
      node.classList.remove("cd-carried", "cd-aside");
    }
    carried = null;
  }
  function begin(event, node, from) {
    const nodes = /** @type {HTMLElement[]} */ ([...node.parentElement.children]);
    const boxes = nodes.map((each) => each.getBoundingClientRect());
    carried = {
      from,
      to: from,
      start: event.pageY,
      tops: boxes.map((box) => box.top + scrollY),
      heights: boxes.map((box) => box.height),
      nodes,
      live: false,
    };
  }
  function carry(event) {
    const { from, start, tops, heights, nodes } = carried;
    const far = event.pageY - start;
    if (!carried.live && Math.abs(far) < FAR) return;
    carried.live = moved = true;
    if (event.clientY < NEAR) scrollBy(0, -12);
    if (event.clientY > innerHeight - NEAR) scrollBy(0, 12);
    const middle = (i) => tops[i] + heights[i] / 2;
    let to = from;
    for (let i = from - 1; i > 0 && event.pageY < middle(i); i--) to = i;
    for (let i = from + 1; i < nodes.length && event.pageY > middle(i); i++) to = i;
    carried.to = to;
    const room = heights[from] + (tops[1] - tops[0] - heights[0]);
    nodes.forEach((node, i) => {
      const aside = i > from && i <= to ? -room : i < from && i >= to ? room : 0;
      node.classList.toggle("cd-carried", i === from);
      node.classList.toggle("cd-aside", i !== from);
      const shift = i === from ? far : aside;
      node.style.transform = shift ? `translateY(${shift}px)` : "";
    });
  }

  return {
    /** Whether the pointer's last press dragged a card: then it was not a click. */
    moved: () => moved,
    /** Put all cards in their places; call this when the list is drawn again. */
    settle: () => carried && !carried.live && settle(),
    /** Let the reader drag the card `node`, number `at` in its list. */
    listen(node, grip, at) {
      node.addEventListener("pointerdown", (event) => {
        moved = false;
        const mouse = event.pointerType === "mouse" && event.target.closest(".cd-line");
        if (event.button || !(grip.contains(event.target) || mouse)) return;
        begin(event, node, at);
        if (grip.contains(event.target)) event.preventDefault();
      });
      const of = (event) => carried?.from === at && event.isPrimary;
      node.addEventListener("pointermove", (event) => {
        if (!of(event)) return;
        carry(event);
        if (carried.live && !node.hasPointerCapture(event.pointerId))
          node.setPointerCapture(event.pointerId);
      });
      node.addEventListener("pointerup", (event) => {
        if (!of(event)) return;
        const { from, to, live } = carried;
        setTimeout(() => (moved = false)); // after the click that follows
        carried.live = false;
        if (live) move(from, to, false);
        else settle();
      });
      node.addEventListener("pointercancel", (event) => of(event) && settle());
    },
  };
}
