"""What a run stops and starts: its database, its Valkey, and X."""

import os
import signal
import socket
import sqlite3
import time
from pathlib import Path

import httpx

from support.db import Base, engine_for
from support.sandbox import __main__ as sandbox
from tests.faults.launching import end, launch
from tests.machinery import lifeline, postgres, valkey
from tests.machinery.running import until


class Postgres:
    """A server of the run's own. A commit it confirmed outlives its process, if not its machine."""

    def __init__(self, place: Path) -> None:
        user = postgres.nobody()
        self._place = lifeline.run_folder() / f"pg-{place.name}-{os.getpid()}"
        self._place.mkdir(mode=0o700)
        if user:
            os.chown(self._place, *user)
        self._user = user
        self._binaries = _installed(user)
        postgres._initialise(self._binaries, self._place / "data", user)
        self._starts = 0
        self.start()
        self.url = self._server.create("desk")
        _make_tables(self.url)

    def start(self) -> None:
        """Up again, with all it had."""
        self._starts += 1
        # Its keeper removes a folder when it ends; that must not be the data.
        spare = self._place.with_name(f"{self._place.name}-{self._starts}")
        spare.mkdir(mode=0o711)
        command = [self._binaries / "postgres", "-D", self._place / "data", "-k", self._place]
        for setting in ("listen_addresses=", "max_connections=100", "timezone=UTC", "fsync=off"):
            command += ["-c", setting]
        log, lock = self._place.with_suffix(".log"), lifeline.run_folder() / "alive"
        keeper = lifeline.keep(command, lock, spare, log, self._user)
        self._server = postgres.Server(self._place, keeper)
        until(self._server.answers, "PostgreSQL")

    def stop(self) -> None:
        """Clients are thrown out, as when an administrator restarts it."""
        self._server.stop()

    def crash(self) -> None:
        """At once, with nothing written but its log of changes."""
        pid = int((self._place / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
        until(lambda: not lifeline.is_alive(self._server.keeper), "PostgreSQL to be gone")


def _installed(user: tuple[int, int] | None) -> Path:
    found = postgres.installations()
    if not found:
        raise SystemExit("no PostgreSQL was found")
    return postgres.readable(found[0], user) if user else found[0]


class Sqlite:
    """A file. It cannot go away, but somebody can keep everybody from writing."""

    def __init__(self, place: Path) -> None:
        self._file = place / "desk.db"
        self.url = f"sqlite:///{self._file}"
        self._holder: sqlite3.Connection | None = None
        _make_tables(self.url)

    def stop(self) -> None:
        holder = sqlite3.connect(
            self._file, isolation_level=None, timeout=30, check_same_thread=False
        )
        holder.execute("BEGIN IMMEDIATE")
        self._holder = holder

    crash = stop

    def start(self) -> None:
        if self._holder is not None:
            self._holder.close()
            self._holder = None


def _make_tables(url: str) -> None:
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    engine.dispose()


class Valkey:
    """A server of the run's own; a restart empties it."""

    def __init__(self, place: Path) -> None:
        self._folder = lifeline.run_folder() / f"vk-{place.name}-{os.getpid()}"
        self.start()

    @property
    def url(self) -> str:
        return self._server.url

    def start(self) -> None:
        lock = lifeline.run_folder() / "alive"
        self._server = valkey.start(self._folder, lock)

    def stop(self) -> None:
        self._server.stop()


class SandboxX:
    """The sandbox as a process, always at the same address."""

    def __init__(self, place: Path) -> None:
        self.switches: dict[str, object] = {}
        """How this X behaves otherwise than X; told it whenever it starts."""
        self.file = place / "x.db"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        self._log = place / "x.log"
        self.url = f"http://127.0.0.1:{self._port}"
        self.control = httpx.Client(base_url=f"{self.url}/sandbox/api", timeout=10)
        self.start()

    def start(self) -> None:
        told = ["--port", str(self._port), "--data", str(self.file), "--limits", "1000"]
        self._process = launch(sandbox.main, told, log=self._log)
        until(self._answers, "the sandbox")
        self.tell("switches", self.switches)

    def stop(self) -> None:
        """X cannot be reached any more; what it accepted it has."""
        end(self._process)

    def tell(self, path: str, body: object) -> object:
        """One order of the control API. Raises httpx.HTTPError while X is away."""
        answer = self.control.post(path, json=body)
        if answer.status_code not in (200, 201):
            raise RuntimeError(f"the sandbox refuses {path}: {answer.text[:300]}")
        return answer.json()

    def lay(self, kind: str, endpoint: str, times: int = 1, seconds: float = 3.0) -> None:
        """The next calls of that endpoint go wrong in this way."""
        order = {"kind": kind, "endpoint": endpoint, "times": times, "seconds": seconds}
        self.tell("faults", order)

    def _answers(self) -> bool:
        try:
            return self.control.get("/state").status_code == 200
        except httpx.HTTPError:
            time.sleep(0.05)
            return False
