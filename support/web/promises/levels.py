"""Settings: what is promised to whom, looked at before it is kept; and a moment to try."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.conversations.records import Customer
from support.db import db
from support.errors import N_, Refused
from support.replies.wordlists import Level
from support.sla.hours import BusinessHours
from support.sla.keeping import hours_of
from support.sla.levels import Case, PromiseKind, reachable, warn_at
from support.sla.records import Calendar
from support.terms import editing, previewing
from support.terms.choosing import Policy, levels_in_force, policy_in_force
from support.terms.editing import Line
from support.tickets.records import Team
from support.web import toasts
from support.web.guard import i_may, me, needs
from support.web.language import now, zone
from support.web.promises import levels_form, terms_edits
from support.web.promises.levels_form import Row
from support.web.promises.standing import NAMES
from support.web.replies.guarded import prepared
from support.web.tickets.ticket_page import sentence
from support.web.tickets.timeline import PRIORITIES
from support.x.records import Account

pages = Blueprint("levels", __name__)

NEVER_DUE = N_("この営業時間では、期限が来ることがありません。")
COVERED = N_("上の「%(name)s」がすべてに当てはまるため、この行は使われません。")

NOT_SENT_SO = N_(
    "電話番号やカード番号など、公開では送れない内容があります。自社の番号なら「言葉と番号」の"
    "許可リストに加えてください。"
)


@dataclass(frozen=True)
class Tried:
    """What would be promised for a message at a moment."""

    level: str
    hours: str
    at: datetime
    rows: list[tuple[Any, datetime | None, datetime | None, datetime | None]]
    """Kind in words; when it begins to be due soon, is due, is broken."""


@pages.get("/settings/levels")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    rows = [levels_form.row_of(editing.line_of(it)) for it in levels_in_force(db.session())]
    return _page(rows)


@pages.post("/settings/levels")
@needs(Deed.MANAGE_DESK)
def change() -> str | Response | tuple[str, int]:
    """A line moves, comes or goes on the form; or the whole is looked at, or kept."""
    rows, wish = levels_form.rows_from(request.form), request.form.get("do", "preview")
    if wish not in ("preview", "save"):
        return _page(levels_form.moved(rows, wish))
    lines, errors = levels_form.lines_from(rows)
    errors = {name: gettext(words) for name, words in errors.items()} or _refusals(lines)
    if errors:
        return _page(rows, errors=errors), 422
    carry = terms_edits.carry_from("levels")
    if wish == "preview":
        seen = previewing.preview_levels(db.session(), lines, carry, now())
        db.session.rollback()
        return _page(rows, seen=seen, carry=carry)
    edit = editing.edit_levels(db.session(), lines, carry, by=me(), now=now())
    db.session.commit()
    terms_edits.begun(edit)
    toasts.say(gettext("サービスレベルを保存しました"))
    return redirect(url_for("levels.show"), 303)


def _refusals(lines: list[Line]) -> dict[str, str]:
    """What the rules refuse, and what could never be met or never be used."""
    try:
        editing.levels_from(lines, by=None, now=now())
    except Refused as refusal:
        return {refusal.field: sentence(refusal)}
    errors: dict[str, str] = {}
    calendars = _calendars_in_use()
    guarded = prepared([line.acknowledgement for line in lines], private=False)
    for place, line in enumerate(lines):
        for kind in PromiseKind:
            target = getattr(line, kind.value)
            if target and not all(reachable(hours, target, now()) for hours in calendars):
                errors[f"lines.{place}.{kind.value}"] = gettext(NEVER_DUE)
        if any(it.level is Level.STOP for it in guarded[place]):
            errors[f"lines.{place}.acknowledgement"] = gettext(NOT_SENT_SO)
        covering = next((it for it in lines[:place] if not it.conditions.stored()), None)
        if covering is not None:
            errors[f"lines.{place}.name"] = gettext(COVERED, name=covering.name)
    return errors


def _calendars_in_use() -> list[BusinessHours]:
    kept = select(Account.calendar_id).union(
        select(Team.calendar_id).where(Team.closed_at.is_(None), Team.calendar_id.is_not(None))
    )
    calendars = select(Calendar).where(Calendar.id.in_(kept))
    return [hours_of(calendar) for calendar in db.session.scalars(calendars)]


def _page(rows: list[Row], **more: Any) -> str:
    accounts = list(db.session.scalars(select(Account).order_by(Account.id)))
    return render_template(
        "settings/levels.html",
        rows=rows,
        accounts=accounts,
        teams=list(db.session.scalars(select(Team).where(Team.closed_at.is_(None)))),
        segments=segments_in_use(),
        priorities=PRIORITIES,
        names=NAMES,
        targets=levels_form.TARGETS,
        kinds=NAMES,
        history=terms_edits.history("levels"),
        tried=_tried(),
        may_set=i_may(Deed.MANAGE_DESK),
        faulty={int(name.split(".")[1]) for name in more.get("errors", {}) if "." in name},
        **{"seen": None, "carry": None, "errors": {}, **more},
    )


def segments_in_use() -> list[str]:
    """Groups of customers colleagues have named."""
    named = select(Customer.segment).where(Customer.segment != "").distinct()
    return sorted({*db.session.scalars(named.limit(50)), "個人", "法人"})


def _tried() -> Tried | None:
    """The moment and the case of the address, judged by what is in force."""
    try:
        at = datetime.fromisoformat(request.args.get("moment", "")[:16]).replace(tzinfo=zone())
        return _judged(at.astimezone(UTC))
    except (ValueError, OverflowError):  # no moment, or none for which hours are known
        return None


def _judged(moment: datetime) -> Tried | None:
    policy = policy_in_force(db.session())
    team_id = request.args.get("team", type=int)
    case = _case(policy)
    if case is None:
        return None
    terms = policy.terms(case, team_id)
    hours = hours_of(terms.calendar)
    line = editing.line_of(terms.level)
    return Tried(
        terms.level.name,
        terms.calendar.name,
        moment,
        [
            (NAMES[kind], *_moments(hours, moment, getattr(line, kind.value), line.warn_share))
            for kind in PromiseKind
        ],
    )


def _case(policy: Policy) -> Case | None:
    asked = request.args
    account_id = asked.get("account", type=int)
    if account_id not in policy.accounts:
        account_id = next(iter(policy.accounts), None)
    if account_id is None:
        return None
    return Case(
        account_id=account_id,
        channel="dm" if asked.get("channel") == "dm" else "public",
        tags=levels_form.words(asked.get("tags", "")[:200]),
        priority=asked.get("priority", "normal"),
        segment=asked.get("segment", "")[:30].strip(),
        followers=asked.get("followers", type=int),
    )


def _moments(
    hours: BusinessHours, at: datetime, target: timedelta | None, share: float
) -> tuple[datetime | None, datetime | None, datetime | None]:
    if target is None:
        return None, None, None
    return warn_at(hours, at, target, share), hours.add(at, target), hours.breach_at(at, target)
