"""Reads what customers said in a period: whose, in what, and the words of it.

`heard` is the one condition of all figures and lists here: a filter by account or channel stands
there.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import DM, PUBLIC, Conversation, Customer, Message
from support.reports.periods import Period
from support.reports.shares import REACHES, Key, Part, Share, Talk, Voice, shares
from support.reports.topics import Said, Topics, compare
from support.reports.verdicts import within
from support.tickets.records import TicketTag
from support.x.records import Account

SAMPLE = 3_000
"""Messages of each period whose words are read; of more, as many spread over all of it."""
LONGEST_READ = 1_000
"""Letters of one message: what it is about, it has said by then."""
SPREAD, WHOLE = 7_919, 104_729
"""Primes: ids in which customers and we take turns are not counted in step with the turns."""
VOICES = 10
FACETS = ("account", "channel", "tag", "reach")


def heard(period: Period) -> ColumnElement[bool]:
    return and_(within(Message.posted_at, period), Message.by_us.is_(False))


def author() -> ColumnElement[int]:
    return func.coalesce(Message.author_id, Conversation.customer_id)


def talk(session: Session, period: Period) -> Talk:
    here, before = _parts(session, period), _parts(session, period.previous)
    all_, all_before = _all(session, period), _all(session, period.previous)
    return Talk(
        all_,
        all_before,
        {facet: _shares(here[facet], before[facet], all_, all_before) for facet in FACETS},
        _voices(session, period),
    )


def _shares(
    here: dict[Key, Part], before: dict[Key, Part], all_: Part, all_before: Part
) -> list[Share]:
    return shares(here, before, all_, all_before)


def topics(session: Session, period: Period) -> Topics:
    return compare(said(session, period), said(session, period.previous), _names(session))


def said(session: Session, period: Period) -> list[Said]:
    """Not more than can be read while somebody waits, as evenly spread as ids are."""
    number = session.scalar(select(func.count()).select_from(Message).where(heard(period))) or 0
    share = WHOLE if number <= SAMPLE else WHOLE * SAMPLE // number
    chosen = (
        select(
            author(),
            Message.ticket_id,
            Message.id,
            Message.channel,
            func.substr(Message.text, 1, LONGEST_READ),
        )
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            heard(period), Message.emptied_at.is_(None), Message.id % WHOLE * SPREAD % WHOLE < share
        )
        .order_by(Message.id)
    )
    return [
        Said(person, ticket, number, channel == DM, text)
        for person, ticket, number, channel, text in session.execute(chosen)
    ]


def reach() -> ColumnElement[int]:
    """From how many followers the group begins that somebody belongs to; unknown is none."""
    whens = [(Customer.followers >= least, least) for least in reversed(REACHES[1:])]
    return case(*whens, else_=0)


def has_tag(name: str) -> ColumnElement[bool]:
    return exists().where(TicketTag.ticket_id == Message.ticket_id, TicketTag.name == name)


_COUNTS: tuple[Any, ...] = (
    func.count(Message.id.distinct()),
    func.count(Message.ticket_id.distinct()),
)


def _all(session: Session, period: Period) -> Part:
    chosen = select(func.count(author().distinct()), *_COUNTS).select_from(Message)
    chosen = chosen.join(Conversation, Conversation.id == Message.conversation_id)
    return Part(*session.execute(chosen.where(heard(period))).one())


def _parts(session: Session, period: Period) -> dict[str, dict[Key, Part]]:
    keys: dict[str, Any] = {
        "account": Conversation.account_id,
        "channel": Message.channel,
        "tag": TicketTag.name,
        "reach": reach(),
    }
    return {facet: _by(session, period, facet, keys[facet]) for facet in FACETS}


def _by(session: Session, period: Period, facet: str, key: Any) -> dict[Key, Part]:
    chosen = select(key.label("part"), func.count(author().distinct()), *_COUNTS).select_from(
        Message
    )
    chosen = chosen.join(Conversation, Conversation.id == Message.conversation_id)
    if facet == "tag":
        chosen = chosen.join(TicketTag, TicketTag.ticket_id == Message.ticket_id)
    if facet == "reach":
        chosen = chosen.join(Customer, Customer.id == author())
        chosen = chosen.where(Message.channel == PUBLIC)
    found = session.execute(chosen.where(heard(period)).group_by("part"))
    return {name: Part(people, messages, tickets) for name, people, messages, tickets in found}


def _voices(session: Session, period: Period) -> list[Voice]:
    """Whose public words most people may read; nobody whose profile is out of sight."""
    chosen = (
        select(Customer.id, Customer.username, Customer.name, Customer.followers, *_COUNTS)
        .select_from(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == author())
        .where(
            heard(period),
            Message.channel == PUBLIC,
            Customer.followers.is_not(None),
            Customer.hidden_at.is_(None),
        )
        .group_by(Customer.id, Customer.username, Customer.name, Customer.followers)
        .order_by(Customer.followers.desc(), Customer.id)
        .limit(VOICES)
    )
    return [Voice(*row) for row in session.execute(chosen)]


def _names(session: Session) -> set[str]:
    accounts: Iterable[Any] = session.execute(select(Account.handle, Account.name, Account.persona))
    agents = session.execute(select(Agent.family_name, Agent.given_name))
    return {str(word) for row in (*accounts, *agents) for word in row if word}
