// The search page: search while the reader types, say how much was found, and show where.
"use strict";

{
  const form = /** @type {HTMLFormElement} */ (document.querySelector("main form.search-page"));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
  const status = document.getElementById("search-status");
  const list = document.getElementById("search-results");
  const book = new Book(/** @type {any} */ (globalThis).BOOK);
  const title = document.title;
  const PLACES = 3; // the most places that are listed for one page

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

  /** One or two sentences on what was found. */
  const sentence = ({ found, slips, all }, query) => {
    if (!found.length) return `Nothing in the book has “${query}”. Try another word, or fewer.`;
    const places = found.reduce((sum, { places }) => sum + places.length, 0);
    const where = `${count(places, "place", "places")} on ${count(found.length, "page", "pages")}`;
    const instead = [...slips].map(([typed, meant]) => {
      const words = meant.map((word) => `“${word}”`).join(" or ");
      return `“${typed}” is not in the book${words && `; taken for ${words}`}.`;
    });
    const apart = !all && ![...slips.values()].some((meant) => !meant.length);
    if (apart) instead.push("No page has all of it; these have the most.");
    return [...instead, `${where[0].toUpperCase()}${where.slice(1)}.`].join(" ");
  };

  const excerpt = (place) => {
    const { code, pieces } = Book.excerpt(place);
    const parts = pieces.map(([text, marked]) => (marked ? make("mark", {}, text) : text));
    return make("p", { className: code ? "excerpt code" : "excerpt" }, ...parts);
  };

  /** @param {Found} page */
  const result = (page, query) => {
    const to = (anchor) => `${page.url}?found=${encodeURIComponent(query)}${anchor && `#${anchor}`}`;
    const item = make("li", {}, make("h2", {}, make("a", { href: to("") }, page.title)));
    const shown = page.places.slice(0, PLACES);
    for (const place of shown) {
      if (place.part.anchor) {
        item.append(make("h3", {}, make("a", { href: to(place.part.anchor) }, place.part.heading)));
      }
      if (place.part.prose || place.codeHits.length) item.append(excerpt(place));
    }
    const more = page.places.length - shown.length;
    if (more > 0) {
      const words = `and ${count(more, "place", "places")} more on this page`;
      item.append(make("p", { className: "hint" }, words));
    }
    return item;
  };

  const look = () => {
    const query = field.value.trim();
    const shown = query ? book.find(query) : null;
    status.textContent = shown ? sentence(shown, query) : "";
    const meant = [...(shown?.slips ?? [])].reduce(
      (text, [typed, [word]]) => text.replace(typed, word ?? typed),
      Terms.fold(query),
    );
    list.replaceChildren(...(shown?.found ?? []).map((page) => result(page, meant)));
    document.title = query ? `${query} · ${title}` : title;
  };

  const start = () => {
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    look();
  };
  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = new URL(location.href);
      address.searchParams.set("q", field.value);
      history.replaceState(null, "", address);
      look();
    }, 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    const address = new URL(location.href);
    address.searchParams.set("q", field.value);
    history.pushState(null, "", address);
    look();
  });
  addEventListener("popstate", start);

  // Keys: Down goes from the field to the first result, Up and Down move between results, Escape goes back.
  document.querySelector("main").addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const at = links.indexOf(/** @type {any} */ (document.activeElement));
    if (at < 0 && document.activeElement !== field) return;
    if (event.key === "ArrowDown") links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] ?? field).focus();
    else if (event.key === "Escape" && at >= 0) field.focus();
    else return;
    event.preventDefault();
  });
  start();
  if (!field.value) field.focus();
}
