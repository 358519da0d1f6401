"""The lines of ``solutions/`` that no student may see."""

import re
from pathlib import Path

MARKS = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)### END \1", re.DOTALL)
SHORTEST = 20  # anybody may write a shorter line, such as ``return out``
ANYBODYS = re.compile(r"(for|while|with|import|from)\b")  # or the head of a loop, or an import


def secret_lines(solutions: Path) -> set[str]:
    """The lines between the markers that occur only there and are long enough to recognise."""
    secret, told = set(), ""
    for path in solutions.rglob("*.py"):
        text = path.read_text()
        for _, inside in MARKS.findall(text):
            secret |= {line.strip() for line in inside.splitlines()}
        told += MARKS.sub("", text)
    return {
        line
        for line in secret
        if len(line) >= SHORTEST and not ANYBODYS.match(line) and line not in told
    }
