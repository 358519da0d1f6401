"""How a bench measures and shows: medians of interleaved rounds, ratios beside their targets."""

from statistics import median
from time import perf_counter, sleep


def medians(functions, rounds=31, pause=0.02):
    """{name: function} → {name: median seconds of a call}.

    Every round calls each function once, so that a busy moment of the machine falls on all of them
    alike; the pause lets one library's idle threads stop spinning before another's turn. A first
    round warms up and is not counted.
    """
    times = {name: [] for name in functions}
    for _ in range(rounds + 1):
        for name, function in functions.items():
            sleep(pause)
            start = perf_counter()
            function()
            times[name].append(perf_counter() - start)
    return {name: median(measured[1:]) for name, measured in times.items()}


def show(title, rows) -> int:
    """Print rows of (what, measured text, target text, whether it holds); return the misses."""
    print(f"\n{title}")
    rows = [("", "measured", "target", None), *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for *cells, holds in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        print(f"  {line}  {'' if holds is None else 'holds' if holds else 'MISSED'}".rstrip())
    return sum(holds is False for *_, holds in rows)
