"""The work of a class on one assignment: read, and made into plain jobs for the executor."""

from collections.abc import Iterable, Iterator, Mapping

from course_utils.grading.course_paths import Course, given_files, grade_ids
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.intake.extra_files import Files, with_given
from course_utils.grading.intake.submission import Submission, read_submission
from course_utils.grading.marking.fingerprint import fingerprint
from course_utils.grading.marking.job import Job
from course_utils.grading.marking.needs import needs
from course_utils.grading.releases import Releases, versions_hash
from course_utils.grading.side_by_side import short


class ClassWork:
    """The submissions of one assignment, and what they have in common.

    ``authors``: the author's notebooks, name → JSON text. ``releases``: the versions of each
    notebook that were handed out. ``limits``: may be changed until the first job is made.
    ``walled``: whether the students' code runs in a sandbox.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        authors: Mapping[str, str],
        releases: Releases,
        limits: Limits,
        walled: bool,
    ):
        self.course, self.assignment, self.authors = course, assignment, authors
        self.limits, self.walled = limits, walled
        self.given = given_files(course.source / assignment)
        self._releases, self._versions = releases, versions_hash(releases)
        self._grade_ids = grade_ids(course)

    def read(self, student: str) -> Submission:
        """The student's submission; if it cannot be read, its message says why."""
        names, submitted = list(self.authors), self.course.submitted
        try:
            return read_submission(submitted, student, self.assignment, names, self._grade_ids)
        except Exception as error:  # any error here is this student's only, and the class goes on
            return Submission(student, "unreadable", f"it cannot be read ({short(error)})")

    def key(self, submission: Submission) -> str:
        """A hash of all that the submission's marks depend on."""
        authors, versions = self.authors.values(), self._versions
        return fingerprint(
            submission, authors, self.given, self.limits, self.walled, versions=versions
        )

    def files(self, submission: Submission) -> Files:
        """The author's files, and the student's files that would not replace one of them."""
        return with_given(self.given, submission.files)

    def jobs(
        self,
        submissions: Iterable[Submission],
        pool: Pool | None,
        later: list[str] | None = None,
    ) -> Iterator[tuple[Submission, list[Job]]]:
        """Each submission with its jobs for the executor: one for each notebook.

        If a student's notebook needs TensorFlow and the author's does not, it is put off: the
        student's name is added to ``later`` (where a list is given), and meanwhile TensorFlow is
        imported.
        """
        heavy = any(needs(author, []).heavy for author in self.authors.values())
        for submission in submissions:
            jobs = self._jobs_of(submission)
            needed = [needs(job.author, job.cells) for job in jobs]
            if pool is not None:
                for preload in needed:
                    pool.start(preload)
            if later is not None and not heavy and any(preload.heavy for preload in needed):
                later.append(submission.student)
            else:
                yield submission, jobs

    def _jobs_of(self, submission: Submission) -> list[Job]:
        files, given = self.files(submission), len(self.given)
        found, limits, walled = submission.notebooks, self.limits, self.walled
        course = str(self.course.root)
        return [
            Job(text, found[name].cells, files, limits, walled, given, self._releases[name], course)
            for name, text in self.authors.items()
        ]
