#!/usr/bin/env bash
# Gradescope runs this for each hand-in, in /autograder. Without results.json it says that the
# autograder failed, and gives no score: that is meant, for a fault of ours is no mark.
set -euo pipefail

root="${AUTOGRADER_ROOT:-/autograder}"
python="${COURSE_PYTHON:-${COURSE_HOME:-/opt/cnn-course}/venv/bin/python}"
exec "$python" -I -m course_utils.grading.gradescope.run_autograder "$root"
