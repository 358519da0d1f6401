"""Find Chromium on this machine, and start it so that it does not use the network."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def find_chromium() -> str | None:
    """The path of the first Chromium or Chrome on the PATH; None when there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def chromium_flags() -> list[str]:
    """The options for every start of Chromium: no background traffic, and as root no sandbox."""
    as_root = (
        hasattr(os, "geteuid") and os.geteuid() == 0
    )  # as root, Chromium refuses to run in a sandbox
    return [*QUIET, *(["--no-sandbox"] if as_root else [])]
