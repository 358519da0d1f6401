"""A class over a term: a student renamed or deleted everywhere, and the term as one file."""
