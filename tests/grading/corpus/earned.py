"""Honest work in unexpected forms: each gets the points that it earned."""

import base64

from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.grading.corpus.assignment import (
    ANSWERS,
    FULL,
    NAME,
    Case,
    as_json,
    code,
    handed_in,
    notebook,
)

FUNCTIONS = {name: text for name, text in ANSWERS.items() if name != "why"}
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
)


def _without(*names: str):
    made = notebook()
    made.cells = [
        cell
        for cell in made.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in names
    ]
    return made


def _function_above() -> Case:
    made = _without("total")
    made.cells.insert(2, new_code_cell(ANSWERS["total"], id="own"))
    return Case(handed_in(made), status="repaired")


def _two_in_one() -> Case:
    made = _without("total")
    for cell in made.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source += "\n\n" + ANSWERS["total"]
    return Case(handed_in(made))


def _all_in_one_cell() -> Case:
    made = _without(*FUNCTIONS)
    made.cells.insert(2, new_code_cell("\n\n".join(FUNCTIONS.values()), id="own"))
    return Case(handed_in(made), status="repaired")


def _in_a_module() -> Case:
    made = _without(*FUNCTIONS)
    made.cells.insert(2, new_code_cell("from mine import *", id="own"))
    module = "import numpy as np\n" + "\n\n".join(FUNCTIONS.values())
    return Case(handed_in(made) | {"mine.py": module.encode()})


def _line_ends() -> Case:
    data = as_json_text(notebook()).replace("\\n", "\\r\\n")
    return Case({f"{NAME}.ipynb": data.encode()})


def as_json_text(made) -> str:
    import json

    return json.dumps(as_json(made))


def _written_below() -> Case:
    made = notebook()
    made.cells.append(new_markdown_cell("Because it is so.", id="mine"))
    return Case(handed_in(made))


def _pasted() -> Case:
    made = notebook()
    picture = "data:image/png;base64," + PIXEL * 60_000
    made.cells[-1].source = f"before ![]({picture}) after"
    return Case(handed_in(made))


def _attachment(name: str, kind: str) -> Case:
    made = notebook()
    made.cells[-1].source = f"![s](attachment:{name}) and ![t](attachment:lost.png)"
    made.cells[-1]["attachments"] = {name: {kind: base64.b64encode(b"x").decode()}}
    return Case(handed_in(made))


def _many_files() -> Case:
    more = {f"a{number:03}.txt": b"x" for number in range(60)}
    return Case(
        handed_in(notebook()) | more | {"submission_secret.txt": b"secret"},
        status="repaired",
        says="only the first",
    )


def _beside() -> Case:
    files = handed_in(notebook()) | handed_in(notebook(), f"{NAME} (1).ipynb")
    files[f"._{NAME}.ipynb"] = b"Mac OS X"
    return Case(files, status="repaired", says="which was not marked")


CASES = {
    "earned-function-above": _function_above(),
    "earned-two-in-one": _two_in_one(),
    "earned-all-in-one-cell": _all_in_one_cell(),
    "earned-star-import": _in_a_module(),
    "earned-line-ends": _line_ends(),
    "earned-written-below": _written_below(),
    "earned-pasted-picture": _pasted(),
    "earned-gif": _attachment("кадр.gif", "image/gif"),
    "earned-webp": _attachment("my picture.webp", "image/webp"),
    "earned-many-files": _many_files(),
    "earned-beside": _beside(),
    # a terminal is not to be had behind every wall
    "earned-shell-line": code(
        "%%bash\ntrue", double="!pip --version\nnames = !ls\n" + ANSWERS["double"]
    ),
    # the course's own solution beside a right answer costs nothing; used in one, it gives nothing
    "earned-reference-beside": code(
        double="from course_utils import reference\ndef double(x):\n    return 2 * x\n"
        "assert reference.output_size(5, 3) == 3"
    ),
    "earned-reference-used": code(
        double="from course_utils.reference import output_size\ndef double(x):\n"
        "    return 2 * x * output_size(3, 3)",
        score=FULL - 2,
    ),
    # one endless function costs its own question, however many checks call it
    "earned-after-endless": code(
        total="def total(values):\n    while True:\n        pass",
        score=FULL - 2,
        status="stopped",
        says="took more than",
    ),
    # IPython broken from inside: what was earned before counts
    "earned-broken-shell": code(
        mean="""
def mean(values):
    def broken(*_, **__):
        raise RuntimeError("broken")
    get_ipython().run_cell = broken
    import os
    os._exit(1)
""",
        score=FULL - 2,
        status="stopped",
        says="exit code 1",
    ),
}
