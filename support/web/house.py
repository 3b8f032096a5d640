"""The house rules: read and confirmed by everybody, written by leads, version by version."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import working_agents
from support.audit.deeds import Deed as Noted
from support.canned.history import compared
from support.db import db
from support.errors import Refused
from support.house import agreeing
from support.house.records import HouseRules, asked_for, confirmations, in_force, versions
from support.house.wording import blocks
from support.web import noted, toasts, typed
from support.web.errors import sentence_of
from support.web.guard import i_may, me, needs
from support.web.language import now

MOST_VERSIONS = 100

pages = Blueprint("house", __name__)


@pages.get("/rules")
def show() -> str:
    return _page()


@pages.post("/rules/<int:version>/confirmation")
def confirm(version: int) -> Response | tuple[str, int]:
    by = me().id
    try:
        new = agreeing.confirm(db.session(), version, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(sentence_of(refusal)), 409
    if new:
        noted.note(Noted.RULES_CONFIRMED, by=by, about=("house_rules", version))
    db.session.commit()
    toasts.say(gettext("運用ルールを確認しました"))
    return redirect(url_for("house.show"), 303)


@pages.get("/rules/edit")
@needs(Deed.EDIT_RULES)
def edit() -> str:
    last = in_force(db.session())
    return _form(last.text if last else "", "", last)


@pages.post("/rules")
@needs(Deed.EDIT_RULES)
def save() -> Response | tuple[str, int]:
    """A new version; `look` shows how it will read, and keeps nothing."""
    form, last = request.form, in_force(db.session())
    text, note = form.get("text", "")[: agreeing.LONGEST * 2], form.get("note", "")[:1000]
    if "look" in form:
        return _form(text, note, last, looked=agreeing.cleaned(text)), 200
    known = typed.number(form.get("known", "")) or 0
    by = me().id
    try:
        made = agreeing.save(
            db.session(), text, note, asks="asks" in form, known=known, by=me(), now=now()
        )
    except Refused as refusal:
        db.session.rollback()
        wrong = {refusal.field: sentence_of(refusal)}
        return _form(text, note, in_force(db.session()), wrong=wrong, looked=text), 422
    told = {"asks": made.asks}
    noted.note(Noted.RULES_SAVED, by=by, about=("house_rules", made.version), data=told)
    db.session.commit()
    toasts.say(gettext("第%(n)s版を保存しました", n=made.version))
    return redirect(url_for("house.show"), 303)


@pages.get("/rules/history")
def history() -> str:
    """Every version, the newest first, with what changed from the one before it."""
    known = versions(db.session(), MOST_VERSIONS + 1)
    before = [*(it.text for it in known[1:]), ""]
    told = [(it, compared(was, it.text)) for it, was in zip(known, before, strict=False)]
    return render_template("house/history.html", entries=told[:MOST_VERSIONS])


@pages.get("/rules/<int:version>")
def one(version: int) -> str:
    """As it stood in a version."""
    wanted = db.session.query(HouseRules).filter_by(version=version) if version < 2**31 else None
    rules = wanted.one_or_none() if wanted else None
    if rules is None:
        abort(404)
    return render_template("house/version.html", rules=rules, blocks=blocks(rules.text))


def _page(wrong: str = "") -> str:
    session = db.session()
    rules, asked, done = in_force(session), asked_for(session), confirmations(session)
    mine = done.get(me().id)
    everybody = [(it, done.get(it.id)) for it in working_agents(session)]
    people = [it for it in everybody if i_may(Deed.EDIT_RULES)]
    return render_template(
        "house/show.html",
        rules=rules,
        blocks=blocks(rules.text) if rules else [],
        owed=rules is not None and asked > (mine.version if mine else 0),
        mine=mine,
        asked=asked,
        people=sorted(people, key=lambda it: it[1].version if it[1] else 0),
        missing=sum(1 for _, it in people if it is None or it.version < asked),
        wrong=wrong,
    )


def _form(text: str, note: str, last: HouseRules | None, **more: Any) -> str:
    looked = more.pop("looked", None)
    return render_template(
        "house/edit.html",
        text=text,
        note=note,
        last=last,
        asks="asks" in request.form if request.method == "POST" else True,
        lines=compared(last.text if last else "", looked) if looked is not None else [],
        blocks=blocks(looked) if looked is not None else [],
        looked=looked is not None,
        longest=agreeing.LONGEST,
        wrong=more.get("wrong", {}),
    )
