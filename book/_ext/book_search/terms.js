// Make patterns from what a reader types: numbers, sizes, shapes, phrases, words.
// No module: the search also works in pages that are opened from a folder.
"use strict";

/**
 * One search term: the text as typed, the patterns that find it (each with the worth of a hit), and the
 * word itself if it is a word, since only words may be misspelt.
 * `worth`: what a hit tells, in this book.
 * @typedef {{typed: string, patterns: {find: RegExp, worth: number}[], word: string, worth?: number}} Term
 * @typedef {{start: number, end: number, worth: number}} Hit
 */

class Terms {
  static LETTER = "[\\p{L}\\p{N}]";
  // endings, which are no part of the stem
  static ENDING = /(?:ations?|ances?|ants?|ences?|ents?|ions?|ings?|ly|ed|es|s|e)$/;
  static STEM = 0.6; // what a hit of a word's stem is worth
  static AKIN = 0.5; // and of another word for the same
  static FILLERS = new Set(
    (
      "a about after an and are as at bad be between by can come comes did difference do does doing " +
      "down for from get gets go goes good happens has have how i if in instead into is it its like " +
      "many me mean means much must my need no not number numbers of on only or our set should so " +
      "still than that the then there this to too up use used using versus very vs was we were what " +
      "when where which why will with would you your"
    ).split(" "),
  );
  static PASSAGE = 150; // letters that are read at a glance
  // asks for a number or a formula, which the page need not say in these words
  static ASKING = new Set(["calculate", "compute", "count", "formula", "how many", "number of"]);
  static PHRASES = new RegExp(
    `((?<!\\S)(?:${SYNONYMS.flat()
      .filter((word) => /[\s-]/.test(word))
      .map((word) => word.replace(/[\s-]/g, "[\\s-]"))
      .join("|")})(?![\\p{L}\\p{N}]))`,
  );
  // the order counts: a text that does not fit one kind may fit the next
  static KINDS = new RegExp(
    [
      /["“]([^"”]+)["”]/, // a phrase in quotes
      /\(\s*(\w+(?:\s*,\s*\w+)*)\s*,?\s*\)/, // a shape
      /(\d+(?:\s*[×x]\s*\d+)+)/, // sizes: 3×3, 3x3
      Terms.PHRASES, // several words that are one term: fully connected
      /(\d{1,3}(?:[,\u00a0\u202f']\d{3})+(?![\d])|\d+(?:\.\d+)?)(?![\p{L}\d_])/u, // a number
      /(\S+)/, // a word
    ]
      .map(({ source }) => source)
      .join("|"),
    "gu",
  );

  /** The text in small letters without accents; each letter keeps its position. */
  static fold(text) {
    return text.toLowerCase().replace(/[^\x00-\x7f]/g, (letter) => {
      const bare = letter.normalize("NFD").replace(/\p{M}/gu, "");
      return bare.length === letter.length ? bare : letter;
    });
  }

  /** The terms of what was typed. Filler words count only where there are no others. */
  static read(query) {
    const terms = [...Terms.fold(query.normalize("NFC")).matchAll(Terms.KINDS)]
      .map(([whole, quoted, shape, size, words, number, word]) => {
        if (quoted) return Terms.phrase(quoted);
        if (shape?.includes(",")) return Terms.shape(whole, shape.split(/\s*,\s*/));
        if (size) return Terms.size(size.split(/\s*[×x]\s*/));
        if (number) return Terms.number(number);
        return Terms.word(words ?? word ?? shape);
      })
      .filter((term) => term !== null);
    const telling = terms.filter((term) => !Terms.FILLERS.has(term.word));
    return telling.length ? telling : terms;
  }

  static pattern(source, worth = 1) {
    return { find: new RegExp(source, "gu"), worth };
  }

  static escaped(text) {
    return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  }

  static phrase(text) {
    const words = text.trim().split(/\s+/).map(Terms.escaped);
    return { typed: text, word: "", patterns: [Terms.pattern(words.join("[\\s-]+"))] };
  }

  /** (28, 28) also finds the beginning of (28, 28, 1), and 28×28, which means the same. */
  static shape(typed, sides) {
    const tuple = `[(\\[]\\s*${sides.join("\\s*,\\s*")}\\s*(?=[,)\\]])`;
    return {
      typed,
      word: "",
      patterns: [Terms.pattern(tuple), Terms.pattern(Terms.sides(sides), 0.5)],
    };
  }

  static sides(sides) {
    return `(?<![\\p{L}\\d]|[×x]\\s?)${sides.join("\\s?[×x]\\s?")}(?!\\d)`;
  }

  static size(sides) {
    return { typed: sides.join("×"), word: "", patterns: [Terms.pattern(Terms.sides(sides))] };
  }

  /** 18496 and 18,496 are one number; 1849 is another. */
  static number(typed) {
    const [whole, fraction] = typed.replace(/[^\d.]/g, "").split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "[,\\u00a0\\u202f]?");
    const source = `(?<!\\d|\\d[.,])${grouped}${fraction ? `\\.${fraction}` : ""}(?![.,]?\\d)`;
    return { typed, word: "", patterns: [Terms.pattern(source)] };
  }

  /** A word, and words that begin like it or like its stem (dilated, dilation), but no middle of a word. */
  static word(typed) {
    const word = typed.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    if (!word) return null;
    const source = (text) => `(?<!${Terms.LETTER})${Terms.spelt(text)}`;
    const patterns = [Terms.pattern(`${source(word)}(?!${Terms.LETTER})`)];
    if (word.length > 2) patterns.push(Terms.pattern(`${source(word)}${Terms.LETTER}+`, 0.7));
    const stem = word.replace(Terms.ENDING, "");
    if (/[^aeiou]y$/.test(word)) {
      patterns.push(Terms.pattern(`${source(word.slice(0, -1))}ie[rsd]`, 0.7)); // early, earlier
    }
    if (stem.length > 3 && stem !== word) {
      const ending = Terms.escaped(word.slice(stem.length));
      patterns.push(Terms.pattern(`${source(stem)}(?!${ending})${Terms.LETTER}*`, Terms.STEM));
    }
    for (const other of Terms.akin(word)) {
      const rest = other.length > 3 ? `${Terms.LETTER}*` : `(?!${Terms.LETTER})`;
      patterns.push(Terms.pattern(source(other) + rest, Terms.AKIN));
    }
    return { typed: word, word: /^\p{L}+(?:-\p{L}+)*$/u.test(word) ? word : "", patterns };
  }

  /** The pattern of a word in both spellings, British and American. */
  static spelt(text) {
    return Terms.escaped(text)
      .replace(/[-‐‑]/g, "[-‐‑\\s]?")
      .replace(/ /g, "[-\\s]")
      .replace(/=/g, "\\s?=\\s?")
      .replace(/i[sz](?=e|ing|a|$)/g, "i[sz]")
      .replace(/colou?r/g, "colou?r")
      .replace(/^gr[ae]y/, "gr[ae]y")
      .replace(/cent(?:er|re)/, "cent(?:er|re)");
  }

  /** The word of which a definition is asked, as the glossary has it; "" if none is. */
  static asksWhat(query) {
    const asking = /^\s*(?:what(?:['’]s| is| are)|definition of|define)\s+(?:an? |the )?(.+?)s?[\s?]*$/;
    return Terms.fold(query).match(asking)?.[1] ?? "";
  }

  /** Other words for the same (see synonyms.js). */
  static akin(word) {
    const own = word.replace(/-/g, " ").replace(/iz(?=e|ing|a)/, "is");
    const forms = [own, own.replace(/s$/, ""), own.replace(/d$/, "")];
    const has = (line) => line.some((other) => forms.includes(other.replace(/-/g, " ")));
    return SYNONYMS.filter(has)
      .flat()
      .filter((other) => !forms.includes(other));
  }

  /** The places of a term in a folded text, in order. @returns {Hit[]} */
  static hits(term, text) {
    const found = term.patterns.flatMap(({ find, worth }) =>
      [...text.matchAll(find)].map((match) => ({
        start: match.index,
        end: match.index + match[0].length,
        worth,
      })),
    );
    return found.sort((a, b) => a.start - b.start);
  }

  /**
   * Of the hits, those of the passage that says most of what was asked, at most `width` letters long: as
   * many terms as possible, then as many hits. `sum`: what its `terms` different terms tell.
   * @param {(Hit & {term: Term})[]} hits in order
   */
  static densest(hits, width) {
    let best = { worth: 0, terms: 0, sum: 0, hits: /** @type {(Hit & {term: Term})[]} */ ([]) };
    for (const [index, { start }] of hits.entries()) {
      const within = hits.slice(index).filter((hit) => hit.end <= start + width);
      const most = new Map();
      for (const { term, worth } of within) most.set(term, Math.max(worth, most.get(term) ?? 0));
      const sum = [...most].reduce((all, [term, worth]) => all + worth * (term.worth ?? 1), 0);
      const worth = sum + 0.02 * within.length;
      if (worth > best.worth) best = { worth, terms: most.size, sum, hits: within };
    }
    return best;
  }

  /**
   * The words that the reader may have meant by `word`: with one letter too many, missing or wrong, or two
   * letters exchanged; in a long word two such slips. Of several words, those with the fewest slips (none
   * with more than `limit`), and of kernel and kernels the first, which finds both.
   */
  static meant(word, vocabulary, limit = 2) {
    const most = Math.min(limit, word.length < 4 ? 0 : word.length < 8 ? 1 : 2);
    let best = most;
    let meant = [];
    for (const other of vocabulary) {
      if (Math.abs(other.length - word.length) > best) continue;
      const slips = Terms.slips(word, other);
      if (slips > best) continue;
      if (slips < best) meant = [];
      best = slips;
      meant.push(other);
    }
    const longer = (word) => meant.some((other) => other !== word && word.startsWith(other));
    return most ? meant.filter((word) => !longer(word)) : [];
  }

  /** How many slips lead from one word to the other (optimal string alignment). */
  static slips(one, other) {
    let before = [];
    let last = Array.from({ length: other.length + 1 }, (_, j) => j);
    for (let i = 1; i <= one.length; i++) {
      const now = [i];
      for (let j = 1; j <= other.length; j++) {
        const same = one[i - 1] === other[j - 1];
        now[j] = Math.min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
          now[j] = Math.min(now[j], before[j - 2] + 1);
      }
      [before, last] = [last, now];
    }
    return last[other.length];
  }
}
