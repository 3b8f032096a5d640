"""承認: replies that wait for somebody else's word, and giving it: as it is, changed, or not."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.agents.records import Agent, is_working
from support.approval.records import CHANGED, SENT_BACK, Approval
from support.canned import blanks, picking
from support.db import db
from support.desk import the_desk
from support.drafts import keeping, records
from support.drafts.records import REPLY
from support.errors import DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.replies import approving, awaiting
from support.replies.approving import Wording
from support.replies.awaiting import Look
from support.replies.records import Reply
from support.sla.keeping import hours_of
from support.tickets.records import Ticket
from support.web import toasts
from support.web.approvals import approval_words
from support.web.approvals.approval_words import Wait
from support.web.guard import i_may, me, needs
from support.web.language import now
from support.web.replies import guarded, reply_parts
from support.web.replies.answering import no_blank_left
from support.web.tickets.deeds import written
from support.web.tickets.ticket_page import sentence

SHOWN_FOR = timedelta(days=7)

pages = Blueprint("approvals", __name__)


@pages.get("/approvals")
@needs(Deed.APPROVE)
def queue() -> str:
    """What waits, the most urgent first; and what was decided lately."""
    session = db.session()
    waiting = awaiting.waiting(session)
    decided = awaiting.decided(session, now() - SHOWN_FOR)
    return render_template(
        "approvals/list.html",
        waiting=waiting,
        decided=decided,
        waits=_waits([*waiting, *decided]),
        newer={it.id: awaiting.newer(session, it) for it in waiting},
        most=awaiting.LONGEST_LIST,
        **_drawn(),
    )


@pages.get("/approvals/<int:reply_id>")
def show(reply_id: int) -> str:
    """One of them, with what it answers; whoever wrote it may look, too."""
    return _page(_reply(reply_id))


@pages.post("/approvals/<int:reply_id>/approve")
@needs(Deed.APPROVE)
def approve(reply_id: int) -> Response | tuple[str, int]:
    """It goes: as it is, or as the form has it."""
    reply = _reply(reply_id)
    session, body = db.session(), written("body")
    reason, asked_for = guarded.reason_given(), request.form.get("guard_for", "").split()
    wording = Wording(body if "body" in request.form else reply.body, reason, frozenset(asked_for))
    try:
        no_blank_left(wording.body)
        made = approving.approve(
            session, reply, _look(), by=me(), now=now(), wording=wording, word=written("word")
        )
    except DeskError as error:
        return _refused(reply_id, error)
    changed, account_id = made.outcome == CHANGED, reply.conversation.account_id
    writer, begins = reply.agent_id, reply.held_until <= now()
    session.commit()
    if begins:
        the_desk().later.ring("send", account_id)
    if changed:
        the_desk().news.tell("alert", writer or 0)
    toasts.say(gettext("直して承認しました") if changed else gettext("承認しました"))
    return _done(reply)


@pages.post("/approvals/<int:reply_id>/back")
@needs(Deed.APPROVE)
def send_back(reply_id: int) -> Response | tuple[str, int]:
    """It does not go: its words return to whoever wrote them, with what is to be changed."""
    reply = _reply(reply_id)
    session = db.session()
    try:
        approving.send_back(session, reply, by=me(), word=written("word"), now=now())
    except DeskError as error:
        return _refused(reply_id, error)
    put_in = picking.take_back(session, reply_id)
    _words_back(reply, put_in.answer_id or "")
    writer = reply.agent_id
    session.commit()
    the_desk().news.tell("alert", writer or 0)
    toasts.say(gettext("差し戻しました"))
    return _done(reply)


def _words_back(reply: Reply, answer_id: str) -> None:
    """Into the writer's draft; what they have begun meanwhile stands below it. Of somebody who is
    out, beside the drafts of whoever goes on with it."""
    session, writer = db.session(), reply.agent
    if writer is None:
        return
    if not is_working(session, writer.id):
        keeping.lay_beside(
            session,
            reply.ticket_id,
            reply.body,
            writer_id=writer.id,
            heir=_heir(reply),
            answers_id=reply.answers_id,
            now=now(),
        )
        return
    begun = records.of(session, writer.id, reply.ticket_id).get(REPLY)
    text = reply.body
    if begun is not None and begun.text.strip() and begun.text.strip() not in text:
        text = f"{text}\n\n{begun.text}"
    ticket = session.get_one(Ticket, reply.ticket_id)
    keeping.keep(
        session,
        ticket,
        REPLY,
        text[: keeping.LONGEST],
        by=writer,
        now=now(),
        answers_id=reply.answers_id,
        answer_id=answer_id,
    )


def _heir(reply: Reply) -> Agent:
    """Whoever has the ticket, else whoever sends it back."""
    owner = db.session.get_one(Ticket, reply.ticket_id).assignee
    return owner if owner is not None and is_working(db.session(), owner.id) else me()


def _reply(reply_id: int) -> Reply:
    """404 where nothing waited; for approvers, and for whoever wrote it."""
    reply = awaiting.one(db.session(), reply_id) if reply_id < 2**31 else None
    if reply is None:
        abort(404)
    if reply.agent_id != me().id and not i_may(Deed.APPROVE):
        abort(403)
    return reply


def _look() -> Look:
    asked = request.form
    return Look(asked.get("seen_message", type=int), asked.get("seen_reply", type=int))


def _done(reply: Reply) -> Response:
    the_desk().news.tell("ticket", reply.ticket_id)
    return redirect(url_for("approvals.queue"), 303)


def _refused(reply_id: int, error: DeskError) -> Response | tuple[str, int]:
    """The page as it was filled in, with the sentence; who was first, where somebody was."""
    db.session.rollback()
    reply = _reply(reply_id)
    if isinstance(error, SomeoneWasFirst):
        toasts.say(sentence(error), tone="warn")
        return redirect(url_for("approvals.show", reply_id=reply_id), 303)
    field = error.field if isinstance(error, Refused) else ""
    status = 403 if isinstance(error, NotAllowed) else 422
    return _page(reply, {"field": field, "sentence": sentence(error)}), status


def _page(reply: Reply, fault: dict[str, str] | None = None) -> str:
    session, approval = db.session(), _approval(reply)
    wrote = written("body") if fault and "body" in request.form else reply.body
    found = approving.new_findings(session, reply, wrote) if approval.is_open else []
    messages = awaiting.newer(session, reply) if approval.is_open else None
    return render_template(
        "approvals/show.html",
        reply=reply,
        approval=approval,
        wait=_waits([reply])[reply.id],
        newer=messages,
        look=awaiting.newest(session, reply),
        may_decide=approving.may_decide(session, reply, me()),
        wrote=wrote,
        found=guarded.lines(found, wrote),
        asked_for=guarded.asked_for(guarded.lines(found, wrote)),
        lines=approval_words.difference(approval.before, reply.body) if approval.before else [],
        fault=fault,
        unfilled=blanks.unfilled(wrote),
        sent_back=approval.outcome == SENT_BACK,
        **_drawn(),
    )


def _drawn() -> dict[str, Any]:
    return {
        "reasons": approval_words.reasons,
        "outcomes": approval_words.OUTCOMES,
        "permalink": reply_parts.permalink,
    }


def _waits(replies: list[Reply]) -> dict[int, Wait]:
    calendars = awaiting.calendars_of(db.session(), replies)
    return {
        it.id: approval_words.wait_of(it, _approval(it), hours_of(calendars[it.ticket_id]))
        for it in replies
    }


def _approval(reply: Reply) -> Approval:
    assert reply.approval is not None  # the lists hold no other
    return reply.approval
