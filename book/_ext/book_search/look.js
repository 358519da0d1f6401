// Search the book's text (BOOK, from searchindex.js), and rank what is found.
"use strict";

/**
 * @typedef {Hit & {term: Term}} TermHit
 * @typedef {{page: number, anchor: string, heading: string, prose: string, code: string,
 *   folded: {heading: string, terms: string, prose: string, code: string}}} Part
 * @typedef {{part: Part, score: number, has: number, hits: TermHit[], codeHits: TermHit[]}} Place
 * @typedef {{url: string, title: string, places: Place[], score: number, has: number}} Found
 */

class Book {
  /** @param {{pages: any[][], sections: any[][]}} index */
  constructor(index) {
    this.pages = index.pages;
    this.parts = index.sections.map(([page, anchor, heading, terms, prose, code]) => {
      const folded = {
        heading: Terms.fold(heading),
        terms: Terms.fold(terms),
        prose: Terms.fold(prose),
        code: Terms.fold(code),
      };
      return /** @type {Part} */ ({ page, anchor, heading, prose, code, folded });
    });
  }

  /** Every word of the book, in small letters without accents: cross-correlation, and also its parts. */
  get vocabulary() {
    if (!this.words) {
      const texts = this.parts.map(({ folded }) => `${folded.heading} ${folded.prose}`);
      const words = texts.join(" ").match(/\p{L}+(?:-\p{L}+)*/gu);
      const parts = words.flatMap((word) => word.split("-"));
      this.words = new Set([...words, ...parts].filter((word) => word.length > 3));
    }
    return this.words;
  }

  /**
   * Find what was typed. `slips`: a misspelt term → the words that were taken instead, or no words for a
   * term that is nowhere; `all`: whether each page has every term.
   * @returns {{found: Found[], slips: Map<string, string[]>, all: boolean}}
   */
  find(query) {
    const slips = new Map();
    const terms = Terms.read(query).map((term) => this._corrected(term, slips));
    const near = this._nearness(terms);
    const definition = Terms.asksWhat(query);
    for (const term of terms) term.worth = this._worth(term) * (Terms.ASKING.has(term.typed) ? 0.5 : 1);
    const telling = terms.filter(({ typed }) => !Terms.ASKING.has(typed));
    const needed = telling.length ? telling : terms;
    const places = this.parts.map((part) => this._place(part, terms, near));
    for (const place of places) if (this._defines(place.part, definition)) place.score += 6;
    const found = this.pages.map(([url, title, weight], page) => {
      const own = places.filter((place) => place.part.page === page && place.has);
      own.sort((a, b) => b.score - a.score);
      const has = needed.filter((term) => own.some(({ part }) => this._has(term, part))).length;
      const rest = own.slice(1).reduce((sum, place) => sum + place.score, 0);
      const inTitle = terms.map((term) => term.worth * Book._best(Terms.hits(term, Terms.fold(title))));
      const titled = 3 * inTitle.reduce((sum, worth) => sum + worth, 0);
      return { url, title, places: own, has, score: weight * ((own[0]?.score ?? 0) + 0.1 * rest + titled) };
    });
    const most = Math.max(0, ...found.map(({ has }) => has));
    const best = found.filter(({ has }) => has && has === most);
    best.sort((a, b) => b.score - a.score);
    return { found: best, slips, all: most === needed.length };
  }

  /**
   * The term, where the book has a word that begins like it; else the words of which it is a slip, which
   * are noted in `slips`. A stem alone is weak: invarience has that of invariant, and means invariance.
   */
  _corrected(term, slips) {
    const worths = this.parts.flatMap(({ folded }) =>
      Object.values(folded).flatMap((text) => Terms.hits(term, text).map(({ worth }) => worth)),
    );
    const best = Math.max(0, ...worths);
    if (best > Terms.STEM) return term;
    const meant = term.word ? Terms.meant(term.word, this.vocabulary, best ? 1 : 2) : [];
    if (best && !meant.length) return term;
    slips.set(term.typed, meant);
    if (!meant.length) return term;
    return { ...term, patterns: meant.flatMap((word) => Terms.word(word).patterns) };
  }

  _defines({ page, folded }, word) {
    return this.pages[page][0] === "glossary.html" && folded.heading === word;
  }

  _has(term, { folded }) {
    return Object.values(folded).some((text) => Terms.hits(term, text).length > 0);
  }

  /** What a hit tells: one of a word that is in every section tells little. */
  _worth(term) {
    const own = ({ folded }) =>
      Object.values(folded).some((text) => Book._best(Terms.hits(term, text)) > Terms.AKIN);
    const having = this.parts.filter(own).length || this.parts.filter((part) => this._has(term, part)).length;
    return Math.log2(1 + this.parts.length / (1 + having)) / Math.log2(1 + this.parts.length);
  }

  /** A pattern for the words side by side, as they were typed; null for a single term. */
  _nearness(terms) {
    if (terms.length < 2) return null;
    const any = terms.map(({ patterns }) => `(?:${patterns.map(({ find }) => find.source).join("|")})`);
    return new RegExp(any.join("[\\s\\p{P}]{1,3}"), "u");
  }

  static _best(hits) {
    return Math.max(0, ...hits.map(({ worth }) => worth));
  }

  /** @param {Term[]} terms with their worth @returns {Place} */
  _place(part, terms, near) {
    const { heading, terms: introduced, prose, code } = part.folded;
    const place = { part, score: 0, has: 0, hits: [], codeHits: [] };
    for (const term of terms) {
      const hits = (text) => Terms.hits(term, text).map((hit) => ({ ...hit, term }));
      const [inHeading, inProse, inCode] = [hits(heading), hits(prose), hits(code)];
      // headings and bold terms tell what a text is about; a tenth hit tells less than the first
      const few = (hits) => Book._best(hits) * Math.log2(1 + Math.min(hits.length, 8));
      const inTitle = (part.anchor ? 6 : 5) * Book._best(inHeading);
      const about = Math.max(inTitle, 6.2 * Book._best(hits(introduced)));
      place.score += term.worth * (about + few(inProse) + 0.4 * few(inCode));
      place.has += inHeading.length || inProse.length || inCode.length ? 1 : 0;
      place.hits.push(...inProse);
      place.codeHits.push(...inCode);
    }
    if (near?.test(heading) || near?.test(introduced)) place.score += 3;
    if (near?.test(prose)) place.score += 2;
    const order = (a, b) => a.start - b.start;
    place.hits.sort(order);
    place.codeHits.sort(order);
    const passage = Terms.densest(place.hits, Terms.PASSAGE);
    const all = terms.reduce((sum, { worth }) => sum + worth, 0);
    if (passage.terms > 1) place.score += 4 * (passage.sum / all) ** 2; // it speaks of it all at once
    // a heading over other headings; an exercise asks
    const weight = prose ? (heading === "try it yourself" ? 0.8 : 1) : 0.5;
    return { ...place, score: weight * place.score };
  }

  /**
   * The excerpt of a place with the most hits, as a list of [words, whether marked]; prose if possible.
   * @param {Place} place
   * @returns {{code: boolean, pieces: [string, boolean][]}}
   */
  static excerpt(place, length = 210) {
    const code = !place.hits.length && place.codeHits.length > 0;
    const text = code ? place.part.code : place.part.prose;
    const hits = code ? place.codeHits : place.hits;
    const from = Terms.densest(hits, Terms.PASSAGE).hits[0]?.start ?? 0;
    const begin = text.length < 1.5 * length ? 0 : Book._begin(text, from, code);
    let end = Math.min(text.length, Math.max(begin + length, from + 40));
    if (end < text.length) end = Math.max(text.lastIndexOf(" ", end), from + 1);
    const pieces = /** @type {[string, boolean][]} */ ([]);
    if (begin > 0 && !/[.?!:\n]\s?$/.test(text.slice(0, begin))) pieces.push(["… ", false]);
    let at = begin;
    for (const hit of hits) {
      if (hit.start < at || hit.end > end) continue; // two patterns may find the same words
      pieces.push([text.slice(at, hit.start), false], [text.slice(hit.start, hit.end), true]);
      at = hit.end;
    }
    pieces.push([text.slice(at, end) + (end < text.length ? " …" : ""), false]);
    return { code, pieces };
  }

  /** Where the excerpt for a hit at `from` begins: at the start of its sentence, or at a word near it. */
  static _begin(text, from, code) {
    const before = text.slice(0, from);
    const ends = code ? /\n/g : /[.?!]\s+(?=\S)|\n/g;
    const sentence = [...before.matchAll(ends)].at(-1);
    const start = sentence ? sentence.index + sentence[0].length : 0;
    if (from - start <= 110) return start;
    return before.lastIndexOf(" ", from - 80) + 1;
  }
}
