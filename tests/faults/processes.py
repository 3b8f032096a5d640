"""The run's processes: started, killed, put to sleep, and started again as a supervisor would."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from random import Random

import httpx

from tests.faults import plan, web, worker
from tests.faults.launching import end, launch
from tests.faults.steps import steps_met
from tests.faults.worker import DIE, WITHOUT
from tests.faults.world import World
from tests.machinery.running import until

DUTIES = {
    "send-1": "send",
    "send-2": "send",
    "ingest": "ingest",
    "scheduler-1": "scheduler",
    "scheduler-2": "scheduler",
}
SENDERS = sum(duty == "send" for duty in DUTIES.values())
REST = 0.3
"""Seconds before a process that ended is started again."""


class Fleet:
    """Workers and schedulers, each started again whenever it ends, until the run is over."""

    def __init__(self, world: World, random: Random, *, short: bool, without: str = "") -> None:
        self._world, self._random, self._short, self._without = world, random, short, without
        self._running: dict[str, BaseProcess] = {}
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._planned: dict[str, str] = {}
        self.deadly = True
        """Whether workers that are started now die at a named step."""
        self.once: list[str] = []
        """Named steps at which one sender each dies, even where they are not deadly."""
        self.ended: Counter[str] = Counter()
        self.heard: list[Callable[[int], None]] = []
        """Told the number of each process that ended."""

    def start(self) -> None:
        for name in DUTIES:
            self._start(name)
        self._thread = threading.Thread(target=self._tend, daemon=True)
        self._thread.start()

    def kill(self, name: str = "") -> None:
        """-9, in the middle of whatever it does."""
        with self._lock, suppress(KeyError, ProcessLookupError):
            os.kill(self._pid(name), signal.SIGKILL)

    def freeze(self, name: str, seconds: float) -> None:
        """Asleep, as on a machine that swaps; then it goes on as if nothing had been."""
        with self._lock:
            pid = self._pid(name)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self._over.wait(seconds)
            os.kill(pid, signal.SIGCONT)

    def any(self, duty: str = "") -> str:
        return self._random.choice([n for n, does in DUTIES.items() if duty in ("", does)])

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            end(process)

    def _met(self, name: str) -> Counter[str]:
        """How many workers died at each step, or are about to."""
        others = [plan for whose, plan in self._planned.items() if whose != name]
        coming = Counter(plan.partition(":")[0] for plan in others)
        return steps_met(self._world.place / "deaths.jsonl") + coming

    def _pid(self, name: str) -> int:
        return self._running[name or self.any()].pid or 0

    def _start(self, name: str) -> None:
        env = dict(self._world.env) | {WITHOUT: self._without, DIE: ""}
        if DUTIES[name] == "send" and self.deadly:
            self._planned[name] = plan.death(self._random, self._met(name), short=self._short)
            env[DIE] = self._planned[name]
        elif DUTIES[name] == "send" and self.once:
            env[DIE] = self.once.pop()
        log = self._world.place / f"{name}.log"
        process = launch(worker.main, DUTIES[name], env, log=log)
        with self._lock:
            self._running[name] = process

    def _tend(self) -> None:
        while not self._over.is_set():
            wait([process.sentinel for process in self._running.values()], timeout=0.2)
            for name, process in [*self._running.items()]:
                if process.is_alive() or self._over.is_set():
                    continue
                self.ended["killed" if process.exitcode == -signal.SIGKILL else "gave_up"] += 1
                for tell in self.heard:
                    tell(process.pid or 0)
                if process.exitcode != -signal.SIGKILL:
                    time.sleep(REST)
                self._start(name)


class Web:
    """The web server; gone with the run."""

    def __init__(self, world: World) -> None:
        self.url = f"http://127.0.0.1:{world.env['DESK_PORT']}"
        self._process = launch(web.main, world.env, log=world.place / "web.log")
        until(self._answers, "the web server")

    def stop(self) -> None:
        end(self._process)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=20).status_code == 200
        except httpx.HTTPError:
            return False
