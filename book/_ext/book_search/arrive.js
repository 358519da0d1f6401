// On a page that the search found: mark the reader's words, and scroll to them.
"use strict";

{
  const BLOCKS = "p, li, dt, dd, td, th, h1, h2, h3, h4, pre, figcaption, summary, div";

  /** The text of a place as one string, and for each character the node in which it is. */
  const readable = (place) => {
    const out = "script, style, svg, button, .headerlink, .cnn-slot, .copy";
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT, (node) =>
      node.parentElement.closest(out) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    const nodes = /** @type {{node: Text, start: number}[]} */ ([]);
    let text = "";
    let block = null;
    while (walker.nextNode()) {
      const node = /** @type {Text} */ (walker.currentNode);
      const own = node.parentElement.closest(BLOCKS);
      if (own !== block) text += "\n"; // the last word of a block and the first of the next are two
      block = own;
      nodes.push({ node, start: text.length });
      text += node.data;
    }
    return { text: Terms.fold(text), nodes };
  };

  const rangesOf = (terms, place) => {
    const { text, nodes } = readable(place);
    const at = (offset) => {
      const { node, start } = nodes.findLast((entry) => entry.start <= offset);
      return /** @type {const} */ ([node, offset - start]);
    };
    return terms
      .flatMap((term) => Terms.hits(term, text).map((hit) => ({ ...hit, term })))
      .sort((a, b) => a.start - b.start)
      .map((hit) => {
        const { start, end } = hit;
        const range = document.createRange();
        range.setStart(...at(start));
        const [node, offset] = at(end - 1);
        range.setEnd(node, offset + 1);
        return { range, hit };
      });
  };

  /** Open every fold and cover around the element. */
  const uncover = (element) => {
    for (let up = element; up; up = up.parentElement) {
      if (up instanceof HTMLDetailsElement) up.open = true;
      if (up.hidden) up.dispatchEvent(new Event("beforematch"));
    }
  };

  const arrive = () => {
    const query = new URLSearchParams(location.search).get("found");
    const article = document.querySelector("article");
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const place = named?.matches("dt") ? named.nextElementSibling : (named ?? article);
    const found = rangesOf(Terms.read(query), article);
    if (!found.length) {
      document.dispatchEvent(new CustomEvent("found", { detail: place })); // lead there all the same
      return;
    }
    if ("highlights" in CSS) CSS.highlights.set("found", new Highlight(...found.map(({ range }) => range)));
    // of the place, the passage that says most of what was asked, as in the excerpt
    const own = found.filter(({ range }) => place.contains(range.startContainer));
    const prose = own.filter(({ range }) => !range.startContainer.parentElement.closest("pre"));
    const among = [prose, own, found].find((some) => some.length);
    const first = Terms.densest(among.map(({ hit }) => hit), Terms.PASSAGE).hits[0];
    const goal = found.find(({ hit }) => hit === first).range.startContainer.parentElement;
    uncover(goal);
    document.dispatchEvent(new CustomEvent("found", { detail: goal }));
  };
  arrive();
}
