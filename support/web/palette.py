"""The command palette: everything there is to go to, found by a few letters of its name.

The script adds what can be done on the page and narrows the list while one types; without a script
the same list is a page with a field to search in.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from support.conversations.records import Conversation
from support.db import db
from support.search.folding import fold
from support.tickets.records import Ticket
from support.tickets.states import State
from support.web import typed
from support.web.guard import i_may, me
from support.web.places import PLACES, READINGS
from support.web.settings import sections

pages = Blueprint("palette", __name__)

MOST_TICKETS = 8


@dataclass(frozen=True)
class Entry:
    """One line; `words` is what it is found by, folded as everything that is searched here."""

    title: str
    icon: str
    link: str
    words: str
    meta: str = ""
    keys: str = ""


@dataclass(frozen=True)
class Group:
    title: str
    entries: list[Entry]


@pages.get("/palette")
def show() -> str | Response:
    """`recent`: tickets opened in this browser, by number; `q` narrows it without a script."""
    asked = request.args.get("q", "").strip()
    if (number := ticket_number(asked)) is not None:
        return redirect(url_for("tickets.show", ticket_id=number), 303)
    recent = request.args.get("recent", "").split(",")
    opened = [number for word in recent if (number := typed.number(word))]
    groups = [
        Group(gettext("画面"), places()),
        Group(gettext("設定"), settings()),
        Group(gettext("最近のチケット"), tickets(db.session(), opened[:MOST_TICKETS])),
    ]
    page = "palette/_dialog.html" if request.headers.get("HX-Request") else "palette/page.html"
    return render_template(page, groups=narrowed(groups, asked), q=asked)


def ticket_number(asked: str) -> int | None:
    """12, #12 and ＃１２ ask for a ticket."""
    word = fold(asked).removeprefix("#").strip()
    return typed.number(word) or None


def places() -> list[Entry]:
    return [
        Entry(
            gettext(it.title),
            it.icon,
            url_for(it.endpoint, view=it.view),
            fold(f"{it.title} {gettext(it.title)} {it.words}"),
            keys=it.keys,
        )
        for it in PLACES
        if it.deed is None or i_may(it.deed)
    ]


def settings() -> list[Entry]:
    return [
        Entry(
            gettext(it.title),
            it.icon,
            url_for(it.endpoint),
            fold(f"{it.title} {gettext(it.title)} {READINGS.get(it.endpoint, '')} settei 設定"),
        )
        for it in sections()
    ]


def tickets(session: Session, opened: list[int]) -> list[Entry]:
    """Those opened last in this browser, then one's own."""
    shown = select(Ticket).options(
        joinedload(Ticket.conversation).joinedload(Conversation.customer)
    )
    mine = (
        shown.where(Ticket.assignee_id == me().id, Ticket.state != State.RESOLVED)
        .order_by(Ticket.last_message_at.desc(), Ticket.id.desc())
        .limit(MOST_TICKETS)
    )
    there = (
        {it.id: it for it in session.scalars(shown.where(Ticket.id.in_(opened)))} if opened else {}
    )
    found = {number: there[number] for number in opened if number in there}
    for ticket in session.scalars(mine):
        found.setdefault(ticket.id, ticket)
    return [entry_of(ticket) for ticket in list(found.values())[:MOST_TICKETS]]


def entry_of(ticket: Ticket) -> Entry:
    customer = ticket.conversation.customer
    who = customer.name or f"@{customer.username}"
    return Entry(
        who,
        "dm" if ticket.conversation.is_private else "mention",
        url_for("tickets.show", ticket_id=ticket.id),
        fold(f"#{ticket.id} {who} {customer.username} {ticket.subject}"),
        meta=f"#{ticket.id}",
    )


def narrowed(groups: Iterable[Group], asked: str) -> list[Group]:
    """What every word of `asked` is part of; everything where nothing was asked."""
    words = fold(asked).split()
    left = (
        Group(group.title, [it for it in group.entries if all(word in it.words for word in words)])
        for group in groups
    )
    return [group for group in left if group.entries]
