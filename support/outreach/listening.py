"""Saving what is listened for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from support.agents.records import Agent
from support.errors import N_, Refused
from support.outreach import rations
from support.outreach.records import (
    Listening,
    ListeningRead,
    Offer,
    OutreachSwitch,
)
from support.x.records import Account
from support.x.search_words import faults
from support.x.snowflakes import first_id_at

LONGEST_NAME = 60


@dataclass(frozen=True)
class Wanted:
    """What a form says of a listening."""

    account_id: int
    name: str
    query: str
    built: Mapping[str, Any]
    offer_id: int | None
    every_minutes: int
    most_per_day: int


def is_on(session: Session) -> bool:
    """Whether outreach is switched on; it is off until somebody did."""
    newest = select(OutreachSwitch.is_on).order_by(OutreachSwitch.id.desc()).limit(1)
    return bool(session.scalar(newest))


def live(session: Session) -> Sequence[Listening]:
    """All that are not retired, by name."""
    wanted = select(Listening).where(Listening.retired_at.is_(None))
    beside = (joinedload(Listening.account), joinedload(Listening.offer))
    return session.scalars(wanted.options(*beside).order_by(Listening.name, Listening.id)).all()


def add(session: Session, wanted: Wanted, *, by: Agent, now: datetime) -> Listening:
    """A new one; it looks a day back at first. Raises Refused."""
    _check(session, wanted, now)
    listening = Listening(made_by_id=by.id, made_at=now, **vars(wanted))
    listening.since_id = first_id_at(now - rations.FIRST_LOOK)
    session.add(listening)
    session.flush()
    return listening


def change(session: Session, listening: Listening, wanted: Wanted, *, now: datetime) -> None:
    """Another query begins anew, a day back; X bills what it shows again. Raises Refused."""
    _check(session, wanted, now)
    begins_anew = (listening.query, listening.account_id) != (wanted.query, wanted.account_id)
    for name, value in vars(wanted).items():
        setattr(listening, name, value)
    listening.rests_until = None
    if begins_anew:
        listening.since_id = first_id_at(now - rations.FIRST_LOOK)
        listening.read_at, listening.problem = None, ""


def _check(session: Session, wanted: Wanted, now: datetime) -> None:
    if not wanted.name or len(wanted.name) > LONGEST_NAME:
        raise Refused(
            "name", N_("名前は1文字から%(most)s文字までにしてください。"), most=LONGEST_NAME
        )
    for fault in faults(wanted.query):
        raise Refused("query", fault.sentence, **fault.values)
    for name, given, (least, most) in (
        ("every_minutes", wanted.every_minutes, rations.EVERY),
        ("most_per_day", wanted.most_per_day, rations.PER_DAY),
    ):
        if not least <= given <= most:
            sentence = N_("%(least)sから%(most)sまでの数にしてください。")
            raise Refused(name, sentence, least=least, most=most)
    if session.get(Account, wanted.account_id) is None:
        raise Refused("account_id", N_("アカウントを選んでください。"))
    if wanted.offer_id is not None and wanted.offer_id not in {it.id for it in offers(session)}:
        raise Refused("offer_id", N_("この文面はもう使えません。選び直してください。"))


def pause(listening: Listening, now: datetime) -> None:
    listening.paused_at = listening.paused_at or now


def resume(listening: Listening) -> None:
    """Goes on where it stopped."""
    listening.paused_at = None


def retire(listening: Listening, now: datetime) -> None:
    """It asks no more; whom it found stays."""
    listening.retired_at = listening.retired_at or now


def want_now(listening: Listening, now: datetime) -> None:
    """The next look does not wait for its turn. What X or the month forbids stays forbidden."""
    listening.asked_at, listening.rests_until = now, None


def note_missed(listening: Listening) -> None:
    """Somebody knows what was not looked at."""
    listening.missed_from_at = listening.missed_until_at = None
    listening.missed_why = ""


def offers(session: Session) -> Sequence[Offer]:
    wanted = select(Offer).where(Offer.retired_at.is_(None))
    return session.scalars(wanted.order_by(Offer.name, Offer.id)).all()


@dataclass(frozen=True)
class Shown:
    """What X showed a listening, and how much of it was new to the desk."""

    today: int = 0
    new_today: int = 0
    month: int = 0


def shown(session: Session, now: datetime) -> dict[int, Shown]:
    """By listening, today and this month, both X's."""
    today = rations.day_of(now)
    month = now.astimezone(UTC).strftime("%Y-%m-")
    sums = select(
        ListeningRead.listening_id,
        func.sum(ListeningRead.shown).filter(ListeningRead.day == today),
        func.sum(ListeningRead.new).filter(ListeningRead.day == today),
        func.sum(ListeningRead.shown),
    ).where(ListeningRead.day.startswith(month))
    rows = session.execute(sums.group_by(ListeningRead.listening_id))
    return {it: Shown(day or 0, new or 0, all_of_it or 0) for it, day, new, all_of_it in rows}
