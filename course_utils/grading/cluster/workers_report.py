"""``course doctor --on WHERE``: the workers of a cluster in a table."""

from course_utils.grading.cluster.connect import connected
from course_utils.grading.cluster.executor import worker_table

_COLUMNS = ("worker", "course", "wall", "threads", "memory", "marks")
_FACTS = ("version", "wall", "threads", "memory")


def report_workers(where: str) -> int:
    """Print each worker of the cluster, and why it cannot mark. Returns 0, or 1 when one cannot.

    Raises CourseError when there is no such cluster.
    """
    with connected(where) as client:
        table = worker_table(client)
    rows = [
        (address, *(facts[name] for name in _FACTS), facts["unfit"] or "yes")
        for address, facts in sorted(table.items())
    ]
    widths = [max(len(row[i]) for row in [_COLUMNS, *rows]) for i in range(len(_COLUMNS))]
    for row in [_COLUMNS, *rows]:
        print(
            "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        )
    unfit = sum(bool(facts["unfit"]) for facts in table.values())
    if not rows:
        print("\nThe scheduler answers, but no worker has joined it yet.")
        return 1
    print(f"\n{unfit} of {len(rows)} would not mark." if unfit else "\nAll of them can mark.")
    return 1 if unfit else 0
