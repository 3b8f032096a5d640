"""Everything a run stands on: the servers, two accounts of ours, the people, the settings."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

import app as _app  # noqa: F401  (every record is known to the mapper with it)
from support.db import engine_for
from support.demo.loading import APP
from support.inbox import reading
from support.jobs.bell import RqLater
from support.settings import Settings, load_settings
from support.x.connecting import Credentials, Start, by_oauth2, connect
from support.x.door import XDoor
from support.x.registering import register
from support.x.snowflakes import first_id_at
from tests.cast import SECRET, Cast, make_cast
from tests.faults.servers import Postgres, SandboxX, Sqlite, Valkey
from tests.faults.stand_ins import JumpingClock
from tests.faults.worker import PLACE
from tests.machinery.running import ROOT
from tests.x.granting import pair_from

CARE, LABO = "hikari_care", "hikari_labo"
"""Two accounts of ours: the first sends at once and is pushed to, the second is polled and gives
agents a moment to take a reply back."""
UNDO_SECONDS = 2


class Ledger:
    """What people did to the desk and on X, as they saw it: the auditor holds the desk to it."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a")
        self._lock = threading.Lock()
        self.lines: list[dict[str, Any]] = []

    def note(self, what: str, **facts: Any) -> None:
        line = {"what": what, **facts}
        with self._lock:
            self.lines.append(line)
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()

    def of(self, what: str) -> list[dict[str, Any]]:
        with self._lock:
            return [line for line in self.lines if line["what"] == what]


@dataclass
class World:
    """A desk and an X for one run, and what is needed to act on both."""

    place: Path
    database: Postgres | Sqlite
    valkey: Valkey
    x: SandboxX
    env: dict[str, str]
    ledger: Ledger
    engine: Engine
    clock: JumpingClock
    cast: Cast
    later: RqLater

    @property
    def settings(self) -> Settings:
        return load_settings(self.env)

    def session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    def set_clock(self, seconds: float) -> None:
        """For all processes at once."""
        aside = self.place / "clock.new"
        aside.write_text(str(seconds))
        aside.replace(self.place / "clock")


@contextmanager
def world(
    place: Path, database: str, *, lease: int, timeout: int, nice: int = 0
) -> Iterator[World]:
    x = SandboxX(place)
    kept = Postgres(place) if database == "postgresql" else Sqlite(place)
    queue = Valkey(place)
    (place / "clock").write_text("0")
    env = _environment(place, kept.url, queue.url, x.url) | {
        "DESK_LEASE_SECONDS": str(lease),
        "DESK_X_TIMEOUT": str(timeout),
        "DESK_WORKER_NICE": str(nice),
    }
    engine = engine_for(kept.url)
    clock = JumpingClock(place / "clock")
    with Session(engine, expire_on_commit=False) as session:
        cast = make_cast(session, undo_seconds=0)
        _connect(session, cast, env, clock, x.url)
        session.expunge_all()
    ledger, later = Ledger(place / "ledger.jsonl"), RqLater(queue.url)
    try:
        yield World(place, kept, queue, x, env, ledger, engine, clock, cast, later)
    finally:
        engine.dispose()
        x.stop()
        kept.stop()
        queue.stop()
        if isinstance(kept, Sqlite):
            kept.start()


def _environment(place: Path, database: str, queue: str, x: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("DESK_")}
    return own | {
        PLACE: str(place),
        "PYTHONPATH": str(ROOT),
        "DESK_DATABASE_URL": database,
        "DESK_DATA_DIR": str(place),
        "DESK_SECRET_KEY": SECRET,
        "DESK_REDIS_URL": queue,
        "DESK_X_BASE_URL": x,
        "DESK_X_WEB_URL": x,
        "DESK_PORT": str(_free_port()),
        "DESK_POLL_MENTIONS": "1",
        "DESK_POLL_DMS": "1",
        "DESK_POLL_OWN_POSTS": "2",
        "DESK_POLL_BACKSTOP": "3",
        "DESK_LOG_LEVEL": "WARNING",
    }


def _connect(
    session: Session, cast: Cast, env: dict[str, str], clock: JumpingClock, x_url: str
) -> None:
    """One account by OAuth 2.0, so that X pushes for it, and one by a token that was pasted."""
    settings = load_settings(env)
    door = XDoor(settings, clock, sessionmaker(session.get_bind()))
    app = register(session, APP, secret_key=SECRET, now=clock())
    pair = pair_from(door, app, CARE)
    cast.account.x_id = door.with_token(pair.access).me().x_id
    start = Start(cast.account.calendar_id, UNDO_SECONDS)
    given = by_oauth2(pair, app_id=app.id, now=clock())
    connect(session, door.with_token(pair.access).me(), given, start, secret_key=SECRET)
    httpx.post(f"{x_url}/sandbox/api/accounts", json={"username": LABO}).raise_for_status()
    token = Credentials("bearer", f"sandbox-{LABO}")
    person = door.with_token(token.token).me()
    labo = connect(session, person, token, start, secret_key=SECRET)
    labo.signature_form = cast.account.signature_form
    for account in (cast.account, labo):
        reading.begin(session, account, after_id=first_id_at(datetime.now(UTC)))
    session.commit()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
