"""Execute a chapter again when its cells change, or a file of this course that they use.

Jupyter's cache recognises a notebook by its cells and its kernel's name. So, when a page is read,
the kernel's display name gets a fingerprint of every file that the cells use: modules of
``course_utils`` through all their imports, the data files that these name, and the pinned versions
of the environment. Sphinx gets the same list of files, so that it reads the page again.
"""

import ast
import hashlib
import re
from pathlib import Path

from course_utils.requirement import CODE_CELL

FRONT_MATTER = re.compile(r"\A---\n.*?^---$", re.DOTALL | re.MULTILINE)
KERNEL = re.compile(r"^(\s+display_name: *)(.*)$", re.MULTILINE)


def mark(app, docname, content):
    """Put the fingerprint of the files that the cells use into the notebook's front matter."""
    front = FRONT_MATTER.match(content[0])
    if not front or "kernelspec:" not in front.group():
        return
    root = Path(app.srcdir).parent
    code = "\n".join(_without_magics(cell) for _, cell in CODE_CELL.findall(content[0]))
    pins = root / "requirements.txt"
    app.env.note_dependency(str(pins))
    pinned = [line for line in pins.read_text().splitlines() if not line.lstrip().startswith("#")]
    digest = hashlib.sha256("\n".join(pinned).encode())
    for path in sorted(files_behind(code, root)):
        app.env.note_dependency(str(path))
        digest.update(f"{path.relative_to(root)}".encode() + b"\0" + path.read_bytes())
    marked = KERNEL.sub(rf"\1\2 {digest.hexdigest()[:16]}", front.group(), count=1)
    content[0] = marked + content[0][front.end() :]


def _without_magics(cell):
    """The cell's Python, without magics; "" for a cell that is not Python, which fails later."""
    code = "\n".join(line for line in cell.splitlines() if not re.match(r"\s*[%!:]", line))
    try:
        ast.parse(code)
    except SyntaxError:
        return ""
    return code


def files_behind(code, root):
    """The files of ``course_utils``, below ``root``, that Python ``code`` uses."""
    found = set()
    waiting = [(code, None)]
    while waiting:
        source, origin = waiting.pop()
        tree = ast.parse(source)
        near = set(_modules(tree, origin, root))
        if origin:
            near |= _data_files(tree, origin.parent)
        for path in near - found:
            found.add(path)
            if path.suffix == ".py":
                waiting.append((path.read_text(), path))
    return found


def _modules(tree, origin, root):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level and origin:
                package = origin.parent.relative_to(root).parts
                package = package[: len(package) - node.level + 1]
                base = ".".join([*package, *filter(None, [node.module])])
            # ``from package import Name`` may bring in package/name.py (demos: package/its_name.py)
            inner = [alias.name for alias in node.names]
            inner += [re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower() for name in inner]
            names = [base, *(f"{base}.{name}" for name in inner)]
        else:
            continue
        for name in names:
            parts = name.split(".")
            for end in range(1, len(parts) + 1):
                yield from _located(parts[:end], root)


def _located(parts, root):
    if parts[0] == "course_utils":
        path = root.joinpath(*parts)
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                yield candidate


def _data_files(tree, folder):
    """The files in the module's folder that the module names, without those for the browser."""
    names = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"\w[\w.-]*\.\w+", node.value)
    }
    paths = {folder / name for name in names if not name.endswith((".css", ".js"))}
    return {path for path in paths if path.is_file()}


def setup(app):
    """Mark each page as it is read."""
    app.connect("source-read", mark)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
