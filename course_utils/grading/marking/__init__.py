"""The marking of one submission: a job of plain data in, an outcome of plain data out."""
