"""``--on WHERE``: connect to the cluster that it names, as a dask client.

dask.distributed is a maintained library for this. Its own tools start the workers (on SLURM,
Kubernetes, SSH); WHERE is a scheduler's address, or a Python file in which the instructor starts
them.
"""

import ipaddress
import runpy
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from course_utils.errors import CourseError

if TYPE_CHECKING:
    from distributed import Client

FORMS = (
    "tls://HOST:PORT, tcp://127.0.0.1:PORT, scheduler-file:PATH, local:WORKERS, or a .py file that "
    "defines cluster()"
)
_LOOPBACK = "127.0.0.1:0"
PATIENCE = 30  # seconds in which a scheduler must answer


@contextmanager
def connected(where: str) -> Iterator["Client"]:
    """In a ``with``: a client of the cluster that ``where`` names (see ``FORMS``).

    Raises CourseError for any other form, for a scheduler that does not answer, and for an address
    on another machine without TLS: the data that come from there are unpickled.
    """
    try:
        import distributed
    except ImportError:
        raise CourseError("--on needs dask: pip install 'cnn-course[cluster]'") from None
    with ExitStack() as stack:
        address = _address(where, stack)
        try:
            client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            reason = str(error).splitlines()[0]
            raise CourseError(f"--on {where}: no scheduler answers there ({reason})") from None
        stack.callback(client.close)
        yield client


def _address(where: str, stack: ExitStack) -> Any:
    """The argument for dask's Client: an address, or a cluster."""
    kind, _, rest = where.partition(":")
    if kind == "local":
        return _local(where, rest, stack)
    if kind == "scheduler-file":
        path = Path(rest)
        if not path.is_file():
            raise CourseError(f"--on {where}: there is no file {path}")
        return _checked(where, _in_scheduler_file(where, path))
    if where.endswith(".py"):
        return _of_file(where, stack)
    if kind in ("tls", "tcp"):
        return _checked(where, where)
    raise CourseError(f"--on {where}: give {FORMS}")


def _local(where: str, count: str, stack: ExitStack) -> Any:
    """A cluster in this process, which listens to nobody.

    Whoever reaches a scheduler's port without TLS runs code on its workers, and on loopback that
    is every user of this machine.
    """
    from dask.config import set as set_config
    from distributed import LocalCluster

    if not count.isdigit() or int(count) < 1:
        raise CourseError(f"--on {where}: give the number of workers, as in --on local:4")
    no_pages = {f"distributed.{each}.http.routes": [] for each in ("scheduler", "worker")}
    stack.enter_context(set_config(no_pages))
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="course-dask-"))
    return stack.enter_context(
        LocalCluster(
            n_workers=int(count),
            threads_per_worker=1,
            processes=False,
            memory_limit=0,  # dask's limit would count the whole process for each worker
            scheduler_kwargs={"dashboard": False},
            dashboard_address=_LOOPBACK,  # dask opens these ports also without any page
            worker_dashboard_address=_LOOPBACK,
            local_directory=folder,
        )
    )


def _in_scheduler_file(where: str, path: Path) -> str:
    import json

    try:
        address = json.loads(path.read_text(encoding="utf-8"))["address"]
    except (ValueError, KeyError, TypeError):
        raise CourseError(f"--on {where}: {path} is not a scheduler file of dask's") from None
    return str(address)


def _checked(where: str, address: str) -> str:
    """``address``. Raises CourseError unless it is on this machine or encrypted."""
    parts = urlsplit(address)
    if parts.scheme != "tls" and not _is_loopback(parts.hostname or ""):
        raise CourseError(
            f"--on {where}: {address} is not encrypted and not on this machine. Whoever can speak "
            "to a scheduler runs code on its workers: use tls:// (dask's documentation, TLS/SSL)"
        )
    return address


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _of_file(where: str, stack: ExitStack) -> Any:
    """What the instructor's ``cluster()`` yields: a dask cluster, or a scheduler's address."""
    path = Path(where)
    if not path.is_file():
        raise CourseError(f"--on {where}: there is no such file")
    make = runpy.run_path(str(path)).get("cluster")
    if not callable(make):
        raise CourseError(f"--on {where}: the file must define cluster(), a context manager")
    opened: Any = make()
    return stack.enter_context(opened)
