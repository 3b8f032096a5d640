"""Mentions that become tickets, a second: each on its own, and in batches as in a backfill.

Beside them the bare three-row transaction of the same database. `python -m bench.ingest`.
"""

from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from bench.bare import Bare
from bench.databases import add_option, databases
from bench.figures import ratio, show, took
from bench.mentions import mentions
from support.db import engine_for
from support.inbox.reading import AT_ONCE
from support.inbox.receiving import receive
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.x.posts import Post
from support.x.records import Account
from tests.cast import make_cast

BEGIN = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.ingest", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--posts", type=int, default=200, help="a round, one a transaction")
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind, url in databases("ingest", options.databases):
        engine = engine_for(url)
        _measure(kind, engine, options.rounds, options.posts)
        engine.dispose()


class Intake:
    """The desk's way in, on one session as a worker has it."""

    def __init__(self, session: Session, account: Account) -> None:
        self.session = session
        self.account = account

    def one_by_one(self, posts: list[Post]) -> None:
        for post in posts:
            self._take([post])

    def in_batches(self, posts: list[Post]) -> None:
        for at in range(0, len(posts), AT_ONCE):
            self._take(posts[at : at + AT_ONCE])

    def _take(self, posts: list[Post]) -> None:
        receive(self.session, self.account, posts, stream="mentions", now=datetime.now(UTC))
        self.session.commit()


def _measure(kind: str, engine: Engine, rounds: int, count: int) -> None:
    bare = Bare(engine)
    with Session(engine) as session:
        intake = Intake(session, make_cast(session).account)
        ways: dict[str, Callable[[list[Post]], None]] = {
            "bare": bare.take,
            "one": intake.one_by_one,
            "batch": intake.in_batches,
        }
        rates = _rates(ways, rounds, count)
        _check(session, (rounds + 1) * count * 2)
    bare.close()
    for way, figures in rates.items():
        show(bench="ingest", database=kind, way=way, per_s=round(median(figures)))
    show(
        bench="ingest",
        database=kind,
        one_to_bare=ratio(rates["one"], rates["bare"]),
        batch_to_one=ratio(rates["batch"], rates["one"]),
    )


def _rates(
    ways: dict[str, Callable[[list[Post]], None]], rounds: int, count: int
) -> dict[str, list[float]]:
    """Posts a second of each way, round by round in turn; a first round is not counted."""
    rates: dict[str, list[float]] = {way: [] for way in ways}
    made = 0
    for number in range(rounds + 1):
        for way, take in ways.items():
            posts = mentions(count, after=made, begin=BEGIN)
            made += count
            seconds = took(lambda take=take, posts=posts: take(posts))
            if number:
                rates[way].append(count / seconds)
    return rates


def _check(session: Session, expected: int) -> None:
    """What was measured did happen: a ticket a post, each with its promises."""
    tickets = session.scalar(select(func.count()).select_from(Ticket))
    promised = session.scalar(select(func.count(Promise.ticket_id.distinct())))
    if (tickets, promised) != (expected, expected):
        raise SystemExit(f"{expected} posts made {tickets} tickets, {promised} with promises")


if __name__ == "__main__":
    main()
