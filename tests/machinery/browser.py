"""Finds a Chromium to drive; never downloads one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.machinery import notes

CHOSEN = "TEST_BROWSER"
"""Names a browser to be used instead of looking for one."""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
CACHED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium_headless_shell-*/chrome-*/*headless*shell",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
PATIENCE = 30
"""Seconds a browser has to tell its version."""


@dataclass(frozen=True)
class Browser:
    """For Playwright: `chromium.launch(executable_path=path, args=args)`."""

    path: str
    args: list[str]
    version: str


@cache
def find_browser() -> Browser | None:
    """The first that starts: the chosen one, one on PATH, an application, a cached one."""
    for path in candidates():
        version = told_version(path)
        if version:
            notes.found(*split_version(version))
            return Browser(str(path), launch_arguments(), version)
    return None


def candidates() -> Iterator[Path]:
    if chosen := os.environ.get(CHOSEN):
        yield Path(chosen)
        return
    yield from (Path(found) for found in map(shutil.which, NAMES) if found)
    if sys.platform == "darwin":
        yield from (Path("/Applications") / name for name in APPLICATIONS)
    for pattern in CACHED:
        yield from sorted(cache_folder().glob(pattern), reverse=True)


def cache_folder() -> Path:
    """Where Playwright keeps browsers somebody has installed with it."""
    if chosen := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(chosen)
    below = "Library/Caches" if sys.platform == "darwin" else ".cache"
    return Path.home() / below / "ms-playwright"


def told_version(path: Path) -> str:
    """What it says of itself; empty when it cannot be started."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 and done.stdout else ""


def split_version(told: str) -> tuple[str, str]:
    """`Chromium 156.0.1 built on Debian` → `Chromium`, `156`."""
    words = told.split()
    number = next((word for word in words if word[0].isdigit()), "")
    name = " ".join(words[: words.index(number)]) if number in words else told
    return name or "Browser", number.split(".")[0]


def launch_arguments() -> list[str]:
    """Chromium's sandbox refuses root; small /dev/shm of containers is not enough for it."""
    return [*(["--no-sandbox"] if os.geteuid() == 0 else []), "--disable-dev-shm-usage"]
