"""The sweep's part of the ladder: rungs that promises reached are raised, each once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from support.alerts.doing import ACTS, Raised, carry_out
from support.alerts.ladder import Look, Reached, Rung, Version, look, numbers, since
from support.alerts.records import Alert, AlertRule
from support.sla.judgement import Obligation
from support.sla.keeping import hours_for, obligation
from support.sla.levels import PromiseKind
from support.sla.records import IS_OPEN, Pause, Promise, ServiceLevel
from support.tickets.records import Ticket

BATCH = 500
"""Promises of one look; the sweep comes again in a second."""


@dataclass(frozen=True)
class Ladder:
    """The rules in force, as the rules of the ladder take them, and their rows."""

    rungs: list[Rung]
    rows: dict[int, AlertRule] = field(default_factory=dict)


def raise_due(session: Session, now: datetime, limit: int = BATCH) -> Raised:
    """Raises what was reached; whom to tell and which tickets changed.

    A promise that somebody else holds, or whose ticket does, is looked at by the next sweep.
    """
    due = (
        select(Promise)
        .where(IS_OPEN, Promise.alert_at <= now)
        .order_by(Promise.alert_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    raised = Raised()
    found = list(session.scalars(due))
    if not found:
        return raised
    ladder = ladder_in_force(session)
    looks = _look_at(session, found, ladder.rungs, now)
    busy = _busy(session, looks)
    todo = [(promise, seen) for promise, seen in looks if promise.ticket_id not in busy]
    for promise, seen in todo:
        promise.alert_at = seen.next_at
    session.flush()
    for promise, seen in todo:
        for reached in seen.reached:
            _raise(session, promise, reached, ladder, now, raised)
    return raised


def ladder_in_force(session: Session) -> Ladder:
    """Every rule and what it replaced; retired ones say what was raised already."""
    rows = {rule.id: rule for rule in session.scalars(select(AlertRule))}
    versions = {
        number: Version(number, row.replaces_id, row.share, frozenset(row.kinds), row.made_at)
        for number, row in rows.items()
    }
    rungs = [
        Rung(
            number=number,
            share=row.share,
            deed=row.deed,
            kinds=frozenset(row.kinds),
            any_time=row.any_time,
            since=since(versions[number], versions),
            versions=numbers(versions[number], versions),
        )
        for number, row in rows.items()
        if row.retired_at is None
    ]
    return Ladder(rungs, rows)


def _look_at(
    session: Session, promises: Sequence[Promise], rungs: Sequence[Rung], now: datetime
) -> list[tuple[Promise, Look]]:
    raised = defaultdict(set)
    ids = [promise.id for promise in promises]
    before = select(Alert.promise_id, Alert.rule_id).where(Alert.promise_id.in_(ids))
    for promise_id, rule_id in session.execute(before):
        raised[promise_id].add(rule_id)
    facts = _facts(session, promises)
    return [
        (promise, look(facts[promise.id], hours_for(promise), rungs, raised[promise.id], now))
        for promise in promises
    ]


def _facts(session: Session, promises: Iterable[Promise]) -> dict[int, Obligation]:
    """Asks once for all levels and once for all pauses; only a resolution's clock pauses."""
    wanted = {promise.service_level_id for promise in promises}
    levels = {
        level.id: level
        for level in session.scalars(select(ServiceLevel).where(ServiceLevel.id.in_(wanted)))
    }
    resting = {p.ticket_id for p in promises if p.kind == PromiseKind.RESOLUTION}
    pauses = defaultdict(list)
    for pause in session.scalars(select(Pause).where(Pause.ticket_id.in_(resting))):
        pauses[pause.ticket_id].append(pause)
    return {p.id: obligation(p, levels[p.service_level_id], pauses[p.ticket_id]) for p in promises}


def _busy(session: Session, looks: Iterable[tuple[Promise, Look]]) -> set[int]:
    """Tickets that are to be changed but that somebody holds; the others are held from now on."""
    changing = {
        promise.ticket_id
        for promise, seen in looks
        if any(reached.rung.deed in ACTS for reached in seen.reached)
    }
    if not changing:
        return set()
    free = (
        select(Ticket)
        .where(Ticket.id.in_(changing))
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    return changing - {ticket.id for ticket in session.scalars(free)}


def _raise(
    session: Session,
    promise: Promise,
    reached: Reached,
    ladder: Ladder,
    now: datetime,
    raised: Raised,
) -> None:
    alert = _note(session, promise, reached, now)
    if alert is None:
        return  # another sweep was first
    if reached.overtaken:
        alert.outcome = "overtaken"
        return
    alert.outcome = carry_out(session, alert, ladder.rows[reached.rung.number], now, raised)


def _note(session: Session, promise: Promise, reached: Reached, now: datetime) -> Alert | None:
    """The row, unless there is one already: whoever comes second does nothing."""
    row = {
        "promise_id": promise.id,
        "rule_id": reached.rung.number,
        "ticket_id": promise.ticket_id,
        "level": reached.level.value,
        "raised_at": now,
        "outcome": "",
    }
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    adding = (sqlite.insert(Alert) if on_sqlite else postgresql.insert(Alert)).values(row)
    number = session.scalar(adding.on_conflict_do_nothing().returning(Alert.id))
    return None if number is None else session.get_one(Alert, number)
