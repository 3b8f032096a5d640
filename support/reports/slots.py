"""Rows counted by slots of time: whole hours or quarters, which never reach over a midnight."""

from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from support.reports.micros import SECOND, micros
from support.reports.micros import moment as as_moment
from support.reports.periods import DAY, Period, midnight
from support.reports.verdicts import Moment, within
from support.tickets.states import State

HOUR, QUARTER = 3600, 900
"""Seconds. Every civil time zone is some quarters of an hour away from UTC, most some hours."""


def by_slot(
    session: Session,
    moment: Moment,
    period: Period,
    seconds: int,
    *conditions: ColumnElement[bool],
) -> list[tuple[int, int]]:
    """How many rows fall into each slot of so many seconds that has any."""
    found = session.execute(
        select(slot(moment, seconds), func.count())
        .where(within(moment, period), *conditions)
        .group_by("slot")
    )
    return [(begins, number) for begins, number in found]


def slot(moment: Moment, seconds: int) -> ColumnElement[int]:
    """When a row's slot began, in microseconds since 1970."""
    at = micros(moment)
    return (at - at % (seconds * SECOND)).label("slot")


def slot_length(period: Period) -> int:
    """The longest slot that never reaches over midnight there."""
    midnights = (midnight(period.first + n * DAY, period.zone) for n in range(period.days + 1))
    return HOUR if all(at.timestamp() % HOUR == 0 for at in midnights) else QUARTER


def there_at(begins: int, period: Period) -> datetime:
    return as_moment(int(begins)).astimezone(period.zone)


def resolved_state() -> ColumnElement[str]:
    """Written into the statement: SQLite uses a partial index only where it can read why."""
    return bindparam(None, State.RESOLVED.value, literal_execute=True)
