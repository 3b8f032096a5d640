"""Emptying by the rules, night by night, a handful at a time; figures stay.

What compliance does for words X takes back is done for words that are old.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.compliance.emptying import Notice, empty_where
from support.conversations.records import Message
from support.db import changed
from support.privacy.ageing import EXPIRED, Old, offered_in, old, old_tickets
from support.privacy.emptied import QUIETLY, empty_some
from support.privacy.finding import belongs, count, not_empty
from support.privacy.held import Holding
from support.privacy.holdings import reached_from
from support.privacy.records import RetentionPolicy, RetentionRun
from support.privacy.telling import forget_words_of_times
from support.privacy.terms import SPANS, Rules, cut, rules_from
from support.privacy.unfinding import take_out
from support.search.records import SearchEntry
from support.tickets.records import Ticket

LEASE = timedelta(minutes=2)
AT_ONCE = 200
MEDIA = ("attachments", "reply_images")


def newest_policy(session: Session) -> RetentionPolicy | None:
    return session.scalar(select(RetentionPolicy).order_by(RetentionPolicy.id.desc()).limit(1))


def rules_in_force(session: Session) -> Rules:
    newest = newest_policy(session)
    return rules_from(newest.rules) if newest is not None else Rules()


def set_rules(session: Session, rules: Rules, *, by: Agent, now: datetime) -> bool:
    """Whether that changed anything."""
    if rules == rules_in_force(session):
        return False
    session.add(RetentionPolicy(rules=rules.plain, made_at=now, made_by_id=by.id))
    return True


def due(session: Session, now: datetime, night: datetime) -> RetentionRun | None:
    """The run to go on with; tonight's is begun where there is none yet, and rules to go by."""
    last = select(RetentionRun).order_by(RetentionRun.began_at.desc(), RetentionRun.id.desc())
    newest = session.scalar(last.limit(1))
    if newest is not None and newest.finished_at is None:
        free = newest.leased_until is None or newest.leased_until <= now
        return newest if free else None
    if (newest is not None and newest.began_at >= night) or not rules_in_force(session).any:
        return None
    run = RetentionRun(began_at=now, counts={})
    session.add(run)
    session.flush()
    return run


def claim(session: Session, run_id: int, now: datetime) -> RetentionRun | None:
    free = or_(RetentionRun.leased_until.is_(None), RetentionRun.leased_until <= now)
    mine = (RetentionRun.id == run_id, RetentionRun.finished_at.is_(None), free)
    if not changed(session, update(RetentionRun).where(*mine).values(leased_until=now + LEASE)):
        return None
    return session.get_one(RetentionRun, run_id, populate_existing=True)


def go_on(session: Session, run: RetentionRun, now: datetime, *, most: int = AT_ONCE) -> bool:
    """The next handful; whether there was none left. The caller commits each."""
    rules = rules_in_force(session)
    for name in SPANS:
        before = cut(rules, name, run.began_at)
        found = _empty(session, name, before, now, most) if before is not None else 0
        if found:
            run.counts = dict(Counter(run.counts) + Counter({name: found}))
            run.leased_until = now + LEASE
            return False
    run.finished_at, run.leased_until = now, None
    return True


def preview(session: Session, rules: Rules, now: datetime) -> dict[str, int]:
    """How many rows each rule would empty now; those that are off are left out."""
    found = {}
    for name in SPANS:
        before = cut(rules, name, now)
        if before is not None:
            found[name] = _count(session, name, before, now)
    return found


def _count(session: Session, name: str, before: datetime, now: datetime) -> int:
    if name not in ("words", "media"):
        return sum(_how_many(session, it) for it in old(session, name, before, now))
    found = sum(
        count(session, holding, condition if holding.removed else condition & not_empty(holding))
        for holding, condition in _of_tickets(name, before)
    )
    if name == "words":
        found += _how_many(session, offered_in(_tickets(before), now))
    return found


def _how_many(session: Session, it: Old) -> int:
    asked = select(func.count()).select_from(it.model).where(it.condition)
    return session.scalar(asked) or 0


def _tickets(before: datetime) -> Select[int]:
    return select(Ticket.id).where(old_tickets(before))


def _empty(session: Session, name: str, before: datetime, now: datetime, most: int) -> int:
    if name == "words" and (found := _empty_words(session, before, now, most)):
        return found
    if name in ("words", "media"):
        done = 0
        for holding, condition in _of_tickets(name, before):
            if done < most:
                done += empty_some(session, holding, condition, most=most - done)
        session.flush()
        session.expire_all()
        return done
    return next(
        (found for it in old(session, name, before, now) if (found := _go(session, it, most))), 0
    )


def _empty_words(session: Session, before: datetime, now: datetime, most: int) -> int:
    """What customers wrote, as compliance empties it; then what it is found by."""
    tickets = _tickets(before)
    written = and_(Message.ticket_id.in_(tickets), Message.by_us.is_(False))
    items, _ = empty_where(session, written, Notice(EXPIRED, "rule", now, now), most=most)
    return (
        items
        or take_out(session, SearchEntry.ticket_id.in_(tickets), most)
        or forget_words_of_times(session, tickets, most)
        or _go(session, offered_in(tickets, now), most)
    )


def _of_tickets(name: str, before: datetime) -> list[tuple[Holding, ColumnElement[bool]]]:
    """The tables that hang on old tickets, each with which of its rows go."""
    roots = {"tickets": old_tickets(before)}
    return [
        (holding, belongs(holding, roots))
        for holding in reached_from("tickets")
        if (holding.table in MEDIA if name == "media" else holding.words or holding.removed)
    ]


def _go(session: Session, it: Old, most: int) -> int:
    key = it.model.__table__.primary_key.columns.values()[0]
    ids = list(session.scalars(select(key).where(it.condition).order_by(key).limit(most)))
    if not ids:
        return 0
    if it.values is None:
        session.execute(delete(it.model).where(key.in_(ids)), execution_options=QUIETLY)
    else:
        its = update(it.model).where(key.in_(ids)).values(it.values)
        session.execute(its, execution_options=QUIETLY)
    return len(ids)
