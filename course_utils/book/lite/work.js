// The bar above a notebook in the browser: where the work is kept, whether Python is still starting,
// the way back to the book, and two buttons: download the work, and start again from the original.
// It also makes JupyterLab's own "Interrupt the kernel" stop an endless loop. A JupyterLab extension,
// written as the container that JupyterLab loads (init, get), so that it needs no bundler. site.py
// puts it into the built site.
//
// Each notebook of the site has in its metadata, as `given`, the facts of how it was handed out: its
// file name, a version of its text, and its own metadata. The student's copy keeps them, so the bar
// can tell when a copy was made from another version than the site's, which never overwrites it.

(() => {
  const STYLE = new URL("work.css", /** @type {HTMLScriptElement} */ (document.currentScript).src);
  const STARTED = "cnn-course-started-again"; // the key of the sentence to show after the page reloads
  const TURN = "09_your_turn.html"; // the page of the book that hands out the assignments
  const LONG = 10; // seconds of one run, after which the bar says how to stop it
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

  /** Say in `place` that Python of the notebook `panel` starts, or that a run takes long. */
  function watchPython(panel, place) {
    const session = panel.sessionContext;
    let long = 0;
    const look = () => {
      const status = session.session?.kernel?.status;
      clearTimeout(long);
      place.textContent = ["idle", "busy"].includes(status)
        ? ""
        : "Python is starting, which takes up to half a minute. ";
      if (status !== "busy") return;
      long = setTimeout(() => {
        place.textContent = "Python is still at work. If a loop never ends, press ■ above. ";
      }, LONG * 1000);
    };
    session.statusChanged.connect(look);
    session.kernelChanged.connect(look);
    panel.disposed.connect(() => clearTimeout(long));
    look();
  }

  /** Ask whether to end Python, which in a browser cannot be interrupted, and start it anew. */
  async function stopPython(session, { Dialog, showDialog }) {
    if (session.session?.kernel?.status !== "busy") return;
    const { button } = await showDialog({
      title: "Stop Python?",
      body:
        "In a browser Python can be stopped only by starting it anew. What you have written stays. " +
        "Then mend the loop, and run the cells from the top again: Run → Run All Above Selected Cell.",
      buttons: [Dialog.cancelButton({ label: "Let it run" }), Dialog.warnButton({ label: "Stop it" })],
    });
    if (button.accept) await session.restartKernel();
  }

  /** Let a double click on a written answer put the keyboard into it, and not only open it. */
  function typeAtOnce(panel, commands) {
    const open = (event) => {
      if (event.target.closest(".jp-MarkdownCell"))
        requestAnimationFrame(() => commands.execute("notebook:enter-edit-mode"));
    };
    // before JupyterLab's own listener, which takes the text that was clicked out of the page
    panel.content.node.addEventListener("dblclick", open, true);
  }

  /** Put the bar above the notebook of `panel`. The second argument: what the plugin below gets. */
  function addBar(panel, { contents, files, book, Widget, Dialog, showDialog }) {
    const { context } = panel;
    const given = () => context.model.getMetadata("given");
    if (!given()) return; // not one of the site's notebooks
    const { name } = given();
    const assignment = isAssignment(context.model.toJSON());

    const node = document.createElement("section");
    node.className = "cnn-work";
    node.setAttribute("aria-label", "Your work");
    const state = document.createElement("p");
    const python = document.createElement("span");
    python.setAttribute("role", "status");
    const kept = document.createElement("span");
    state.append(python, kept);
    watchPython(panel, python);
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
      const saved = context.model.dirty ? " Not saved yet." : ` Saved at ${time}.`;
      kept.textContent = `Your work is kept in this browser, on this computer only.${touched ? saved : ""}`;
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

    const back = document.createElement("a");
    back.href = new URL(assignment ? TURN : name.replace(/\.ipynb$/, ".html"), book).href;
    back.target = "_blank"; // here Python and what it knows go on
    back.textContent = "The book";
    const buttons = document.createElement("div");
    buttons.append(
      back,
      button(assignment ? "Download to hand in" : "Download a copy", keep),
      button("Start again from the original", startAgain),
    );
    node.append(state, buttons, news);
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
        const book = new URL("..", new URL(PageConfig.getBaseUrl(), location.href));
        tracker?.widgetAdded.connect(async (_, panel) => {
          await panel.context.ready;
          typeAtOnce(panel, app.commands);
          addBar(panel, { contents, files, book, Widget, Dialog, showDialog });
        });
        app.commands.commandExecuted.connect((_, { id }) => {
          const session = tracker?.currentWidget?.sessionContext;
          if (id === "notebook:interrupt-kernel" && session)
            stopPython(session, { Dialog, showDialog });
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
