"""A whole class: read everybody, mark side by side, record with one writer, report.

Each submission's result is a JSON file ``grades/<assignment>/<student>.json``:

``student``, ``assignment``; ``status`` (ok, repaired, stopped, unreadable, missing); ``to_student``
and ``instructor`` (sentences); ``score`` (null where there is none), ``max_score``; ``waiting``
(grade id → points that a person gives); ``again`` (ids of answers that changed since a person
marked them); ``questions`` (grade id → ``points``, ``score``,
``misconceptions``: ids of the catalogue); ``seconds``; ``walled``; ``key`` (what it depends on).
"""

import hashlib
import json
import os
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from pathlib import Path

from tqdm import tqdm

from course_utils.errors import CourseError
from course_utils.grading import read, report, sandbox, status
from course_utils.grading.course_paths import Course, author_notebooks, open_course
from course_utils.grading.gradebook import usable
from course_utils.grading.limits import Limits
from course_utils.grading.record import Recorder, store_result, timestamp_of
from course_utils.grading.service import Service, needs
from course_utils.grading.unit import mark_submission


def grade_class(
    root: Path,
    assignment: str,
    *,
    sample=False,
    student="*",
    workers: int | None = None,
    limits: Limits | None = None,
    force=False,
    walled=True,
    executor: Executor | None = None,
) -> list[dict]:
    """Mark ``assignment`` for every student that matches; return the results, sorted by student.

    ``executor``: where the units of work run (default: threads here, each with processes of its
    own). Work that did not change since it was marked is not marked again without ``force``.
    Raises CourseError for a request that cannot be met.
    """
    course = open_course(root, sample)
    authors = author_notebooks(course, assignment)
    if walled and (reason := sandbox.why_not()):
        raise CourseError(
            f"student code cannot be walled in here ({reason}); --no-sandbox marks without walls"
        )
    run = _Run(course, assignment, authors, limits or Limits(), force, walled)
    students = read.students(course.submitted, assignment, student)
    with usable(course.db_url), Recorder(course, assignment) as recorder:
        waiting = run.read(students, recorder.students())
        service = Service(walled)
        pool = executor or ThreadPoolExecutor(workers or os.cpu_count() or 1)
        bar = tqdm(total=len(waiting), desc=assignment, unit=" students", disable=not waiting)
        try:
            local = service if executor is None else None
            work = [(run.jobs(submissions, local), submissions) for submissions in waiting]
            work.sort(key=lambda one: _is_heavy(one[0]))  # meanwhile TensorFlow is imported
            futures = {pool.submit(_mark_all, jobs): submissions for jobs, submissions in work}
            recorder.register(authors)
            run.unread(recorder)
            for done in as_completed(futures):
                try:
                    marked = done.result()
                except CourseError:
                    service.check()
                    raise
                run.record(recorder, futures[done], marked)
                bar.update()
            run.refresh(recorder)
        finally:
            service.close()
            if executor is None:
                pool.shutdown(cancel_futures=True)
            bar.close()
    report.write_csv(course.grades / f"{assignment}.csv", run.stored())
    return list(run.results.values())


def _is_heavy(jobs: list[dict]) -> bool:
    return any(needs(job["author"], job["cells"]).heavy for job in jobs)


def _mark_all(jobs: list[dict]) -> list[dict]:
    """One student's notebooks; what fails in the grader itself fails for this student alone."""
    try:
        return [mark_submission(job) for job in jobs]
    except CourseError:
        raise  # the author's, or nothing can be marked here: the run cannot go on
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        return [{"repairs": [], "stops": {}, "marks": {}, "fault": said, "seconds": 0.0}]


_LOST = {"score": None, "waiting": {}, "again": [], "questions": {}, "key": ""}
_LOST["instructor"] = "marked before, but not in this gradebook: run it again"


class _Run:
    def __init__(self, course: Course, assignment, authors, limits, force, walled):
        self._course, self._assignment, self._authors = course, assignment, authors
        self._limits, self._force, self._walled = limits, force, walled
        self._folder = course.grades / assignment
        self._version = _version()
        self._given = _given(course.source / assignment)
        self._unread: list[read.Submission] = []
        self.results: dict[str, dict] = {}

    def read(self, students: list[str], recorded: set[str]) -> list[list[read.Submission]]:
        """Read everybody; return who must be marked (a list of notebooks each).

        ``recorded``: whom the gradebook has. The others' earlier results are of another gradebook.
        """
        waiting = []
        for student in students:
            names = list(self._authors)
            there = [
                read.read(self._course.submitted, student, self._assignment, name, names)
                for name in names
            ]
            bad = [one for one in there if one.cells is None]
            again = self._force or student not in recorded
            known = None if again else self._known(student, self._key(there))
            if bad:
                self._unread.append(bad[0])
            elif known:
                self.results[student] = known
            else:
                waiting.append(there)
            self.results.setdefault(student, {})
        return waiting

    def jobs(self, submissions, service: Service | None) -> list[dict]:
        """Plain data for the executor: one job for each notebook."""
        jobs = []
        for one, author in zip(submissions, self._authors.values(), strict=True):
            job = {
                "author": author,
                "cells": one.cells,
                "files": self._files(one),
                "limits": self._limits._asdict(),
                "walled": self._walled,
                "addresses": None,
            }
            if service is not None:
                job["addresses"] = service.start(needs(author, one.cells))
            jobs.append(job)
        return jobs

    def _files(self, submission) -> list[tuple[str, bytes]]:
        """The author's files, and of the student's those that do not take the place of one."""
        given = [Path(name) for name, _ in self._given]
        taken = {place for path in given for place in (path, *path.parents)}

        def is_free(path):
            return path not in taken and not any(path.is_relative_to(one) for one in given)

        theirs = [(name, data) for name, data in submission.files if is_free(Path(name))]
        return [*self._given, *theirs]

    def unread(self, recorder: Recorder) -> None:
        """Results for what could not be read: a status, a sentence, no score."""
        for one in self._unread:
            said = status.of_unread(one)
            recorder.remove(one.student)
            result = self._result(one.student, said, seconds=0.0)
            result |= {"score": None, "max_score": recorder.max_score(), "key": ""}
            self._keep(result)

    def record(self, recorder: Recorder, submissions, marked: list[dict]) -> None:
        """One student's marks into the gradebook, then their result."""
        student = submissions[0].student
        fault = "; ".join(filter(None, (one["fault"].strip() for one in marked)))
        if fault:  # nothing is recorded: none of these marks is certain to be the student's
            said = status.of_fault(fault)
            result = self._result(student, said, sum(one["seconds"] for one in marked))
            self._keep(result | {"score": None, "max_score": recorder.max_score(), "key": ""})
            return
        folder = self._course.submitted / student / self._assignment
        timestamp, odd = timestamp_of(folder)
        recorder.submission(student, timestamp)
        notes = [note for one in submissions for note in one.notes] + ([odd] if odd else [])
        whole = {
            "repairs": [said for result in marked for said in result["repairs"]],
            "stops": {k: v for result in marked for k, v in result["stops"].items()},
            "untouched": all(result["untouched"] for result in marked),
        }
        said = status.of_marked(whole, notes, self._walled)
        files = self._files(submissions[0])
        for name, one in zip(self._authors, marked, strict=True):
            recorder.marked(student, name, status.with_note(one["notebook"], said), files)
        result = self._result(student, said, sum(one["seconds"] for one in marked))
        result |= recorder.scores(student)
        result["questions"] = {k: v for one in marked for k, v in one["marks"].items()}
        result["key"] = self._key(submissions)
        self._keep(result)

    def refresh(self, recorder: Recorder) -> None:
        """Bring every score up to the gradebook's: a person may have marked by hand since."""
        recorded = recorder.students()
        for result in self.stored():
            if result["score"] is None:
                continue
            fresh = result | _LOST
            if result["student"] in recorded:
                fresh = result | recorder.scores(result["student"])
            if fresh != result:
                store_result(self._file(fresh["student"]), fresh)
            if fresh["student"] in self.results:
                self.results[fresh["student"]] = fresh

    def stored(self) -> list[dict]:
        """Every result of the assignment, those of earlier runs included."""
        found = [
            json.loads(path.read_text("utf-8")) for path in sorted(self._folder.glob("*.json"))
        ]
        return [one for one in found if (self._course.submitted / one["student"]).is_dir()]

    def _result(self, student: str, said: status.Status, seconds: float) -> dict:
        return {
            "student": student,
            "assignment": self._assignment,
            "status": said.name,
            "to_student": said.student,
            "instructor": said.instructor,
            "waiting": {},
            "again": [],
            "questions": {},
            "seconds": round(seconds, 2),
            "walled": self._walled,
        }

    def _keep(self, result: dict) -> None:
        self.results[result["student"]] = result
        store_result(self._file(result["student"]), result)

    def _file(self, student: str) -> Path:
        """Where a student's result is kept; a name that fits no file gets one of digits."""
        name = student
        if len(os.fsencode(student)) > read.MAX_NAME:
            name = f"long-{hashlib.sha256(os.fsencode(student)).hexdigest()}"
        return self._folder / f"{name}.json"

    def _known(self, student: str, key: str) -> dict | None:
        try:
            result = json.loads(self._file(student).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        marked = self._course.autograded / student / self._assignment
        there = all((marked / f"{name}.ipynb").is_file() for name in self._authors)
        return result if there and result.get("key") == key else None

    def _key(self, submissions) -> str:
        """What a mark depends on: the work, the author's notebook, the limits, this package."""
        digest = hashlib.sha256(self._version.encode())
        for text in self._authors.values():
            digest.update(text.encode())
        for one in submissions:
            digest.update(one.content)
            for name, data in one.files:
                digest.update(f"{name}\0{len(data)}\0".encode() + data)
        digest.update(f"{self._limits}{self._walled}".encode())
        return digest.hexdigest()


def _version() -> str:
    """The parts of this package that a mark depends on: the grader, the checks, the reference."""
    digest = hashlib.sha256()
    rooms = [sandbox.PACKAGE / name for name in ("grading", "checks")]
    paths = [path for room in rooms for path in sorted(room.rglob("*.py"))]
    for path in [*paths, *(sandbox.PACKAGE / f"{n}.py" for n in ("reference", "data", "models"))]:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _given(folder: Path) -> list[tuple[str, bytes]]:
    """The author's other files, which every student has beside the notebook."""
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".ipynb")
    return [(str(p.relative_to(folder)), p.read_bytes()) for p in paths if p.name[0] != "."]
