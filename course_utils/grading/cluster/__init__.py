"""Marking on other machines: which cluster, which of its workers are fit, and jobs sent there."""
