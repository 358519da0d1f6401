"""Run jobs on a cluster: an executor that checks each worker, and survives the loss of workers.

A worker with another version of the course, or without a sandbox, refuses; it is named once, and
its job goes to another worker. If several workers die over one job, that student gets no mark but
the status "failed". If the scheduler is gone, the run ends with one clear error, and the marks
recorded so far are kept.
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

_LOOK = 5.0  # seconds between two checks whether the cluster still runs
_TRIES = 3  # so many workers may die over one job

cloudpickle.register_pickle_by_value(on_worker)


class _AsSource:
    """A function that is sent as its own code, so that the scheduler can unpack it.

    dask itself pickles a function by its module's name where it can; the scheduler then would need
    the course installed.
    """

    def __init__(self, function: Callable[..., Any]):
        self._pickled, self.__name__ = cloudpickle.dumps(function), function.__name__

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        return pickle.loads, (self._pickled,)

    def __call__(self, *args: Any) -> Any:
        """Call the function."""
        return pickle.loads(self._pickled)(*args)


class ClusterExecutor(Executor):
    """Runs functions of plain data on the workers of ``client``.

    ``walled``: whether student code must run in a sandbox there. ``tell`` is called with a sentence
    for the instructor: that a worker does not mark, that no worker is left.
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
        """Run ``fn(*args)`` on a worker that can mark; ``fn`` and ``args`` must be picklable."""
        done: Future[Any] = Future()
        done.set_running_or_notify_cancel()
        self._send(done, pickle.dumps((fn, args)))
        return done

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the executor; jobs that are not done are cancelled on the cluster."""
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
        """Take the result of one job from the cluster; a thread of dask's calls this."""
        with self._lock:
            if self._open.pop(done, None) is None:
                return  # nobody waits for it any more
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
            "the scheduler of the cluster is gone: the marks recorded so far are kept; run the "
            "command again for the rest"
        )

    def _look(self) -> None:
        """Check now and then whether the scheduler is gone, and tell when no worker is left."""
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
    """Worker's address → its version of the course, kind of wall, threads, memory, why unfit."""
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
