"""What stands beside the form: prepared answers ready to be put in, and what forms say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from flask import request
from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union_all

from support.agents.records import Agent
from support.canned import lifecycle, picking
from support.canned.picking import Choice
from support.canned.records import Pick
from support.canned.rotation import whose_turn
from support.conversations.records import PUBLIC, Conversation, Message
from support.db import db
from support.desk import the_desk
from support.errors import Refused
from support.incidents import offering
from support.incidents.offering import Offered
from support.replies.pressing import parts_of, words_of
from support.replies.records import IS_MOVING, Reply, ReplyPart
from support.tickets.records import Ticket
from support.web.around_account import around
from support.web.canned.shelf import says
from support.web.language import now
from support.web.replies.composer import Offer, channel_of, suggestions, texts_of
from support.web.replies.draft_cost import price_of
from support.x.text import SAME_WORDS, weighted_length

MOST_OFFERS = 40


@dataclass(frozen=True)
class IncidentWords:
    """Words of an open incident, as they may be put in."""

    key: str
    """What a form calls them: no prepared answer, so nothing is learned from it."""
    text: str
    place: int
    weight: int
    posts: int
    micros: int
    sent_at: datetime | None


@dataclass(frozen=True)
class Beside:
    """The answers suggested for one message, the likeliest first."""

    offers: list[Offer]
    message_id: int | None = None
    none_fits: bool = False
    """An agent said that none of them fits: they are folded away for everyone."""
    incident: Offered | None = None
    """The open incident that hits whoever wrote it."""
    words: list[IncidentWords] = field(default_factory=list)
    """What it has to say, before any prepared answer."""


def chosen() -> Choice:
    """Which answers stood beside the form that was sent, and which one was put in."""
    return picking.choice(
        the_desk().shelf,
        request.form.get("shown", "")[:400].split(),
        request.form.get("answer_id", ""),
    )


def beside(
    ticket: Ticket, message: Message | None, agent: Agent, values: Mapping[str, str], today: date
) -> Beside:
    """What is suggested for the message; where that is nothing, memory is not asked."""
    offers = suggestions(the_desk().shelf, ticket, message, values, today)
    incident = _hit_by(ticket, message)
    if message is None or not (offers or incident):
        return Beside([])
    words = _words_of(incident, ticket, agent) if incident else []
    after = [replace(it, place=(it.place or 0) + len(words)) for it in offers]
    ready = _ready(after, ticket, agent, values, message) if after else Beside([], message.id)
    return replace(ready, incident=incident, words=words)


def words_called(key: str, ticket: Ticket, message: Message | None) -> str:
    """The words of an incident a form or an address names; empty where it has none such."""
    it = _hit_by(ticket, message) if offering.is_wording(key) else None
    return next((each.text for each in it.wordings if each.key == key), "") if it else ""


def _hit_by(ticket: Ticket, message: Message | None) -> Offered | None:
    """The open incident that hits whoever wrote it; where there is none it is not looked for."""
    if message is None or not around(ticket.conversation.account_id).incident:
        return None
    return offering.offered(db.session(), ticket, message)


def _words_of(incident: Offered, ticket: Ticket, agent: Agent) -> list[IncidentWords]:
    """The newest first; of those, what the account has not said lately before what it has."""
    private = ticket.conversation.is_private
    signed = words_of(ticket.conversation.account, agent)
    posts = {it.key: _posts(it.text, signed, private) for it in incident.wordings}
    wanted = () if private else [post for several in posts.values() for post in several]
    _, sent = _remembered(ticket, wanted, None)
    said = {key: max(at) for key, those in posts.items() if (at := _times(those, sent))}
    fresh = sorted(incident.wordings, key=lambda it: it.key in said)
    found = []
    for place, it in enumerate(fresh[: offering.MOST], start=1):
        those = posts[it.key]
        weights = [len(post) if private else weighted_length(post) for post in those]
        cost = price_of(those, private=private)
        weight, last = max(weights, default=0), said.get(it.key)
        found.append(IncidentWords(it.key, it.text, place, weight, len(those), cost, last))
    return found


def from_the_shelf(
    ticket: Ticket, agent: Agent, values: Mapping[str, str], today: date, asked: str = ""
) -> list[Offer]:
    """What may be sent in this ticket's channel today, by category and title."""
    fits = lifecycle.offered(the_desk().shelf.replies, today, channel_of(ticket))
    found = [reply for reply in fits if not asked.strip() or says(reply, asked)]
    found.sort(key=lambda reply: (reply.category, reply.title))
    offers = [Offer(reply, "") for reply in found[:MOST_OFFERS]]
    return _ready(offers, ticket, agent, values).offers


def one(reply_id: str, ticket: Ticket, agent: Agent, values: Mapping[str, str]) -> Offer | None:
    """An answer of the shelf by its id."""
    reply = the_desk().shelf.get(reply_id) if reply_id else None
    if reply is None:
        return None
    return _ready([Offer(reply, "")], ticket, agent, values).offers[0]


def _ready(
    offers: Sequence[Offer],
    ticket: Ticket,
    agent: Agent,
    values: Mapping[str, str],
    message: Message | None = None,
) -> Beside:
    """Each with the text whose turn it is, how long that is signed, and what it costs."""
    private = ticket.conversation.is_private
    words = words_of(ticket.conversation.account, agent)
    texts = [texts_of(offer.reply, values) for offer in offers]
    posts = {text: _posts(text, words, private) for several in texts for text in several}
    wanted = () if private else [post for several in posts.values() for post in several]
    none_fits, sent = _remembered(ticket, wanted, message)
    went = {text: max(at) for text, those in posts.items() if (at := _times(those, sent))}
    ready = [
        _weighed(offer, several, went, posts, private)
        for offer, several in zip(offers, texts, strict=True)
    ]
    return Beside(ready, message.id if message else None, none_fits)


def _times(posts: Sequence[str], sent: Mapping[str, datetime]) -> list[datetime]:
    return [sent[post] for post in posts if post in sent]


def _posts(text: str, words: str, private: bool) -> list[str]:
    """What the text becomes on X; nothing where it is too long."""
    try:
        return parts_of(text, words, private=private)
    except Refused:
        return []


def _weighed(
    offer: Offer,
    texts: Sequence[str],
    went: Mapping[str, datetime],
    posts: Mapping[str, Sequence[str]],
    private: bool,
) -> Offer:
    turn = whose_turn(texts, went)
    those = posts[turn.text]
    weights = [len(post) if private else weighted_length(post) for post in those]
    return replace(
        offer,
        text=turn.text,
        sent_at=turn.sent_at,
        weight=max(weights, default=0),
        posts=len(those),
        micros=price_of(those, private=private),
    )


def _remembered(
    ticket: Ticket, posts: Sequence[str], message: Message | None
) -> tuple[bool, dict[str, datetime]]:
    """Whether none fits the message, and when the account last sent each of the posts.

    One question for both: the page of a ticket asks few.
    """
    questions = []
    if message is not None:
        said = picking.nothing_fitted(message.id)
        questions.append(select(literal(""), Pick.picked_at).where(said))
    if posts:
        at = func.max(func.coalesce(ReplyPart.posted_at, Reply.pressed_at))
        same = select(ReplyPart.text, at).join(Reply, Reply.id == ReplyPart.reply_id)
        lately = same.where(_lately(), ReplyPart.text.in_(posts), _by_this_account(ticket))
        questions.append(lately.group_by(ReplyPart.text))
    if not questions:
        return False, {}
    rows = db.session.execute(union_all(*questions)).all()
    return any(not text for text, _ in rows), {text: at for text, at in rows if text}


def _lately() -> ColumnElement[bool]:
    """Posted while X still remembers it, or about to be."""
    return or_(ReplyPart.posted_at >= now() - SAME_WORDS, IS_MOVING)


def _by_this_account(ticket: Ticket) -> ColumnElement[bool]:
    """Asked of each reply: for a list SQLite would read all conversations of the account."""
    theirs = and_(
        Conversation.account_id == ticket.conversation.account_id, Conversation.channel == PUBLIC
    )
    return exists().where(Conversation.id == Reply.conversation_id, theirs)
