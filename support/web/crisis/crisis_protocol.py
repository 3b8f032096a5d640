"""What is done in a crisis, as the company wrote it: leads keep it, version by version."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.audit.deeds import Deed as Noted
from support.canned.history import compared
from support.crisis import protocol, records, writing
from support.crisis.records import CrisisProtocol
from support.db import db
from support.errors import Refused
from support.house.wording import blocks
from support.web import noted, toasts, typed
from support.web.guard import me, needs
from support.web.language import now
from support.web.tickets.ticket_page import sentence

MOST_VERSIONS = 100

pages = Blueprint("crisis_protocol", __name__)


@pages.get("/crisis/protocol")
@needs(Deed.CALM_CRISES)
def edit() -> str:
    """The one in force; before there is any, a text to fill in."""
    last = records.protocol(db.session())
    if last is None:
        return _form(gettext(protocol.STARTING), gettext(protocol.STARTING_CONTACTS), "", None)
    return _form(last.text, last.contacts, "", last)


@pages.post("/crisis/protocol")
@needs(Deed.CALM_CRISES)
def save() -> Response | tuple[str, int]:
    """A new version; `look` shows how it will read, and keeps nothing."""
    form, last = request.form, records.protocol(db.session())
    text, contacts, note = (
        form.get(name, "")[: most * 2]
        for name, most in (
            ("text", protocol.LONGEST),
            ("contacts", protocol.LONGEST_CONTACTS),
            ("note", writing.LONGEST_NOTE),
        )
    )
    if "look" in form:
        return _form(text, contacts, note, last, looked=True), 200
    known = typed.number(form.get("known", "")) or 0
    try:
        made = writing.save(db.session(), text, contacts, note, known=known, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        wrong = {refusal.field: sentence(refusal)}
        last = records.protocol(db.session())
        return _form(text, contacts, note, last, looked=True, wrong=wrong), 422
    version = made.version
    noted.note(Noted.CRISIS_PROTOCOL_SAVED, by=me().id, about=("crisis_protocol", version), data={})
    db.session.commit()
    toasts.say(gettext("対応手順の第%(n)s版を保存しました", n=version))
    return redirect(url_for("crisis.show"), 303)


@pages.get("/crisis/protocol/history")
def history() -> str:
    """Every version, the newest first, with what changed from the one before it."""
    known = records.protocols(db.session(), MOST_VERSIONS + 1)
    before = [*(_whole(it) for it in known[1:]), ""]
    told = [(it, compared(was, _whole(it))) for it, was in zip(known, before, strict=False)]
    return render_template("crisis/history.html", entries=told[:MOST_VERSIONS])


def _whole(it: CrisisProtocol) -> str:
    return f"{it.text}\n\n{it.contacts}".strip()


def _form(
    text: str,
    contacts: str,
    note: str,
    last: CrisisProtocol | None,
    *,
    looked: bool = False,
    wrong: dict[str, str] | None = None,
) -> str:
    return render_template(
        "crisis/edit.html",
        text=text,
        contacts=contacts,
        note=note,
        last=last,
        looked=looked,
        blocks=blocks(protocol.cleaned(text)) if looked else [],
        people=protocol.people(contacts),
        lines=compared(_whole(last), f"{text}\n\n{contacts}".strip()) if last and looked else [],
        wrong=wrong or {},
    )
