"""What was answered 200 is in the database, though the web server is killed in that very moment."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from itertools import count

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.db import engine_for
from support.inbox.records import Delivery
from support.x.records import XApp
from support.x.signatures import CONSUMER_HEADER, sign
from support.x.tokens import seal
from tests.cast import SECRET
from tests.fakes import THURSDAY
from tests.machinery.running import ROOT, until
from tests.machinery.sandbox import PLAIN_HTTP
from tests.x import pushed

pytestmark = pytest.mark.both_databases

ENOUGH = 300
"""Answers after which the server is killed, in the middle of others."""


class Pusher(threading.Thread):
    """Pushes one event after the other over a kept connection until the server is gone."""

    def __init__(self, port: int, path: str, numbers: "count[int]") -> None:
        super().__init__()
        self.port, self.path, self.numbers = port, path, numbers
        self.answered: list[bytes] = []

    def run(self) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            while True:
                body = pushed.body(pushed.mention(f"@hikari_care {next(self.numbers)}"))
                line.request("POST", self.path, body, {CONSUMER_HEADER: sign("secret", body)})
                answer = line.getresponse()
                answer.read()
                assert answer.status == 200
                self.answered.append(body)
        except (OSError, http.client.HTTPException):
            line.close()


def test_no_event_that_was_answered_is_lost_when_the_server_is_killed(database_url, tmp_path):
    engine = engine_for(database_url)
    with Session(engine) as session:
        sealed = seal("secret", SECRET)
        session.add(XApp(name="窓口", consumer_secret_sealed=sealed, made_at=THURSDAY))
        session.commit()
    port = free_port()
    server = start(database_url, tmp_path, port)
    try:
        until(lambda: is_up(port), "the web server")
        pushers = [Pusher(port, "/x/webhook/1", numbers) for numbers in [count()] * 8]
        for pusher in pushers:
            pusher.start()
        until(lambda: sum(len(p.answered) for p in pushers) >= ENOUGH, "enough answers")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    for pusher in pushers:
        pusher.join()
    answered = {body for pusher in pushers for body in pusher.answered}
    with Session(engine) as session:
        stored = set(session.scalars(select(Delivery.body)))
    engine.dispose()
    assert len(answered) >= ENOUGH
    assert answered - stored == set()


def start(database_url: str, folder, port: int) -> "subprocess.Popen[bytes]":
    own = {name: value for name, value in os.environ.items() if not name.startswith("DESK_")}
    env = own | {
        "DESK_DATABASE_URL": database_url,
        "DESK_DATA_DIR": str(folder),
        "DESK_SECRET_KEY": SECRET,
        "DESK_REDIS_URL": "redis://127.0.0.1:1/0",
        "DESK_PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "app:create_app()"]
    with (folder / "web.log").open("wb") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_up(port: int) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=20, verify=PLAIN_HTTP)
        return answer.status_code == 200
    except httpx.HTTPError:
        return False
