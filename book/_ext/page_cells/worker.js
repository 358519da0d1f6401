/** Python in a Worker: started by the first message, then one run for each message. */

/** @type {any} */
let page = null;
let loaded = 0;
let told = 0;

/** Count the bytes that arrive, so that the page can show the progress. */
const plainFetch = self.fetch.bind(self);
self.fetch = async (...what) => {
  const answer = await plainFetch(...what);
  if (!answer.ok || !answer.body) return answer;
  const counted = answer.body.pipeThrough(
    new TransformStream({
      transform(chunk, onward) {
        loaded += chunk.byteLength;
        if (loaded - told > 250_000) {
          told = loaded;
          self.postMessage({ loaded });
        }
        onward.enqueue(chunk);
      },
    }),
  );
  const { status, statusText, headers } = answer;
  return new Response(counted, { status, statusText, headers });
};

/** @param {string} base where Pyodide's files are @param {string[]} cells the chapter's code */
async function start(base, cells) {
  const { loadPyodide } = await import(`${base}pyodide.mjs`);
  const python = await loadPyodide({ indexURL: base });
  const book = new URL("../../..", base).href; // checks link to this book
  python.runPython(`import os; os.environ["COURSE_BOOK_URL"] = ${JSON.stringify(book)}`);
  await python.loadPackage("cnn-course", { messageCallback: () => {} });
  self.postMessage({ loaded: Infinity });
  python.globals.set("_cells", python.toPy(cells));
  page = python.runPython("from course_utils.page_cells import PageCells\nPageCells(_cells)");
}

self.addEventListener("message", async ({ data }) => {
  try {
    if (!page) {
      await start(data.base, data.cells);
      self.postMessage({ ready: true });
    }
    self.postMessage({ result: JSON.parse(page.run(data.before, data.code, data.gap)) });
  } catch (error) {
    self.postMessage({ failed: String(error).trim().split("\n").pop() });
  }
});
