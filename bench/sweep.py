"""What the sweep costs each second as sent replies pile up: it should stay the same.

So many settled replies, and a score of live ones that wait. `python -m bench.sweep --sizes 10000
1000000`.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

from sqlalchemy import Connection, Engine, insert

from app import create_app
from bench.archive import CHUNK, archive_on
from bench.databases import add_option, databases, folder
from bench.figures import milliseconds, show, took
from bench.mentions import snowflake
from support.db import db, engine_for
from support.jobs import upkeep
from support.replies.records import Attempt, Reply, ReplyPart
from support.settings import load_settings
from tests.cast import SECRET
from tests.fakes import HeardBell, ToldNews

TICKETS = 2_000
LIVE = 20


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.sweep", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--sweeps", type=int, default=100, help="measured at each size")
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind in options.databases:
        medians = [found for size in options.sizes for found in _at(kind, size, options.sweeps)]
        if medians:
            show(bench="sweep", database=kind, last_to_first=round(medians[-1] / medians[0], 3))


def _at(kind: str, size: int, count: int) -> Iterator[float]:
    """The median at one size, on a database of its own; nothing where there is no such kind."""
    for _, url in databases("sweep", [kind]):
        engine = engine_for(url)
        archive_on(engine).grow_to(TICKETS)
        _write_replies(engine, size)
        seconds = _sweeps(url, count)
        engine.dispose()
        show(bench="sweep", database=kind, settled=size, **milliseconds(seconds))
        yield median(seconds)


def _sweeps(url: str, count: int) -> list[float]:
    with folder() as place:
        named = {"DATABASE_URL": url, "DATA_DIR": str(place), "SECRET_KEY": SECRET}
        settings = load_settings({f"DESK_{name}": value for name, value in named.items()})
        app = create_app(settings, later=HeardBell(), news=ToldNews())
        with app.app_context():
            for _ in range(5):  # promises that are due soon are marked once
                upkeep.sweep()
            seconds = [took(upkeep.sweep) for _ in range(count)]
            db.engine.dispose()
        return seconds


def _write_replies(engine: Engine, settled: int) -> None:
    now = datetime.now(UTC)
    with engine.begin() as connection:
        for first in range(0, settled, CHUNK):
            _write(connection, range(first, min(first + CHUNK, settled)), now)
        _write(connection, range(settled, settled + LIVE), now, live=True)
    if engine.dialect.name == "sqlite":
        with engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _write(connection: Connection, numbers: range, now: datetime, *, live: bool = False) -> None:
    """Posted in the order of their numbers; the live ones were refused for an hour by X."""
    replies, parts, attempts = [], [], []
    for n in numbers:
        at, ticket = now - timedelta(days=300) + timedelta(seconds=20 * n), n % TICKETS + 1
        replies.append(_reply(n + 1, ticket, at, settled=None if live else at))
        parts.append(_part(n + 1, at, rests=now + timedelta(hours=1) if live else None))
        attempts.append({"part_id": n + 1, "happened_at": at, "outcome": "posted", "detail": ""})
    for record, rows in ((Reply, replies), (ReplyPart, parts), (Attempt, attempts)):
        connection.execute(insert(record.__table__), rows)


def _reply(number: int, ticket: int, at: datetime, settled: datetime | None) -> dict[str, object]:
    return {
        "id": number,
        "ticket_id": ticket,
        "conversation_id": ticket,
        "agent_id": 1,
        "answers_id": 3 * (ticket - 1) + 1 + number % 2,
        "body": "確認いたします。",
        "signature": "^佐藤",
        "key": f"old-{number:012}",
        "pressed_at": at,
        "held_until": at,
        "scheduled": False,
        "seen_message_id": None,
        "settled_at": settled,
    }


def _part(number: int, at: datetime, rests: datetime | None) -> dict[str, object]:
    return {
        "id": number,
        "reply_id": number,
        "position": 1,
        "text": "確認いたします。 ^佐藤",
        "state": "queued" if rests else "posted",
        "x_id": None if rests else snowflake(at, number % 4096),
        "posted_at": None if rests else at,
        "not_before": rests,
        "lease_owner": "",
        "attempted_at": at,
        "claimed_at": at,
        "after_x_id": "",
        "reason": "",
    }


if __name__ == "__main__":
    main()
