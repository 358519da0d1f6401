"""Make pictures of the built book: the README's demo, the picture for links, the touch icon.

Run it after ``make book``: ``.venv/bin/python scripts/picture_of_demo.py``. It needs Chromium.
"""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import sync_playwright

from course_utils.book.chromium import chromium_flags, find_chromium

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "_build" / "html"
PICTURE = ROOT / "book" / "_static" / "demo.png"
STATIC = ROOT / "book" / "_theme" / "static"
SHARED = {"width": 1200, "height": 630}  # the size that sites use for the picture of a link
TOUCH = 180  # pixels: the icon of a page on a phone's screen
STEPS = 4  # so many steps from the first place of the kernel


def main() -> None:
    """Open the pages, answer the demo's question, go a few steps on, take the pictures."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(BOOK))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=chromium_flags(),
        )
        page = browser.new_page(
            viewport={"width": 1280, "height": 1000},
            reduced_motion="reduce",
            device_scale_factor=1.5,
        )
        page.goto(f"http://127.0.0.1:{server.server_port}/03_shared_weights.html")
        demo = page.locator(".cnn-demo-output").first
        demo.scroll_into_view_if_needed()
        demo.get_by_role("textbox").first.fill("3")
        page.keyboard.press("Enter")
        for _ in range(STEPS):
            demo.get_by_role("button", name="Next").click()
        page.mouse.move(0, 0)
        demo.screenshot(path=PICTURE)
        page = browser.new_page(viewport=SHARED, reduced_motion="reduce")
        page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
        page.locator(".cnn-demo").first.wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=STATIC / "share.png")
        page = browser.new_page(viewport={"width": TOUCH, "height": TOUCH})
        icon = (STATIC / "icon.svg").read_text("utf-8")
        style = "body { margin: 0; background: #fdfcf9 } svg { padding: 10%; width: 80% }"
        page.set_content(f"<style>{style}</style>{icon}")
        page.screenshot(path=STATIC / "touch-icon.png")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
