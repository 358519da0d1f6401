// The bar above a notebook in the browser: where the work is kept, and two buttons: download it,
// and start again from the original. A JupyterLab extension, written as the container that
// JupyterLab loads (init, get), so that it needs no bundler. site.py puts it into the built site.
//
// Each notebook of the site has in its metadata, as `given`, the facts of how it was handed out: its
// file name, a version of its text, and its own metadata. The student's copy keeps them, so the bar
// can tell when a copy was made from another version than the site's, which never overwrites it.

(() => {
  const STYLE = new URL("work.css", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const STARTED = "cnn-course-started-again"; // the key of the sentence to show after the page reloads
  let scope;

  /** A module that JupyterLab shares with its extensions, by its package's name. */
  const shared = async (name) => (await Object.values(scope[name])[0].get())();

  /** Whether a notebook (nbformat's JSON) is an assignment: some of its cells are graded. */
  const isAssignment = (notebook) => notebook.cells.some((cell) => cell.metadata.nbgrader?.grade);

  /** The notebook to hand in: as it was handed out, with the student's cells, without this site's facts. */
  const handIn = (notebook) => ({ ...notebook, metadata: notebook.metadata.given.metadata });

  /** The site's own notebook, never the student's copy. Throws an Error that says what failed. */
  async function original(files, name) {
    const answer = await fetch(`${files}/${encodeURIComponent(name)}`, { cache: "no-cache" });
    if (!answer.ok) throw new Error(`the site answered ${answer.status} for ${name}`);
    return answer.json();
  }

  /** Give the reader a file to keep. */
  function download(notebook, name) {
    const text = `${JSON.stringify(notebook, null, 1)}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  /** A name that no earlier copy has: convolution-2026-11-27-10.45.12.ipynb. */
  function nameOfCopy(name, now) {
    const two = (number) => String(number).padStart(2, "0");
    const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
    const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(".");
    return `${name.replace(/\.ipynb$/, "")}-${day}-${time}.ipynb`;
  }

  /** Put the bar above the notebook of `panel`. The second argument: what the plugin below gets. */
  function addBar(panel, { contents, files, Widget, Dialog, showDialog }) {
    const { context } = panel;
    const given = () => context.model.getMetadata("given");
    if (!given()) return; // not one of the site's notebooks
    const { name } = given();
    const assignment = isAssignment(context.model.toJSON());

    const node = document.createElement("section");
    node.className = "cnn-work";
    node.setAttribute("aria-label", "Your work");
    const kept = document.createElement("p");
    const news = document.createElement("p");
    news.setAttribute("role", "status");
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = label;
      made.addEventListener("click", () =>
        act().catch((/** @type {Error} */ error) => {
          news.textContent = `That did not work (${error.message}). Your work is as it was.`;
        }),
      );
      return made;
    };

    let touched = false; // has anything changed since the notebook was opened?
    const sayKept = () => {
      const time = new Date(context.contentsModel.last_modified).toLocaleTimeString([], {
        hour: "2-digit",
        minute: "2-digit",
      });
      const state = context.model.dirty ? " Not saved yet." : ` Saved at ${time}.`;
      kept.textContent = `Your work is kept in this browser, on this computer only.${touched ? state : ""}`;
    };
    const changed = () => {
      if (context.model.dirty && !touched) {
        touched = true;
        navigator.storage?.persist?.(); // ask the browser not to delete the work by itself
      }
      sayKept();
    };

    const keep = async () => {
      await context.save();
      download(handIn(context.model.toJSON()), name);
      news.textContent = assignment
        ? `Hand in the file ${name}, under its own name.`
        : `${name} is among your downloads.`;
    };

    const startAgain = async () => {
      const copy = nameOfCopy(name, new Date());
      const { button } = await showDialog({
        title: "Start again from the original?",
        body:
          `The notebook becomes as the course gives it out now, and Python starts anew. ` +
          `What you have written so far stays in the list of your notebooks, as ${copy}.`,
        buttons: [
          Dialog.cancelButton({ label: "Keep my work" }),
          Dialog.warnButton({ label: "Start again" }),
        ],
        defaultButton: 0,
      });
      if (!button.accept) return;
      await original(files, name); // first, so that a failure changes nothing
      await context.save();
      await contents.save(copy, {
        type: "notebook",
        format: "json",
        content: context.model.toJSON(),
      });
      // without the reader's copy, the site's original opens
      await contents.delete(context.path);
      sessionStorage.setItem(STARTED, `This is the original. Your earlier work is in ${copy}.`);
      location.reload();
    };

    const buttons = document.createElement("div");
    buttons.append(
      button(assignment ? "Download to hand in" : "Download a copy", keep),
      button("Start again from the original", startAgain),
    );
    node.append(kept, buttons, news);
    const widget = new Widget();
    widget.node.append(node);
    panel.contentHeader.addWidget(widget);
    // JupyterLab's layout takes a widget's height only from min-height in its style
    const fit = new ResizeObserver(() => {
      widget.node.style.minHeight = `${node.offsetHeight}px`;
      panel.contentHeader.fit();
    });
    fit.observe(node);
    panel.disposed.connect(() => fit.disconnect());

    context.model.stateChanged.connect(changed);
    context.saveState.connect((_, state) => state === "completed" && sayKept());
    original(files, name).then(
      (now) => {
        if (now.metadata.given.version !== given().version)
          news.textContent =
            "The course has published a newer version of this notebook. Yours is untouched: it is " +
            "still the earlier one. To get the new one, start again from the original, and copy " +
            "your answers over.";
      },
      () => {}, // no network: whether there is a newer version is not known
    );
    sayKept();
    news.textContent = sessionStorage.getItem(STARTED) ?? "";
    sessionStorage.removeItem(STARTED);
  }

  async function plugin() {
    const [{ INotebookTracker }, { Widget }, { Dialog, showDialog }, { PageConfig, URLExt }] =
      await Promise.all(
        ["@jupyterlab/notebook", "@lumino/widgets", "@jupyterlab/apputils", "@jupyterlab/coreutils"].map(
          shared,
        ),
      );
    return {
      id: "cnn-course-work:bar",
      autoStart: true,
      optional: [INotebookTracker], // the page with the list of notebooks has no tracker
      activate: (app, tracker) => {
        const style = document.createElement("link");
        style.rel = "stylesheet";
        style.href = STYLE.href;
        document.head.append(style);
        const { contents } = app.serviceManager;
        const files = URLExt.join(PageConfig.getBaseUrl(), "files");
        tracker?.widgetAdded.connect(async (_, panel) => {
          await panel.context.ready;
          addBar(panel, { contents, files, Widget, Dialog, showDialog });
        });
      },
    };
  }

  const page = /** @type {any} */ (window);
  page._JUPYTERLAB ??= {};
  page._JUPYTERLAB["cnn-course-work"] = {
    init: (shareScope) => {
      scope = shareScope;
    },
    get: async () => {
      const made = { __esModule: true, default: await plugin() };
      return () => made;
    },
  };
})();
