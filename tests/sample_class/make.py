"""Write the sample class's notebooks: ``python -m tests.sample_class.make``.

The committed notebooks are what students might hand in; run this after an author changed the
assignment ``convolution``, and look at ``expected.csv`` again.
"""

import json
import re
from pathlib import Path

from course_utils.authoring.notebook import author_notebook
from tests.exercises.submissions import notebook

ROOT = Path(__file__).resolve().parent.parent.parent
SUBMITTED = Path(__file__).resolve().parent / "submitted"
ASSIGNMENT = "convolution"
HALF = ("output_size", "same_padding", "zero_pad", "conv2d_plain")
WRITTEN = "The same weights are used at every place, so an edge gives the same answer anywhere."


def author_answers() -> dict[str, str]:
    """The author's own answers: grade id → text; the written ones in a student's words."""
    source = ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.py"
    answers = {}
    for cell in json.loads(author_notebook(source))["cells"]:
        facts = cell["metadata"].get("nbgrader", {})
        if facts.get("solution"):
            text = "".join(cell["source"])
            text = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", text, flags=re.M)
            answers[facts["grade_id"]] = WRITTEN if cell["cell_type"] == "markdown" else text
    return answers


def flipped(answers: dict[str, str]) -> dict[str, str]:
    """Everything right, but the kernel is turned by half a turn before it slides."""
    turned = dict(answers)
    for name in ("conv2d_plain", "conv2d_strided", "conv2d"):
        head, body = re.split(r'(?<="""\n)', answers[name], maxsplit=1)
        turned[name] = f"{head}    kernel = kernel[::-1, ::-1]\n{body}"
    return turned


def work() -> dict[str, bytes]:
    """Student → the bytes of what they handed in."""
    answers = author_answers()
    half = {name: text for name, text in answers.items() if name in HALF}
    made = {"ada": answers, "ben": half, "cleo": flipped(answers), "dan": {}}
    files = {
        student: (json.dumps(_filled_in(given), indent=1, ensure_ascii=False) + "\n").encode()
        for student, given in made.items()
    }
    files["eve"] = files["ben"][: len(files["ben"]) // 3]  # an upload that broke off
    return files


def _filled_in(given: dict[str, str]) -> dict:
    """The exercise with these answers, the same with and without a public address to install from.

    (The cell that installs the course is the students' own affair, and moves eve's line.)
    """
    made = notebook(ASSIGNMENT, given)
    made["cells"] = [cell for cell in made["cells"] if "%pip install" not in str(cell["source"])]
    return made


def main() -> None:
    for student, content in work().items():
        path = SUBMITTED / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
