"""Pack this course as a wheel for pip and uv, from the files that are installed here.

The wheel includes an instructor's own checks (``course_utils/checks/…``). Nothing is downloaded.
"""

import base64
import hashlib
import zipfile
from importlib import metadata
from pathlib import Path

from course_utils.errors import CourseError

_PACKAGE = Path(__file__).resolve().parents[2]
_NAME = "cnn-course"
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same files
_WHEEL = "Wheel-Version: 1.0\nGenerator: cnn-course\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def write_wheel(folder: Path) -> Path:
    """Write the wheel into ``folder``; return its path.

    It has the same requirements and extras as the installation here. Raises CourseError where the
    course is not installed.
    """
    version, needs = metadata.version(_NAME), _metadata()
    stem = f"{_NAME.replace('-', '_')}-{version}"
    facts = f"{stem}.dist-info"
    files = {
        f"{_PACKAGE.name}/{path.relative_to(_PACKAGE).as_posix()}": path.read_bytes()
        for path in sorted(_PACKAGE.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    files[f"{facts}/METADATA"] = needs.encode()
    files[f"{facts}/WHEEL"] = _WHEEL.encode()
    record = f"{facts}/RECORD"
    lines = [f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in files.items()]
    files[record] = "".join([*lines, f"{record},,\n"]).encode()
    target = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    return target


def _metadata() -> str:
    """The metadata of the installation; a checkout may have an egg-info that is found first."""
    for found in metadata.distributions(name=_NAME):
        if text := found.read_text("METADATA"):
            return text
    raise CourseError(f"{_NAME} is not installed here: run `make course` in the course's folder")


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
