"""nbgrader's settings for this course: its directories, and the steps that the course replaces."""

c = get_config()  # noqa: F821 (nbgrader puts it there)

# an author writes solutions/; from these `course exercises` makes notebooks in _build/source
c.CourseDirectory.source_directory = "_build/source"
c.CourseDirectory.release_directory = "exercises"
c.CourseDirectory.submitted_directory = "submitted"
c.CourseDirectory.autograded_directory = "autograded"
c.CourseDirectory.feedback_directory = "feedback"

# student code never marks itself: it runs in a sandbox, and the checks run outside
c.Autograde.pre_convert_hook = "course_utils.grading.nbgrader_steps.register_assignment"
c.Autograde.exporter_class = "course_utils.grading.nbgrader_steps.ReadSubmitted"
c.Autograde.sanitize_preprocessors = ["course_utils.grading.nbgrader_steps.Reassemble"]
c.Autograde.autograde_preprocessors = [
    "course_utils.grading.nbgrader_steps.MarkOutside",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# feedback shows errors but no hidden tests; nothing that a student wrote runs in a page
c.GenerateFeedback.exporter_class = "course_utils.grading.results.feedback_page.FeedbackPage"
c.GenerateFeedback.preprocessors = [
    "course_utils.grading.results.feedback_page.MarksOfCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
c.HTMLExporter.filters = {
    "markdown2html": "course_utils.grading.results.feedback_page.safe_markdown",
    "highlight_code": "course_utils.grading.results.feedback_page.code",
}

# on a JupyterHub: take nothing but a student's own ordinary files, and let no student stop the rest
c.ExchangeFactory.collect = "course_utils.grading.nbgrader_exchange.Collect"
c.ExchangeFactory.release_feedback = "course_utils.grading.nbgrader_exchange.ReleaseFeedback"
c.ZipCollectApp.extractor_plugin = "course_utils.grading.nbgrader_exchange.Extract"
