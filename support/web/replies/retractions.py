"""Taking one of our posts down from X: the one deed that asks before it is done."""

from flask import Blueprint, abort, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.audit.deeds import Deed as Noted
from support.db import db
from support.desk import the_desk
from support.errors import N_, DeskError, NotAllowed, Refused
from support.replies import retracting
from support.replies.records import ReplyPart
from support.replies.states import PartState
from support.web import noted, toasts
from support.web.guard import me
from support.web.language import now
from support.web.replies import reply_parts
from support.web.replies.outbox import reason_given
from support.web.tickets import ticket_page
from support.web.tickets.ticket_page import sentence

pages = Blueprint("retractions", __name__)


@pages.get("/replies/parts/<int:part_id>/retraction")
def show(part_id: int) -> str:
    """The post, what taking it down means, and the question why."""
    return _page(_own_part(part_id))


@pages.post("/replies/parts/<int:part_id>/retraction")
def ask(part_id: int) -> Response | tuple[str, int]:
    """X is asked by a worker; the thread says what becomes of it."""
    part = _own_part(part_id)
    account_id, ticket_id = part.reply.conversation.account_id, part.reply.ticket_id
    reason = reason_given()
    try:
        retracting.ask(db.session(), part, now(), by=me(), reason=reason)
    except Refused as refusal:
        db.session.rollback()
        return _page(_own_part(part_id), sentence(refusal)), 422
    told = {"reply": part.reply_id, "part": part_id}
    noted.note(Noted.TAKEDOWN_ASKED, by=me().id, about=("ticket", ticket_id), data=told)
    db.session.commit()
    the_desk().later.ring("send", account_id)
    the_desk().news.tell("ticket", ticket_id)
    toasts.say(gettext("Xからの削除を依頼しました"))
    return ticket_page.answer(ticket_id)


def _own_part(part_id: int) -> ReplyPart:
    """A public post of ours that is out. Raises NotAllowed as `own_reply` does."""
    part = db.session.get(ReplyPart, part_id) if part_id < 2**31 else None
    if part is None:
        abort(404)
    if not reply_parts.may_touch(part.reply):
        raise NotAllowed(N_("ほかの担当者の返信は、責任者だけが操作できます。"))
    if part.state != PartState.POSTED or part.deleted_at or part.reply.conversation.is_private:
        raise DeskError(N_("Xから削除できるのは、公開で送信済みの投稿だけです。"))
    return part


def _page(part: ReplyPart, error: str = "") -> str:
    account = part.reply.conversation.account
    return render_template(
        "replies/retract.html",
        part=part,
        reply=part.reply,
        account=account,
        others=[p for p in part.reply.parts if p is not part and p.state == PartState.POSTED],
        permalink=reply_parts.permalink,
        error=error,
    )
