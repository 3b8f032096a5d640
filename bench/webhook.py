"""Events a second into one web process, beside a bare route that inserts one row and answers 200.

At 500 a second with a worker reading them: the time of the answers. Then what reading costs an
event with few and with many messages stored. `python -m bench.webhook --sizes 1000 1000000`.
"""

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from bench import floors, pushes
from bench.archive import Archive
from bench.databases import add_option, databases, folder
from bench.figures import ratio, show, took
from bench.serving import environment, served
from support.conversations.records import Message
from support.db import engine_for
from support.inbox import pushing
from support.inbox.pushing import Asked
from support.inbox.records import Delivery
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.x.records import XApp
from support.x.tokens import seal
from tests.cast import SECRET, make_cast
from tests.machinery.running import ROOT
from tests.machinery.valkey import valkey_server

WARM = 200
"""Requests that are not counted."""
READ_AT_A_SIZE = 500
"""Events read at each number of stored messages."""


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.webhook", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of pushing without a pace")
    parser.add_argument("--events", type=int, default=1_000, help="a round")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rate", type=int, default=500, help="events a second at a pace")
    parser.add_argument("--seconds", type=int, default=10, help="of pushing at that pace")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=[1_000, 100_000], help="stored messages"
    )
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind, url in databases("webhook", options.databases):
        engine = engine_for(url)
        floors.fill(url)
        with folder() as place:
            _answering(kind, url, engine, options, place)
        engine.dispose()
    costs: dict[str, list[float]] = {}
    for size in sorted(options.sizes):
        for kind, url in databases("webhook", options.databases):
            costs.setdefault(kind, []).append(_reading(kind, engine_for(url), size))
    for kind, figures in costs.items():
        growth = round(figures[-1] / figures[0], 2)
        show(bench="webhook", database=kind, messages=sorted(options.sizes), read_growth=growth)


def _answering(kind: str, url: str, engine: Engine, options: Namespace, place: Path) -> None:
    with Session(engine) as session:
        make_cast(session)
        app_id = _app(session)
    env = environment(
        DESK_DATABASE_URL=url,
        DESK_DATA_DIR=str(place),
        DESK_SECRET_KEY=SECRET,
        DESK_REDIS_URL=valkey_server().url,
        DESK_X_BASE_URL="http://127.0.0.1:1",
        DESK_LOG_LEVEL="WARNING",
    )
    path = f"/x/webhook/{app_id}"
    with (
        served("app:create_app()", env, place) as desk,
        served("bench.floors:create_inlet()", env, place) as bare,
    ):
        ways = {"desk": (desk, path), "bare": (bare, "/events")}
        made = _without_a_pace(kind, ways, options)
        paced = _at_a_pace(kind, ways, options, env, place, after=made)
    with Session(engine) as session:
        stored = session.scalar(select(func.count()).select_from(Delivery))
    if stored != made + paced:
        raise SystemExit(f"{made + paced} events were answered, {stored} are stored")


def _app(session: Session) -> int:
    app = XApp(
        name="bench",
        consumer_secret_sealed=seal(pushes.CONSUMER, SECRET),
        client_secret_sealed=seal(pushes.CLIENT, SECRET),
        made_at=datetime.now(UTC),
    )
    session.add(app)
    session.commit()
    return app.id


def _without_a_pace(kind: str, ways: dict[str, tuple[str, str]], options: Namespace) -> int:
    """The desk and the bare route in turn, both as fast as they answer."""
    rates: dict[str, list[float]] = {"desk": [], "bare": []}
    made = 0
    for number in range(options.rounds + 1):
        count = options.events if number else WARM
        told = pushes.bodies(count, after=made)
        made += count
        for way, (url, path) in ways.items():
            asked = [pushes.request(path, body) for body in told]
            done = pushes.push(url, asked, connections=options.connections)
            if len(done.answered) != count:
                raise SystemExit(f"{way}: {len(done.answered)} of {count} events were taken")
            if number:
                rates[way].append(done.rate)
    for way, figures in rates.items():
        show(bench="webhook", database=kind, way=way, per_s=round(median(figures)))
    show(bench="webhook", database=kind, desk_to_bare=ratio(rates["desk"], rates["bare"]))
    return made


def _at_a_pace(
    kind: str,
    ways: dict[str, tuple[str, str]],
    options: Namespace,
    env: dict[str, str],
    place: Path,
    *,
    after: int,
) -> int:
    """As many a second as asked for, while a worker reads what the desk takes in."""
    count = options.rate * options.seconds
    told = pushes.bodies(count, after=after)
    with _worker(env, place):
        for way, (url, path) in ways.items():
            asked = [pushes.request(path, body) for body in told]
            done = pushes.push(url, asked, connections=64, rate=options.rate)
            if len(done.answered) != count:
                raise SystemExit(f"{way}: {len(done.answered)} of {count} events were taken")
            _show_paced(kind, way, options.rate, done)
    return count


def _show_paced(kind: str, way: str, rate: int, done: pushes.Pushed) -> None:
    ordered = sorted(done.seconds)
    show(
        bench="webhook",
        database=kind,
        way=way,
        worker="reading",
        asked_per_s=rate,
        per_s=round(done.rate),
        p50_ms=round(ordered[len(ordered) // 2] * 1000, 2),
        p99_ms=round(ordered[int(len(ordered) * 0.99)] * 1000, 2),
    )


@contextmanager
def _worker(env: dict[str, str], place: Path) -> Iterator[None]:
    with (place / "ingest.log").open("ab") as log:
        command = [sys.executable, "worker.py", "ingest"]
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _reading(kind: str, engine: Engine, size: int) -> float:
    """Seconds an event costs from its body to its ticket, with so many messages stored already."""
    with Session(engine) as session:
        cast = make_cast(session)
        hours = hours_of(session.get_one(Calendar, cast.account.calendar_id))
        archive = Archive(engine, cast, hours, datetime.now(UTC))
    archive.grow_to(max(1, size // 3))
    engine.dispose()
    with Session(engine) as session:
        cost = _cost(session)
    engine.dispose()
    show(bench="webhook", database=kind, messages=size, read_ms=round(cost * 1000, 3))
    return cost


def _cost(session: Session) -> float:
    now = datetime.now(UTC)
    rows = [
        {"body": body, "received_at": now, "event_type": "", "tries": 0, "reason": ""}
        for body in pushes.bodies(READ_AT_A_SIZE)
    ]
    session.execute(insert(Delivery), rows)
    session.commit()
    before = session.scalar(select(func.count()).select_from(Message))
    seconds = took(lambda: _read_all(session, now))
    after = session.scalar(select(func.count()).select_from(Message))
    if (before or 0) + READ_AT_A_SIZE != after:
        raise SystemExit(f"{READ_AT_A_SIZE} events made {(after or 0) - (before or 0)} messages")
    session.rollback()
    return seconds / READ_AT_A_SIZE


def _read_all(session: Session, now: datetime) -> None:
    while ids := pushing.in_line(session, now):
        pushing.take_in(session, ids, Asked(), lambda *_, **__: [], now)
        session.commit()


if __name__ == "__main__":
    main()
