"""Make ``course_utils/widgets/training.json``: how well four small networks learn in the page.

Run it as ``python scripts/record_training.py``, after a change of ``learner.py`` or of the digits.
"""

import json

from course_utils.widgets.learner import Choices, Learner
from course_utils.widgets.training import EPOCHS, RECORD, RUNS
from course_utils.widgets.training_digits import LEARNED, NEW, digits


def main() -> None:
    """Train all four, print the progress, and write the file."""
    images, labels = digits()
    runs = {}
    for name, chosen in RUNS.items():
        learner = Learner(Choices(**chosen), images, labels)
        ends = [learner.reads(LEARNED, LEARNED + NEW)]
        for epoch in learner.epochs(EPOCHS, LEARNED):
            ends.append(learner.reads(LEARNED, LEARNED + NEW))
            print(f"{name}: epoch {epoch} of {EPOCHS}, {ends[-1]:.1%} of new digits", flush=True)
        runs[name] = ends
    record = {"made by": "python scripts/record_training.py", "runs": runs}
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
