#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image that every hand-in is marked in.
# All versions are pinned: uv and the packages by requirements.txt, Python by uv's own list.
set -euo pipefail

source_folder="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
home="${COURSE_HOME:-/opt/cnn-course}" # not in /root: a hand-in runs as a user of its own
python_version="$(cat "$source_folder/python-version")"
uv_version="$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' "$source_folder/requirements.txt")"
wheels=("$source_folder"/cnn_course-*.whl)

export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends ca-certificates python3-venv

mkdir -p "$home"
python3 -m venv "$home/tools"
"$home/tools/bin/python" -m pip install --quiet "uv==$uv_version"

uv="$home/tools/bin/uv"
export UV_PYTHON_INSTALL_DIR="$home/python" UV_PYTHON_PREFERENCE=only-managed UV_NO_CACHE=1
"$uv" python install "$python_version"
"$uv" venv --python "$python_version" "$home/venv"
"$uv" pip install --python "$home/venv/bin/python" \
  --constraint "$source_folder/requirements.txt" "cnn-course[grade] @ file://${wheels[0]}"
chmod -R a+rX "$home"

# the author's own answers, marked once: the log of the build says whether all is well
"$home/venv/bin/python" -I -m course_utils.grading.gradescope.run_autograder --try "$source_folder"
