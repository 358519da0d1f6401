"""``course delete``: delete one student from the class's folder, gradebook and exchange."""

from pathlib import Path

from course_utils.grading.course_paths import open_course
from course_utils.grading.results.cut_off_rename import refuse_cut_off
from course_utils.grading.results.gradebook import usable
from course_utils.grading.results.run_lock import only_change, only_run
from course_utils.grading.term.traces import of_everybody, traces_of_somebody


def delete_student(root: Path, student: str, yes: bool = False) -> int:
    """Delete ``student`` after asking; print what was removed. Returns 0, or 1 for the answer no.

    Raises CourseError where there is nothing of that student, and while a run is marking.
    """
    course = open_course(root)
    refuse_cut_off(course.grades)
    with only_run(course.grades), usable(course.db_url), only_change(course.db_url):
        parts = traces_of_somebody(course, student)
        print(f"All that is kept of {student}:")
        for part in parts:
            print(f"  {part.name}")
        if not yes and not _agreed(student):
            print("nothing was deleted")
            return 1
        for part in parts:
            part.remove()
            print(f"deleted  {part.name}")
    others = of_everybody(course)
    for path in others:
        print(f"names of everybody are still in  {course.shown(path)}")
    if others:
        print("To remove this student from these files, mark and export again, or delete them.")
    return 0


def _agreed(student: str) -> bool:
    try:
        return input(f"Delete all of it for good? Type {student} to agree: ").strip() == student
    except EOFError:
        return False
