"""The guard at work: what it knows of a conversation, whether a draft may go, and the lists.

Pages ask it while an agent types; sending asks it again, and only that answer counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import DM, Conversation, Customer, Message
from support.db import storable
from support.errors import N_, Refused
from support.replies import guard, wordlists
from support.replies.findings import Finding
from support.replies.folded import fold
from support.replies.guard import About, House
from support.replies.names import mentions
from support.replies.records import GuardOverride, GuardWord, Reply
from support.replies.wordlists import Level, Purpose, Word
from support.tickets.knowing import numbers_of
from support.tickets.records import Ticket
from support.x.records import Account

MOST_TOLD = 60
"""So many of a customer's newest direct messages are looked through."""
MOST_THREAD = 60
MOST_WORDS = 500
LONGEST_REASON = 200


def findings(session: Session, ticket: Ticket, agent: Agent, text: str) -> list[Finding]:
    return guard.read(text, about(session, ticket, agent)) if text.strip() else []


def about(session: Session, ticket: Ticket, agent: Agent) -> About:
    """What the guard must know to judge a draft of this agent in this conversation."""
    conversation = ticket.conversation
    customer = conversation.customer
    return replace(
        about_us(session, conversation.account, private=conversation.is_private),
        customer_name=customer.name,
        customer_handle=customer.username,
        customer_bio=customer.bio,
        told=_told(session, customer.id),
        numbers=tuple(it.number for it in numbers_of(session, customer.id)),
        agent_name=agent.family_name,
        taking_part=_taking_part(session, ticket.id),
    )


def about_us(session: Session, account: Account | None, *, private: bool) -> About:
    """What it knows of a text that is for no one customer: our names and our lists."""
    houses = {it.id: _house(it) for it in session.scalars(select(Account).order_by(Account.id))}
    own = houses.pop(account.id) if account else House("", "")
    return About(
        private=private,
        account=own,
        other_accounts=tuple(houses.values()) if account else (),
        colleagues=tuple(session.scalars(select(Agent.family_name).distinct())),
        words=words(session),
    )


def _house(account: Account) -> House:
    return House(account.name, account.handle, account.persona)


def _told(session: Session, customer_id: int) -> tuple[str, ...]:
    said = (
        select(Message.text)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Conversation.customer_id == customer_id,
            Message.channel == DM,
            Message.author_id == customer_id,
            Message.emptied_at.is_(None),
        )
    )
    return tuple(session.scalars(said.order_by(Message.id.desc()).limit(MOST_TOLD)))


def _taking_part(session: Session, ticket_id: int) -> frozenset[str]:
    """Who wrote in this ticket, and whom they named."""
    said = (
        select(Message.text, Customer.username)
        .outerjoin(Customer, Customer.id == Message.author_id)
        .where(Message.ticket_id == ticket_id)
        .order_by(Message.id.desc())
        .limit(MOST_THREAD)
    )
    handles = set[str]()
    for text, username in session.execute(said):
        handles |= {handle for handle, _ in mentions(fold(text).text)}
        handles |= {username.lower()} if username else set()
    return frozenset(handles)


def is_pressed(session: Session, key: str) -> bool:
    """Whether this form made a reply already: pressing it again asks nothing anew."""
    return bool(session.scalar(select(exists().where(Reply.key == key))))


def may_go(found: Sequence[Finding], reason: str, asked_for: set[str]) -> None:
    """Raises Refused where the draft must not go as it is.

    A reason counts for the kinds of finding it was asked for, not for what came up later.
    """
    if any(it.level is Level.STOP for it in found):
        raise Refused("body", N_("このままでは送信できません。下の指摘を直してください。"))
    asking = {it.kind for it in found if it.level is Level.REASON}
    if asking and not reason:
        raise Refused("guard_reason", N_("指摘を直すか、このまま送る理由を書いてください。"))
    if asking - asked_for:
        raise Refused(
            "guard_reason",
            N_("新しい指摘があります。理由がそれにも当てはまるか、確かめてください。"),
        )


def note_overrides(
    session: Session, reply: Reply, found: Sequence[Finding], reason: str, by: Agent, now: datetime
) -> None:
    """Keeps why it was sent all the same; not the words that were found."""
    session.add_all(
        GuardOverride(
            reply_id=reply.id,
            kind=it.kind,
            length=it.length,
            reason=storable(reason)[:LONGEST_REASON],
            agent_id=by.id,
            at=now,
        )
        for it in found
        if it.level is Level.REASON
    )


def entries(session: Session, *, retired: bool = False) -> list[GuardWord]:
    """The lists as they stand, or what was taken off them, the newest first."""
    at = GuardWord.retired_at
    these = select(GuardWord).where(at.is_not(None) if retired else at.is_(None))
    order = at.desc() if retired else GuardWord.purpose
    return list(session.scalars(these.order_by(order, GuardWord.id).limit(MOST_WORDS)))


def entries_at(session: Session, at: datetime) -> list[GuardWord]:
    """The lists as they stood at a moment."""
    these = select(GuardWord).where(
        GuardWord.made_at <= at, or_(GuardWord.retired_at.is_(None), GuardWord.retired_at > at)
    )
    return list(session.scalars(these.order_by(GuardWord.purpose, GuardWord.id).limit(MOST_WORDS)))


def changes_since(session: Session, at: datetime) -> list[tuple[datetime, bool, GuardWord]]:
    """What was put on the lists and taken off since, the newest first: when, whether it came."""
    these = select(GuardWord).where(or_(GuardWord.made_at > at, GuardWord.retired_at > at))
    newest = func.coalesce(GuardWord.retired_at, GuardWord.made_at).desc()
    found = session.scalars(these.order_by(newest, GuardWord.id).limit(MOST_WORDS)).all()
    came = [(it.made_at, True, it) for it in found if it.made_at > at]
    went = [(it.retired_at, False, it) for it in found if it.retired_at and it.retired_at > at]
    return sorted([*came, *went], key=lambda it: (it[0], it[2].id), reverse=True)


def words(session: Session) -> tuple[Word, ...]:
    return tuple(word_of(it) for it in entries(session))


def word_of(it: GuardWord) -> Word:
    return Word(it.text, Purpose(it.purpose), Level(it.level), it.is_pattern, it.instead, it.note)


def add_word(session: Session, word: Word, by: Agent, now: datetime) -> GuardWord:
    """Raises Refused for the form."""
    text = may_be_added(session, word)
    row = GuardWord(
        purpose=word.purpose.value,
        level=(Level.HINT if word.purpose is Purpose.ALLOWED else word.level).value,
        text=text,
        is_pattern=word.is_pattern and word.purpose is not Purpose.ALLOWED,
        instead=" ".join(storable(word.instead).split())[:80],
        note=" ".join(storable(word.note).split())[:200],
        made_by_id=by.id,
        made_at=now,
    )
    session.add(row)
    return row


def may_be_added(session: Session, word: Word) -> str:
    """The word as it would be kept. Raises Refused for the form."""
    text = wordlists.check(storable(word.text), is_pattern=word.is_pattern)
    here = entries(session)
    if any(_same(word_of(it), text, word.purpose) for it in here):
        raise Refused("text", N_("同じ言葉がすでに登録されています。"))
    if len(here) >= MOST_WORDS:
        raise Refused("text", N_("登録できるのは500件までです。使わないものを外してください。"))
    return text


def _same(known: Word, text: str, purpose: Purpose) -> bool:
    same = fold(known.text).text.lower() == fold(text).text.lower()
    return same and known.purpose is purpose


def add_starter(session: Session, by: Agent, now: datetime) -> int:
    """Puts the words a desk may begin with on the lists; those that are there stay as they are."""
    count = 0
    for word in wordlists.STARTER:
        try:
            add_word(session, word, by, now)
        except Refused:
            continue
        session.flush()
        count += 1
    return count


def retire(word: GuardWord, by: Agent, now: datetime) -> None:
    """Off the list from now on; that it stood there is kept."""
    if word.retired_at is None:
        word.retired_at, word.retired_by_id = now, by.id
