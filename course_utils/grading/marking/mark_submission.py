"""The unit of work: a job (author's notebook, submission) → an outcome (marked notebook, marks).

A pure function of plain data: any ``concurrent.futures`` executor can run it, here or on another
machine.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import contextlib
import json
import os
import signal
import time
from functools import lru_cache

import nbformat

from course_utils.errors import CourseError
from course_utils.grading.guest import wire
from course_utils.grading.host.launch import START, connect
from course_utils.grading.host.patience import MOST
from course_utils.grading.host.pool import Addresses, Pool, pool_of_this_process
from course_utils.grading.intake.extra_files import python_modules
from course_utils.grading.intake.for_reader import NOTE, left_out
from course_utils.grading.intake.reassemble import Author, CodeCell, reassemble
from course_utils.grading.marking.cell_task import CellOutcome, CellTask
from course_utils.grading.marking.job import Job, Outcome
from course_utils.grading.marking.needs import needs
from course_utils.grading.marks import Mark, Stop

_SLACK = 30  # seconds beyond a submission's own time before its marking process is given up


class SetUpFailed(CourseError):
    """A set-up cell of the author's failed while one submission was marked.

    Only if it also fails with the author's own answers is that the author's mistake: a student's
    function may have emptied a list that the cell uses.
    """


def mark_submission(job: Job, pool: Pool | None = None) -> Outcome:
    """Mark one notebook; change nothing else.

    ``pool``: the preloaded processes to use; without a pool this process starts its own and keeps
    them. Raises SetUpFailed when a set-up cell of the author's fails, CourseError when the sandbox
    cannot import a module that this Python can.
    """
    start = time.monotonic()
    modules = python_modules(job.files)
    made = reassemble(_author(job.author), job.cells, modules, job.earlier)
    unrun = left_out(made.code_cells, modules)
    pool = pool or pool_of_this_process(job.walled, job.course)
    needed = needs(job.author, job.cells)
    addresses = pool.start(needed)
    pool.require(needed)
    run = [cell for cell in made.code_cells if cell.index not in unrun]
    told, fault, failed_check = _told(job, run, addresses)
    by_index = {outcome.index: outcome for outcome in told}
    marks: dict[str, Mark] = {}
    stops: dict[str, Stop] = {}
    for cell in made.code_cells:
        if cell.index in unrun:
            note = nbformat.v4.new_output("stream", name="stdout", text=NOTE)
            made.notebook.cells[cell.index].outputs = [note]
            continue
        outcome = by_index.get(cell.index) or _lost(cell)
        outputs = [nbformat.from_dict(output) for output in outcome.outputs]
        made.notebook.cells[cell.index].outputs = outputs
        if outcome.mark is not None:
            marks[outcome.name] = outcome.mark
        if outcome.stop is not None:
            stops[outcome.name or f"cell {cell.index + 1}"] = outcome.stop
    return Outcome(
        notebook=json.dumps(made.notebook, sort_keys=True, ensure_ascii=False),
        marks=marks,
        repairs=made.repairs,
        stops=stops,
        untouched=made.untouched,
        fault=fault,
        failed_check=failed_check,
        seconds=time.monotonic() - start,
        slowest=max((outcome.seconds for outcome in told), default=0.0),
        wall=pool.wall,
    )


def failed_checks(outcome: Outcome) -> str:
    """A sentence on the check that fails for the author's own answers; "" where none fails."""
    if outcome.fault or outcome.failed_check:
        return outcome.failed_check
    wrong = [name for name, mark in outcome.marks.items() if (mark.score or 0) < mark.points]
    cells = nbformat.reads(outcome.notebook, as_version=4).cells
    for cell in cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        errors = [out for out in cell.get("outputs", []) if out.output_type == "error"]
        if name in wrong:
            reason = f"{errors[-1].ename}: {errors[-1].evalue}" if errors else "not all its points"
            first = reason.splitlines()[0][:200]
            return f"{name} does not give the author's own answer its points ({first})"
    return ""


@lru_cache(maxsize=8)
def _author(text: str) -> Author:
    return Author.of(nbformat.reads(text, as_version=4))


def _told(
    job: Job, cells: list[CodeCell], addresses: Addresses
) -> tuple[list[CellOutcome], str, str]:
    """What the marking process reports, cell by cell, until its end or the end of its time.

    Returns the cells' outcomes, the grader's own fault, and a mistake in the author's test; the
    last two are "" where there is none.
    """
    sock, fds = connect(addresses.outside)
    line = wire.Wire(sock, attachment_bytes=2**30)
    deadline = time.monotonic() + START + MOST * job.limits.submission_seconds + _SLACK
    message = {
        "type": "job",
        "address": addresses.inside,
        "limits": job.limits._asdict(),
        "given": job.given,
        "files": [name for name, _ in job.files],
        "cells": [CellTask.of(cell).to_json() for cell in cells],
    }
    told: list[CellOutcome] = []
    try:
        line.send(message, [data for _, data in job.files], deadline)
        while True:
            header, _ = line.receive(deadline)
            if header["type"] == "author":
                raise SetUpFailed(header["message"])
            if header["type"] == "fault":
                return told, header["message"], ""
            if header["type"] == "check":
                return told, "", header["message"]
            if header["type"] == "end":
                return told, "", ""
            told.append(CellOutcome.from_json(header["outcome"]))
    except wire.Late:
        return told, "marking took longer than everything in it may take", ""
    except wire.WireError:
        reason = "the process that marks ended before it was done (out of memory, or killed?)"
        return told, reason, ""
    finally:
        line.close()
        for fd in fds:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(fd, signal.SIGKILL)
            os.close(fd)


def _lost(cell: CodeCell) -> CellOutcome:
    """The outcome of a cell that was not reported: the marking process itself was lost."""
    message = "the marking of this cell could not be finished"
    error = nbformat.v4.new_output("error", ename="Stopped", evalue=message, traceback=[message])
    role = cell.role
    graded = role is not None and role.kind == "grade"
    return CellOutcome(
        cell.index,
        role.name if role else "",
        [error],
        Mark(role.points) if role and graded else None,
        Stop("crash", message),
    )
