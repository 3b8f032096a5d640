"""Keeping what an agent writes: while they type, when they leave, and the list of it all."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from support.conversations.records import Message
from support.db import db
from support.drafts import keeping, records
from support.drafts.records import NOTE, REPLY, KeptDraft
from support.errors import Refused
from support.replies import guarding
from support.tickets.records import Note
from support.web.guard import me
from support.web.language import now
from support.web.replies import kept
from support.web.tickets.deeds import ticket_of, written
from support.web.tickets.ticket_page import sentence

MODE = f"<any({REPLY}, {NOTE}):mode>"

pages = Blueprint("drafts", __name__)


@pages.get("/drafts")
def show() -> str:
    """An agent's own drafts; nobody else's are ever read here."""
    return render_template("drafts/list.html", drafts=records.all_of(db.session(), me().id))


@pages.post(f"/tickets/<int:ticket_id>/drafts/{MODE}")
def save(ticket_id: int, mode: str) -> Response | tuple[str, int]:
    """The words as they are now; what was sent meanwhile is not kept again."""
    ticket, text = ticket_of(ticket_id), written("body")
    keeping.in_turn(db.session(), me())
    if not _was_sent(ticket_id, mode, text):
        try:
            keeping.keep(
                db.session(),
                ticket,
                mode,
                text,
                by=me(),
                now=now(),
                answers_id=_answered(ticket_id),
                answer_id=written("answer_id"),
            )
        except Refused as refusal:
            db.session.rollback()
            return _line(ticket_id, mode, sentence(refusal)), 422
        db.session.commit()
    return _again(ticket_id, mode)


@pages.post(f"/tickets/<int:ticket_id>/drafts/{MODE}/removal")
def discard(ticket_id: int, mode: str) -> Response | tuple[str, int]:
    keeping.drop(db.session(), ticket_of(ticket_id).id, mode, by=me())
    db.session.commit()
    if request.args.get("list"):
        return redirect(url_for("drafts.show"), 303)
    return _again(ticket_id, mode)


@pages.post("/drafts/<int:draft_id>/taking-up")
def take_up(draft_id: int) -> Response | tuple[str, int]:
    """What a colleague who left began becomes one's own draft, in the form of its ticket."""
    draft = _handed(draft_id)
    try:
        keeping.take_up(db.session(), draft, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        drafts = records.all_of(db.session(), me().id)
        wrong = sentence(refusal)
        return render_template("drafts/list.html", drafts=drafts, wrong=wrong), 422
    db.session.commit()
    asked = NOTE if draft.mode == NOTE else None
    return redirect(url_for("tickets.show", ticket_id=draft.ticket_id, mode=asked), 303)


@pages.post("/drafts/<int:draft_id>/removal")
def discard_handed(draft_id: int) -> Response:
    db.session.delete(_handed(draft_id))
    db.session.commit()
    return redirect(url_for("drafts.show"), 303)


def _handed(draft_id: int) -> KeptDraft:
    draft = keeping.handed_to(db.session(), draft_id, me())
    if draft is None:
        abort(404)
    return draft


def _was_sent(ticket_id: int, mode: str, text: str) -> bool:
    """Whether these words went out while they were on their way here to be kept."""
    if mode == REPLY:
        return guarding.is_pressed(db.session(), request.form.get("key", ""))
    newest = (
        select(Note.text)
        .where(Note.ticket_id == ticket_id, Note.agent_id == me().id)
        .order_by(Note.id.desc())
    )
    return db.session.scalar(newest.limit(1)) == text.strip() != ""


def _answered(ticket_id: int) -> int | None:
    """The message the form answers, where it is one of the ticket's."""
    number = request.form.get("answers", 0, type=int)
    there = select(Message.id).where(Message.id == number, Message.ticket_id == ticket_id)
    return db.session.scalar(there) if 0 < number < 2**31 else None


def _again(ticket_id: int, mode: str) -> Response | tuple[str, int]:
    """The line below the form; without a script the page, with the words in it."""
    if request.headers.get("HX-Request"):
        return _line(ticket_id, mode), 200
    asked = mode if mode == NOTE else None
    return redirect(url_for("tickets.show", ticket_id=ticket_id, mode=asked), 303)


def _line(ticket_id: int, mode: str, fault: str = "") -> str:
    draft = kept.mine(me(), ticket_id).get(mode)
    about = {"at": ticket_id, "mode": mode, "draft": draft, "sent": None, "fault": fault}
    return render_template("drafts/_line.html", **about)
