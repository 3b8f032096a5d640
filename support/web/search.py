"""The search page: what was typed is understood, found, and shown by ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from support.agents.records import Agent
from support.conversations.records import Customer
from support.db import db, storable
from support.errors import N_
from support.search import finding, rebuilding
from support.search.finding import Found, Hit
from support.search.folding import fold
from support.search.query import LONGEST, Query, Trouble, parse, ticket_number
from support.search.records import Kind
from support.search.selecting import Wanted
from support.search.snippets import Piece, snippet
from support.tickets.records import Ticket
from support.web.language import now, zone
from support.web.promises.standing import Pill, resting_pill
from support.x.records import Account

MOST_SHOWN = 3
"""Of what was found in one ticket; the rest is told as a number."""

pages = Blueprint("search", __name__)

CHIPS: tuple[tuple[Any, str], ...] = (
    (_l("未解決"), "is:open"),
    (_l("解決済み"), "is:resolved"),
    (_l("自分の担当"), "assigned:me"),
    (_l("公開"), "in:public"),
    ("DM", "in:dm"),
    (_l("社内メモ"), "in:note"),
    (_l("こちらの返信"), "from:us"),
    (_l("画像・動画"), "has:media"),
)


@dataclass(frozen=True)
class Chip:
    words: Any
    typed: str
    """What is looked for once it is pressed."""
    on: bool


@dataclass(frozen=True)
class Line:
    """One thing found, as it is shown."""

    hit: Hit
    who: str
    pieces: list[Piece]

    @property
    def anchor(self) -> str:
        """Where it stands on the page of its ticket."""
        shown = self.hit.kind in (Kind.MESSAGE, Kind.NOTE)
        return f"{self.hit.kind.value}-{self.hit.ref_id}" if shown else ""


@dataclass(frozen=True)
class Group:
    """A ticket with what was found in it."""

    ticket: Ticket
    pill: Pill
    lines: list[Line]
    more: int


@dataclass(frozen=True)
class Person:
    customer: Customer
    name: list[Piece]
    memo: list[Piece]


@pages.get("/search")
def show() -> str | Response:
    typed = storable(request.args.get("q", ""))[:LONGEST].strip()
    part = request.headers.get("HX-Request-Type") == "partial"
    number, session = ticket_number(typed), db.session()
    there = session.get(Ticket, number) if number is not None else None
    if there is not None and not part:
        return redirect(url_for("tickets.show", ticket_id=there.id), 303)
    values = _values(session, typed, request.args.get("after", type=_place))
    return render_template(
        "search/_found.html" if part else "search/page.html", typed=typed, jump=there, **values
    )


def _place(written: str) -> int:
    """Where a page ends is a number of 64 bits, more than an id may be. Raises ValueError."""
    return int(written)


def _values(session: Session, typed: str, after: int | None) -> dict[str, Any]:
    query = parse(typed, today=now().astimezone(zone()).date(), zone=zone())
    accounts = list(session.scalars(select(Account).order_by(Account.id)))
    team = list(session.scalars(select(Agent).order_by(Agent.id)))
    asked = _understood(session, query, accounts, team)
    after = after if after is not None and 0 < after < 2**63 else None
    empty = not query.asks
    found = Found({}, {}, None)
    if not empty and query.place != "customer":
        found = finding.find(session, asked, after=after)
    return {
        "query": query,
        "empty": empty,
        "groups": _groups(found, query, team),
        "people": [] if after else _people(session, query),
        "next": found.next,
        "after": after,
        "chips": _chips(typed, accounts),
        "troubles": [gettext(trouble.words, **trouble.about) for trouble in query.troubles],
        "filling": rebuilding.is_unfinished(session),
        "single": len(accounts) < 2,
        "handles": {account.id: account.handle for account in accounts},
    }


def _understood(
    session: Session, query: Query, accounts: Sequence[Account], team: Sequence[Agent]
) -> Wanted:
    """The names of a query looked up; one that names nobody finds nothing, and is told of."""
    asked = Wanted(query)
    if query.senders:
        people: set[int] | None = None
        for sender, found in finding.senders(session, query).items():
            _tell(query, found, N_("「from:%(name)s」に当てはまるお客様はいません。"), sender)
            ids = {customer.id for customer in found}
            people = ids if people is None else people & ids
        asked = replace(asked, sender_ids=tuple(sorted(people or ())))
    if query.accounts:
        ours: set[int] = set()
        for name in query.accounts:
            named = [one for one in accounts if name in (fold(one.handle), fold(one.name))]
            _tell(query, named, N_("「account:%(name)s」というXアカウントはありません。"), name)
            ours |= {account.id for account in named}
        asked = replace(asked, account_ids=tuple(sorted(ours)))
    if query.assigned == "me":
        asked = replace(asked, assignee_ids=(current_user.id,))
    elif query.assigned not in (None, "none"):
        agents = [agent for agent in team if query.assigned in _names(agent)]
        _tell(
            query, agents, N_("「assigned:%(name)s」という担当者はいません。"), query.assigned or ""
        )
        asked = replace(asked, assignee_ids=tuple(agent.id for agent in agents))
    return asked


def _tell(query: Query, found: Sequence[object], words: str, name: str) -> None:
    if not found:
        query.troubles.append(Trouble(words, {"name": name}))


def _names(agent: Agent) -> set[str]:
    family, given = agent.family_name, agent.given_name
    both = (family, given, family + given, f"{family} {given}", agent.email.split("@")[0])
    return {fold(name) for name in both}


def _people(session: Session, query: Query) -> list[Person]:
    """Customers in whose name or memo the words are; not where one asks for what was said."""
    other = query.is_narrowed and query.place != "customer"
    if other or not (query.terms or query.place == "customer"):
        return []
    return [
        Person(
            customer,
            snippet(f"{customer.name}　@{customer.username}", query.terms),
            snippet(customer.memo, query.terms),
        )
        for customer in finding.customers(session, query)
    ]


def _groups(found: Found, query: Query, team: Iterable[Agent]) -> list[Group]:
    names = {agent.id: agent.family_name for agent in team}
    groups = []
    for number, hits in found.hits.items():
        ticket = found.tickets[number]
        lines = [_line(hit, ticket, query, names) for hit in hits[:MOST_SHOWN]]
        pill = resting_pill(ticket.state)
        groups.append(Group(ticket, pill, lines, len(hits) - len(lines)))
    return groups


def _line(hit: Hit, ticket: Ticket, query: Query, names: dict[int, str]) -> Line:
    customer = ticket.conversation.customer
    if hit.agent_id is not None:
        who = names.get(hit.agent_id, "")
    elif hit.by_us:
        automatic = hit.kind is Kind.REPLY
        who = gettext("自動返信") if automatic else gettext("Xから直接送信")
    else:
        who = customer.name or customer.username
    return Line(hit, who, snippet(hit.text, query.terms))


def _chips(typed: str, accounts: Sequence[Account]) -> list[Chip]:
    """Filters that stand in the words typed, to put in or take out with one press."""
    tokens = typed.split()
    choices = list(CHIPS)
    if len(accounts) > 1:
        choices += [(f"@{one.handle}", f"account:@{one.handle}") for one in accounts]
    return [_chip(words, token, tokens) for words, token in choices]


def _chip(words: Any, token: str, tokens: Sequence[str]) -> Chip:
    rest = [one for one in tokens if fold(one) != fold(token)]
    on = len(rest) < len(tokens)
    if not on:  # one of a kind at a time: a ticket is not both open and resolved
        kind = token.split(":")[0]
        rest = [*(one for one in rest if fold(one).split(":")[0] != kind), token]
    return Chip(words, " ".join(rest), on)
