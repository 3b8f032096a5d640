"""What stands around every page: the rail with its counts, the account, its hours, the team.

A whole page costs two queries here (account with calendar, cursors and counts; team); a part of a
page asks for nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, g, render_template, request
from flask_login import current_user
from sqlalchemy import Select, bindparam, func, select

from support.agents.records import Agent, SignIn
from support.agents.signing_in import IDLE
from support.db import db
from support.desk import the_desk
from support.inbox.records import Cursor
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets.searching import Counts, counting, counts
from support.web import toasts
from support.web.language import now
from support.x import links
from support.x.records import Account

HERE_WITHIN = timedelta(minutes=15)
COUNTED_DOWN = timedelta(days=1)
"""A closing further away than this is not worth counting down to."""

pages = Blueprint("frame", __name__)


@dataclass(frozen=True)
class Hours:
    """How the account's hours stand now; `until` is the time left, where it is not long."""

    is_open: bool
    until: timedelta | None
    next_opening: datetime | None
    today: list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Colleague:
    agent: Agent
    seen_at: datetime
    here: bool


@dataclass(frozen=True)
class Frame:
    account: Account | None
    read_at: datetime | None
    """When the account's posts were last read to their end."""
    calendar: Calendar | None
    hours: Hours | None
    counts: Counts
    team: list[Colleague]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        frame=frame,
        toasts_waiting=toasts.waiting,
        now=now,
        x_profile=x_profile,
    )


def x_profile(handle: str) -> str:
    """Where people look at an account on X, or on the sandbox that stands in for it."""
    return links.profile(the_desk().settings.x_web_url, handle)


@pages.get("/rail")
def rail() -> str:
    """The inbox part of the rail, to be fetched again when something changed."""
    return render_template(
        "_rail.html",
        counts=counts(db.session(), current_user.id, now()),
        view=request.args.get("view", ""),
    )


def frame() -> Frame:
    """The frame of this request, gathered once."""
    if "frame" not in g:
        g.frame = _gathered(now())
    gathered: Frame = g.frame
    return gathered


def _gathered(at: datetime) -> Frame:
    account, calendar, read_at, *numbers = _account_and_counts(at)
    return Frame(
        account=account,
        read_at=read_at,
        calendar=calendar,
        hours=hours_at(calendar, at) if calendar is not None else None,
        counts=Counts(*numbers),
        team=team(at),
    )


def _account_and_counts(at: datetime) -> Sequence[Any]:
    """The first account, its hours, the older of the moments its streams were read to; counts.

    There are counts even where there is no account yet.
    """
    asked = {"agent_id": current_user.id, "now": at}
    return db.session.execute(_account_with_counts(), asked).one()


@cache
def _account_with_counts() -> Select[*tuple[Any, ...]]:
    counted = counting().subquery()
    first = select(func.min(Account.id)).scalar_subquery()
    read_at = (
        select(func.min(Cursor.read_at)).where(Cursor.account_id == Account.id).scalar_subquery()
    )
    return (
        select(Account, Calendar, read_at, *counted.c)
        .select_from(counted)
        .outerjoin(Account, Account.id == first)
        .outerjoin(Calendar, Calendar.id == Account.calendar_id)
    )


def hours_at(calendar: Calendar, at: datetime) -> Hours:
    hours = hours_of(calendar)
    closing = hours.closing(at)
    return Hours(
        is_open=hours.is_open(at),
        until=closing - at if closing is not None and closing - at < COUNTED_DOWN else None,
        next_opening=hours.next_opening(at),
        today=_openings_today(calendar, at),
    )


def _openings_today(calendar: Calendar, at: datetime) -> list[tuple[datetime, datetime]]:
    there = at.astimezone(ZoneInfo(calendar.zone))
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
    return hours_of(calendar).openings(midnight, midnight + timedelta(days=1))


def team(at: datetime) -> list[Colleague]:
    """Who else is signed in, those seen lately first."""
    live = db.session.execute(_signed_in(), {"since": at - IDLE})
    return [Colleague(agent, seen, at - seen < HERE_WITHIN) for agent, seen in live]


@cache
def _signed_in() -> Select[Agent, datetime]:
    seen_at = func.max(SignIn.seen_at).label("seen_at")
    return (
        select(Agent, seen_at)
        .join(SignIn, SignIn.agent_id == Agent.id)
        .where(
            SignIn.ended_at.is_(None),
            SignIn.seen_at >= bindparam("since"),
            Agent.suspended_at.is_(None),
        )
        .group_by(Agent.id)
        .order_by(seen_at.desc(), Agent.id)
    )
