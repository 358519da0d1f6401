"""nbgrader's settings for this course: its directories and the swapped steps, nothing else."""

c = get_config()  # noqa: F821 (nbgrader puts it there)

# an author writes solutions/*.py; `course exercises` makes notebooks of them in _build/source
c.CourseDirectory.source_directory = "_build/source"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"
