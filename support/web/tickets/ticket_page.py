"""The page of one ticket, whole or in parts: every deed on a ticket answers with it."""

from datetime import date
from typing import Any

from flask import abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.canned import blanks
from support.conversations.records import Message
from support.db import db
from support.desk import the_desk
from support.errors import DeskError, Refused
from support.replies.states import PartState
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets import searching
from support.tickets.filters import filter_from
from support.tickets.records import Ticket
from support.web.approvals.beforehand import why_it_will_wait
from support.web.frame import frame
from support.web.guard import me
from support.web.incidents import incident_marks
from support.web.language import now, zone
from support.web.promises.standing import telling
from support.web.replies import kept, reply_parts, suggesting
from support.web.replies.composer import INVITATION, Composer, Offer, blank_values, composer, marks
from support.web.replies.lessons import lesson
from support.web.replies.schedule import waits
from support.web.replies.suggesting import Beside
from support.web.tickets import holding, lookalikes, timeline
from support.web.tickets.dossier import Dossier, dossier
from support.web.tickets.queue import TITLES, grouped, row_of, rows_of

MOST_LINES = 12
MOST_BESIDE = 20
"""Rows of the list beside a ticket; it is too narrow to show tags."""


def found(ticket_id: int) -> Dossier:
    """The ticket's dossier; 404 where there is none."""
    if ticket_id >= 2**31:
        abort(404)
    it = dossier(db.session(), ticket_id, now())
    if it is None:
        abort(404)
    return it


def calendar_of(ticket: Ticket) -> Calendar:
    return db.session.get_one(Calendar, ticket.conversation.account.calendar_id)


def values_for_blanks(ticket: Ticket) -> dict[str, str]:
    calendar = calendar_of(ticket)
    url = the_desk().settings.x_web_url
    return blank_values(ticket, me(), calendar, hours_of(calendar), now(), zone(), url)


def today() -> date:
    return now().astimezone(zone()).date()


def beside(it: Dossier, message: Message | None = None) -> Beside:
    """What is suggested for a message, the customer's newest one unless another is named."""
    values = values_for_blanks(it.ticket)
    return suggesting.beside(it.ticket, message or it.latest, me(), values, today())


def whole(it: Dossier, desk: Composer | None = None, errors: dict[str, str] | None = None) -> str:
    """The page with its list. `desk` is the state of the forms; without one the address says it."""
    frame()  # its calendar is that of most rows, which then need not look for theirs
    suggested = beside(it)
    chosen = filter_from(request.args, me().id)
    page = searching.queue(db.session(), chosen, now=now(), limit=MOST_BESIDE, tags=False)
    return render_template(
        "tickets/show.html",
        groups=grouped(rows_of(page.tickets, now())),
        page=page,
        chosen=chosen,
        view=chosen.view.value,
        view_title=TITLES[chosen.view],
        **parts(it, suggested, errors),
        composer=desk or _from_address(it, suggested.offers),
    )


def changed(it: Dossier, desk: Composer | None = None, errors: dict[str, str] | None = None) -> str:
    """The thread, and out of band what else may have changed.

    Of the two forms only the one `desk` is about is drawn again: the other may hold a draft.
    """
    answering = (request.args if request.method == "GET" else request.form).get("answers", type=int)
    newer = desk is None and it.latest is not None and answering not in (None, it.latest.id)
    return render_template(
        "tickets/_changed.html",
        composer=desk,
        newer=newer,
        waits_for=why_it_will_wait(it.ticket, me(), "") if desk is None else "",
        **parts(it, beside(it), errors),
    )


def parts(it: Dossier, suggested: Beside, errors: dict[str, str] | None) -> dict[str, Any]:
    """What both the page and its parts draw from."""
    spoken_for = [] if suggested.none_fits else marks(suggested.offers)
    return {
        **drawn(suggested),
        "dossier": it,
        "ticket": it.ticket,
        "customer": it.ticket.conversation.customer,
        "account": it.ticket.conversation.account,
        "row": row_of(it.ticket, now()),
        "incident_beside": incident_marks.beside(it.ticket, it.events),
        "blocks": timeline.story(it, zone(), spoken_for),
        "timers": telling(it.timers),
        "lines": lines_of(it),
        "lesson": lesson(it),
        "suspects": lookalikes.suspects(it.ticket, it.beside),
        "errors": errors or {},
        "invitation": invitation(it.ticket),
        "link": {"view": None, **filter_from(request.args, me().id).address()},
        "held_until": holding.held_until,
        "waiting": next((reply for reply in reversed(it.replies) if waits(reply)), None),
        "here": url_for(
            "tickets.show", ticket_id=it.ticket.id, view=request.args.get("view") or None
        ),
        **reply_parts.for_replies(it.replies),
    }


def drawn(suggested: Beside) -> dict[str, Any]:
    """What the suggestions are drawn from."""
    return {
        "offers": suggested.offers,
        "none_fits": suggested.none_fits,
        "incident": suggested.incident,
        "incident_words": suggested.words,
        "suggested_for": suggested.message_id,
    }


def lines_of(it: Dossier) -> list[timeline.Line]:
    """What was done, the newest first, promises kept among it."""
    told = [timeline.line_of(event) for event in it.events]
    for timer in it.timers:
        if timer.ended_at is not None and timer.pill.figure:
            words = f"{timer.name} {timer.pill.figure} — {timer.pill.word}"
            told.append(timeline.Line("check", words, timer.ended_at, "ok"))
    told.append(timeline.line_of(it.ticket))
    return sorted(told, key=lambda line: line.at, reverse=True)[:MOST_LINES]


def invitation(ticket: Ticket) -> str:
    """The words that ask a customer to go on in a direct message."""
    return blanks.fill(INVITATION, {"dm_link": reply_parts.compose_dm(ticket.conversation.account)})


def _from_address(it: Dossier, offers: list[Offer]) -> Composer:
    """The forms as the address asks for them: an answer put in, a reply taken back, a note."""
    mode = "note" if request.args.get("mode") == "note" or it.latest is None else "reply"
    state: dict[str, Any] = {"mode": mode, **_taken_back(it)}
    if request.args.get("dm") and not it.ticket.conversation.is_private:
        state["text"] = invitation(it.ticket)
    wanted = request.args.get("insert", "")
    offer = next((offer for offer in offers if offer.reply.id == wanted), None)
    offer = offer or suggesting.one(wanted, it.ticket, me(), values_for_blanks(it.ticket))
    if offer is not None:
        state["text"], state["answer_id"] = offer.text, offer.reply.id
    elif words := suggesting.words_called(wanted, it.ticket, it.latest):
        state["text"], state["answer_id"] = words, wanted
    answered = _asked_about(it)
    if answered is not None and "answers" not in state:
        state["answers"] = answered
    return composer(it, me(), **kept.restored(me(), it.ticket.id, state))


def _asked_about(it: Dossier) -> Message | None:
    """The customer's message the address names: what a correction answers."""
    number = request.args.get("answers", type=int)
    theirs = (m for m in it.messages if not m.by_us and m.emptied_at is None)
    return next((m for m in theirs if m.id == number), None)


def _taken_back(it: Dossier) -> dict[str, Any]:
    """The words of an undone reply, back in the form."""
    number = request.args.get("take", type=int)
    for reply in it.replies:
        undone = all(part.state == PartState.UNDONE for part in reply.parts)
        if reply.id == number and undone and reply_parts.may_touch(reply):
            back = {"text": reply.body, "answers": reply.answers, "kept": list(reply.images)}
            grew_from = the_desk().shelf.get(request.args.get("grew_from", ""))
            return back | ({"answer_id": grew_from.id} if grew_from else {})
    return {}


def answer(
    ticket_id: int,
    *,
    desk: Composer | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **address: Any,
) -> Response:
    """After a deed: the changed parts for htmx; else the page, by redirect if it went well."""
    if request.headers.get("HX-Request"):
        return make_response(changed(found(ticket_id), desk, errors), status)
    if status == 200:
        place = {"view": request.args.get("view") or None, **address}
        return redirect(url_for("tickets.show", ticket_id=ticket_id, **place), 303)
    return make_response(whole(found(ticket_id), desk, errors), status)


def sentence(error: DeskError) -> str:
    """What the error says, in the language of the page."""
    said = str(gettext(error.sentence))
    return said % error.values if error.values else said


def refuse(ticket_id: int, refusal: Refused, field: str = "") -> Response:
    """The page with a sentence beside the field; nothing was changed."""
    db.session.rollback()
    return answer(ticket_id, errors={field or refusal.field: sentence(refusal)}, status=422)
