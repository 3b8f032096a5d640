"""What stands around every page: the rail with its counts, the account, its hours, the team.

A whole page costs two queries here (accounts with calendar, cursors and counts; team); a part of a
page asks for nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from flask import Blueprint, Flask, g, render_template, request
from flask_login import current_user
from sqlalchemy import Select, and_, bindparam, exists, func, select, true
from sqlalchemy.orm import joinedload

from support.agents.records import Agent, SignIn
from support.agents.signing_in import IDLE
from support.alerts.noticing import everything_unseen
from support.approval.records import any_rule, waiting_for
from support.crisis.records import Crisis, is_running
from support.db import db
from support.desk import the_desk
from support.drafts.records import how_many
from support.handover.records import how_many_unread
from support.house.records import owed_by
from support.inbox.records import Cursor
from support.incidents.records import Incident, how_many_run
from support.outreach import looking
from support.replies.standing import DOUBTFUL, LATE
from support.sla.records import Calendar
from support.tickets.records import SavedView
from support.tickets.saving_views import IN_ORDER, visible_to
from support.tickets.searching import Counts, counting
from support.web import held_up, toasts
from support.web.language import now
from support.web.promises.open_now import Hours, hours_at
from support.x import links
from support.x.records import Account

HERE_WITHIN = timedelta(minutes=15)
pages = Blueprint("frame", __name__)


@dataclass(frozen=True)
class Colleague:
    agent: Agent
    seen_at: datetime
    here: bool


@dataclass(frozen=True)
class AccountHere:
    """One of our accounts, when its streams were last read to their end, and what waits for it."""

    account: Account
    read_at: datetime | None
    waiting: int
    """Replies that go out once the account reads and sends again; 0 while it does."""
    aged: int
    """Parts of replies that have been in a state longer than they should; 0 while it stands."""
    crisis: Crisis | None
    """What quiets it now."""
    incident: bool
    """Whether one of its incidents is open."""


@dataclass(frozen=True)
class Frame:
    account: Account | None
    """The first one, whose hours are shown."""
    accounts: list[AccountHere]
    calendar: Calendar | None
    hours: Hours | None
    counts: Counts
    team: list[Colleague]
    views: list[SavedView]
    """Saved filters, as they stand in the rail."""
    unseen: int
    """Alerts whoever asks was told of and has not seen."""
    drafts: int
    """What whoever asks has begun to write and not sent."""
    to_approve: int
    """Replies of colleagues that wait for somebody to approve them."""
    anything_waits: bool
    """Whether any rule wants replies approved, or a crisis does."""
    owes_rules: bool
    """Whether whoever asks has not confirmed the house rules everybody is asked to."""
    incidents: int
    """Incidents that run."""
    memos: int
    """Words from the shift before that whoever asks has not taken note of."""
    candidates: int
    """People in trouble nobody has looked at yet; 0 while outreach is off."""

    @property
    def stopped(self) -> list[AccountHere]:
        return [here for here in self.accounts if here.account.stopped_at is not None]

    @property
    def crises(self) -> list[Crisis]:
        """What quiets our accounts now."""
        return [here.crisis for here in self.accounts if here.crisis is not None]

    @property
    def late(self) -> list[AccountHere]:
        """Accounts some of whose replies do not go out as they should."""
        return [here for here in self.accounts if here.aged]


def init_app(app: Flask) -> None:
    for asked in (frame, now, practice_mode, x_profile, x_hashtag):
        app.jinja_env.globals[asked.__name__] = asked
    app.jinja_env.globals["toasts_waiting"] = toasts.waiting


def practice_mode() -> bool:
    """Whether this desk is one to practise on, from which nothing reaches X."""
    return the_desk().settings.practice


def x_profile(handle: str) -> str:
    """Where people look at an account on X, or on the sandbox that stands in for it."""
    return links.profile(the_desk().settings.x_web_url, handle)


def x_hashtag(word: str) -> str:
    """Where people look at the posts with a hashtag."""
    return links.hashtag(the_desk().settings.x_web_url, word)


@pages.get("/rail")
def rail() -> str:
    """The inbox part of the rail, to be fetched again when something changed."""
    asked = {"agent_id": current_user.id, "me": current_user.id, "now": now()}
    rows = db.session.execute(_counts_with_views(), asked).all()
    found = Counts(*rows[0][:-2])
    g.views = [row[-1] for row in rows if row[-1] is not None]
    return render_template(
        "_rail.html",
        counts=found,
        count_among=found.all,
        to_approve=rows[0][-2],
        view=request.args.get("view", ""),
    )


@cache
def _counts_with_views() -> Select[*tuple[Any, ...]]:
    """The counts and what waits for approval in every row, and the saved views of whoever asks."""
    counted = counting().subquery()
    return (
        select(*counted.c, waiting_for(bindparam("me")), SavedView)
        .select_from(counted)
        .outerjoin(SavedView, visible_to(bindparam("me")))
        .order_by(*IN_ORDER)
    )


@pages.get("/standing")
def standing() -> str:
    """Whether accounts stand still or send late, for pages that have been open for a while."""
    return render_template("_stopped.html", desk=frame())


def frame() -> Frame:
    """The frame of this request, gathered once."""
    if "frame" not in g:
        g.frame = _gathered(now())
    gathered: Frame = g.frame
    return gathered


def _gathered(at: datetime) -> Frame:
    rows = _accounts_and_counts(at)
    colleagues, views = team_and_views(at)
    account, calendar, *_ = rows[0]
    told, drafts, to_approve, rules, owes, memos, found, going, *numbers = rows[0][7:]
    return Frame(
        account=account,
        accounts=[AccountHere(row[0], *row[2:7]) for row in rows if row[0] is not None],
        calendar=calendar,
        hours=hours_at(calendar, at) if calendar is not None else None,
        counts=Counts(*numbers),
        team=colleagues,
        views=views,
        unseen=told,
        drafts=drafts,
        to_approve=to_approve,
        anything_waits=bool(rules) or any(row[5] is not None for row in rows),
        owes_rules=bool(owes),
        memos=memos,
        candidates=found or 0,
        incidents=going,
    )


def _accounts_and_counts(at: datetime) -> Sequence[Sequence[Any]]:
    """Each account, its hours, the older of the moments its streams were read to, what waits;
    and the counts, the same in every row.

    There is one row even where there is no account yet.
    """
    asked = {"agent_id": current_user.id, "now": at, "ago": at - LATE, "doubt": at - DOUBTFUL}
    return db.session.execute(_accounts_with_counts(), asked).all()


@cache
def _accounts_with_counts() -> Select[*tuple[Any, ...]]:
    counted = counting().subquery()
    read_at = (
        select(func.min(Cursor.read_at)).where(Cursor.account_id == Account.id).scalar_subquery()
    )
    drafts = how_many(bindparam("agent_id")).scalar_subquery()
    return (
        select(
            Account,
            Calendar,
            read_at,
            held_up.waiting(),
            held_up.aged(),
            Crisis,
            exists().where(Incident.account_id == Account.id, Incident.closed_at.is_(None)),
            everything_unseen(),
            drafts,
            waiting_for(bindparam("agent_id")),
            any_rule(),
            owed_by(bindparam("agent_id")),
            how_many_unread(bindparam("agent_id")),
            looking.how_many().scalar_subquery(),
            how_many_run(),
            *counted.c,
        )
        .select_from(counted)
        .outerjoin(Account, true())
        .outerjoin(Calendar, Calendar.id == Account.calendar_id)
        .outerjoin(Crisis, is_running(Account.id))
        .options(joinedload(Crisis.begun_by), joinedload(Crisis.account))
        .order_by(Account.id)
    )


def team_and_views(at: datetime) -> tuple[list[Colleague], list[SavedView]]:
    """Who is signed in, those seen lately first; and the saved views of whoever asks.

    One query: whoever asks is signed in, and the views stand beside their own row.
    """
    asked = {"since": at - IDLE, "me": current_user.id}
    live = db.session.execute(_signed_in(), asked).all()
    seen_at = {agent: seen for agent, seen, _ in live}
    colleagues = [Colleague(it, seen, at - seen < HERE_WITHIN) for it, seen in seen_at.items()]
    return colleagues, [view for _, _, view in live if view is not None]


@cache
def _signed_in() -> Select[Agent, datetime, SavedView | None]:
    mine = and_(Agent.id == bindparam("me"), visible_to(bindparam("me")))
    seen_at = func.max(SignIn.seen_at).label("seen_at")
    return (
        select(Agent, seen_at, SavedView)
        .outerjoin(SavedView, mine)
        .join(SignIn, SignIn.agent_id == Agent.id)
        .where(
            SignIn.ended_at.is_(None),
            SignIn.seen_at >= bindparam("since"),
            Agent.suspended_at.is_(None),
        )
        .group_by(Agent.id, SavedView.id)
        .order_by(seen_at.desc(), Agent.id, *IN_ORDER)
    )
