"""Runs processes together: shows what they say, starts again what died, stops all at the end."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

from support.local.processes import Process
from support.local.watching import Watch, end_group

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before a process that died is started again; doubled each time up to the longest."""
SETTLED = 30.0
"""Seconds after which a process counts as healthy and its waits begin at the first again."""
TRIES_BEFORE_READY = 3
GRACE = 8.0
"""Seconds a process has to end after it was asked to."""
TICK = 0.05


class StopAsked(Exception):
    """Ctrl-C, SIGTERM, SIGHUP, or the process we belong to is gone."""


class GaveUp(Exception):
    """The set cannot be brought up; the sentence says which process failed."""


@dataclass
class Running:
    process: Process
    popen: subprocess.Popen[bytes]
    since: float
    half_line: bytes = b""
    said: list[str] | None = None
    """Where its lines are kept instead of being shown."""


class Supervisor:
    """Use as a context: leaving it stops everything that was started."""

    def __init__(
        self,
        out: TextIO,
        folder: Path,
        env: Mapping[str, str],
        keeps: Sequence[int] = (),
        parent: int | None = None,
        grace: float = GRACE,
    ) -> None:
        self._out, self._folder, self._env = out, folder, env
        self._parent, self._grace = parent, grace
        self._watch = Watch(keeps)
        self._running: dict[str, Running] = {}
        self._selector = selectors.DefaultSelector()
        self._deaths: dict[str, int] = {}
        self._due: dict[str, tuple[float, Process]] = {}
        self._returned: dict[str, int] = {}
        self._asked = 0
        self._asked_at = float("-inf")
        self._ready = False
        self._width = 9

    def __enter__(self) -> "Supervisor":
        for asks in STOPPING:
            signal.signal(asks, self._stop_asked)
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        self._watch.close()

    def _stop_asked(self, number: int, frame: FrameType | None) -> None:
        """Signals within a second are one wish: make passes on what the terminal sent as well."""
        if time.monotonic() - self._asked_at > 1:
            self._asked += 1
            self._asked_at = time.monotonic()

    def start(self, process: Process, said: list[str] | None = None) -> None:
        """Starts it. Always from the main thread."""
        popen = self._open(process)
        self._width = max(self._width, len(process.name))
        self._watch.add(popen.pid)
        running = Running(process, popen, time.monotonic(), said=said)
        self._running[process.name] = running
        self._returned.pop(process.name, None)
        assert popen.stdout is not None
        os.set_blocking(popen.stdout.fileno(), False)
        self._selector.register(popen.stdout, selectors.EVENT_READ, running)

    def _open(self, process: Process) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                process.argv,
                cwd=self._folder,
                env={**self._env, **process.env},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            why = f"{process.argv[0]}: {error.strerror}"
            raise GaveUp(f"{process.name} cannot be started ({why}).") from None

    def finish(self, process: Process, said: list[str] | None = None) -> int:
        """Runs it to its end, the others running on; its exit code, below 0 for a signal."""
        self.start(process, said)
        while process.name not in self._returned:
            self.tick()
        return self._returned[process.name]

    def until(self, condition: Callable[[], bool], within: float) -> bool:
        """Runs on until `condition` holds; False when it did not within so many seconds."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if condition():
                return True
            self.tick()
        return condition()

    def ready(self) -> None:
        """From here on a process that dies is started again however often it takes."""
        self._ready = True
        self._deaths.clear()

    def forever(self) -> None:
        """Runs on until asked to stop."""
        while True:
            self.tick()

    def pid(self, name: str) -> int | None:
        running = self._running.get(name)
        return running.popen.pid if running else None

    def say(self, line: str, name: str = "local") -> None:
        """Shows a line under a name; a closed terminal is a wish to stop."""
        try:
            print(f"{name:<{self._width}} | {line}", file=self._out, flush=True)
        except OSError:
            self._asked = max(self._asked, 1)
            self._out = Path(os.devnull).open("w")  # noqa: SIM115 (until the end)

    def tick(self) -> None:
        """One round; raises StopAsked and GaveUp."""
        self._look()
        self._watch.renew()
        for name, (when, process) in list(self._due.items()):
            if time.monotonic() >= when:
                del self._due[name]
                self.start(process)
        if self._asked or (self._parent is not None and os.getppid() != self._parent):
            raise StopAsked

    def stop(self) -> None:
        """Asks all to end, then ends them; those others need come last. Asked twice: at once."""
        self._due.clear()
        already = self._asked
        for outlives in (False, True):
            wave = [r for r in self._running.values() if r.process.outlives is outlives]
            self._stop_wave(wave, already)

    def _stop_wave(self, wave: list[Running], already: int) -> None:
        for running in wave:
            running.popen.terminate()
        deadline = time.monotonic() + self._grace
        while any(r.process.name in self._running for r in wave):
            if time.monotonic() > deadline or self._asked > already:
                for running in wave:
                    end_group(running.popen.pid, signal.SIGKILL)
            self._look(restarting=False)

    def _look(self, restarting: bool = True) -> None:
        for key, _ in self._selector.select(TICK):
            self._read(key.data)
        for running in list(self._running.values()):
            if running.popen.poll() is not None:
                self._ended(running, restarting)

    def _read(self, running: Running) -> None:
        assert running.popen.stdout is not None
        try:
            data = os.read(running.popen.stdout.fileno(), 65_536)
        except BlockingIOError:
            return
        if not data:
            self._selector.unregister(running.popen.stdout)
        *lines, running.half_line = (running.half_line + data).split(b"\n")
        for line in lines:
            self._heard(running, line)

    def _heard(self, running: Running, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip("\r")
        if running.said is not None:
            running.said.append(text)
        else:
            self.say(text, running.process.name)

    def _ended(self, running: Running, restarting: bool) -> None:
        """Hears it out, ends what it left behind, and sees to it being started again."""
        self._hear_out(running)
        process, code = running.process, running.popen.returncode
        end_group(running.popen.pid, signal.SIGKILL)
        self._watch.remove(running.popen.pid)
        del self._running[process.name]
        self._returned[process.name] = code
        if process.restarts and restarting:
            self._restart(running, code)

    def _hear_out(self, running: Running) -> None:
        out = running.popen.stdout
        assert out is not None
        with contextlib.suppress(BlockingIOError):
            while data := os.read(out.fileno(), 65_536):
                running.half_line += data
        for line in running.half_line.splitlines():
            self._heard(running, line)
        with contextlib.suppress(KeyError):
            self._selector.unregister(out)
        out.close()

    def _restart(self, running: Running, code: int) -> None:
        name = running.process.name
        if time.monotonic() - running.since > SETTLED:
            self._deaths.pop(name, None)
        deaths = self._deaths[name] = self._deaths.get(name, 0) + 1
        if not self._ready and deaths >= TRIES_BEFORE_READY:
            raise GaveUp(f"{name} cannot be started ({in_words(code)}); what it said stands above.")
        wait = min(FIRST_WAIT * 2 ** (deaths - 1), LONGEST_WAIT)
        self.say(f"{name} {in_words(code)}; starting it again in {wait:g} s")
        self._due[name] = (time.monotonic() + wait, running.process)


def in_words(code: int) -> str:
    if code >= 0:
        return f"ended with exit code {code}"
    return f"was ended by {signal.Signals(-code).name}"
