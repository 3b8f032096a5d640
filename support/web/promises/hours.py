"""Settings: when the desk is open. An edit is looked at before it is kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from babel import Locale
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.db import db
from support.errors import N_, Refused
from support.sla.holidays_of import known_until
from support.sla.hours import LAST_YEAR, BusinessHours
from support.sla.ics import MOST_BYTES, days_off
from support.sla.keeping import hours_of
from support.sla.records import Calendar, CalendarFeed
from support.terms import editing, previewing
from support.terms.choosing import policy_in_force
from support.terms.editing import Draft
from support.terms.subscribing import YEARS_AHEAD, YEARS_BACK, leave
from support.tickets.records import Team
from support.web import toasts
from support.web.guard import i_may, me, needs
from support.web.language import locale, now, zone
from support.web.promises import hours_form, terms_edits
from support.web.promises.hours_form import Written
from support.web.promises.hours_year import named_days, year_of
from support.web.promises.standing import NAMES
from support.web.tickets.ticket_page import sentence
from support.x.records import Account

SHORT_HORIZON = 2
"""Years ahead below which the end of the known holidays is told."""
TRIED = timedelta(hours=4)

pages = Blueprint("hours", __name__)

OVERWRITTEN = N_("ほかの人が先に変更しました。今の内容を確かめて、もう一度変更してください。")


@pages.get("/settings/hours")
@needs(Deed.SEE_REPORTS)
def show() -> str:
    calendar = _asked()
    return _page(calendar, hours_form.written_of(editing.draft_of(calendar)))


@pages.post("/settings/hours/preview")
@needs(Deed.MANAGE_DESK)
def preview() -> str | tuple[str, int]:
    """What the edit would do to what is open; nothing is kept."""
    calendar, written, draft = _sent()
    if written.errors:
        return _page(calendar, written), 422
    carry = terms_edits.carry_from("hours")
    seen = previewing.preview_hours(db.session(), calendar.name, draft, carry, now())
    db.session.rollback()
    return _page(calendar, written, draft=draft, seen=seen, carry=carry)


@pages.post("/settings/hours")
@needs(Deed.MANAGE_DESK)
def save() -> Response | tuple[str, int]:
    calendar, written, draft = _sent()
    if written.errors:
        return _page(calendar, written), 422
    carry, name = terms_edits.carry_from("hours"), calendar.name
    edit = editing.edit_hours(db.session(), name, draft, carry, by=me(), now=now())
    db.session.commit()
    terms_edits.begun(edit)
    toasts.say(gettext("営業時間を保存しました"))
    return redirect(url_for("hours.show", name=name), 303)


@pages.post("/settings/hours/import")
@needs(Deed.MANAGE_DESK)
def take_in() -> str | tuple[str, int]:
    """Days off of a file become closures of the form; they are kept with the rest of it."""
    calendar = _asked(request.form.get("name", ""))
    written = hours_form.written_of(editing.draft_of(calendar))
    file = request.files.get("calendar")
    content = file.stream.read(MOST_BYTES + 1) if file else b""
    try:
        days = days_off(content, now().year - YEARS_BACK, now().year + YEARS_AHEAD)
    except Refused as refusal:
        written.errors["calendar"] = sentence(refusal)
        return _page(calendar, written), 422
    known = {first for first, _, _ in written.closures}
    fresh = [(str(day), str(day), name) for day, name in days.items() if str(day) not in known]
    written.closures += fresh
    draft = hours_form.draft_from(written)
    carry = terms_edits.carry_from("hours")
    seen = previewing.preview_hours(db.session(), calendar.name, draft, carry, now())
    db.session.rollback()
    return _page(calendar, written, draft=draft, seen=seen, carry=carry, taken=len(fresh))


@pages.post("/settings/hours/new")
@needs(Deed.MANAGE_DESK)
def add() -> Response | tuple[str, int]:
    """A further calendar, which begins as a copy of the one on the page."""
    calendar, name = _asked(request.form.get("name", "")), request.form.get("new_name", "")
    draft = editing.draft_of(calendar)
    try:
        made = editing.new_hours(db.session(), name, draft, by=me(), now=now())
    except Refused as refusal:
        written = hours_form.written_of(draft)
        written.errors["new_name"] = sentence(refusal)
        return _page(calendar, written), 422
    db.session.commit()
    toasts.say(gettext("営業時間「%(name)s」を作りました", name=made.name))
    return redirect(url_for("hours.show", name=made.name), 303)


@pages.post("/settings/hours/account")
@needs(Deed.MANAGE_DESK)
def give() -> str | Response:
    """Another set of hours for an account: looked at first, then kept."""
    account = db.session.get(Account, request.form.get("account", 0, type=int))
    calendar, carry = _asked(request.form.get("name", "")), terms_edits.carry_from("hours")
    if account is None:
        abort(404)
    if request.form.get("do") != "save":
        policy = policy_in_force(db.session())
        changed = replace(policy, accounts={**policy.accounts, account.id: calendar})
        seen = previewing.preview_policy(db.session(), changed, carry, now())
        written = hours_form.written_of(editing.draft_of(calendar))
        return _page(calendar, written, given=account, given_seen=seen, carry=carry)
    edit = editing.set_account_hours(
        db.session(), account, calendar.name, carry, by=me(), now=now()
    )
    db.session.commit()
    terms_edits.begun(edit)
    toasts.say(gettext("@%(handle)s の営業時間を変更しました", handle=account.handle))
    return redirect(url_for("hours.show", name=calendar.name), 303)


@pages.post("/settings/hours/feed")
@needs(Deed.MANAGE_DESK)
def subscribe() -> Response | tuple[str, int]:
    """An address whose days off close this calendar, read every day; empty: no more."""
    calendar, url = _asked(request.form.get("name", "")), request.form.get("url", "").strip()
    feed, carry = _feed(calendar.name), terms_edits.carry_from("hours")
    if url and not url.startswith("https://"):
        written = hours_form.written_of(editing.draft_of(calendar))
        written.errors["url"] = gettext("https:// で始まるアドレスを入力してください。")
        return _page(calendar, written), 422
    edit = None
    if feed is not None and feed.url != url:
        edit = leave(db.session(), feed, carry, by=me(), now=now())
        db.session.flush()
        feed = None
    if url and feed is None:
        feed = CalendarFeed(
            calendar_name=calendar.name, url=url[:500], carry=carry.value, next_at=now()
        )
        db.session.add(feed)
    db.session.commit()
    if edit is not None:
        terms_edits.begun(edit)
    toasts.say(gettext("カレンダーの購読を保存しました"))
    return redirect(url_for("hours.show", name=calendar.name) + "#feed", 303)


def _asked(name: str | None = None) -> Calendar:
    """The calendar an address or a form names; the first one where none is named."""
    name = request.args.get("name", "") if name is None else name
    known = editing.calendars_in_force(db.session())
    found = [calendar for calendar in known if not name or calendar.name == name]
    if not found:
        abort(404)
    kept = {account.calendar_id for account in db.session.scalars(select(Account))}
    return next((it for it in found if it.id in kept), found[0])


def _sent() -> tuple[Calendar, Written, Draft]:
    """The form that was sent, with every refusal at its field."""
    calendar = _asked(request.form.get("name", ""))
    written = hours_form.written_from(request.form, calendar.feed_days)
    draft = hours_form.draft_from(written)
    if not written.errors:
        try:
            editing.version_of(draft, calendar.name, 0, by=None, now=now())
        except Refused as refusal:
            field = hours_form.place_of(refusal.field, written)
            written.errors[field] = sentence(refusal)
    if request.form.get("version", type=int) != calendar.version:
        written.errors["version"] = gettext(OVERWRITTEN)
    written.errors = {name: gettext(words) for name, words in written.errors.items()}
    return calendar, written, draft


def _page(calendar: Calendar, written: Written, **more: Any) -> str:
    draft: Draft = more.pop("draft", None) or editing.draft_of(calendar)
    hours = hours_of(calendar if more.get("seen") is None else _unsaved(calendar, draft))
    year = min(max(request.args.get("year", now().year, type=int), 1990), LAST_YEAR)
    months = year_of(draft, year)
    return render_template(
        "settings/hours.html",
        calendar=calendar,
        calendars=editing.calendars_in_force(db.session()),
        kept_by=_kept_by(calendar),
        accounts=list(db.session.scalars(select(Account).order_by(Account.id))),
        written=written,
        bars={day: _bar(written.weekly[day]) for day in hours_form.DAYS},
        hours=hours,
        months=months,
        named=list(named_days(months)),
        year=year,
        today=now().astimezone(zone()).date(),
        countries=countries(locale()),
        horizon=_horizon(draft.country),
        known_until=known_until(draft.country) if draft.country else None,
        feed=_feed(calendar.name),
        history=terms_edits.history("hours", calendar.name),
        tried=_tried(hours, ZoneInfo(draft.zone) if not written.errors else zone()),
        kinds=NAMES,
        may_set=i_may(Deed.MANAGE_DESK),
        blank=range(hours_form.BLANK_ROWS),
        **{"seen": None, "carry": None, "taken": None, "given": None, **more},
    )


def _unsaved(calendar: Calendar, draft: Draft) -> Calendar:
    return editing.version_of(draft, calendar.name, 0, by=None, now=now())


def _kept_by(calendar: Calendar) -> list[str]:
    """Who keeps these hours, in words."""
    accounts = select(Account.handle).where(Account.calendar_id == calendar.id)
    teams = select(Team.name).where(Team.calendar_id == calendar.id, Team.closed_at.is_(None))
    return [
        *(f"@{handle}" for handle in db.session.scalars(accounts)),
        *db.session.scalars(teams),
    ]


def _feed(name: str) -> CalendarFeed | None:
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.calendar_name == name))


def _horizon(country: str) -> int | None:
    """The last year with known holidays, where that is near."""
    if not country:
        return None
    last = known_until(country)
    return last if last - now().year < SHORT_HORIZON else None


def _bar(text: str) -> list[tuple[float, float]]:
    """Openings of a day as parts of a bar 240 wide."""
    spans = hours_form.read_hours(text) or []
    minutes = [tuple(int(c[:2]) * 60 + int(c[3:]) for c in span) for span in spans]
    return [(a / 6, max(0, min(b, 1440) - a) / 6) for a, b in minutes if a < 1440]


def _tried(hours: BusinessHours, where: ZoneInfo) -> dict[str, Any] | None:
    """A moment that was typed in: is the desk open then, and when do four hours from then end."""
    text = request.values.get("moment", "")[:16]
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=where).astimezone(UTC)
        return {
            "text": text,
            "at": at,
            "open": hours.is_open(at),
            "next": hours.next_opening(at),
            "due": hours.add(at, TRIED),
        }
    except (ValueError, OverflowError):
        return None


def countries(language: str) -> list[tuple[str, str]]:
    """Codes and names of the countries whose holidays are known, Japan first."""
    names = Locale(language).territories
    known = [(code, names.get(code, code)) for code in holidays.list_supported_countries()]
    known = [it for it in known if len(it[0]) == 2]
    return sorted(known, key=lambda it: (it[0] != "JP", it[1]))
