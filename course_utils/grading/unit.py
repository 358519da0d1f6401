"""The unit of work: (author's notebook, submission) → (marked notebook, marks, status).

A pure function of plain data: any ``concurrent.futures`` executor can run it, here or on another
machine. Where the job names no preloaded processes, this process starts its own and keeps them.
"""

import atexit
import contextlib
import os
import signal
import time
from functools import lru_cache

import nbformat

from course_utils.errors import CourseError
from course_utils.grading import wire
from course_utils.grading.limits import Limits
from course_utils.grading.reassemble import Step, reassemble
from course_utils.grading.sandbox import START, connect
from course_utils.grading.service import Service, needs

_SLACK = 30  # seconds beyond a submission's own time before its marking process is given up


def mark_submission(job: dict) -> dict:
    """Mark one submission; plain data in, plain data out, nothing else is touched.

    ``job``: ``author`` (the author's notebook, JSON), ``cells`` and ``files`` (from ``read``),
    ``limits`` (a dict), ``walled``, ``addresses`` (or None). The result: ``notebook`` (its JSON),
    ``marks`` (grade id → points, score, misconceptions), ``repairs``, ``stops`` (grade id or cell →
    what happened), ``untouched`` (nothing was filled in), ``fault`` (the grader's own, else empty;
    with one the marks mean nothing), ``seconds``. Raises CourseError when a set-up cell of the
    author's fails.
    """
    start = time.monotonic()
    limits = Limits(**job["limits"])
    notebook, steps, repairs, untouched = reassemble(_author(job["author"]), job["cells"])
    addresses = job["addresses"] or _own_addresses(job)
    message = _message(job, steps, addresses["inside"])
    told, fault = _marked(addresses["outside"], message, job, limits)
    outcome = {cell["index"]: cell for cell in told}
    marks, stops = {}, {}
    for step in steps:
        said = outcome.get(step.index) or _silent(step)
        notebook.cells[step.index].outputs = [nbformat.from_dict(out) for out in said["outputs"]]
        if "mark" in said:
            marks[said["name"]] = said["mark"]
        if "reason" in said:
            stops[said["name"] or f"cell {step.index + 1}"] = [said["reason"], said["stopped"]]
    return {
        "notebook": nbformat.v4.writes(notebook),
        "marks": marks,
        "repairs": repairs,
        "stops": stops,
        "untouched": untouched,
        "fault": fault,
        "seconds": time.monotonic() - start,
    }


@lru_cache(maxsize=8)
def _author(text: str):
    return nbformat.reads(text, as_version=4)


_services: dict[bool, Service] = {}


def _own_addresses(job: dict) -> dict[str, str]:
    walled = job["walled"]
    if walled not in _services:
        _services[walled] = Service(walled)
        atexit.register(_services[walled].close)
    return _services[walled].start(needs(job["author"], job["cells"]))


def _message(job: dict, steps: list[Step], address: str) -> dict:
    return {
        "type": "job",
        "address": address,
        "limits": job["limits"],
        "files": [name for name, _ in job["files"]],
        "cells": [_row(step) for step in steps],
    }


def _row(step: Step) -> list:
    """One cell for ``mark``: what runs where."""
    part = step.planned
    if part is None:
        return [step.index, "added", "", step.source, "", "", 0.0, []]
    # outside it is the author's text, also where the student may edit the cell
    inside, outside = step.source if part.kind != "grade" else part.inside, part.outside
    names = sorted(part.student_names)
    row = [step.index, part.kind, part.name, inside, outside, part.released, part.points]
    return [*row, names]


def _marked(address: str, message: dict, job: dict, limits: Limits) -> tuple[list, str]:
    """What the marking process tells, cell by cell, to its end or the end of its time."""
    sock, fds = connect(address)
    line = wire.Wire(sock, attachment_bytes=2**30)
    deadline = time.monotonic() + START + limits.submission_seconds + _SLACK
    told = []
    try:
        line.send(message, [data for _, data in job["files"]], deadline)
        while True:
            header, _ = line.receive(deadline)
            if header["type"] == "author":
                raise CourseError(header["said"])
            if header["type"] == "fault":
                return told, header["said"]
            if header["type"] == "end":
                return told, ""
            told.append(header)
    except wire.Late:
        return told, "marking took longer than everything in it may take"
    except wire.WireError:
        return told, "the process that marks ended before it was done (out of memory, or killed?)"
    finally:
        line.close()
        for fd in fds:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(fd, signal.SIGKILL)
            os.close(fd)


def _silent(step: Step) -> dict:
    """A cell of which nothing was told: the marking process itself was lost."""
    said = "the marking of this cell could not be finished"
    error = nbformat.v4.new_output("error", ename="Stopped", evalue=said, traceback=[said])
    told = {"outputs": [error], "name": step.planned.name if step.planned else ""}
    told |= {"reason": "crash", "stopped": said}
    if step.planned is not None and step.planned.kind == "grade":
        told["mark"] = {"points": step.planned.points, "score": 0.0, "misconceptions": []}
    return told
