"""A class over a term: a student who is deleted everywhere, and the term as one file."""
