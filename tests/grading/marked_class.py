"""A class that is marked: its gradebook and results, without marking anybody."""

import csv
import json
import os
import shutil
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from course_utils.cli import main
from course_utils.grading.marks import Mark
from course_utils.grading.results.records import UNSCORED
from course_utils.grading.results.store import Result

RESULTS = {
    "ann": ("ok", ""),
    "bob": ("unreadable", "the file is empty"),
    "eve": ("stopped", "question 2 took longer than 30 s"),
    "=cmd|' /C calc'!A0": ("ok", ""),
}


@pytest.fixture(scope="module")
def gradebook_file(tmp_path_factory):
    """A gradebook with four submissions and a student who handed nothing in."""
    path = tmp_path_factory.mktemp("marked") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:
        # nbgrader calls alembic by name when it makes a gradebook
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        book = Gradebook(f"sqlite:///{path}")
    with book:
        book.add_assignment("convolution")
        book.add_notebook("convolution", "convolution")
        book.add_grade_cell("auto", "convolution", "convolution", max_score=10, cell_type="code")
        book.add_grade_cell("written", "convolution", "convolution", max_score=2, cell_type="code")
        book.add_student("ann", first_name="Zoë", last_name="Ünal;x", lms_user_id="42")
        book.add_student("dan", email="dan@example.org")
        scores = {"ann": 7.5, "bob": 0, "eve": 1 / 3, "=cmd|' /C calc'!A0": 4}
        for student, score in scores.items():
            if student != "ann":
                book.add_student(student)
            book.add_submission("convolution", student)
            auto = book.find_grade("auto", "convolution", "convolution", student)
            auto.auto_score, auto.needs_manual_grade = score, False
            written = book.find_grade("written", "convolution", "convolution", student)
            written.needs_manual_grade = student == "eve"
        book.db.commit()
    return path


@pytest.fixture
def course(tmp_path, gradebook_file, root):
    """A course's folder with that gradebook and the results that ``course grade`` kept."""
    folder = tmp_path / "_build" / "grades" / "convolution"
    folder.mkdir(parents=True)
    for number, (student, (status, message)) in enumerate(RESULTS.items()):
        score = None if status in UNSCORED else 1.0
        questions = {"auto": Mark(10, 1.0, ["no-floor"])}
        result = Result(student, "convolution", status, "", message, score, questions=questions)
        (folder / f"{number}.json").write_text(json.dumps(asdict(result)), encoding="utf-8")
    shutil.copy(root / "nbgrader_config.py", tmp_path)
    shutil.copy(gradebook_file, tmp_path)
    return tmp_path


def export(course, form, *more):
    """Run the command; return the file's lines as lists of cells."""
    output = course / "out.csv"
    words = ["--root", str(course), "export", "convolution", "--format", form]
    assert main([*words, "--output", str(output), *more]) == 0
    encoding = "utf-8-sig" if form in ("csv", "blackboard") else "utf-8"
    with output.open(encoding=encoding, newline="") as file:
        return list(csv.reader(file, strict=True))
