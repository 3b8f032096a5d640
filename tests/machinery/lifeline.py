"""Servers for tests that end with the run, even with one that was killed.

A run holds a lock on a file. Each server has a keeper process that waits for that lock: it gets it
when the run is over, however it ended, and then ends the server and removes its folder.
Runs as a script too: `lifeline.py LOCK FOLDER UID GID COMMAND…` is such a keeper.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

RUN = "MADOGUCHI_TEST_RUN"
"""Names the folder of the whole run; the processes of pytest-xdist inherit it."""
PREFIX = "madoguchi-test-"
LONGEST_BASE = 60
"""Bytes; sockets lie in these folders and their paths may have about a hundred."""
ENDING = 10
"""Seconds a server has to end after it was asked to."""

_held: list[TextIO] = []


def begin_run() -> Path:
    """Once, in the process that controls the run."""
    base = tempfile.gettempdir()
    base = base if len(os.fsencode(base)) <= LONGEST_BASE else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=base))
    folder.chmod(0o711)
    os.environ[RUN] = str(folder)
    hold(folder / "alive")
    return folder


def end_run(folder: Path) -> None:
    """Keepers end their servers now; the folder goes with the last of them."""
    while _held:
        _held.pop().close()
    os.environ.pop(RUN, None)
    with contextlib.suppress(OSError):
        (folder / "alive").unlink()
    shutil.rmtree(folder, ignore_errors=True)


def run_folder() -> Path:
    """The folder of this run; outside pytest a run begins with the first use."""
    return Path(os.environ[RUN]) if RUN in os.environ else begin_run()


def hold(path: Path) -> Path:
    """Locks the file for as long as this process lives."""
    file = path.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    _held.append(file)
    return path


@contextlib.contextmanager
def once(name: str) -> Iterator[Path]:
    """One process of the run at a time; yields where the first may write what the rest can read."""
    folder = run_folder()
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder / f"{name}.json"


def keep(
    command: Sequence[str | Path],
    lock: Path,
    folder: Path,
    log: Path,
    user: tuple[int, int] | None = None,
) -> int:
    """Starts `command` under a keeper, as `user` (uid, gid) where given; the keeper's id."""
    uid, gid = user or (-1, -1)
    keeper = [sys.executable, "-I", "-S", __file__, str(lock), str(folder), str(uid), str(gid)]
    with log.open("wb") as out:
        popen = subprocess.Popen(
            [*keeper, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
        )
    popen.returncode = 0  # never waited for: it outlives whoever started it
    return popen.pid


def end(keeper: int) -> None:
    """Ends a server before its run ends, and waits for it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(keeper, signal.SIGTERM)
    deadline = time.monotonic() + ENDING + 2
    while is_alive(keeper) and time.monotonic() < deadline:
        time.sleep(0.01)


def is_alive(keeper: int) -> bool:
    """Takes notice of its end as well, where it was this process that started it."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(keeper, os.WNOHANG)
    try:
        os.kill(keeper, 0)
    except ProcessLookupError:
        return False
    return True


class Over(Exception):
    """The keeper was asked to end its server, or the server has ended by itself."""


def _over(number: int, frame: object) -> None:
    raise Over


def main(lock: str, folder: str, uid: str, gid: str, *command: str) -> None:
    as_user = {} if uid == "-1" else {"user": int(uid), "group": int(gid), "extra_groups": []}
    server = subprocess.Popen(command, **as_user)  # type: ignore[call-overload]
    signals = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    with contextlib.suppress(Over, OSError):
        for asks in signals:
            signal.signal(asks, _over)
        if server.poll() is None:
            wait_for_end_of(Path(lock))
    for asks in signals:
        signal.signal(asks, signal.SIG_DFL if asks is signal.SIGCHLD else signal.SIG_IGN)
    end_server(server)
    shutil.rmtree(folder, ignore_errors=True)
    clear_run(Path(folder).parent)


def wait_for_end_of(lock: Path) -> None:
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)


def end_server(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown; Valkey takes it as well
    try:
        server.wait(ENDING)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def clear_run(run: Path) -> None:
    """What a killed run could not remove itself; not while it is going on."""
    try:
        with (run / "alive").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    except OSError:
        pass
    if run.name.startswith(PREFIX):
        shutil.rmtree(run, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
