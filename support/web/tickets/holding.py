"""Until when, or until what, a ticket is put aside: as the menu offers it."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy.orm import Session

from support.errors import N_, Refused
from support.sla.hours import BusinessHours
from support.tickets import handling, waking
from support.tickets.records import Ticket
from support.web import typed
from support.web.guard import me
from support.web.language import here, now, zone
from support.web.words import full_moment

HOLDS = ("hour", "opening", "days", "customer", "at")
EVENTS = (waking.NOTE, waking.TICKET, waking.PROMISE)
FURTHEST = timedelta(days=366)


def hold(session: Session, ticket: Ticket, form: Mapping[str, str], hours: BusinessHours) -> None:
    """Puts the ticket aside as the menu's form says. Raises Refused."""
    wanted = form.get("until", "")
    if wanted in EVENTS:
        other = _named(session, form.get("other", "")) if wanted == waking.TICKET else None
        waking.hold_for(session, ticket, wanted, other=other, by=me(), now=now())
        return
    at = own_time(form.get("at", ""), now(), zone()) if wanted == "at" else None
    until_ = at or until(wanted, hours, now(), zone())
    handling.hold(session, ticket, until=until_, by=me(), now=now())


def until(preset: str, hours: BusinessHours, at: datetime, where: ZoneInfo) -> datetime | None:
    """Until when a ticket is put aside; None: until the customer writes. Raises Refused."""
    if preset not in HOLDS:
        raise Refused("until", N_("保留の期間を選んでください。"))
    if preset == "customer":
        return None
    if preset == "hour":
        return at + timedelta(hours=1)
    there = at.astimezone(where)
    later = there + timedelta(days=3 if preset == "days" else 1)
    if preset == "days":
        return later
    midnight = later.replace(hour=0, minute=0, second=0, microsecond=0)
    opening = midnight if hours.is_open(midnight) else hours.next_opening(midnight)
    if opening is None:
        raise Refused("until", N_("営業時間が設定されていないため、次の営業開始がわかりません。"))
    return opening


def own_time(written: str, at: datetime, where: ZoneInfo) -> datetime:
    """A day and a time on the desk's wall, as a form has it. Raises Refused."""
    plain = unicodedata.normalize("NFKC", written[:40]).strip().replace("/", "-")
    try:
        found = datetime.fromisoformat(plain)
        moment = (found if found.tzinfo else found.replace(tzinfo=where)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused("until", N_("日時を入力してください。例：2026-11-26 09:00")) from error
    if moment <= at:
        raise Refused(
            "until",
            N_("%(when)s はもう過ぎています。これからの日時を選んでください。"),
            when=full_moment(moment, *here()),
        )
    if moment > at + FURTHEST:
        raise Refused("until", N_("保留は1年以内の日時にしてください。"))
    return moment


def _named(session: Session, written: str) -> Ticket | None:
    number = typed.number(unicodedata.normalize("NFKC", written).strip().lstrip("#"))
    return session.get(Ticket, number) if number is not None else None


def held_until(ticket: Ticket) -> str:
    """For what a held ticket waits, in words; empty where it is for a time, or the customer."""
    if ticket.held_for == waking.NOTE:
        return str(gettext("担当者のメモまで"))
    if ticket.held_for == waking.TICKET:
        return str(gettext("#%(id)s の解決まで", id=ticket.held_for_ticket_id))
    if ticket.held_for == waking.PROMISE:
        return str(gettext("期限が近づくまで"))
    return ""
