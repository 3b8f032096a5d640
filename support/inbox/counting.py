"""Counting by day (UTC) what is not kept: requests that were refused, events nobody waits for."""

from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.db import changed
from support.inbox.records import Tally


def count(session: Session, what: str, *, now: datetime, times: int = 1) -> None:
    """Adds to the day's tally; the caller commits."""
    day = now.astimezone(UTC).date()
    here = (Tally.day == day, Tally.what == what)
    more = update(Tally).where(*here).values(count=Tally.count + times)
    if changed(session, more):
        return
    try:
        with session.begin_nested():
            session.add(Tally(day=day, what=what, count=times))
    except IntegrityError:  # another process was the first of the day in this very moment
        changed(session, more)


def totals(session: Session, *, since: datetime) -> dict[str, int]:
    """What was counted from the day of `since` on."""
    day = since.astimezone(UTC).date()
    found: dict[str, int] = {}
    for tally in session.scalars(select(Tally).where(Tally.day >= day)):
        found[tally.what] = found.get(tally.what, 0) + tally.count
    return found
