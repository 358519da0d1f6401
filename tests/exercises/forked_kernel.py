"""Jupyter's kernel ``python3``, forked from a process that has imported Keras.

A kernel that imports TensorFlow needs ten seconds of processor to start, and nbgrader starts one
for each submission. ``forked_kernels()`` is for such tests. What runs is IPython's own kernel; only
its imports are shared. Jupyter starts this file as the kernel: it asks the process that forks, and
ends with the fork.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FORKS = "--fork-for"


@contextmanager
def forked_kernels(folder: Path) -> Iterator[dict[str, str]]:
    """In a ``with``: the environment variables with which Jupyter takes this kernel."""
    address = str(folder / "kernels.sock")
    spec = folder / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    argv = [sys.executable, __file__, address, "-f", "{connection_file}"]
    facts = {"display_name": "Python 3", "language": "python", "interrupt_mode": "message"}
    spec.write_text(json.dumps(facts | {"argv": argv}))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(16)
        number = listener.fileno()
        command = [sys.executable, __file__, _FORKS, str(number)]
        backend = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as a kernel has it
        forks = subprocess.Popen(command, pass_fds=[number], env=os.environ | backend)
    try:
        yield {"JUPYTER_PATH": str(folder)}
    finally:
        forks.kill()
        forks.wait()


def fork_for(number: int) -> None:
    """Import, then fork a kernel for each connection of the listener with that file descriptor."""
    import gc
    import signal

    gc.disable()
    import ipykernel.kernelapp
    import keras  # no operation of TensorFlow's may run before a fork

    assert keras.backend.backend() == "tensorflow"
    gc.freeze()
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    parent = os.getpid()
    listener = socket.socket(fileno=number)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with connection.makefile("r") as lines:
                asked = json.loads(lines.readline())
            os.chdir(asked["folder"])
            os.environ.clear()
            os.environ.update(asked["environment"] | {"JPY_PARENT_PID": str(parent)})
            _end_with(connection)
            sys.path[0] = ""
            sys.argv = ["ipykernel_launcher.py", *asked["arguments"]]
            ipykernel.kernelapp.launch_new_instance()
            os._exit(0)
        connection.close()


def _end_with(connection: socket.socket) -> None:
    """End this process when the one that Jupyter started is gone."""
    from threading import Thread

    def wait() -> None:
        connection.recv(1)
        os._exit(1)

    Thread(target=wait, daemon=True).start()


def ask_for_one(address: str, arguments: list[str]) -> None:
    """Ask for a kernel, and stay as long as it does."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(address)
        asked = {"arguments": arguments, "folder": str(Path.cwd()), "environment": {**os.environ}}
        connection.sendall(json.dumps(asked).encode() + b"\n")
        connection.recv(1)


if __name__ == "__main__":
    if sys.argv[1] == _FORKS:
        fork_for(int(sys.argv[2]))
    else:
        ask_for_one(sys.argv[1], sys.argv[2:])
