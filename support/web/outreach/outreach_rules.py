"""Settings: whether outreach is on, and the manners it keeps to.

An administrator switches it on, after X's words about it, and says how often and when; leads read
that, and may switch it off at any moment. Agents read what holds on a page of their own.
"""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.db import db, storable
from support.errors import Refused
from support.outreach import policy as rules
from support.outreach import switching
from support.outreach.policy import LIMITS, Policy
from support.web import toasts
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.noted import note
from support.web.outreach import outreach_words
from support.web.promises.hours_form import NOT_HOURS, hours_text, read_hours
from support.x.uninvited import SENTENCE

pages = Blueprint("outreach_rules", __name__)

LONGEST_WORDS = 20_000


@pages.get("/settings/outreach")
@needs(Deed.RUN_OUTREACH)
def show() -> str:
    return _page()


@pages.post("/settings/outreach/on")
@needs(Deed.MANAGE_DESK)
def switch_on() -> Response | tuple[str, int]:
    try:
        typed = request.form.get("typed", "")[:40]
        made = switching.switch_on(db.session(), typed=typed, by=me(), now=now())
    except Refused as refusal:
        return _refused(refusal)
    if made is not None:
        note(Noted.OUTREACH_ON, by=me().id, data={"switch": made.id})
    db.session.commit()
    return _done(gettext("「お困りですか？」のお声がけを使えるようにしました"))


@pages.post("/settings/outreach/off")
@needs(Deed.RUN_OUTREACH)
def switch_off() -> Response | tuple[str, int]:
    try:
        reason = storable(request.form.get("reason", "")[:1000])
        made = switching.switch_off(db.session(), reason=reason, by=me(), now=now())
    except Refused as refusal:
        return _refused(refusal)
    if made is not None:
        note(Noted.OUTREACH_OFF, by=me().id, data={"switch": made.id})
    db.session.commit()
    return _done(gettext("お声がけをオフにしました。承認済みのものも、もう送れません"))


@pages.post("/settings/outreach")
@needs(Deed.MANAGE_DESK)
def save() -> Response | tuple[str, int]:
    try:
        made = switching.save(db.session(), _written(), by=me(), now=now())
    except Refused as refusal:
        return _refused(refusal)
    if made is None:
        db.session.rollback()
        return _done(gettext("変わったところはありません"))
    note(Noted.OUTREACH_MANNERS, by=me().id, data={"version": made.id})
    db.session.commit()
    return _done(gettext("約束を保存しました。これからの承認と送信に使います"))


@pages.get("/outreach/manners")
@needs(Deed.OFFER_HELP)
def read() -> str:
    """What holds, for whoever keeps to it."""
    session = db.session()
    return render_template(
        "outreach/manners.html",
        is_on=switching.is_on(session),
        policy=switching.policy_in_force(session),
        words=outreach_words,
        newest=next(iter(switching.versions(session, most=1)), None),
    )


def _written() -> Policy:
    """What the form says; raises Refused."""
    form = request.form
    numbers = {name: rules.number_of(name, form.get(name, "")[:20]) for name in LIMITS}
    return Policy(
        **numbers,
        own_hours=_hours() if form.get("hours") == "own" else {},
        subjects=frozenset(form.getlist("subjects")),
        words=rules.words_of(storable(form.get("words", "")[:LONGEST_WORDS])),
        by_api=form.get("by_api") == "1",
    ).checked()


def _hours() -> dict[int, list[tuple[str, str]]]:
    found = {}
    for day in rules.DAYS:
        spells = read_hours(request.form.get(f"day-{day}", "")[:200])
        if spells is None:
            raise Refused(f"day-{day}", NOT_HOURS)
        if spells:
            found[day] = [(opens, closes) for opens, closes in spells]
    if not found:
        raise Refused("own_hours", rules.NEVER)
    return found


def _done(said: str) -> Response:
    toasts.say(said)
    return redirect(url_for("outreach_rules.show"), 303)


def _refused(refusal: Refused) -> tuple[str, int]:
    db.session.rollback()
    return _page({"field": refusal.field, "sentence": sentence_of(refusal)}), 422


def _page(fault: dict[str, Any] | None = None) -> str:
    session = db.session()
    switches = switching.switches(session)
    return render_template(
        "settings/outreach.html",
        is_on=bool(switches) and switches[0].is_on,
        switches=switches,
        quotation=SENTENCE,
        policy=switching.policy_in_force(session),
        versions=[
            (made, agent, rules.changes(before, after), before, after)
            for made, agent, after, before in switching.versions(session)
        ],
        limits=LIMITS,
        words=outreach_words,
        hours_text=hours_text,
        wrote=request.form if fault else {},
        wrote_manners=fault is not None and request.endpoint == "outreach_rules.save",
        fault=fault,
    )
