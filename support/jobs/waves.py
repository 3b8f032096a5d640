"""Pressing waves on, a few people at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from support.desk import Desk
from support.incidents import pressing_on
from support.incidents.paces import Allowed
from support.incidents.records import Wave
from support.jobs.at_work import at_the_desk
from support.x.families import SENDING, WINDOW
from support.x.records import Account

LONGEST = timedelta(seconds=1)
"""After which a job leaves the rest to the next one: an agent's reply may stand behind it. Among
what is read it would wait for the many reads of a day on which everybody writes."""


def press_wave(wave_id: int) -> None:
    """Deals with whoever's turn it is, a few in each transaction.

    It rings for itself while there is more to do at once; whoever has to wait is tried again when
    the sweep rings.
    """
    with at_the_desk(wave=wave_id) as (desk, session):
        desk.later.heard("press_wave", wave_id)
        began, later, first = desk.clock(), set[int](), True
        allowed = allowed_for(session, desk, wave_id)
        while abs(desk.clock() - began) < LONGEST:
            done = pressing_on.step(
                session, wave_id, allowed, desk.clock(), later=later, enrols=first
            )
            session.commit()
            first = False
            if done is None:
                return
            later.update(done.later)
            allowed = _after(allowed, done.pressed)
            for ticket_id in done.tickets:
                desk.news.tell("ticket", ticket_id)
            if done.goes_now:
                desk.later.ring("send", done.account_id)
        desk.later.ring("press_wave", wave_id)


def allowed_for(session: Session, desk: Desk, wave_id: int) -> list[Allowed]:
    wave = session.get(Wave, wave_id)
    found = allowed_of(desk, wave.incident.account, desk.clock()) if wave else []
    session.rollback()
    return found


def allowed_of(desk: Desk, account: Account, now: datetime) -> list[Allowed]:
    """What X last said that the account may still post."""
    left = desk.budgets.of(account.id, account.app_id).left(SENDING["posts"])
    return [
        Allowed(it.limit, it.remaining, window=it.count == WINDOW) for it in left if it.reset > now
    ]


def _after(allowed: Sequence[Allowed], pressed: int) -> list[Allowed]:
    """What will be left of it: what was pressed is not with X yet."""
    return [replace(it, remaining=it.remaining - pressed) for it in allowed]
