"""An IPython shell without a kernel: it runs cells as a notebook does, outputs become messages."""

import base64
import builtins
import linecache
import subprocess
import sys
from itertools import islice

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Any, Type
from traitlets.config import Config

from course_utils.grading.guest import walls

CELL_FILE = "<ipython-input"  # how IPython names the code of a cell
_MOST_KINDS = 100  # forms of one display: text, picture …


class _Hook(DisplayHook):
    """The value of a cell's last line."""

    shell: Any

    def write_output_prompt(self):
        """No ``Out[n]:`` in the text."""

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.tell(
            {"type": "result", "data": _texts(format_dict), "metadata": _plain(md_dict)}
        )

    def finish_displayhook(self):
        self._is_active = False


class _Publisher(DisplayPublisher):
    """What ``display`` and Matplotlib show."""

    shell: Any

    def publish(self, data, metadata=None, source=None, **_):
        self.shell.tell({"type": "display", "data": _texts(data), "metadata": _plain(metadata)})

    def clear_output(self, wait=False):
        """Keep earlier outputs: nobody watches an animation here."""


class Shell(InteractiveShell):
    """``tell(header)`` receives every output except printed text."""

    tell = Any()
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def enable_gui(self, gui=None):
        """There is no screen."""

    def system_piped(self, cmd):
        """Run a line that begins with "!"; IPython would ask for a terminal, and there is none."""
        sys.stdout.flush()
        command = self.var_expand(cmd, depth=1)
        done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL, check=False)
        self.user_ns["_exit_code"] = done.returncode

    system = system_piped

    def getoutput(self, cmd, split=True, depth=0):
        """The output of a command, as in ``names = !ls``."""
        done = subprocess.run(
            self.var_expand(cmd, depth=depth + 1),
            shell=True,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        return SList(done.stdout.splitlines()) if split else LSString(done.stdout)

    def showtraceback(self, *args, **kwargs):
        """IPython's own, with some memory in reserve: a traceback needs it when memory ran out."""
        if isinstance(sys.exc_info()[1], MemoryError):
            walls.use_reserve()
        super().showtraceback(*args, **kwargs)

    def _showtraceback(self, etype, evalue, stb):
        try:
            message = str(evalue)
        except Exception:
            message = ""
        self.tell(
            {
                "type": "error",
                "ename": str(etype.__name__)[:100],
                "evalue": message[:4000],
                "traceback": [str(line)[:20000] for line in stb][:200],
            }
        )


def make_shell(tell, plots=True) -> Shell:
    """A fresh shell, in which ``input()`` raises: nobody is there to type.

    ``plots``: whether Matplotlib draws in it, where that is imported already.
    """
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config, tell=tell)  # so that display() finds it
    builtins.input = _no_input
    if plots and "matplotlib.pyplot" in sys.modules:  # preloaded before there was a shell
        from matplotlib_inline.backend_inline import configure_inline_support

        configure_inline_support(shell, "module://matplotlib_inline.backend_inline")
    return shell


def rehearse() -> None:
    """Run two cells in a shell that is thrown away, before this process forks.

    IPython imports a part of itself only for a shell, for a cell or for an error, and Python's
    tokenizer compiles its patterns then. That takes a twentieth of a second; so each fork has it
    done. What such a shell leaves behind in this process is put back.
    """
    main, read, path = sys.modules["__main__"], builtins.input, list(sys.path)
    shell = make_shell(lambda header: None, plots=False)
    for source in ("1", "1 / 0"):
        shell.run_cell(source)
    Shell.clear_instance()
    sys.modules["__main__"], builtins.input, sys.path[:] = main, read, path
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)
    linecache.clearcache()


def _no_input(prompt=""):
    raise RuntimeError("input() waits for a person, and nobody is there while work is marked")


def _texts(data) -> dict:
    """The MIME bundle ``data`` as text only: bytes (a picture) become base64."""
    texts = {}
    for mime, value in islice(dict(data).items(), _MOST_KINDS):
        if isinstance(value, bytes):
            value = base64.b64encode(value).decode()
        if isinstance(value, str):
            texts[str(mime)[:100]] = value
    return texts


def _plain(metadata) -> dict:
    kinds = (str, int, float, bool)
    few = islice(dict(metadata or {}).items(), _MOST_KINDS)
    return {k: v for k, v in few if isinstance(v, kinds)}
