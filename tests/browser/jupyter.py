"""A real JupyterLab on loopback, with settings of its own; it serves Notebook 7 as well."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def jupyter_lab(folder: Path, root: Path | None = None) -> Iterator[str]:
    """In a ``with``: the address of a JupyterLab that shows ``root`` and runs in it.

    ``folder``: for its settings and its log; ``root`` is ``folder`` where it is not given.
    """
    root = root or folder
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        f"--ServerApp.root_dir={root}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, cwd=root, env={**os.environ, **home}, stdout=log, stderr=log
        )
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(240):
                assert server.poll() is None, (folder / "server.log").read_text()[-2000:]
                try:
                    with urllib.request.urlopen(f"{url}/api/status"):
                        break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.5)
            else:
                pytest.fail("JupyterLab did not start in two minutes")
            yield url
        finally:
            server.terminate()
            server.wait(20)
