"""What nbgrader takes from students and gives back: a JupyterHub's exchange, and zip_collect.

The students own what they hand in there, and can change it at any time. nbgrader's own ``collect``
follows their links with the instructor's rights, takes work that one student puts there in
another's name, and ends for all at the first odd folder. ``nbgrader_config.py`` names these classes
in place of nbgrader's.
"""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import glob
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.exchange.default import ExchangeCollect, ExchangeReleaseFeedback
from nbgrader.plugins import ExtractorPlugin
from nbgrader.utils import parse_utc, unzip

from course_utils.grading.guest.remove_tree import remove_tree
from course_utils.grading.intake.copy_folder import Limits, copy_folder, owner_name
from course_utils.grading.intake.names import is_one_name, shown
from course_utils.grading.intake.paths_below import is_file, paths_below
from course_utils.grading.intake.timestamp import read_timestamp

_LATER = timedelta(minutes=10)  # so long may handing in take
_SUBMITTED = "%Y-%m-%d %H:%M:%S.%f UTC"


class _HandIn(NamedTuple):
    """A folder in the exchange: whose it says it is, and when it says it was handed in (UTC)."""

    student: str
    time: datetime
    folder: str


class Collect(ExchangeCollect):
    """``nbgrader collect``: from a folder only ordinary files of its own student's are taken."""

    @property
    def _settings(self) -> Any:
        """nbgrader's settings of the course's folders."""
        return self.coursedir

    def init_src(self) -> None:
        """Find the hand-in of each student that counts."""
        if not self._settings.course_id:
            self.fail("No course id specified. Re-run with --course flag.")
        self.inbound_path = str(Path(self.root, self._settings.course_id, "inbound"))
        names: list[str] = []
        try:
            names = sorted(path.name for path in Path(self.inbound_path).iterdir())
        except OSError as error:
            self.fail(f"{self.inbound_path} cannot be read: {error.strerror}")
        if stat.S_IMODE(Path(self.root).stat().st_mode) & 0o1002 == 0o2:
            self.log.warning(
                "Everybody may move the course's folder in %s away: sudo chmod +t %s",
                self.root,
                self.root,
            )
        by_student: dict[str, list[_HandIn]] = {}
        for found in self._hand_ins(names):
            by_student.setdefault(found.student, []).append(found)
        due = self._due()
        self.src_records: list[Any] = []
        for found in by_student.values():
            found.sort(key=lambda each: (each.time, each.folder))
            in_time = [each for each in found if due and each.time <= due]
            self.src_records.append((in_time or found)[-1])

    def _hand_ins(self, names: list[str]) -> Iterator[_HandIn]:
        for name in names:
            parts = name.rsplit("+", 3)  # student + assignment + time (+ random letters)
            if len(parts) < 3 or parts[1] != self._settings.assignment_id:
                continue
            if not fnmatch(parts[0], self._settings.student_id or "*"):
                continue
            try:
                time = parse_utc(parts[2])
            except (ValueError, OverflowError):
                self._refuse(name, "its name holds no time")
                continue
            owner = owner_name(Path(self.inbound_path, name))
            if owner is None:
                self._refuse(name, "it is no folder")
            elif not is_one_name(parts[0]) or parts[0].startswith("."):
                self._refuse(name, "its name holds no student")
            elif self.check_owner and owner != parts[0]:
                self._refuse(
                    name,
                    f"it belongs to {owner}. If all users of your hub are one Unix user, set "
                    "c.ExchangeCollect.check_owner = False",
                )
            else:
                yield _HandIn(parts[0], time, name)

    def _refuse(self, name: str, why: str) -> None:
        self.log.warning("Not collected: %s: %s", shown(name), why)

    def _due(self) -> datetime | None:
        """The due date, where work that came after it is to be left out."""
        if not self.before_duedate:
            return None
        with Gradebook(self._settings.db_url, self._settings.course_id) as gradebook:
            try:
                due: Any = gradebook.find_assignment(self._settings.assignment_id).duedate
            except MissingEntry:
                return None
        return due

    def copy_files(self) -> None:
        """Copy each student's work; what fails is that student's only."""
        if not self.src_records:
            self.log.warning("No submissions of '%s' to collect", self._settings.assignment_id)
        for found in self.src_records:
            try:
                self._collect(found)
            except OSError as error:
                self.log.error("Not collected: %s: %s", shown(found.folder), error)

    def _collect(self, found: _HandIn) -> None:
        assignment = self._settings.assignment_id
        directory = self._settings.submitted_directory
        target = Path(self._settings.format_path(directory, found.student, assignment))
        if target.is_dir():
            before, _ = read_timestamp(target)
            time = found.time.replace(microsecond=0)
            newer = before is None or time > before
            if not ((self.update and newer) or (self.before_duedate and time != before)):
                self.log.info("Nothing newer: %s %s", found.student, assignment)
                return
        aside = target.with_name(f".{target.name}.part")
        remove_tree(aside)
        limits = Limits(
            1000 * self._settings.max_file_size,
            1000 * self._settings.max_dir_size,
            tuple(self._settings.ignore),
            tuple(self._settings.include),
        )
        copied = copy_folder(
            Path(self.inbound_path, found.folder),
            aside,
            limits,
            owner=found.student if self.check_owner else None,
            shared=self._settings.groupshared,
        )
        stamp = aside / "timestamp.txt"  # the student's own may say something else
        remove_tree(stamp)
        stamp.unlink(missing_ok=True)
        stamp.write_text(found.time.strftime(_SUBMITTED))
        remove_tree(target)
        aside.rename(target)
        self.log.info("Collected: %s %s", found.student, assignment)
        if copied.left_out:
            names = ", ".join(map(shown, copied.left_out[:5]))
            self.log.warning("Of %s was left out: %s", found.student, names)
        changed = datetime.fromtimestamp(copied.changed, UTC).replace(tzinfo=None)
        if changed - found.time > _LATER:
            self.log.warning(
                "%s says that it was handed in at %s UTC, but was changed at %s UTC",
                shown(found.folder),
                f"{found.time:%Y-%m-%d %H:%M}",
                f"{changed:%Y-%m-%d %H:%M}",
            )


class ReleaseFeedback(ExchangeReleaseFeedback):
    """``nbgrader release_feedback``: a student without the secret of a hand-in stops nobody."""

    def copy_files(self) -> None:
        """Copy each student's pages."""
        pattern: str = self.src_path
        for folder in sorted(glob.glob(pattern)):  # noqa: PTH207 (of an absolute path)
            self.src_path = glob.escape(folder)
            try:
                super().copy_files()
            except Exception as error:  # no secret, an empty one, or a time that is no text
                self.log.error("No feedback goes back from %s: %s", shown(folder), error)


class Extract(ExtractorPlugin):
    """``nbgrader zip_collect``: what the system packed is unpacked, and no archive inside it.

    nbgrader unpacks these, too, however many lie in one another; and a student chooses the names of
    the files in them, from which it reads whose they are.
    """

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpack or copy each file of the folder ``archive_path``."""
        for found, is_folder in paths_below(Path(archive_path)):
            if is_folder or not is_file(found):
                continue
            place = Path(extracted_path, found.relative_to(archive_path))
            place.parent.mkdir(parents=True, exist_ok=True)
            if found.suffix not in self.zip_ext:
                shutil.copy(found, place)
                continue
            own = place.with_name(place.name.removesuffix(found.suffix).removesuffix(".tar"))
            unzip(str(found), str(place.parent), self.zip_ext, create_own_folder=True)
            for inner, _ in paths_below(own):
                if inner.suffix in self.zip_ext:
                    self.log.warning("Not unpacked: %s, inside %s", inner.name, found.name)
