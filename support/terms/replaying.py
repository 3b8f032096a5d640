"""What a period would have been by other terms: its promises judged once more, none changed."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Conversation, Customer
from support.sla.levels import Carry, Case, Judged, PromiseKind, Terms
from support.sla.records import Calendar, Promise, ServiceLevel
from support.sla.spells import paused
from support.terms.choosing import Policy
from support.terms.judging import Judge, Part, spells_of, tags_of
from support.tickets.records import Ticket

CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Promises of a kind, as they were and as they would have been; open in time counts nowhere."""

    kept_before: int = 0
    kept_after: int = 0
    broken_before: int = 0
    broken_after: int = 0
    better: int = 0
    """Broken as it was, kept as it would have been."""
    worse: int = 0


@dataclass(frozen=True, slots=True)
class Replay:
    by_kind: Mapping[str, Tally] = field(default_factory=dict)
    by_level: Mapping[str, Tally] = field(default_factory=dict)
    """By the level that would have judged."""


def replay(
    session: Session,
    start: datetime,
    end: datetime,
    policy: Policy,
    now: datetime,
    *,
    calendars: Mapping[int, Calendar] | None = None,
    levels: Mapping[int, ServiceLevel] | None = None,
) -> Replay:
    """Judges what was promised in `[start, end)` by `policy`, whose versions may not be stored.

    What was withdrawn counts nowhere. Tickets are taken for what they are now: their tags,
    priority and customer's group are not kept by date.
    """
    judge = Judge(
        session, policy, Part.LEVELS, Carry.WHOLE, now, calendars=calendars, levels=levels
    )
    kinds: dict[str, Counter[str]] = {}
    names: dict[str, Counter[str]] = {}
    for promise, case, pauses in _promises(session, start, end, policy.asks_for_tags):
        terms = policy.terms(case, promise.team_id)
        if promise.told_until is not None:
            continue  # the customer was told by when: no policy says otherwise
        if getattr(terms.level, f"{promise.kind}_seconds") is None:
            continue  # nothing would have been promised
        judged = Judged(Terms(terms.calendar.id, terms.level.id))
        anew = judge.judge(promise, pauses, judged)
        words = list(_verdicts(promise, anew.moments.breach_at, now))
        kinds.setdefault(promise.kind, Counter()).update(words)
        names.setdefault(terms.level.name, Counter()).update(words)
    order = [kind.value for kind in PromiseKind if kind.value in kinds]
    return Replay(
        {kind: Tally(**kinds[kind]) for kind in order},
        {level.name: Tally(**names[level.name]) for level in policy.levels if level.name in names},
    )


def _verdicts(promise: Any, breach_after: datetime | None, now: datetime) -> Iterator[str]:
    before = _verdict(promise.kept_at, promise.breach_at, now)
    after = _verdict(promise.kept_at, breach_after, now)
    if before:
        yield f"{before}_before"
    if after:
        yield f"{after}_after"
    if before == "broken" and after != "broken":
        yield "better"
    if after == "broken" and before != "broken":
        yield "worse"


def _verdict(kept_at: datetime | None, breach_at: datetime | None, now: datetime) -> str:
    if breach_at is not None and (kept_at or now) > breach_at:
        return "broken"
    return "kept" if kept_at is not None else ""


def _promises(
    session: Session, start: datetime, end: datetime, with_tags: bool
) -> Iterator[tuple[Any, Case, tuple[Any, ...]]]:
    columns = Promise.__table__.c
    chosen = (
        select(
            *columns,
            Ticket.team_id,
            Ticket.priority,
            Conversation.account_id,
            Conversation.channel,
            Customer.segment,
            Customer.followers,
        )
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(
            Promise.started_at >= start,
            Promise.started_at < end,
            Promise.withdrawn_at.is_(None),
        )
        .order_by(Promise.id)
    )
    reached = 0
    while rows := session.execute(chosen.where(Promise.id > reached).limit(CHUNK)).all():
        ids = {row.ticket_id for row in rows}
        tags = tags_of(session, ids) if with_tags else {}
        spells = spells_of(session, ids)
        for row in rows:
            own = tags.get(row.ticket_id, frozenset())
            case = Case(row.account_id, row.channel, own, row.priority, row.segment, row.followers)
            yield row, case, paused(spells.get(row.ticket_id, ()), row.kept_at)
        reached = rows[-1].id
