"""Files of marks, read as each system reads them: by its importer's code or its documentation.

No such system was asked: what its rules are is written here a second time, and independently.
Canvas: ``lib/gradebook_importer.rb``. Moodle: ``grade/import/csv/classes/load_data.php``, and for
the worksheet ``mod/assign/feedback/offline``. Brightspace:
https://community.d2l.com/brightspace/kb/articles/3538-importing-grades. Blackboard: "Upload grades"
in its help for instructors. Each function returns ``Marks``; an empty or "-" cell is no mark: None.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Marks:
    """A column: its title, its maximum where the file says it, and ``of``: person → mark."""

    title: str
    most: float | None
    of: dict[str, float | None]


def lines_of(path: Path, encoding: str = "utf-8") -> list[list[str]]:
    """The cells of each line; all lines must be as long as the first."""
    with path.open(encoding=encoding, newline="") as file:
        lines = list(csv.reader(file, strict=True))
    assert {len(line) for line in lines} == {len(lines[0])}
    return lines


def canvas_reads(path: Path) -> Marks:
    """By ``SIS Login ID``, which Canvas tries where its own ``ID`` is empty."""
    header, *rows = lines_of(path)
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert re.search(r"SIS\s+User\s+ID", header[2])
    assert re.search(r"SIS\s+Login\s+ID", header[3])
    assert "Section" in header[4], "the last column about the person"
    ignored = r"(Current|Final) (Score|Points|Grade)|Override (Score|Grade|Status)"
    (title,) = [each for each in header[5:] if not re.search(ignored, each)]
    most, marks = None, {}
    for row in rows:
        assert re.fullmatch(r"\d*", row[1]), "Canvas's own number"
        if "Points Possible" in row[0]:
            most = float(row[5])
        else:
            marks[row[3]] = _number(row[5])
    return Marks(title, most, marks)


def moodle_reads(path: Path) -> Marks:
    """By user name, as when the teacher maps "Username" to it. One unknown grade stops all."""
    header, *rows = lines_of(path)
    (title,) = header[5:]
    assert all(row[0] for row in rows), "a line without a user stops the import"
    return Marks(title, None, {row[0]: _number(row[5]) for row in rows})


def worksheet_reads(path: Path) -> Marks:
    """By participant ("Participant 4200"); the maximum is the one that Moodle wrote there."""
    header, *rows = lines_of(path)
    at = {title: header.index(title) for title in ("Identifier", "Grade", "Maximum Grade")}
    assert "Last modified (grade)" in header
    (most,) = {float(row[at["Maximum Grade"]]) for row in rows}
    marks = {row[at["Identifier"]]: _number(row[at["Grade"]]) for row in rows}
    assert all(mark is None or 0 <= mark <= most for mark in marks.values()), "it is left out"
    return Marks("Grade", most, marks)


def brightspace_reads(path: Path) -> Marks:
    """By ``Username``; a column of points is called after the grade item, and "#" ends a line."""
    header, *rows = lines_of(path)
    assert header[0] == "Username"
    assert header[-1] == "End-of-Line Indicator"
    assert {row[-1] for row in rows} == {"#"}
    (title,) = header[1:-1]
    item, most = re.fullmatch(r"(.+) Points Grade <Numeric MaxPoints:([\d.]+).*>", title).groups()
    return Marks(item, float(most), {row[0]: _number(row[1]) for row in rows})


def blackboard_reads(path: Path) -> Marks:
    """By ``Username``; a title that ends with "|" and a number is a column that is there."""
    header, *rows = lines_of(path, "utf-8-sig")
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        assert line[0] == line[-1] == '"', "each cell of a comma-delimited file is quoted"
    (title,) = [each for each in header if each not in ("Last Name", "First Name", "Username")]
    item, most = re.fullmatch(r"(.+) \[Total Pts: ([\d.]+) Score\](?: \|\d+)?", title).groups()
    user = header.index("Username")
    return Marks(item, float(most), {row[user]: _number(row[header.index(title)]) for row in rows})


def _number(cell: str) -> float | None:
    """A mark; an empty cell and "-" are none, and other text is an error."""
    return None if cell.strip() in ("", "-") else float(cell)


READERS = {  # of the formats that need no file from the system
    "canvas": canvas_reads,
    "moodle": moodle_reads,
    "brightspace": brightspace_reads,
    "blackboard": blackboard_reads,
}
