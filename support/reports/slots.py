"""Rows counted by slots of time: whole hours or quarters, which never reach over a midnight."""

from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import Session

from support.reports.micros import MICROSECOND, SECOND, as_micros, micros
from support.reports.micros import moment as as_moment
from support.reports.periods import DAY, Period, midnight
from support.reports.promised import Numbers
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
    return [(begun(place, seconds), number) for place, number in found]


def slot(moment: Moment, seconds: int) -> ColumnElement[int]:
    """The how manieth since 1970 a row's slot is."""
    return (micros(moment) // (seconds * SECOND)).label("slot")


def begun(place: int, seconds: int) -> int:
    """When a slot began, in microseconds since 1970."""
    return int(place) * seconds * SECOND


def slot_length(period: Period) -> int:
    """The longest slot that never reaches over midnight there."""
    midnights = (midnight(period.first + n * DAY, period.zone) for n in range(period.days + 1))
    return HOUR if all(at.timestamp() % HOUR == 0 for at in midnights) else QUARTER


def there_at(begins: int, period: Period) -> datetime:
    return as_moment(begins).astimezone(period.zone)


def hours_there(moments: Numbers, period: Period) -> Numbers:
    """The hour of each moment by the clock there, counted on from 1970."""
    changes = np.array([as_micros(at) for at, _ahead in period.clock])
    ahead = np.array([ahead // MICROSECOND for _at, ahead in period.clock])
    place = np.maximum(np.searchsorted(changes, moments, side="right") - 1, 0)
    found: Numbers = (moments + ahead[place]) // (HOUR * SECOND)
    return found


def resolved_state() -> ColumnElement[str]:
    """Written into the statement: SQLite uses a partial index only where it can read why."""
    return bindparam(None, State.RESOLVED.value, literal_execute=True)
