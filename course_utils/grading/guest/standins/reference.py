"""Inside the sandbox: the reference is what answers are compared with, so it is not here."""

raise ImportError("course_utils.reference is not available while your work is marked")
