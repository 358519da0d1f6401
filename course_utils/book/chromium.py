"""Chromium on this machine: where it is, and how it is started without talking to the network."""

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
    """What every start of Chromium gets: no background traffic, and as root no sandbox."""
    as_root = (
        hasattr(os, "geteuid") and os.geteuid() == 0
    )  # Chromium refuses to run as root with one
    return [*QUIET, *(["--no-sandbox"] if as_root else [])]
