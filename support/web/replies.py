"""Answering: the preview, sending, taking back, sending on, giving up, and how far it got."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from sqlalchemy import exists, select
from werkzeug.wrappers import Response

from support.canned import blanks
from support.canned.records import Pick
from support.conversations.records import Message
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.replies import handing, pressing
from support.replies.pressing import Draft
from support.replies.records import Reply
from support.web import enclosures, ticket_page, toasts
from support.web.composer import Composer, composer, preview
from support.web.deeds import ticket_of, written
from support.web.language import now
from support.web.ticket_page import found, me, sentence
from support.x.eligibility import Way

pages = Blueprint("replies", __name__)


@pages.post("/tickets/<int:ticket_id>/preview")
def show_preview(ticket_id: int) -> str:
    """How the draft will stand on X; the text itself is never touched."""
    ticket = ticket_of(ticket_id)
    signature = pressing.words_of(ticket.conversation.account, me())
    seen = preview(written("body"), signature, private=ticket.conversation.is_private)
    return render_template("replies/_preview.html", preview=seen, ticket=ticket, oob=True)


@pages.post("/tickets/<int:ticket_id>/composer")
def retarget(ticket_id: int) -> Response:
    """The same draft, now answering the customer's newest message."""
    it = found(ticket_id)
    state = {"text": written("body"), **_key(), **_inserted()}
    return ticket_page.answer(ticket_id, desk=composer(it, me(), **state))


@pages.post("/tickets/<int:ticket_id>/replies")
def send(ticket_id: int) -> Response:
    """Stores the reply; a worker sends it when the time to take it back is over."""
    ticket, draft = ticket_of(ticket_id), _draft()
    try:
        draft = replace(draft, pictures=enclosures.pictures(ticket_id))
        _no_blank_left(draft.body)
        answered = _answered()
        why = _by_hand(answered)
        reply = pressing.press(db.session(), ticket, answered, me(), draft, now(), by_hand=why)
    except SomeoneWasFirst as first:
        return _again(ticket_id, first, status=409)
    except Refused as refusal:
        return _again(ticket_id, refusal, status=422)
    _note_pick(reply)
    db.session.commit()
    account_id = reply.conversation.account_id
    if reply.held_until <= now():
        the_desk().later.ring("send", account_id)
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id, desk=composer(found(ticket_id), me()))


def _draft() -> Draft:
    key = request.form.get("key", "")
    if not 16 <= len(key) <= 64:
        raise DeskError(N_("画面が古くなっています。開き直してから、もう一度お送りください。"))
    return Draft(written("body"), key, request.form.get("last_reply_id", type=int))


def _answered() -> Message:
    message = db.session.get(Message, request.form.get("answers", 0, type=int))
    if message is None:
        raise DeskError(N_("返信先の投稿が見つかりません。画面を開き直してください。"))
    return message


def _by_hand(answered: Message) -> str:
    """Why the answer is to be posted by hand; empty where the API may. Raises Refused."""
    verdict = handing.verdict_on(db.session(), answered)
    if verdict.way is Way.NO:
        raise Refused("body", verdict.sentence)
    return verdict.sentence if verdict.way is Way.BY_HAND else ""


def _no_blank_left(body: str) -> None:
    left = blanks.unfilled(body)
    if left:
        names = "、".join(f"{{{name}}}" for name in left)
        raise Refused(
            "body", N_("%(names)sが空欄のままです。埋めてから送ってください。"), names=names
        )


def _key() -> dict[str, str]:
    """The form's key, while nothing was stored under it: its pictures stay chosen."""
    key = request.form.get("key", "")
    return {"key": key} if 16 <= len(key) <= 64 else {}


def _inserted() -> dict[str, Any]:
    """Which prepared answer the draft grew from, and where it stood among the suggestions."""
    known = the_desk().shelf.get(request.form.get("answer_id", ""))
    place = request.form.get("place", type=int)
    if known is None:
        return {}
    return {"answer_id": known.id, "place": place if place in (1, 2, 3) else None}


def _note_pick(reply: Reply) -> None:
    """Once for a reply, however often its form was sent."""
    used = _inserted()
    if used and not db.session.scalar(select(exists().where(Pick.reply_id == reply.id))):
        db.session.add(Pick(reply_id=reply.id, picked_at=now(), **used))


def _again(ticket_id: int, error: DeskError, *, status: int) -> Response:
    """The form as it was, with what keeps it from being sent; nothing typed is lost."""
    db.session.rollback()
    it = found(ticket_id)
    state: dict[str, Any] = {"text": written("body"), "error": sentence(error), **_inserted()}
    state |= {"kept": enclosures.kept(ticket_id), **_key()}
    if enclosures.chosen() and not request.headers.get("HX-Request"):
        state["error"] += gettext("画像はもう一度選んでください。")
    answers = next((m for m in it.messages if m.id == request.form.get("answers", type=int)), None)
    if answers is not None:
        state["answers"] = answers
    if status == 409:
        state["first"] = it.replies[-1] if it.replies else None
    else:
        state["last_reply_id"] = request.form.get("last_reply_id", type=int)
    return ticket_page.answer(ticket_id, desk=composer(it, me(), **state), status=status)


def reply_of(reply_id: int) -> Reply:
    reply = db.session.get(Reply, reply_id) if reply_id < 2**31 else None
    if reply is None:
        abort(404)
    return reply


def own_reply(reply_id: int) -> Reply:
    """Raises NotAllowed for a reply that is somebody else's, unless a lead asks."""
    reply = reply_of(reply_id)
    if not ticket_page.may_touch(reply):
        raise NotAllowed(N_("ほかの担当者の返信は、責任者だけが操作できます。"))
    return reply


@pages.post("/replies/<int:reply_id>/undo")
def undo(reply_id: int) -> Response:
    """Takes a reply back while it waits; its words return to the form."""
    reply = own_reply(reply_id)
    ticket_id = reply.ticket_id
    if not pressing.undo(db.session(), reply, now()):
        db.session.rollback()
        toasts.say(gettext("送信が始まっていたため、取り消せませんでした"), tone="danger")
        return ticket_page.answer(ticket_id)
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id, desk=_words_back(reply), take=reply_id)


def _words_back(reply: Reply) -> Composer | None:
    """Unless something else is being written: that is not thrown away."""
    if written("body").strip():
        return None
    it = found(reply.ticket_id)
    return composer(it, me(), text=reply.body, answers=reply.answers, kept=list(reply.images))


@pages.post("/replies/<int:reply_id>/retry")
def retry(reply_id: int) -> Response:
    reply = own_reply(reply_id)
    pressing.retry(db.session(), reply, now(), by=me())
    ticket_id, account_id = reply.ticket_id, reply.conversation.account_id
    db.session.commit()
    the_desk().later.ring("send", account_id)
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id)


@pages.post("/replies/<int:reply_id>/hand")
def hand(reply_id: int) -> Response:
    """A person takes over, on x.com, what the API did not send."""
    reply = own_reply(reply_id)
    ticket_id = reply.ticket_id
    handing.hand_over(db.session(), reply, now())
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id)


@pages.post("/replies/<int:reply_id>/discard")
def discard(reply_id: int) -> Response:
    reply = own_reply(reply_id)
    pressing.discard(db.session(), reply, now(), by=me())
    ticket_id = reply.ticket_id
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    toasts.say(gettext("送っていない分を取りやめました"))
    return ticket_page.answer(ticket_id)


@pages.get("/replies/<int:reply_id>/status")
def status(reply_id: int) -> str:
    """How far a reply got; the fragment asks again by itself until nothing more will happen."""
    reply = reply_of(reply_id)
    return render_template(
        "replies/_status.html",
        reply=reply,
        account=reply.conversation.account,
        **ticket_page.for_replies(),
    )
