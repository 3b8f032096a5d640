"""Replies a second through the whole pipeline, with one worker and a sandbox X beside it.

Pressed without undo → rung for → claimed → posted to the sandbox → recorded → promise kept.
Beside it RQ's no-op jobs, by the same kind of worker in the same run. `python -m bench.sending`.
"""

import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import redis
from rq import Queue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.databases import add_option, databases, folder
from bench.figures import milliseconds, ratio, show
from bench.mentions import words
from bench.serving import environment
from support.conversations.records import Message
from support.db import engine_for
from support.inbox.receiving import receive
from support.jobs.bell import INGEST, SEND, RqLater
from support.replies import pressing
from support.replies.pressing import Draft
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.sla.levels import PromiseKind
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.x.posts import Person, Post
from tests.cast import SECRET, make_cast
from tests.machinery.running import ROOT, until
from tests.machinery.valkey import valkey_server

WARM = 20
"""Jobs of a round that are not counted: the worker has just started."""
PATIENCE = 120.0
"""Seconds a round may take."""


def noop(number: int) -> None:
    """What the worker does beside: nothing."""


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.sending", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--replies", type=int, default=150, help="a round")
    parser.add_argument("--presses", type=int, default=30, help="for the time from press to X")
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind, url in databases("sending", options.databases):
        with folder() as place, ExitStack() as stack:
            x_url = stack.enter_context(_sandbox(place))
            desk = Desk(url, x_url, place)
            total = (options.replies + WARM) * options.rounds + options.presses + 1
            desk.take_in(total)
            _throughput(kind, desk, options.rounds, options.replies + WARM)
            _from_press_to_x(kind, desk, options.presses)
            desk.check(total)
            desk.close()


class Desk:
    """A desk with customers' posts to answer, a bell, and workers to start."""

    def __init__(self, url: str, x_url: str, place: Path) -> None:
        self.redis_url = valkey_server().url
        self.queue = redis.Redis.from_url(self.redis_url)
        self.queue.flushall()
        self._engine = engine_for(url)
        self._session = Session(self._engine, expire_on_commit=False)
        self._cast = make_cast(self._session, undo_seconds=0)
        self._account_id = self._cast.account.id
        self._x = httpx.Client(base_url=x_url, timeout=60)
        self._place = place
        self._later = RqLater(self.redis_url)
        self._unanswered: list[int] = []
        self._env = environment(
            DESK_DATABASE_URL=url,
            DESK_DATA_DIR=str(place),
            DESK_SECRET_KEY=SECRET,
            DESK_REDIS_URL=self.redis_url,
            DESK_X_BASE_URL=x_url,
        )

    def take_in(self, count: int) -> None:
        """So many people ask in public; each post becomes a ticket."""
        me = self._x.get("/2/users/me", headers={"Authorization": "Bearer sandbox-hikari_care"})
        self._cast.account.x_id = me.json()["data"]["id"]
        asked = [{"author": {"username": f"kakuu_{n}"}, "text": words(n)} for n in range(count)]
        answers = self._x.post("/sandbox/api/story", json=asked).raise_for_status().json()
        now = datetime.now(UTC)
        posts = [_post(n, said["id"], now) for n, said in enumerate(answers)]
        receive(self._session, self._cast.account, posts, stream="mentions", now=now)
        self._session.commit()
        self._unanswered = list(self._session.scalars(select(Ticket.id).order_by(Ticket.id)))

    def press(self) -> int:
        """An agent answers the next ticket; the reply's id. Nobody is called yet."""
        number = self._unanswered.pop(0)
        ticket = self._session.get_one(Ticket, number)
        answers = self._session.get_one(Message, ticket.latest_message_id)
        draft = Draft(f"確認いたします。受付番号は{number}です。", f"bench-{number:016}", None)
        reply = pressing.press(
            self._session, ticket, answers, self._cast.misaki, draft, datetime.now(UTC)
        )
        self._session.commit()
        return reply.id

    def ring(self) -> None:
        self._later.ring("send", self._account_id)

    def accepted(self, reply_id: int) -> datetime | None:
        """When X took the reply, read anew; on SQLite a look must not hold up the worker."""
        asked = select(ReplyPart.posted_at).where(ReplyPart.reply_id == reply_id)
        with self._engine.connect().execution_options(readonly=True) as connection:
            return connection.scalar(asked)

    def unsettled(self) -> int:
        asked = select(func.count()).where(Reply.settled_at.is_(None))
        with self._engine.connect().execution_options(readonly=True) as connection:
            return int(connection.scalar(asked) or 0)

    def accepted_times(self, replies: list[int]) -> list[datetime]:
        """When X took them, in that order."""
        asked = select(ReplyPart.posted_at).where(ReplyPart.reply_id.in_(replies))
        with self._engine.connect().execution_options(readonly=True) as connection:
            return sorted(at for at in connection.scalars(asked) if at is not None)

    @contextmanager
    def worker(self, duty: str) -> Iterator[None]:
        with (self._place / f"{duty}.log").open("ab") as log:
            command = [sys.executable, "worker.py", duty]
            process = subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)

    def check(self, expected: int) -> None:
        """Every reply is out, on X once, and every promise of a first reply is kept."""
        self._session.rollback()
        posted = select(func.count()).where(ReplyPart.state == PartState.POSTED.value)
        settled = select(func.count()).where(Reply.settled_at.is_not(None))
        kept = select(func.count()).where(
            Promise.kind == PromiseKind.FIRST_REPLY.value, Promise.kept_at.is_not(None)
        )
        found = [self._session.scalar(asked) for asked in (posted, settled, kept)]
        sent: list[Any] = self._x.get("/sandbox/api/sent").json()["posts"]
        if {*found, len(sent), len({post["text"] for post in sent})} != {expected}:
            raise SystemExit(f"{expected} pressed; posted, settled, kept: {found}; X: {len(sent)}")

    def close(self) -> None:
        self._x.close()
        self._session.close()
        self._engine.dispose()


@contextmanager
def _sandbox(place: Path) -> Iterator[str]:
    """The sandbox X in a process of its own, without X's rate limits."""
    command = [sys.executable, "-u", "-m", "support.sandbox", "--port", "0"]
    command += ["--data", str(place / "x.db"), "--limits", "1000"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[2].rstrip("/")
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def _post(number: int, x_id: str, now: datetime) -> Post:
    return Post(
        x_id=x_id,
        author_x_id=str(9_000_000_000 + number),
        text=words(number),
        posted_at=now - timedelta(seconds=1),
        thread_x_id=x_id,
        author=Person(str(9_000_000_000 + number), f"kakuu_{number}", f"架空の客{number}"),
        raw={"id": x_id},
    )


def _throughput(kind: str, desk: Desk, rounds: int, count: int) -> None:
    """No-op and sending in turn; all lies ready before the worker starts."""
    empty, sent = [], []
    quiet = Queue(INGEST, connection=desk.queue, serializer="json")
    for _ in range(rounds):
        prepared = [
            Queue.prepare_data("bench.sending.noop", args=[n], timeout=120, result_ttl=0)
            for n in range(2 * count)
        ]
        quiet.enqueue_many(prepared)
        empty.append(_no_ops(desk, 2 * count))
        sent.append(_replies(desk, [desk.press() for _ in range(count)]))
    show(bench="sending", database=kind, what="no-op", per_s=round(sorted(empty)[rounds // 2], 1))
    show(
        bench="sending",
        database=kind,
        what="replies",
        per_s=round(sorted(sent)[rounds // 2], 1),
        to_noop=ratio(sent, empty),
    )


def _no_ops(desk: Desk, count: int) -> float:
    """Jobs a second from the first that counts to the last."""
    deadline = time.monotonic() + PATIENCE
    with desk.worker(INGEST):
        while _waiting(desk, INGEST) > count - WARM:
            _pause(deadline)
        begun, left = time.perf_counter(), _waiting(desk, INGEST)
        while _waiting(desk, INGEST):
            _pause(deadline)
        return left / (time.perf_counter() - begun)


def _replies(desk: Desk, pressed: list[int]) -> float:
    """Replies a second, by the moments in the ids X gave them."""
    desk.ring()
    with desk.worker(SEND):
        until(lambda: desk.unsettled() == 0, "the replies to go out", patience=PATIENCE)
    times = desk.accepted_times(pressed)[WARM:]
    return (len(times) - 1) / (times[-1] - times[0]).total_seconds()


def _waiting(desk: Desk, duty: str) -> int:
    """Jobs queued or at hand: a finished one leaves nothing behind."""
    keys = (f"rq:queue:{duty}", f"rq:queue:{duty}:intermediate")
    at_hand = int(desk.queue.zcard(f"rq:wip:{duty}"))
    return at_hand + sum(int(desk.queue.llen(key)) for key in keys)


def _pause(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise SystemExit("the worker does not finish")
    time.sleep(0.002)


def _from_press_to_x(kind: str, desk: Desk, presses: int) -> None:
    """One reply at a time: from the press to the moment in the id X gave it."""
    seconds = []
    with desk.worker(SEND):
        for number in range(presses + 1):
            begun = datetime.now(UTC)
            reply_id = desk.press()
            desk.ring()
            until(lambda reply_id=reply_id: desk.accepted(reply_id), "a reply to be accepted")
            at = desk.accepted(reply_id)
            if number and at is not None:  # the first found a worker that was still starting
                seconds.append((at - begun).total_seconds())
    show(bench="sending", database=kind, what="press to accepted", **milliseconds(seconds))


if __name__ == "__main__":
    main()
