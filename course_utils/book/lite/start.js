// Starts Python for JupyterLite's kernel: the kernel loads this file in place of pyodide.js, and then
// calls loadPyodide, which it expects here.
//
// The kernel mounts the reader's notebooks as the current folder, and then imports its own modules.
// Python looks for each module in the current folder first, and each look is a request to the service
// worker. So this script imports the modules before that, and puts the current folder behind the
// installed packages; the reader's own files can still be imported.

const IMPORT = `
import sys
sys.path.remove("")
sys.path.append("")
import piplite.piplite, pyodide_kernel

# with the first figure Matplotlib warns, in red, that it looks through its fonts
import logging
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
`;

const worker = /** @type {any} */ (self);
worker.loadPyodide = async (/** @type {{indexURL: string}} */ options) => {
  worker.importScripts(new URL("pyodide.js", options.indexURL).href); // this sets loadPyodide again
  const python = await worker.loadPyodide(options);
  python.runPython(IMPORT);
  const book = new URL("../../..", options.indexURL).href; // checks link to this book
  python.runPython(`import os; os.environ["COURSE_BOOK_URL"] = ${JSON.stringify(book)}`);
  return python;
};
