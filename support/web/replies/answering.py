"""Answering: the preview, and sending now or at a chosen time."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.canned import blanks, picking
from support.conversations.records import Message
from support.db import db
from support.desk import the_desk
from support.drafts import keeping
from support.drafts.records import REPLY
from support.errors import N_, DeskError, Refused, SomeoneWasFirst
from support.incidents.offering import is_wording
from support.replies import guarding, handing, pressing
from support.replies.pressing import Draft
from support.replies.records import Reply
from support.tickets.records import Ticket
from support.web import toasts
from support.web.approvals.beforehand import why_it_will_wait
from support.web.guard import me
from support.web.language import here, now, zone
from support.web.parts import part_of
from support.web.replies import enclosures, guarded, kept, promised
from support.web.replies.composer import composer, preview, texts_of
from support.web.replies.schedule import asked_in, waits
from support.web.replies.suggesting import chosen
from support.web.tickets import ticket_page
from support.web.tickets.deeds import ticket_of, written
from support.web.tickets.dossier import Dossier
from support.web.tickets.ticket_page import found, sentence, values_for_blanks
from support.web.words import full_moment
from support.x.eligibility import Way

pages = Blueprint("replies", __name__)


@pages.post("/tickets/<int:ticket_id>/preview")
@part_of("tickets.show")
def show_preview(ticket_id: int) -> str:
    """How the draft will stand on X; the text itself is never touched."""
    ticket = ticket_of(ticket_id)
    signature = pressing.words_of(ticket.conversation.account, me())
    body, private = written("body"), ticket.conversation.is_private
    return render_template(
        "replies/_preview.html",
        preview=preview(body, signature, private=private),
        signature=signature,
        found=guarded.seen_in(ticket, me(), body),
        waits_for=why_it_will_wait(ticket, me(), body),
        proposal=promised.proposal(ticket, body),
        ticket=ticket,
        oob=True,
    )


@pages.post("/tickets/<int:ticket_id>/composer")
def retarget(ticket_id: int) -> Response:
    """The same draft and time, now answering the customer's newest message."""
    it = found(ticket_id)
    state = {"text": written("body"), **_key(), **_inserted()}
    desk = composer(it, me(), asked=asked_in(request.form), **state)
    return ticket_page.answer(ticket_id, desk=desk)


@pages.post("/tickets/<int:ticket_id>/replies")
def send(ticket_id: int) -> Response:
    """Stores the reply; a worker sends it when the time to take it back is over."""
    ticket, draft = ticket_of(ticket_id), _draft()
    account_id = ticket.conversation.account_id
    try:
        draft = replace(draft, pictures=enclosures.pictures(ticket_id), **_when())
        no_blank_left(draft.body)
        draft = promised.promised(ticket, draft)
        answered = _answered()
        why = _by_hand(answered)
        found_in = guarded.pass_through(ticket, draft, me())
        reply = pressing.press(db.session(), ticket, answered, me(), draft, now(), by_hand=why)
    except SomeoneWasFirst as first:
        return _again(ticket_id, first, status=409)
    except Refused as refusal:
        return _again(ticket_id, refusal, status=422)
    _note_pick(ticket, reply)
    guarding.note_overrides(db.session(), reply, found_in, guarded.reason_given(), me(), now())
    keeping.drop(db.session(), ticket_id, REPLY, by=me())
    db.session.commit()
    if reply.approval is not None and reply.approval.is_open:
        toasts.say(gettext("承認待ちにしました。責任者が承認すると送られます"))
    elif reply.held_until <= now():
        the_desk().later.ring("send", account_id)
    the_desk().news.tell("ticket", ticket_id)
    return ticket_page.answer(ticket_id, desk=composer(found(ticket_id), me()))


def _draft() -> Draft:
    key = request.form.get("key", "")
    if not 16 <= len(key) <= 64:
        raise DeskError(N_("画面が古くなっています。開き直してから、もう一度お送りください。"))
    return Draft(written("body"), key, request.form.get("last_reply_id", type=int))


def _when() -> dict[str, Any]:
    """When the form wants the reply to go out. Raises Refused."""
    asked = asked_in(request.form)
    return {"send_at": asked.moment(zone()), "out_of_hours": asked.out_of_hours}


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


def no_blank_left(body: str) -> None:
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
    """Which prepared answer, or which words of an incident, the draft grew from."""
    named = request.form.get("answer_id", "")[:200]
    return {"answer_id": named if is_wording(named) else chosen().answer_id or ""}


def _note_pick(ticket: Ticket, reply: Reply) -> None:
    if is_wording(request.form.get("answer_id", "")):
        return  # what everybody is told in an incident says nothing of the prepared answers
    put_in = chosen()
    answer = the_desk().shelf.get(put_in.answer_id) if put_in.answer_id else None
    picking.note_reply(
        db.session(),
        reply.id,
        reply.answers,
        me(),
        put_in,
        texts=texts_of(answer, values_for_blanks(ticket)) if answer else (),
        body=reply.body,
        now=now(),
    )


def _again(ticket_id: int, error: DeskError, *, status: int) -> Response:
    """The form as it was, with what keeps it from being sent; nothing typed is lost."""
    db.session.rollback()
    it = found(ticket_id)
    field = error.field if isinstance(error, Refused) else ""
    place = {"send_at": "time_error", "guard_reason": "reason_error"}.get(field, "error")
    state: dict[str, Any] = {"text": written("body"), place: sentence(error), **_inserted()}
    state["guard_reason"] = guarded.reason_given()
    if isinstance(error, guarded.Held):
        state["in_alts"] = error.in_alts
    state |= {"kept": enclosures.kept(ticket_id), "asked": asked_in(request.form), **_key()}
    state |= {"shown": list(chosen().shown), "drafts": kept.mine(me(), ticket_id)}
    if enclosures.chosen() and not request.headers.get("HX-Request"):
        state[place] += gettext("画像はもう一度選んでください。")
    answers = next((m for m in it.messages if m.id == request.form.get("answers", type=int)), None)
    if answers is not None:
        state["answers"] = answers
    if status == 409:
        state["first"] = first = _first(it, answers)
        if first is not None and first.scheduled and waits(first):
            state["error"] = _scheduled_first(first)
    else:
        state["last_reply_id"] = request.form.get("last_reply_id", type=int)
    return ticket_page.answer(ticket_id, desk=composer(it, me(), **state), status=status)


def _first(it: Dossier, answers: Message | None) -> Reply | None:
    """The reply that was there first: the live one to the same message, or else the newest."""
    live = [r for r in it.replies if r.settled_at is None and r.answers is answers]
    return next(iter(live or it.replies[-1:]), None)


def _scheduled_first(first: Reply) -> str:
    said = gettext(
        "%(who)sさんの返信が先に予約されています（%(when)sに送信）。"
        "別の返信を送るには、先にその予約を取り消してください。",
        who=first.who,
        when=full_moment(first.held_until, *here()),
    )
    return str(said)
