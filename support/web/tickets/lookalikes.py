"""Third parties in a thread who could be taken for us."""

from collections.abc import Iterable

from flask import Blueprint, abort, redirect, url_for
from flask_babel import gettext
from sqlalchemy import select, union_all
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.conversations.lookalikes import Face, looks_like
from support.conversations.records import Customer, KnownAccount, SeenPost
from support.db import db
from support.desk import the_desk
from support.inbox.surrounding import Aside
from support.tickets.records import Ticket
from support.web import toasts
from support.web.guard import me, needs
from support.web.language import now
from support.x.records import Account

pages = Blueprint("lookalikes", __name__)


def suspects(ticket: Ticket, beside: Iterable[Aside]) -> dict[str, str]:
    """The posts of those who look like the account of this ticket: author's id on X → post's.

    One question, and only where somebody does: neither ours nor whom a lead knows count.
    """
    account = ticket.conversation.account
    ours = (Face(account.handle, account.name), Face(account.handle, account.persona))
    found: dict[str, str] = {}
    for it in beside:
        alike = it.author_x_id not in found and looks_like(Face(it.username, it.name), ours)
        if alike and not it.is_customer:
            found[it.author_x_id] = it.x_id
    if not found:
        return found
    harmless = union_all(
        select(Account.x_id).where(Account.x_id.in_(found)),
        select(KnownAccount.x_id).where(KnownAccount.x_id.in_(found)),
    )
    for x_id in db.session.scalars(harmless):
        found.pop(x_id, None)
    return found


@pages.post("/tickets/<int:ticket_id>/lookalikes/<x_id>/harmless")
@needs(Deed.LOOK_AFTER_INTAKE)
def mark_harmless(ticket_id: int, x_id: str) -> Response:
    """A lead knows who that is; nobody is warned of them any more."""
    username = _username(x_id)
    if username is None or ticket_id >= 2**31 or db.session.get(Ticket, ticket_id) is None:
        abort(404)
    if db.session.get(KnownAccount, x_id) is None:
        known = KnownAccount(x_id=x_id, username=username, agent_id=me().id, at=now())
        db.session.add(known)
    db.session.commit()
    the_desk().news.tell("ticket", ticket_id)
    toasts.say(gettext("@%(name)s を、問題のないアカウントとして記録しました", name=username))
    return redirect(url_for("tickets.show", ticket_id=ticket_id), 303)


def _username(x_id: str) -> str | None:
    """Only somebody the desk has seen can be known."""
    seen = select(SeenPost.username).where(SeenPost.author_x_id == x_id).limit(1)
    wrote = select(Customer.username).where(Customer.x_id == x_id)
    return db.session.scalar(wrote) or db.session.scalar(seen)
