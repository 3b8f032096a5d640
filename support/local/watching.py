"""Nothing outlives its supervisor, not even one that was killed outright.

A small process beside the supervisor holds one end of a pipe and is told the process groups that
were started. When the pipe closes while groups are left, the supervisor is gone: the groups are
asked to end, and after GRACE seconds made to. Works wherever pipes and process groups do.

Run as a script by `Watch`; standard library only, so that it starts in milliseconds.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

GRACE = 6.0
"""Seconds between asking a group to end and ending it."""


class Watch:
    """The supervisor's side. `keeps`: file descriptors (locks) held until all is tidied up."""

    def __init__(self, keeps: Sequence[int] = ()) -> None:
        self._keeps = tuple(keeps)
        self._groups: set[int] = set()
        self._popen = self._begin()

    @property
    def pid(self) -> int:
        return self._popen.pid

    def add(self, group: int) -> None:
        self._groups.add(group)
        self._tell(f"+{group}\n")

    def remove(self, group: int) -> None:
        self._groups.discard(group)
        self._tell(f"-{group}\n")

    def close(self) -> None:
        assert self._popen.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._popen.stdin.close()
        self._popen.wait()

    def renew(self) -> None:
        """Should the watch itself be killed, another takes its place."""
        if self._popen.poll() is not None:
            self._popen = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, *map(str, self._groups)],
            stdin=subprocess.PIPE,
            pass_fds=self._keeps,
            start_new_session=True,
            bufsize=0,
        )

    def _tell(self, line: str) -> None:
        assert self._popen.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._popen.stdin.write(line.encode())


def end_group(group: int, how: signal.Signals) -> bool:
    """Signals a whole group; False when nobody is left in it."""
    try:
        os.killpg(group, how)
    except ProcessLookupError:
        return False
    except PermissionError:  # macOS: only zombies are left
        return False
    return True


def main() -> None:
    for deaf in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(deaf, signal.SIG_IGN)
    groups = set(map(int, sys.argv[1:]))
    for line in sys.stdin:
        group = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(group)
    tidy_up(groups)


def tidy_up(groups: set[int]) -> None:
    asked = {group for group in groups if ask(group)}
    deadline = time.monotonic() + GRACE
    while time.monotonic() < deadline and any(map(exists, asked)):
        time.sleep(0.05)
    for group in groups:
        end_group(group, signal.SIGKILL)


def ask(leader: int) -> bool:
    """Only the leader is asked: it knows best how to end those it started."""
    try:
        os.kill(leader, signal.SIGTERM)
    except ProcessLookupError:
        return False
    return True


def exists(leader: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(leader, 0)
        return True
    return False


if __name__ == "__main__":
    main()
