"""The package of the course. Import its modules; this file loads nothing heavy."""
