"""Deciding what became of a part that X may or may not have, where no look could prove it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.replies import deciding
from support.replies.claiming import target_of
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState
from support.web import toasts
from support.web.guard import me
from support.web.language import now
from support.web.replies import reply_parts
from support.web.replies.outbox import own_reply, reason_given
from support.web.tickets.deeds import written
from support.web.tickets.ticket_page import sentence
from support.x import links

pages = Blueprint("decisions", __name__)


@pages.get("/replies/<int:reply_id>/decide")
def show(reply_id: int) -> Response | str:
    """What was sent, what the looks saw, where a person can look, and the choices."""
    reply = own_reply(reply_id)
    part = in_doubt(reply)
    if part is None:
        return _nothing_to_decide(reply)
    return _page(reply, part)


@pages.post("/replies/<int:reply_id>/decide/posted")
def is_on_x(reply_id: int) -> Response | tuple[str, int]:
    """The person saw it on X: it is posted, with the id they found."""
    reply = own_reply(reply_id)
    part, reason = in_doubt(reply), reason_given()
    if part is None:
        return _nothing_to_decide(reply)
    place = written("place").strip()[:300]
    try:
        deciding.is_on_x(db.session(), reply, place, now(), by=me(), reason=reason)
    except Refused as refusal:
        return _again(reply_id, "posted", refusal)
    toasts.say(gettext("送信済みにしました"))
    return _decided(reply)


@pages.post("/replies/<int:reply_id>/decide/absent")
def is_not_on_x(reply_id: int) -> Response | tuple[str, int]:
    """The person saw that it is not there: it is sent again, or given up."""
    reply = own_reply(reply_id)
    reason, again = reason_given(), request.form.get("then") == "again"
    if in_doubt(reply) is None:
        return _nothing_to_decide(reply)
    try:
        deciding.is_not_on_x(db.session(), reply, now(), by=me(), reason=reason, again=again)
    except Refused as refusal:
        return _again(reply_id, "absent", refusal)
    toasts.say(gettext("もう一度送ります") if again else gettext("送っていない分を取りやめました"))
    return _decided(reply)


def in_doubt(reply: Reply) -> ReplyPart | None:
    """The part a person may decide about now."""
    return next((part for part in reply.parts if deciding.may_decide(part, now())), None)


def _nothing_to_decide(reply: Reply) -> Response:
    """Found out in the meantime, or still being looked for."""
    looked_for = any(part.state == PartState.UNKNOWN for part in reply.parts)
    toasts.say(
        gettext("Xを自動で確認しています。2分たっても確かめられないときに、ここで決められます。")
        if looked_for
        else gettext("この返信に、決めることは残っていません。")
    )
    return redirect(url_for("tickets.show", ticket_id=reply.ticket_id), 303)


def _decided(reply: Reply) -> Response:
    ticket_id, account_id = reply.ticket_id, reply.conversation.account_id
    db.session.commit()
    the_desk().later.ring("send", account_id)
    the_desk().news.tell("ticket", ticket_id)
    return redirect(url_for("tickets.show", ticket_id=ticket_id), 303)


def _again(reply_id: int, choice: str, refusal: Refused) -> Response | tuple[str, int]:
    """The page as it was filled in, with the sentence beside the field."""
    db.session.rollback()
    reply = own_reply(reply_id)
    part = in_doubt(reply)
    if part is None:
        return _nothing_to_decide(reply)
    fault = {"choice": choice, "field": refusal.field, "sentence": sentence(refusal)}
    return _page(reply, part, fault), 422


def _page(reply: Reply, part: ReplyPart, fault: dict[str, str] | None = None) -> str:
    account, customer = reply.conversation.account, reply.conversation.customer
    private = reply.conversation.is_private
    drawn: dict[str, Any] = reply_parts.for_replies([reply])
    target = None if private else target_of(part)
    return render_template(
        "replies/decide.html",
        reply=reply,
        part=part,
        account=account,
        customer=customer,
        **{**drawn, "private": private},
        target=reply_parts.permalink(customer.username, target) if target else None,
        messages=links.messages(the_desk().settings.x_web_url),
        fault=fault,
    )
