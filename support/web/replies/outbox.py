"""What becomes of a pressed reply: how far it got, taking it back, sending it on, giving it up."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.approval.records import SENT_BACK
from support.canned import picking
from support.canned.picking import Choice
from support.db import db
from support.desk import the_desk
from support.errors import N_, NotAllowed, Refused
from support.replies import handing, holding, pressing
from support.replies.records import Reply
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.web import toasts
from support.web.guard import me
from support.web.language import now, zone
from support.web.parts import asked_for_by_script, lead_to
from support.web.replies import reply_parts
from support.web.replies.composer import Composer, composer
from support.web.replies.schedule import AT, Asked
from support.web.tickets import ticket_page
from support.web.tickets.deeds import written
from support.web.tickets.ticket_page import found

LONGEST_REASON = 200

pages = Blueprint("outbox", __name__)


def reply_of(reply_id: int) -> Reply:
    reply = db.session.get(Reply, reply_id) if reply_id < 2**31 else None
    if reply is None:
        abort(404)
    return reply


def own_reply(reply_id: int) -> Reply:
    """Raises NotAllowed for a reply that is somebody else's, unless a lead asks."""
    reply = reply_of(reply_id)
    if not reply_parts.may_touch(reply):
        raise NotAllowed(N_("ほかの担当者の返信は、責任者だけが操作できます。"))
    return reply


@pages.get("/replies/<int:reply_id>/status")
def status(reply_id: int) -> str | Response:
    """How far a reply got; the fragment asks again by itself until nothing more will happen."""
    reply = reply_of(reply_id)
    if not asked_for_by_script():
        return lead_to("tickets.show", ticket_id=reply.ticket_id)
    return render_template(
        "replies/_status.html",
        reply=reply,
        account=reply.conversation.account,
        **reply_parts.for_replies([reply]),
    )


@pages.post("/replies/<int:reply_id>/undo")
def undo(reply_id: int) -> Response:
    """Takes a reply back while it waits or asks; its words return to the form."""
    reply = own_reply(reply_id)
    ticket_id = reply.ticket_id
    if not pressing.undo(db.session(), reply, now()):
        db.session.rollback()
        if reply.approval is not None and reply.approval.outcome == SENT_BACK:
            toasts.say(gettext("責任者が先に差し戻しました。文は下書きにあります"))
        else:
            toasts.say(gettext("送信が始まっていたため、取り消せませんでした"), tone="danger")
        return ticket_page.answer(ticket_id)
    put_in = picking.take_back(db.session(), reply_id)
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    desk = _words_back(reply, put_in)
    return ticket_page.answer(ticket_id, desk=desk, take=reply_id, grew_from=put_in.answer_id)


def _words_back(reply: Reply, put_in: Choice) -> Composer | None:
    """Unless something else is being written: that is not thrown away."""
    if written("body").strip():
        return None
    it = found(reply.ticket_id)
    back: dict[str, Any] = {
        "text": reply.body,
        "answers": reply.answers,
        "kept": list(reply.images),
    }
    return composer(it, me(), answer_id=put_in.answer_id or "", **back)


@pages.post("/replies/<int:reply_id>/send")
def send_on(reply_id: int) -> Response:
    """A reply that was overtaken and asks goes out as it is."""
    reply = own_reply(reply_id)
    holding.send_on(db.session(), reply, now(), by=me())
    if reply.approval is not None and reply.approval.is_open:
        toasts.say(gettext("炎上対応中のため、承認を受けてから送られます"))
    return _moves(reply)


@pages.post("/replies/<int:reply_id>/time")
def retime(reply_id: int) -> Response:
    """A reply that a crisis stopped gets another time to go out."""
    reply = own_reply(reply_id)
    session, asked = db.session(), Asked(AT, written("at")[:40], "out_of_hours" in request.form)
    at = asked.moment(zone())
    assert at is not None  # it names a time, or is refused
    hours = hours_of(session.get_one(Calendar, _calendar_of(reply)))
    out_of_hours = asked.out_of_hours
    holding.retime(session, reply, at, hours, now(), by=me(), out_of_hours=out_of_hours)
    toasts.say(gettext("予約し直しました"))
    return _done(reply)


def _calendar_of(reply: Reply) -> int:
    """The account's: by its hours a reply is scheduled."""
    return reply.conversation.account.calendar_id


@pages.post("/replies/<int:reply_id>/retry")
def retry(reply_id: int) -> Response:
    reply = own_reply(reply_id)
    pressing.retry(db.session(), reply, now(), by=me(), reason=_reason(reply))
    return _moves(reply)


@pages.post("/replies/<int:reply_id>/hand")
def hand(reply_id: int) -> Response:
    """A person takes over, on x.com, what the API did not send."""
    reply = own_reply(reply_id)
    handing.hand_over(db.session(), reply, now())
    return _done(reply)


@pages.post("/replies/<int:reply_id>/discard")
def discard(reply_id: int) -> Response:
    reply = own_reply(reply_id)
    pressing.discard(db.session(), reply, now(), by=me(), reason=_reason(reply))
    toasts.say(gettext("送っていない分を取りやめました"))
    return _done(reply)


def reason_given() -> str:
    """What the form gives as the reason: one that was offered, or the person's own words."""
    own = " ".join(written("reason").split())[:LONGEST_REASON]
    return own or " ".join(written("offered").split())[:LONGEST_REASON]


def _reason(reply: Reply) -> str:
    given = reason_given()
    if not given and reply_parts.needs_reason(reply):
        raise Refused("reason", N_("理由を入力してください。あとから経緯がわかるように残します。"))
    return given


def _moves(reply: Reply) -> Response:
    """Something is to be sent, or looked for, as soon as a worker hears of it."""
    account_id = reply.conversation.account_id
    answer = _done(reply)
    the_desk().later.ring("send", account_id)
    return answer


def _done(reply: Reply) -> Response:
    ticket_id = reply.ticket_id
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    back = request.form.get("back")  # it was done in a list of what waits
    if back == "sending":
        return redirect(url_for("sending.show", _anchor="attention"), 303)
    if back == "crisis":
        return redirect(url_for("crisis.show", _anchor="held"), 303)
    return ticket_page.answer(ticket_id)
