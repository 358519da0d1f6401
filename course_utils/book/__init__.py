"""The book's build, its list of contents, its PDF, and the functions with which chapters draw."""
