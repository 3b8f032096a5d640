"""How the desk stands, for `flask status`, `flask doctor` and /readyz."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import redis
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ColumnElement, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from support import pulse
from support.alerts import posting
from support.approval.records import how_it_stands
from support.compliance import standing as compliance
from support.conversations.records import Message
from support.desk import Desk
from support.inbox.records import Delivery, IntakeRefusal
from support.replies import standing as sending
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.sla.holidays_of import known_until
from support.sla.judgement import Standing, standing
from support.sla.keeping import hours_for, hours_of, obligation
from support.sla.records import Calendar, Pause, Promise, ServiceLevel
from support.tickets.records import Ticket
from support.x import ledger
from support.x.errors import XError
from support.x.pricing import MICROS
from support.x.records import Account

DUTIES = ("send", "ingest", "scheduler")
HORIZON_YEARS = 2


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, whether it is sound, and what to do if not."""

    what: str
    ok: bool
    words: str


def status(session: Session, now: datetime) -> dict[str, Any]:
    """The figures `flask status --json` prints."""
    queued = select(func.min(Reply.held_until)).join(Reply.parts)
    oldest = session.scalar(
        queued.where(ReplyPart.state.in_([PartState.HELD.value, PartState.QUEUED.value]))
    )
    parts = _count_by(session, ReplyPart.state)
    return {
        "messages": session.scalar(select(func.count()).select_from(Message)) or 0,
        "tickets": _count_by(session, Ticket.state),
        "replies": parts,
        "promises": _standings(session, now),
        "oldest_queued": oldest.isoformat() if oldest else None,
        "unknown": parts.get(PartState.UNKNOWN.value, 0),
        "intake_refused": _count(session, IntakeRefusal.settled_at.is_(None)),
        "pushes_waiting": _count(session, Delivery.state == "new"),
        "pushes_unread": _count(session, Delivery.state.in_(["unreadable", "unknown"])),
        "workers_alive": pulse.alive(session, now),
        "alerts_late": posting.late(session, now),
        "approvals": _approvals(session, now),
        "taken_back": _taken_back(session, now),
        "x_spent_usd": _spent(session, now),
    }


def _approvals(session: Session, now: datetime) -> dict[str, Any]:
    """How many replies wait for somebody to approve them, how many of them too long."""
    waiting, overdue, since = how_it_stands(session, now)
    return {
        "waiting": waiting,
        "overdue": overdue,
        "overdue_since": since.isoformat() if since else None,
    }


def _taken_back(session: Session, now: datetime) -> dict[str, Any]:
    """How far the desk is behind what X shows no more; seconds since the oldest notice."""
    it = compliance.standing(session, now)
    waiting = (now - it.oldest_notice_at).total_seconds() if it.oldest_notice_at else 0
    return {
        "waiting_seconds": max(0, int(waiting)),
        "last_check": it.checked_at.isoformat() if it.checked_at else None,
        "problem": it.problem,
    }


def _count(session: Session, which: ColumnElement[bool]) -> int:
    """How many rows of the one table `which` speaks of it is true for."""
    return session.scalar(select(func.count()).where(which)) or 0


def _spent(session: Session, now: datetime) -> dict[str, float]:
    """US dollars this month, by account."""
    micros = ledger.by_account(session, ledger.month_of(now))
    handles = session.execute(select(Account.id, Account.handle)).all()
    return {handle: micros.get(number, 0) / MICROS for number, handle in handles}


def _count_by(session: Session, column: Any) -> dict[str, int]:
    rows = session.execute(select(column, func.count()).group_by(column))
    return {str(value): int(count) for value, count in rows}


def _standings(session: Session, now: datetime) -> dict[str, int]:
    """How many promises stand how. Finished ones are judged by their stored moments."""
    counts = {str(state): 0 for state in Standing}
    finished = select(
        func.count(Promise.withdrawn_at),
        func.count().filter(Promise.withdrawn_at.is_(None), Promise.kept_at < Promise.breach_at),
        func.count().filter(Promise.withdrawn_at.is_(None), Promise.kept_at >= Promise.breach_at),
    )
    withdrawn, kept, broken = session.execute(finished).one()
    counts |= {"withdrawn": withdrawn, "kept": kept, "broken": broken}
    for promise, level in _open_promises(session):
        pauses = session.scalars(select(Pause).where(Pause.ticket_id == promise.ticket_id))
        facts = obligation(promise, level, pauses)
        counts[str(standing(facts, hours_for(promise), now))] += 1
    return counts


def _open_promises(session: Session) -> Iterator[tuple[Promise, ServiceLevel]]:
    found = (
        select(Promise, ServiceLevel)
        .join(ServiceLevel, ServiceLevel.id == Promise.service_level_id)
        .where(Promise.kept_at.is_(None), Promise.withdrawn_at.is_(None))
    )
    for row in session.execute(found):
        yield row[0], row[1]


def examine(session: Session, desk: Desk, migrations: Path) -> list[Finding]:
    """Every check of `flask doctor`, in the order in which things depend on each other."""
    findings = [Finding("settings", True, f"database {desk.settings.database_url.split(':')[0]}")]
    findings.append(database(session))
    findings.append(valkey(desk.settings.redis_url))
    if findings[1].ok:
        findings.append(schema(session, migrations))
    if all(finding.ok for finding in findings):
        now = desk.clock()
        findings += [_workers(session, now), _sending(session, now), _alerts(session, now)]
        findings += [*_accounts(session, desk), *_horizons(session, now)]
    findings.append(_shelf(desk))
    return findings


def database(session: Session) -> Finding:
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return Finding("database", False, f"does not answer ({type(error).__name__})")
    return Finding("database", True, "answers")


def schema(session: Session, migrations: Path) -> Finding:
    """Whether the tables are those this version of the desk expects."""
    config = Config()
    config.set_main_option("script_location", str(migrations))
    wanted = ScriptDirectory.from_config(config).get_current_head()
    present = MigrationContext.configure(session.connection()).get_current_revision()
    if present != wanted:
        return Finding("migrations", False, f"at {present}, run `flask db upgrade` to {wanted}")
    return Finding("migrations", True, str(present))


def valkey(url: str) -> Finding:
    try:
        client = redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2)
        client.ping()
    except redis.RedisError as error:
        return Finding("valkey", False, f"does not answer ({type(error).__name__})")
    return Finding("valkey", True, "answers")


def _workers(session: Session, now: datetime) -> Finding:
    living = pulse.alive(session, now)
    missing = [duty for duty in DUTIES if not living.get(duty)]
    if missing:
        return Finding("workers", False, f"nobody does: {', '.join(missing)}; start worker.py")
    return Finding("workers", True, ", ".join(f"{duty} {living[duty]}" for duty in DUTIES))


def _sending(session: Session, now: datetime) -> Finding:
    late: Counter[PartState] = Counter()
    for told in sending.accounts(session, now):
        late.update(told.aged)
    if late:
        counts = ", ".join(f"{count} {state}" for state, count in sorted(late.items()))
        return Finding("sending", False, f"longer than it should: {counts}; see Settings, Sending")
    return Finding("sending", True, "nothing is late")


def _alerts(session: Session, now: datetime) -> Finding:
    late = posting.late(session, now)
    if late:
        return Finding("alerts", False, f"{late} unsent for over an hour; see Settings, Alerts")
    return Finding("alerts", True, "none waits for a webhook")


def _accounts(session: Session, desk: Desk) -> Iterator[Finding]:
    accounts = list(session.scalars(select(Account).order_by(Account.id)))
    if not accounts:
        yield Finding("x", False, "no account is connected")
    handles = [(account.id, account.handle) for account in accounts]
    for number, handle in handles:
        yield _account(session, desk, number, f"x @{handle}")


def _account(session: Session, desk: Desk, number: int, what: str) -> Finding:
    account = session.get_one(Account, number)
    if account.stopped_at:
        return Finding(what, False, f"stopped: {account.stopped_reason}")
    if (pace := ledger.pace_of(session, account, desk.clock())).rests:
        spent = f"{pace.from_percent} percent of the monthly cap is spent"
        resting = ", ".join(sorted(pace.rests)) + ("" if pace.sends else " and answers")
        return Finding(what, False, f"{spent}: {resting} rest until it is raised")
    try:
        client = desk.x.for_account(account)
        session.rollback()  # the call may renew the token, for which it needs the row
        client.me()
    except XError as error:
        return Finding(what, False, str(error))
    return Finding(what, True, "the token is accepted")


def _horizons(session: Session, now: datetime) -> Iterator[Finding]:
    used = select(Calendar).where(Calendar.id.in_(select(Account.calendar_id)))
    for calendar in session.scalars(used):
        what = f"calendar {calendar.name}"
        if hours_of(calendar).never_opens:
            yield Finding(what, False, "never opens: nothing can be promised")
        elif calendar.country and known_until(calendar.country) < now.year + HORIZON_YEARS:
            yield Finding(what, False, f"holidays end in {known_until(calendar.country)}")
        else:
            yield Finding(what, True, f"next opening {_soon(calendar, now)}")


def _soon(calendar: Calendar, now: datetime) -> str:
    opening = hours_of(calendar).next_opening(now - timedelta(microseconds=1))
    return opening.isoformat() if opening else "never"


def _shelf(desk: Desk) -> Finding:
    faults = desk.shelf.faults
    if faults:
        return Finding("answers", False, f"{len(faults)} faults; see `flask canned check`")
    return Finding("answers", True, f"{len(desk.shelf.replies)} prepared answers")
