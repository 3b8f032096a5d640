"""What an edit would do to the promises that are open now, before anybody confirms it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from support.sla.levels import Carry
from support.sla.records import Calendar, ServiceLevel
from support.terms.choosing import Policy, policy_in_force
from support.terms.editing import Draft, Line, levels_from, version_of
from support.terms.judging import Anew, Judge, Part
from support.terms.rejudging import with_open_promises

MOST_SHOWN = 50
CHUNK = 2_000
NOT_STORED = -1
"""The id a version goes by here that nobody has stored; levels count down from it."""


@dataclass(frozen=True, slots=True)
class Flip:
    """An open promise that would stand otherwise; `over`: overdue after the edit, not before."""

    promise_id: int
    ticket_id: int
    kind: str
    over: bool
    due_before: datetime | None
    due_after: datetime | None


@dataclass(frozen=True, slots=True)
class Preview:
    """How many open promises an edit reaches, and what it would do to them.

    later, sooner  their due time moves; one that had none and gets one comes sooner
    unreachable    they would have no deadline at all
    flips          at most 50 of those that would be overdue or would be so no more
    """

    open: int = 0
    later: int = 0
    sooner: int = 0
    unreachable: int = 0
    flipped: int = 0
    flips: Sequence[Flip] = ()


def preview_hours(
    session: Session, name: str, draft: Draft, carry: Carry, now: datetime
) -> Preview:
    """What `editing.edit_hours` would do. Raises HoursError."""
    calendar = version_of(draft, name, 0, by=None, now=now)
    calendar.id = NOT_STORED
    policy = policy_in_force(session)
    changed = replace(
        policy,
        accounts=_with(policy.accounts, name, calendar),
        teams=_with(policy.teams, name, calendar),
    )
    judge = Judge(session, changed, Part.HOURS, carry, now, calendars={NOT_STORED: calendar})
    return _added_up(session, judge, carry, now)


def preview_levels(session: Session, lines: Sequence[Line], carry: Carry, now: datetime) -> Preview:
    """What `editing.edit_levels` would do. Raises LevelError."""
    levels = levels_from(lines, by=None, now=now)
    known = {level.name: level for level in policy_in_force(session).levels}
    for place, level in enumerate(levels):
        old = known.get(level.name)
        level.id = old.id if old is not None and _same(old, level) else NOT_STORED - place
    policy = replace(policy_in_force(session), levels=levels)
    judge = Judge(
        session, policy, Part.LEVELS, carry, now, levels={level.id: level for level in levels}
    )
    return _added_up(session, judge, carry, now)


def preview_policy(session: Session, policy: Policy, carry: Carry, now: datetime) -> Preview:
    """What it would do if accounts and teams kept other calendars that are stored already."""
    judge = Judge(session, policy, Part.HOURS, carry, now)
    return _added_up(session, judge, carry, now)


def _with(kept: Any, name: str, calendar: Calendar) -> dict[int, Calendar]:
    return {number: calendar if it.name == name else it for number, it in kept.items()}


def _same(old: ServiceLevel, new: ServiceLevel) -> bool:
    columns = ("first_reply", "next_reply", "resolution", "update")
    same = all(getattr(old, f"{c}_seconds") == getattr(new, f"{c}_seconds") for c in columns)
    return same and old.warn_share == new.warn_share


def _added_up(session: Session, judge: Judge, carry: Carry, now: datetime) -> Preview:
    if carry is Carry.NEW:
        return Preview()
    judged = list(_judged(session, judge))
    flipped = [anew for anew in judged if anew.flips(now)]
    moved = [_moved(anew) for anew in judged]
    return Preview(
        open=len(judged),
        later=moved.count(1),
        sooner=moved.count(-1),
        unreachable=sum(
            anew.promise.due_at is not None and anew.moments.due_at is None for anew in judged
        ),
        flipped=len(flipped),
        flips=[_flip(anew, now) for anew in flipped[:MOST_SHOWN]],
    )


def _judged(session: Session, judge: Judge) -> Iterator[Anew]:
    reached = 0
    while ids := with_open_promises(session, reached, CHUNK):
        for it in judge.retermed(ids):
            yield from it.promises
        reached = ids[-1]


def _moved(anew: Anew) -> int:
    """1: due later, -1: sooner, 0: as before."""
    before, after = anew.promise.due_at, anew.moments.due_at
    if before == after:
        return 0
    if before is None or after is None:
        return -1 if before is None else 1
    return 1 if after > before else -1


def _flip(anew: Anew, now: datetime) -> Flip:
    after = anew.moments
    return Flip(
        promise_id=anew.promise.id,
        ticket_id=anew.promise.ticket_id,
        kind=anew.promise.kind,
        over=after.breach_at is not None and after.breach_at < now,
        due_before=anew.promise.due_at,
        due_after=after.due_at,
    )
