"""What others said around a ticket: asked for on demand, with what it costs said before."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.inbox import fetching
from support.web.accounts.money import usd
from support.web.errors import sentence_of
from support.web.guard import me
from support.web.language import now
from support.web.replies.reply_parts import permalink
from support.web.tickets.deeds import ticket_of
from support.x.pricing import POST_READ

pages = Blueprint("contexts", __name__)

PROBLEMS: dict[str, Any] = {
    "cap": _l("今月のX利用料金が上限に近いため、取り込みませんでした。"),
    "stopped": _l("Xとの接続が止まったため、取り込めませんでした。"),
    "away": _l(
        "Xから返事がなかったため、取り込めませんでした。少し待ってからもう一度お試しください。"
    ),
}


@pages.get("/tickets/<int:ticket_id>/context")
def show(ticket_id: int) -> str:
    return _page(ticket_id)


@pages.post("/tickets/<int:ticket_id>/context")
def fetch(ticket_id: int) -> Response | str | tuple[str, int]:
    """A worker asks X; the page hears of it by the news."""
    ticket, session = ticket_of(ticket_id), db.session()
    try:
        asked = fetching.ask(session, ticket, by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(ticket_id, sentence_of(refusal)), 422
    number = asked.id
    session.commit()
    the_desk().later.ring("fetch_thread", number)
    if request.headers.get("HX-Request"):
        return _page(ticket_id)
    return redirect(url_for("contexts.show", ticket_id=ticket_id), 303)


def _page(ticket_id: int, error: str = "") -> str:
    ticket, session, at = ticket_of(ticket_id), db.session(), now()
    last = fetching.newest(session, ticket_id)
    under_way = last is not None and fetching.is_under_way(last, at)
    plan = None
    try:
        plan = fetching.plan(session, ticket, at)
    except Refused as refusal:
        error = error or sentence_of(refusal)
    price = the_desk().prices.price(POST_READ, at.date())
    problem = last.problem if last else ""
    if last is not None and last.done_at is None and not under_way:
        problem = "away"
    root = ticket.thread_x_id
    part = request.headers.get("HX-Request-Type") == "partial"
    return render_template(
        "tickets/_context.html" if part else "tickets/context.html",
        ticket=ticket,
        plan=plan,
        last=last,
        under_way=under_way,
        problem=PROBLEMS.get(problem, ""),
        cost=usd(plan.most * price) if plan else "",
        on_x=permalink(ticket.conversation.customer.username, root) if root.isdecimal() else "",
        error=error,
    )
