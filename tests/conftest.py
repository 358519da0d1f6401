"""Fixtures for all rooms of tests: the checkout, MNIST, the built book, a server, a browser."""

import importlib.util
import os
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import settings

from course_utils.book.chromium import chromium_flags, find_chromium

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60_000  # ms until a busy machine must have drawn what a test waits for
os.environ.setdefault("MNIST_OFFLINE", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
settings.register_profile("course", deadline=None, derandomize=True)  # nothing timed, one seed
settings.load_profile("course")


def pytest_collection_modifyitems(items):
    """Put browser tests last, and try a failed one again once.

    Last: Playwright's loop stays open and would disturb notebook clients. Again: when a browser
    draws, and what a click hits, depends on how busy the machine is. The summary names each test
    that needed its second try ("RERUN"): mend it before it becomes a habit.
    """
    items.sort(key=in_browser)
    for item in filter(in_browser, items):
        item.add_marker(pytest.mark.flaky(reruns=1))


def in_browser(item: pytest.Item) -> bool:
    """Say whether a test needs a real browser."""
    return "browser" in (*item.path.parts, *item.fixturenames)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def mnist_npz() -> Path:
    """All of MNIST, where this machine has it; else the tests that need it say so."""
    path = Path(os.environ.get("MNIST_NPZ", ROOT.parent / "shared" / "data" / "mnist.npz"))
    if not path.is_file():
        pytest.skip("all of MNIST is not on this machine: set MNIST_NPZ to its mnist.npz")
    return path


@pytest.fixture(scope="session")
def book_html() -> Path:
    """The built book; built (or brought up to date) here."""
    subprocess.run([sys.executable, "-m", "course_utils.cli", "book"], cwd=ROOT, check=True)
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def serve():
    """A function folder -> URL of a loopback server; ``serve.log`` lists the requests."""
    servers = []
    log = []

    class Handler(SimpleHTTPRequestHandler):
        def log_message(self, _format, *args):
            log.append(args[0])

    def start(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}"

    start.log = log
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def browser():
    """A real Chromium (Playwright drives Debian's). A missing one is a failure, not a skip."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    path = find_chromium()
    if path is None:
        pytest.fail(
            "no Chromium on this machine; on Debian: apt-get install chromium", pytrace=False
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=chromium_flags())
        chromium.new_page = _patient(chromium.new_page)
        chromium.new_context = _patient(chromium.new_context)
        yield chromium
        chromium.close()


def _patient(make):
    """``make``, a function that opens a page or a context, with our patience and not 30 s."""

    def opened(**options):
        made = make(**options)
        made.set_default_timeout(PATIENCE)
        return made

    return opened


def script_module(name: str):
    """``scripts/<name>.py`` as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
