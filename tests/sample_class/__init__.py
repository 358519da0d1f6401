"""A class of five, small enough to read: its work is in ``submitted/``, its marks beside it."""
