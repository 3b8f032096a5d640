"""Many open promises: a page of the queue sorted by them, an edit looked at, and judged anew.

`python -m bench.promises --tickets 50000` has twice as many open promises. A page is the queue's
queries with its fifty verdicts; beside it the select of fifty rows by the same index.
"""

from argparse import ArgumentParser
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from bench.archive import archive_on
from bench.databases import add_option, databases
from bench.figures import milliseconds, ratio, show, took
from support.db import engine_for
from support.sla.levels import Carry
from support.terms import editing, previewing
from support.terms.editing import Draft
from support.terms.rejudging import go_on
from support.tickets import searching
from support.tickets.filters import Filter, View
from support.tickets.records import Ticket
from support.tickets.searching import NOT_RESOLVED
from support.web.tickets.queue import rows_of

ROUNDS = 50
OPEN_AGAIN = (
    "UPDATE promises SET kept_at = NULL, kept_by_id = NULL, alert_at = started_at"
    " WHERE kind IN ('next_reply', 'resolution')",
    "DELETE FROM pauses",
    "UPDATE tickets SET state = 'open', resolved_at = NULL, snoozed_until = NULL,"
    " leading_promise_id = 3 * id - 1,"
    " due_at = (SELECT due_at FROM promises WHERE promises.id = 3 * tickets.id - 1),"
    " warn_at = (SELECT warn_at FROM promises WHERE promises.id = 3 * tickets.id - 1)",
)
"""Every ticket of the archive waits for a reply and for its resolution."""
EVENINGS = Draft("Asia/Tokyo", {str(day): [["13:00", "22:00"]] for day in range(7)})


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(prog="python -m bench.promises", description=__doc__)
    parser.add_argument("--tickets", type=int, default=25_000)
    add_option(parser)
    options = parser.parse_args(arguments)
    for kind, url in databases("promises", options.databases):
        engine = engine_for(url)
        archive_on(engine).grow_to(options.tickets)
        _open_again(engine)
        with Session(engine) as session:
            facts: dict[str, Any] = {"bench": "promises", "database": kind}
            facts["open"] = 2 * options.tickets
            _page(session, facts)
            _edit(session, facts)
        engine.dispose()


def _open_again(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in OPEN_AGAIN:
            connection.execute(text(statement))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _page(session: Session, facts: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    wanted = Filter(View.ALL, 1)
    bare = select(Ticket.id, Ticket.due_at).where(NOT_RESOLVED, Ticket.due_at.is_not(None))
    bare = bare.order_by(Ticket.due_at, Ticket.id).limit(50)

    def page() -> None:
        found = searching.queue(session, wanted, now=now)
        assert len(rows_of(found.tickets, now)) == 50
        session.expunge_all()

    pages, floors = [], []
    for _ in range(ROUNDS):
        floors.append(took(lambda: session.execute(bare).all()))
        pages.append(took(page))
    show(**facts, work="page", **milliseconds(pages), to_bare_select=ratio(pages, floors))


def _edit(session: Session, facts: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    (name,) = [calendar.name for calendar in editing.calendars_in_force(session)]
    looked: list[Any] = []
    seconds = took(
        lambda: looked.append(previewing.preview_hours(session, name, EVENINGS, Carry.WHOLE, now))
    )
    session.rollback()
    show(**facts, work="look before an edit", s=round(seconds, 2), flips=looked[0].flipped)
    edit = editing.edit_hours(session, name, EVENINGS, Carry.WHOLE, by=None, now=now)
    session.commit()
    chunks: list[float] = []

    def one() -> None:
        go_on(session, edit, now + timedelta(seconds=1))
        session.commit()

    while edit.finished_at is None:
        chunks.append(took(one))
    show(
        **facts,
        work="judged anew",
        s=round(sum(chunks), 2),
        chunk_ms=round(median(chunks) * 1000, 1),
        promises_a_second=round(facts["open"] / sum(chunks)),
        flips=edit.flipped,
    )


if __name__ == "__main__":
    main()
