"""Words among colleagues: written, changed and taken back by their author, with @ for somebody."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.records import working_agents
from support.alerts import mentioning
from support.alerts.mentioning import Named
from support.db import db
from support.desk import the_desk
from support.drafts import keeping
from support.drafts.records import NOTE
from support.errors import Refused
from support.tickets import marking, waking
from support.tickets.records import Note, Ticket
from support.web import reach, toasts
from support.web.guard import me
from support.web.language import now
from support.web.replies.composer import composer
from support.web.tickets import ticket_page
from support.web.tickets.deeds import ticket_of, written
from support.web.tickets.note_words import people

pages = Blueprint("notes", __name__)
MOST_TOASTS = 5
"""Sentences about names at once; a note may hold hundreds."""


@pages.post("/tickets/<int:ticket_id>/notes")
def add(ticket_id: int) -> Response:
    ticket, text = ticket_of(ticket_id), written("body")
    try:
        note = marking.add_note(db.session(), ticket, text, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        state: dict[str, Any] = {"mode": "note", "note": text}
        state["note_error"] = ticket_page.sentence(refusal)
        desk = composer(ticket_page.found(ticket_id), me(), **state)
        return ticket_page.answer(ticket_id, desk=desk, status=422)
    if waking.note_written(db.session(), ticket, by=me(), now=now()):
        toasts.say(gettext("メモを待っていたこのチケットの保留を解除しました"))
    keeping.drop(db.session(), ticket_id, NOTE, by=me())
    _tell(note, ticket)
    empty = composer(ticket_page.found(ticket_id), me(), mode="note")
    return ticket_page.answer(ticket_id, desk=empty, mode="note")


@pages.get("/notes/<int:note_id>/edit")
def edit(note_id: int) -> str:
    note = _own(note_id)
    return _form(note, note.text)


@pages.post("/notes/<int:note_id>/edit")
def change(note_id: int) -> Response | tuple[str, int]:
    note, text = _own(note_id), written("body")
    try:
        changed = marking.edit_note(db.session(), note, text, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _form(_own(note_id), text, ticket_page.sentence(refusal)), 422
    if changed:
        _tell(note, db.session.get_one(Ticket, note.ticket_id))
        toasts.say(gettext("メモを直しました"))
    return _back_to(note)


@pages.post("/notes/<int:note_id>/deletion")
def delete(note_id: int) -> Response:
    note = _own(note_id)
    marking.delete_note(db.session(), note, by=me(), now=now())
    toasts.say(gettext("メモを削除しました"), undo=url_for("notes.restore", note_id=note_id))
    return _done(note)


@pages.post("/notes/<int:note_id>/restoration")
def restore(note_id: int) -> Response:
    note = _note(note_id)
    marking.restore_note(db.session(), note, by=me(), now=now())
    toasts.say(gettext("メモを元に戻しました"))
    return _done(note)


def _note(note_id: int) -> Note:
    note = db.session.get(Note, note_id) if note_id < 2**31 else None
    if note is None:
        abort(404)
    return note


def _own(note_id: int) -> Note:
    note = _note(note_id)
    if note.deleted_at is not None:
        abort(404)
    marking.is_theirs(note, me())
    return note


def _form(note: Note, text: str, error: str = "") -> str:
    ticket = db.session.get_one(Ticket, note.ticket_id)
    return render_template(
        "tickets/note.html",
        note=note,
        text=text,
        error=error,
        people=people(reach.who_sees(ticket, working_agents(db.session()))),
    )


def _done(note: Note) -> Response:
    """Keeps it; the bells of those it names count anew."""
    ticket_id, named = note.ticket_id, mentioning.named_in(db.session(), note.id)
    db.session.commit()
    for agent_id in named:
        the_desk().news.tell("alert", agent_id)
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id)


def _back_to(note: Note) -> Response:
    place = url_for("tickets.show", ticket_id=note.ticket_id, _anchor=f"note-{note.id}")
    return redirect(place, 303)


def _tell(note: Note, ticket: Ticket) -> None:
    """Keeps the note, tells whom it names, and says whom it could not."""
    named = mentioning.tell(db.session(), note, by=me(), now=now())
    conversation = ticket.conversation
    handles = {conversation.customer.username.lower(), conversation.account.handle.lower()}
    ticket_id = ticket.id
    db.session.commit()
    for agent_id in named.told:
        the_desk().news.tell("alert", agent_id)
    the_desk().news.tell("ticket", ticket_id)
    for words in islice(_untold(named, handles), MOST_TOASTS):
        toasts.say(words, tone="warn", stay=True)


def _untold(named: Named, handles: set[str]) -> Iterator[str]:
    """Whom the note could not tell, one sentence each."""
    for name in named.away:
        yield gettext("%(name)sさんは現在お休み中のため、知らせていません。", name=name)
    for name in named.barred:
        yield gettext(
            "%(name)sさんはこのアカウント（またはそのDM）を見られないため、知らせていません。",
            name=name,
        )
    for name in named.unclear:
        yield gettext("「@%(name)s」は複数います。名前まで書くと知らせます。", name=name)
    for name in named.unknown:
        if name.lower() not in handles:
            yield gettext(
                "「@%(name)s」という担当者はいないため、誰にも知らせていません。", name=name
            )
