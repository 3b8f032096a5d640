"""A subscribed iCalendar closes the days it names; the last good version stays until the next."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import Refused
from support.sla.ics import days_off
from support.sla.levels import Carry
from support.sla.records import CalendarFeed
from support.terms.editing import calendar_in_force, draft_of, edit_hours
from support.terms.records import TermsEdit

EVERY, AGAIN = timedelta(days=1), timedelta(hours=1)
"""Between two readings; after one that failed."""
YEARS_BACK, YEARS_AHEAD = 5, 10
"""How far repeats are followed."""


def due(session: Session, now: datetime) -> list[int]:
    """Calendars that are to be read."""
    return list(session.scalars(select(CalendarFeed.id).where(CalendarFeed.next_at <= now)))


def take(session: Session, feed: CalendarFeed, content: bytes, now: datetime) -> TermsEdit | None:
    """What was read closes its days; the edit where that changes anything.

    What cannot be read changes nothing and is said on the page.
    """
    try:
        days = days_off(content, now.year - YEARS_BACK, now.year + YEARS_AHEAD)
    except Refused as refusal:
        failed(feed, refusal.sentence, now)
        return None
    feed.read_at, feed.next_at, feed.problem = now, now + EVERY, ""
    draft = draft_of(calendar_in_force(session, feed.calendar_name))
    named = {str(day): name for day, name in days.items()}
    if named == draft.feed_days:
        return None
    draft = replace(draft, feed_days=named)
    return edit_hours(session, feed.calendar_name, draft, Carry(feed.carry), by=None, now=now)


def leave(
    session: Session, feed: CalendarFeed, carry: Carry, *, by: Agent, now: datetime
) -> TermsEdit | None:
    """No more of it: the days it named are no longer closed."""
    draft = draft_of(calendar_in_force(session, feed.calendar_name))
    session.delete(feed)
    if not draft.feed_days:
        return None
    draft = replace(draft, feed_days={})
    return edit_hours(session, feed.calendar_name, draft, carry, by=by, now=now)


def failed(feed: CalendarFeed, sentence: str, now: datetime) -> None:
    """The days of the last good reading stay."""
    feed.problem, feed.next_at = sentence[:300], now + AGAIN
