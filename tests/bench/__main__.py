"""Run ``main()`` of every bench beside this file: ``python -m tests.bench [NAME …]``.

A ``main()`` prints its table and returns how many of its targets were missed (None means none).
The exit code is 1 when any was.
"""

import os
import sys
from importlib import import_module
from pathlib import Path


def run(names) -> int:
    """Run the benches of these names (all for none) one after another; return the misses."""
    there = sorted(
        path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py")
    )
    if unknown := set(names) - set(there):
        print(f"no bench is called {', '.join(sorted(unknown))}; there are {', '.join(there)}")
        return 1
    load, cores = os.getloadavg()[0], os.cpu_count()
    if load > cores / 2:
        print(f"This machine is busy (load {load:.1f} on {cores} cores): threaded ratios suffer.")
    return sum(import_module(f"tests.bench.bench_{name}").main() or 0 for name in names or there)


if __name__ == "__main__":
    sys.exit(1 if run(sys.argv[1:]) else 0)
