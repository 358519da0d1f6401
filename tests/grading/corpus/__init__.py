"""Submissions that attack, break or strain the grader; one small file a family.

Each case is work for one small assignment, handed in by a student of the case's name, with the
score and status it must get. All are marked as one class; the tests read the results.
"""
