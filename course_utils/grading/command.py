"""``course grade``: call ``class_run`` with the options, and print the results."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from course_utils.errors import CourseError
from course_utils.grading.class_run import grade_class
from course_utils.grading.course_paths import open_course
from course_utils.grading.guest.limits import Limits
from course_utils.grading.host.pool import Pool
from course_utils.grading.marking.cell_time import RULE
from course_utils.grading.results import table
from course_utils.grading.results.author_questions import author_questions
from course_utils.grading.results.feedback import write_feedback
from course_utils.grading.results.html_report import write_report
from course_utils.grading.results.records import recorded
from course_utils.grading.results.report_links import Links


def grade(args, explain, pool: Pool | None = None) -> int:
    """Mark, print the table, write CSV, feedback and report; return the exit code 0.

    ``explain``: what the report says of each misconception (see ``html_report``). ``pool``: see
    ``head_start``. Work that could
    not be read is in the table; it is not a failure of the command.
    """
    given = {
        name: getattr(args, name) for name in ("cell_seconds", "submission_seconds", "memory_mb")
    }
    given = {name: value for name, value in given.items() if value is not None}
    for name, value in {**given, "workers": args.workers}.items():
        if value is not None and value <= 0:
            raise CourseError(f"--{name.replace('_', '-')} {value}: must be more than 0")
    with _executor(args) as executor:
        results = grade_class(
            args.root,
            args.assignment,
            sample=args.sample,
            student=args.student,
            workers=args.workers,
            limits=Limits(**given),
            by_author="cell_seconds" not in given,
            force=args.force,
            walled=not args.no_sandbox,
            executor=executor,
            pool=pool,
        )
    course = open_course(args.root, args.sample)
    if head := table.head(results, RULE if args.cell_seconds is None else "--cell-seconds"):
        print(head, end="\n\n")
    print(table.table(results), end="\n\n", flush=True)  # before the pages, which take a while
    without = write_feedback(course, args.assignment, results, args.workers)
    page = course.grades / args.assignment / "report.html"
    questions = author_questions(course.source / args.assignment)
    links = Links(course, args.assignment, page)
    results_now = recorded(course, args.assignment)
    write_report(results_now, page, args.assignment, explain, questions, links)
    print(f"marks     {course.shown(course.grades / f'{args.assignment}.csv')}")
    print(f"report    {course.shown(page)}")
    print(f"feedback  {course.shown(course.feedback)}/<student>/{args.assignment}/")
    if without:
        print(f"no page could be made for {', '.join(map(ascii, without))}")
    return 0


@contextmanager
def _executor(args) -> Iterator[Executor | None]:
    """In a ``with``: the executor for the cluster that ``--on`` names; None: mark here."""
    if not args.on:
        yield None
        return
    from course_utils.grading.cluster.connect import connected

    with connected(args.on) as client:
        from course_utils.grading.cluster.executor import ClusterExecutor

        with ClusterExecutor(client, walled=not args.no_sandbox) as executor:
            yield executor
