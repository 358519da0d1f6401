"""``course delete``: one student out of everything that the class's folder and exchange hold."""

from pathlib import Path

from course_utils.grading.course_paths import open_course
from course_utils.grading.results.cut_off_rename import refuse_cut_off
from course_utils.grading.results.run_lock import only_run
from course_utils.grading.term.traces import of_everybody, traces_of_somebody


def delete_student(root: Path, student: str, yes: bool = False) -> int:
    """Delete ``student`` after asking; print what was removed. Returns 0, or 1 when told no.

    Raises CourseError where nothing of that student is there, and while a run is marking.
    """
    course = open_course(root)
    refuse_cut_off(course.grades)
    with only_run(course.grades):
        parts = traces_of_somebody(course, student)
        print(f"Of {student} there are:")
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
        print("Mark and export again, or delete these, and they are without this student.")
    return 0


def _agreed(student: str) -> bool:
    try:
        return input(f"Delete all of it for good? Type {student} to agree: ").strip() == student
    except EOFError:
        return False
