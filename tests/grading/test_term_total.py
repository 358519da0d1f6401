"""The term's total over all assignments."""

import csv

from nbgrader.api import Gradebook

from course_utils.cli import main
from tests.grading.marked_class import course, gradebook_file

__all__ = ["course", "gradebook_file"]  # fixtures


def test_the_terms_total_adds_up_what_is_there(course, capsys):
    """Does each student have one line, each assignment a column, and no score count as no 0?"""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        book.add_assignment("pooling")
        book.add_notebook("pooling", "pooling")
        book.add_grade_cell("p", "pooling", "pooling", max_score=4, cell_type="code")
        book.add_submission("pooling", "ann")
        grade = book.find_grade("p", "pooling", "pooling", "ann")
        grade.auto_score, grade.needs_manual_grade = 3, False
        book.db.commit()
    output = course / "term.csv"
    assert main(["--root", str(course), "export", "--output", str(output)]) == 0
    with output.open(encoding="utf-8-sig", newline="") as file:
        table = {row["student"]: row for row in csv.DictReader(file, strict=True)}
    ann, bob, eve = table["ann"], table["bob"], table["eve"]
    assert (ann["convolution"], ann["pooling"], ann["total"]) == ("7.5", "3", "10.5")
    assert (bob["total"], bob["no_score_in"]) == ("", "convolution, pooling")
    assert (eve["total"], eve["no_score_in"]) == ("0.3333", "pooling")
    assert {row["max_score"] for row in table.values()} == {"16"}
    assert "partly     eve: no score in pooling" in capsys.readouterr().out
    words = ["export", "--format", "canvas", "--output", str(output)]
    assert main(["--root", str(course), *words]) == 0
    with output.open(encoding="utf-8", newline="") as file:
        header, points, *_ = csv.reader(file)
    assert (header[5], points[5]) == ("total", "16")
