"""Sphinx extension: a demo's output becomes its static picture, and scripts that make it live.

A widget's output has ``MIME`` (course_utils/widgets/base.py) with the module's name, the state and
an SVG. It becomes a ``div.cnn-slot`` with the picture, and the state as JSON. Pages with a slot
also get demo.css; host.js, which imports the module when the slot comes near the screen; and
still.js, which says why the demo stays a picture where host.js cannot be loaded.
"""

import json
import shutil
from collections import Counter
from pathlib import Path

import minify
from docutils import nodes
from myst_nb.core.render import MimeData, MimeRenderPlugin, load_mime_renders
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx

from course_utils.widgets import training_digits
from course_utils.widgets.base import HERE, MIME, style
from course_utils.widgets.network import FILE as NETWORK
from course_utils.widgets.photo import FILE as PHOTO

OWN = Path(__file__).parent
HOMES = {HERE: "course_utils/widgets", OWN: "book/_ext/demos"}
TYPES = {".js": "text/javascript", ".css": "text/css"}


def slot(demo: dict, root: str = "", name: str = "") -> str:
    """Return the HTML of one demo's slot, with the id ``name``.

    ``root``: the relative address from its page to the first page.
    """
    state = json.dumps(demo["state"], ensure_ascii=False, separators=(",", ":"))
    state = state.replace("</", r"<\/")  # no text in it may close the script
    limits = json.dumps(demo["limits"], ensure_ascii=False, separators=(",", ":"))
    limits = limits.replace("&", "&amp;").replace("'", "&#39;")
    return (
        f'<div class="cnn-slot" id="{name}" data-module="{demo["module"]}" data-root="{root}" '
        f"data-limits='{limits}'>"
        f'<script type="application/json">{state}</script>'
        f'<div class="cnn-picture">{demo["picture"]}</div></div>'
    )


class DemoRenderer(MimeRenderPlugin):
    """Makes the slot of one demo; MyST-NB prefers it to every other form of the output."""

    mime_priority_overrides = (("*", MIME, 0),)

    @staticmethod
    def handle_mime(renderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Return the slot as raw HTML, or None for other MIME types."""
        if data.mime_type != MIME or inline:
            return None
        env = renderer.renderer.sphinx_env
        root = "../" * env.docname.count("/")
        module = data.content["module"].replace("_", "-")
        seen = env.temp_data.setdefault("demos", Counter())  # of this page
        seen[module] += 1
        name = f"demo-{module}" + (f"-{seen[module]}" if seen[module] > 1 else "")
        html = slot(data.content, root, name)
        return [nodes.raw("", html, format="html", classes=["cnn-demo-output"])]


def _forget_widget_state(app: Sphinx, doctree: nodes.document) -> None:
    """Drop the state for ipywidgets' own manager, and the scripts that would load it.

    They take 3.6 MB for each page, and would be loaded from another host.
    """
    scripts = NbMetadataCollector.get_js_files(app.env, app.env.docname)
    for key in [key for key in scripts if key.startswith("ipywidgets_")]:
        del scripts[key]


def _equip(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document) -> None:
    """Add the style and the scripts to a page with a slot; other pages get nothing."""
    if doctree and any("cnn-demo-output" in raw["classes"] for raw in doctree.findall(nodes.raw)):
        app.add_css_file("demos/demo.css")
        app.add_js_file("demos/host.js", type="module")
        app.add_js_file("demos/still.js", loading_method="defer")


def copy_files(folder: Path) -> None:
    """Put the demos' modules, their style and the host script into ``folder``, packed.

    The network, the photo and the digits, which demos load themselves, are copied, too. Packed
    means without comments and with short local names: a demo's scripts then take under 13 kB.
    Each file begins with a comment that names the readable file from which it is made; Jupyter gets
    that file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = {path: path.read_text("utf-8") for path in (*HERE.glob("*.js"), *OWN.glob("*.js"))}
    texts[HERE / "demo.css"] = style()  # with what each demo adds
    for source, text in texts.items():
        packed = minify.string(TYPES[source.suffix], text)
        origin = f"/* packed from {HOMES[source.parent]}/{source.name} */\n"
        (folder / source.name).write_text(origin + packed, encoding="utf-8")
    for file in (NETWORK, PHOTO):
        shutil.copy(file, folder)
    (folder / training_digits.NAME).write_bytes(training_digits.packed())


def _copy(app: Sphinx) -> None:
    """Copy the files before any page names them: their addresses have a checksum."""
    if app.builder.format == "html":
        copy_files(Path(app.outdir) / "_static" / "demos")


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    renderers = load_mime_renders()  # cached, so this list is the registry; else an entry point
    if DemoRenderer not in renderers:
        renderers.append(DemoRenderer)
    app.connect("doctree-read", _forget_widget_state)
    app.connect("html-page-context", _equip)
    app.connect("builder-inited", _copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
