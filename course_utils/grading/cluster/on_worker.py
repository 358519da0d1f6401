"""The functions that run on a worker. They are sent as source, so nothing is imported at the top.

The scheduler unpacks what passes through it. It does not need the course for that, because jobs and
their outcomes are sent as bytes.
"""


def worker_facts(version: str, walled: bool) -> dict[str, str]:
    """A worker's "version" of the course, its kind of "wall", and why it is "unfit", or "".

    ``version``: the hash of all code that marks depend on, on the instructor's machine.
    ``walled``: whether student code must run in a sandbox.
    """
    try:
        from course_utils.grading.host.wall import wall_here, why_not
        from course_utils.grading.marking.fingerprint import package_version
    except ImportError as error:
        return {
            "version": "none",
            "wall": "?",
            "unfit": f"the course is not installed there ({error})",
        }
    unfit = ""
    if package_version() != version:
        unfit = "its course is another version, not yours"
    elif walled and (reason := why_not()):
        unfit = f"it cannot build a sandbox ({reason})"
    return {"version": package_version()[:12], "wall": wall_here(), "unfit": unfit}


def run_there(payload: bytes, version: str, walled: bool) -> bytes:
    """Run a pickled (function, arguments) on this worker, if it can mark.

    Returns a pickled pair: ("done", result), ("raised", exception) or ("unfit", reason).
    """
    import pickle

    if unfit := worker_facts(version, walled)["unfit"]:
        return pickle.dumps(("unfit", unfit))
    function, arguments = pickle.loads(payload)
    try:
        return pickle.dumps(("done", function(*arguments)))
    except Exception as error:
        try:
            return pickle.dumps(("raised", error))
        except Exception:  # an exception that cannot be pickled
            return pickle.dumps(("raised", RuntimeError(f"{type(error).__name__}: {error}")))
