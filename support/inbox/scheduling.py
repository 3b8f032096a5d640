"""Which streams of which accounts should be read now: worked out from facts, each time anew.

Nothing is remembered between two looks, so schedulers may be restarted, doubled or late.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from support.inbox.records import Cursor
from support.settings import Settings
from support.x.budgets import Budgets
from support.x.families import PUSHED, STREAMS
from support.x.ledger import pace_of
from support.x.pacing import Allowance, Stream, is_due, is_pushed
from support.x.records import Account, Subscription


@dataclass(frozen=True)
class Rhythm:
    """How often the settings want streams read."""

    intervals: Mapping[str, timedelta]
    backstop: timedelta


def rhythm_of(settings: Settings) -> Rhythm:
    seconds = {
        "mentions": settings.poll_mentions,
        "dms": settings.poll_dms,
        "own": settings.poll_own_posts,
    }
    intervals = {stream: timedelta(seconds=n) for stream, n in seconds.items()}
    return Rhythm(intervals, timedelta(seconds=settings.poll_backstop))


def due(
    session: Session, rhythm: Rhythm, budgets: Budgets, now: datetime, account_id: int | None = None
) -> list[tuple[int, str]]:
    """Account and stream, for every stream that is due; stopped accounts have none."""
    wanted = select(Account).where(Account.stopped_at.is_(None)).options(joinedload(Account.app))
    if account_id is not None:
        wanted = wanted.where(Account.id == account_id)
    found = list(session.scalars(wanted.order_by(Account.id)))
    cursors = {(it.account_id, it.stream): it for it in session.scalars(select(Cursor))}
    made = list(session.scalars(select(Subscription).where(Subscription.x_id != "")))
    ready: list[tuple[int, str]] = []
    for account in found:
        pushed = {it.event_type for it in made if it.account_id == account.id}
        streams = _streams(account, rhythm, cursors, pushed, now)
        ready += _ready(session, account, streams, budgets, now)
    return ready


def _ready(
    session: Session, account: Account, streams: Iterable[Stream], budgets: Budgets, now: datetime
) -> list[tuple[int, str]]:
    pace, budget = pace_of(session, account, now), budgets.of(account.id, account.app_id)
    ready: list[tuple[int, str]] = []
    for stream in streams:
        # What the clock alone forbids needs no question to Redis.
        if is_due(stream, pace, [], now):
            left = budget.left(STREAMS[stream.name])
            allowed = [Allowance(it.remaining, it.reset) for it in left if it.reset > now]
            if is_due(stream, pace, allowed, now):
                ready.append((account.id, stream.name))
    return ready


def _streams(
    account: Account,
    rhythm: Rhythm,
    cursors: Mapping[tuple[int, str], Cursor],
    subscribed: set[str],
    now: datetime,
) -> Iterable[Stream]:
    app = account.app
    for name, setting in rhythm.intervals.items():
        cursor = cursors.get((account.id, name))
        yield Stream(
            name,
            setting,
            cursor.read_at if cursor else None,
            cursor.not_before if cursor else None,
            pushed=app is not None
            and is_pushed(
                app.pushed_at,
                valid=app.webhook_valid,
                subscribed=PUSHED[name] in subscribed,
                now=now,
            ),
            backstop=rhythm.backstop,
        )
