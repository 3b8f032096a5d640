"""What a post costs to read and file as the stored history grows: it should stay the same.

X's JSON of one mention after another, each parsed, filed and committed on its own, as pushes
come; a fifth of them goes on with a thread of before, a fifth was seen already.
`python -m bench.growth --sizes 1000 100000 1000000`.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy.orm import Session

from bench.archive import archive_on
from bench.databases import add_option, databases
from bench.figures import milliseconds, show, took
from bench.mentions import page_of
from support.db import engine_for
from support.inbox.receiving import receive
from support.x.payloads import read_posts
from support.x.records import Account

MESSAGES_A_TICKET = 3
FAR = 50_000_000
"""Numbers of new posts begin here, beyond all that is stored."""


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument("--posts", type=int, default=400, help="measured at each size")
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind in options.databases:
        medians = [found for size in options.sizes for found in _at(kind, size, options.posts)]
        if medians:
            show(bench="growth", database=kind, last_to_first=round(medians[-1] / medians[0], 3))


def _at(kind: str, size: int, count: int) -> Iterator[float]:
    """The median at one size, on a database of its own; nothing where there is no such kind."""
    for _, url in databases("growth", [kind]):
        engine = engine_for(url)
        archive_on(engine).grow_to(size // MESSAGES_A_TICKET)
        with Session(engine) as session:
            account = session.get_one(Account, 1)
            _file_all(session, account, _bodies(FAR, 50))  # what is done once is done
            seconds = _file_all(session, account, _bodies(FAR + 50, count))
        engine.dispose()
        show(bench="growth", database=kind, messages=size, **milliseconds(seconds))
        yield median(seconds)


def _bodies(after: int, count: int) -> Iterator[dict[str, Any]]:
    begin = datetime.now(UTC) - timedelta(hours=1)
    for number in range(after, after + count):
        again = number - 1 if number % 5 == 4 else number
        answers = number - 2 if number % 5 == 3 else None
        yield page_of(again, begin, answers=answers)


def _file_all(session: Session, account: Account, bodies: Iterator[dict[str, Any]]) -> list[float]:
    return [took(lambda body=body: _file(session, account, body)) for body in bodies]


def _file(session: Session, account: Account, body: dict[str, Any]) -> None:
    posts = read_posts(body).posts
    receive(session, account, posts, stream="push", now=datetime.now(UTC))
    session.commit()


if __name__ == "__main__":
    main()
