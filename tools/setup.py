"""Makes .venv ready: `python3 tools/setup.py run` for the desk, `… dev` for tests and tools too.

Runs before anything is installed, on whatever Python is there: standard library only, and no
syntax newer than Python 3.7, so that an old Python is answered with a sentence.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
UNFINISHED = VENV / "unfinished"
LOCKS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
EXACTLY = ["--require-hashes", "--only-binary", ":all:", "-r"]
OLDEST = (3, 11)
TRIES = 2
PATIENCE = 900
"""Seconds one try at installing may take before it counts as stuck."""
QUIET_NETWORK = 60
"""Seconds without a byte before a download is tried again."""


class SetupError(Exception):
    """What stands in the way, as one sentence for the person at the keyboard."""


def main(argv: list[str]) -> int:
    kind = argv[1] if len(argv) > 1 else "run"
    if kind not in LOCKS:
        print("Say what to set up: run or dev.", file=sys.stderr)
        return 2
    try:
        set_up(kind)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped; the next start takes it up again.", file=sys.stderr)
        return 130
    return 0


def set_up(kind: str) -> None:
    check_system()
    if is_ready(kind):
        return
    with one_at_a_time():
        if not is_ready(kind):
            build(kind)


def check_system() -> None:
    if os.name != "posix":
        raise SetupError("Madoguchi runs on Linux and macOS; on Windows use it inside WSL.")
    if sys.version_info < OLDEST:
        raise SetupError(
            f"Python 3.11 or newer is needed; {sys.executable} is Python {version()}. "
            "Install a newer one, or name it: make PYTHON=/path/to/python3.12 …"
        )


def is_usable(python: str | Path) -> bool:
    """Does it start, and is it new enough?"""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    try:
        return subprocess.run([str(python), "-I", "-c", question], **SILENT).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


SILENT: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 60}


def venv_python() -> Path:
    return VENV / "bin" / "python"


def is_ready(kind: str) -> bool:
    """The stamp tells which lock files are in place and for which interpreter."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    return (
        stamp.get(LOCKS[kind]) == digest(kind)
        and not UNFINISHED.exists()
        and stamp.get("python") == interpreter()
        and venv_python().exists()
    )


def interpreter() -> str:
    """The file behind .venv/bin/python: another one after an upgrade means building again."""
    return os.path.realpath(str(venv_python()))


def digest(kind: str) -> str:
    try:
        return hashlib.sha256((ROOT / LOCKS[kind]).read_bytes()).hexdigest()
    except OSError as error:
        raise SetupError(f"{LOCKS[kind]} cannot be read: {error.strerror}.") from None


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two makes at once: the second waits for the first and then finds the work done."""
    import fcntl

    try:
        lock = (ROOT / ".venv.lock").open("w")
    except OSError as error:
        raise SetupError(
            f"The folder {ROOT} cannot be written ({error.strerror}): packages are installed into "
            ".venv there. Give it to this user, or copy it to a folder that is yours."
        ) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print("Another make is setting up .venv; waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(kind: str) -> None:
    found: list[Uv | Pip | None] = [Uv.found(), Pip.found()]
    routes = [installer for installer in found if installer]
    if not routes:
        raise SetupError(missing_venv_sentence())
    make_folder(routes)
    for installer in routes:
        print(f"Installing {LOCKS[kind]} with {installer.name} …", flush=True)
        if installer.install(str(ROOT / LOCKS[kind])):
            write_stamp(kind)
            return
    raise SetupError(
        f"{LOCKS[kind]} could not be installed; what the installer said stands above. "
        "With that put right, the same command goes on."
    )


def make_folder(routes: list[Uv | Pip]) -> None:
    """A whole .venv is kept and added to; one left half filled is made anew."""
    if not UNFINISHED.exists() and is_usable(venv_python()):
        return
    try:
        if VENV.is_symlink():
            VENV.unlink()
        elif VENV.exists():
            shutil.rmtree(str(VENV))
        routes[0].make_folder()
        UNFINISHED.touch()
    except OSError as error:
        raise SetupError(f"{VENV} cannot be made: {error.strerror}.") from None


def write_stamp(kind: str) -> None:
    stamp = {"python": interpreter(), LOCKS[kind]: digest(kind)}
    if kind == "dev":
        stamp[LOCKS["run"]] = digest("run")
    STAMP.write_text(json.dumps(stamp, indent=1) + "\n")
    with contextlib.suppress(FileNotFoundError):
        UNFINISHED.unlink()


def tried(command: list[str], **env: str) -> bool:
    """Run it up to TRIES times; a stuck download counts as a failure and is tried again."""
    for _ in range(TRIES):
        UNFINISHED.touch()
        try:
            if subprocess.run(command, env={**os.environ, **env}, timeout=PATIENCE).returncode == 0:
                return True
        except subprocess.TimeoutExpired:
            print(f"No end after {PATIENCE // 60} minutes; stopped it.", file=sys.stderr)
        except OSError as error:
            print(f"{command[0]} cannot be started: {error.strerror}.", file=sys.stderr)
            return False
    return False


class Uv:
    """Seconds instead of half a minute, where it is installed."""

    name = "uv"

    def __init__(self, path: str) -> None:
        self.path = path

    @classmethod
    def found(cls) -> Uv | None:
        path = shutil.which("uv")
        return cls(path) if path else None

    def make_folder(self) -> None:
        run_or_say([self.path, "venv", "--quiet", "--python", sys.executable, str(VENV)])

    def install(self, lock: str) -> bool:
        return tried(
            [
                self.path,
                "pip",
                "install",
                "--quiet",
                "--python",
                str(venv_python()),
                *EXACTLY,
                lock,
            ],
            UV_HTTP_TIMEOUT=str(QUIET_NETWORK),
        )


class Pip:
    """Python's own; needs the venv and ensurepip modules."""

    name = "pip"

    @classmethod
    def found(cls) -> Pip | None:
        question = [sys.executable, "-c", "import venv, ensurepip"]
        return cls() if subprocess.run(question, **SILENT).returncode == 0 else None

    def make_folder(self) -> None:
        run_or_say([sys.executable, "-m", "venv", str(VENV)])

    def install(self, lock: str) -> bool:
        python = str(venv_python())
        if subprocess.run([python, "-m", "pip", "--version"], **SILENT).returncode != 0:
            run_or_say([python, "-m", "ensurepip"])
        patient = ["--timeout", str(QUIET_NETWORK), "--retries", "5"]
        quiet = ["-qq", "--disable-pip-version-check"]
        return tried([python, "-m", "pip", "install", *quiet, *patient, *EXACTLY, lock])


def run_or_say(command: list[str]) -> None:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE
    )
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise SetupError(f".venv cannot be made: {said[-1]}")


def version() -> str:
    return "{}.{}".format(*sys.version_info)


def missing_venv_sentence() -> str:
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        fix = f"run: {sudo}apt-get install python{version()}-venv"
    else:
        fix = "install your system's package for Python's venv module, or uv"
    return f"Python's venv module is missing; please {fix}"


if __name__ == "__main__":
    sys.exit(main(sys.argv))
