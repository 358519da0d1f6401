"""Jobs on a cluster: an executor whose workers are checked before they mark, and whose losses heal.

A worker that has another version of the course, or no sandbox, refuses, is named once, and its job
goes to another. A job whose worker dies several times is that student's fault result; a scheduler
that is gone is one clear error, and what was recorded stays.
"""

import pickle
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, cast

import cloudpickle

from course_utils.errors import CourseError
from course_utils.grading.cluster import on_worker
from course_utils.grading.marking.fingerprint import package_version
from course_utils.grading.marking.job import Outcome

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as Remote

_LOOK = 5.0  # seconds between two looks whether the cluster is still there
_TRIES = 3  # workers that may die over one job

cloudpickle.register_pickle_by_value(on_worker)


class _AsSource:
    """A function that travels as its own code, so that the scheduler needs no course to unpack it.

    dask itself pickles a function by its module's name wherever it can.
    """

    def __init__(self, function: Callable[..., Any]):
        self._pickled, self.__name__ = cloudpickle.dumps(function), function.__name__

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        return pickle.loads, (self._pickled,)

    def __call__(self, *args: Any) -> Any:
        """Run it here."""
        return pickle.loads(self._pickled)(*args)


class ClusterExecutor(Executor):
    """Runs functions of plain data on the workers of ``client``.

    ``walled``: whether student code must run in a sandbox there. ``tell`` is called with a sentence
    for a person: a worker that does not mark, no worker left.
    """

    def __init__(
        self,
        client: "Client",
        walled: bool = True,
        tell: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True),
    ):
        self._client, self._walled, self._tell = client, walled, tell
        self._version = package_version()
        self._unfit: dict[str, str] = {}  # a worker's address → why it does not mark
        self._open: dict[Future[Any], Remote] = {}
        self._lock = Lock()
        self._ended = Event()
        for address, facts in worker_table(client, walled).items():
            if facts["unfit"]:
                self._refuse(address, facts["unfit"])
        self._watch = Thread(target=self._look, daemon=True)
        self._watch.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run ``fn(*args)``, both picklable, on a worker that is fit for it."""
        done: Future[Any] = Future()
        done.set_running_or_notify_cancel()
        self._send(done, pickle.dumps((fn, args)))
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End; jobs that are still open are cancelled on the cluster."""
        self._ended.set()
        with self._lock:
            still_open = list(self._open.values())
            self._open.clear()
        if still_open and self._client.status == "running":
            self._client.cancel(still_open, force=True)
        self._watch.join()

    def _send(self, done: "Future[Any]", payload: bytes) -> None:
        fit = None
        if self._unfit:
            fit = [name for name in _workers(self._client) if name not in self._unfit]
            if not fit:
                reasons = "; ".join(sorted(set(self._unfit.values())))
                done.set_exception(CourseError(f"no worker of the cluster can mark: {reasons}"))
                return
        remote = self._client.submit(
            _AsSource(on_worker.run_there),
            payload,
            self._version,
            self._walled,
            pure=False,
            workers=fit,
            retries=0,
        )
        with self._lock:
            self._open[done] = remote
        remote.add_done_callback(lambda finished: self._take(done, payload, finished))

    def _take(self, done: "Future[Any]", payload: bytes, remote: "Remote") -> None:
        """What came back of one job, called in a thread of dask's."""
        with self._lock:
            if self._open.pop(done, None) is None:
                return  # given up meanwhile
        value: Any
        try:
            if remote.status == "finished":
                kind, value = pickle.loads(cast(bytes, remote.result()))
            elif remote.status == "error":
                kind, value = "raised", remote.exception()
            else:
                kind, value = "raised", CourseError(self._gone())
        except Exception as error:
            kind, value = "raised", error
        if kind == "unfit":
            self._refuse_runner(remote, value)
            self._send(done, payload)
        elif kind == "done":
            done.set_result(value)
        elif isinstance(value, CourseError):
            done.set_exception(value)
        else:
            reason = f"{type(value).__name__}: {value}".splitlines()[0][:300]
            done.set_result([Outcome(fault=f"on the cluster: {reason}")])

    def _refuse_runner(self, remote: "Remote", reason: str) -> None:
        holders: Any = self._client.who_has([remote])
        for address in holders.get(remote.key, ()):
            self._refuse(address, reason)

    def _refuse(self, address: str, reason: str) -> None:
        if address not in self._unfit:
            self._unfit[address] = reason
            self._tell(f"worker {address} does not mark: {reason}")

    def _gone(self) -> str:
        return (
            "the scheduler of the cluster is gone: the marks that are recorded stay; run the "
            "command again for the rest"
        )

    def _look(self) -> None:
        """Notice that the scheduler is gone, and say so when no worker is left."""
        alone = False
        while not self._ended.wait(_LOOK):
            if self._client.status != "running":
                with self._lock:
                    lost = list(self._open)
                    self._open.clear()
                for done in lost:
                    done.set_exception(CourseError(self._gone()))
                return
            there = bool(_workers(self._client))
            if not there and not alone:
                self._tell("no worker is left on the cluster: waiting for one to come back")
            alone = not there


def _workers(client: "Client") -> list[str]:
    return list(client.scheduler_info(n_workers=-1)["workers"])


def worker_table(client: "Client", walled: bool = True) -> dict[str, dict[str, str]]:
    """Each worker's address → version of the course, kind of wall, threads, memory, why unfit."""
    facts_of = _AsSource(on_worker.worker_facts)
    told: Any = client.run(facts_of, package_version(), walled, on_error="return")
    known = client.scheduler_info(n_workers=-1)["workers"]
    table: dict[str, dict[str, str]] = {}
    for address, facts in told.items():
        if isinstance(facts, BaseException):
            reason = f"it does not answer ({type(facts).__name__}: {facts})".splitlines()[0]
            facts = {"version": "?", "wall": "?", "unfit": reason}
        worker = known.get(address, {})
        table[address] = facts | {
            "threads": str(worker.get("nthreads", "?")),
            "memory": f"{worker.get('memory_limit', 0) / 2**30:.1f} GB",
        }
    return table
