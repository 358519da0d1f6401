"""Gradescope: the zip that an instructor uploads, and the program that marks in its container."""
