"""``course where``: print where the book, the exercises and the marks are, or how to make them."""

from pathlib import Path


def say_where(root: Path) -> int:
    """Print where the book, the exercises and the marks are, or which command makes them.

    Returns 0.
    """
    marks = "grades/*/report.html"
    places = (
        ("book", [root / "_build/html/index.html"], "make book"),
        ("exercises", sorted(root.glob("exercises/*/*.ipynb")), "make exercises"),
        ("sample class", sorted((root / "_build/sample_class").glob(marks)), "make grade"),
        ("your class", sorted((root / "_build").glob(marks)), "course grade ASSIGNMENT"),
    )
    print()
    for what, paths, command in places:
        there = [str(path.relative_to(root)) for path in paths if path.is_file()]
        for path in there or [f"not made yet: {command}"]:
            print(f"{what:<13} {path}")
    print(f"{'read it':<13} make serve, then open http://127.0.0.1:8000")
    return 0
