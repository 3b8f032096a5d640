"""Picking: noting what an agent made of the answers suggested for a message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.canned.kept import kept, own_words
from support.canned.records import Pick
from support.canned.shelf import Shelf
from support.conversations.records import Message

SHOWN = 3
"""Answers are suggested at most."""


@dataclass(frozen=True)
class Choice:
    """What a form says of the suggestions: which stood there, and which answer was put in."""

    shown: tuple[str, ...] = ()
    answer_id: str | None = None

    @property
    def place(self) -> int | None:
        """Where the answer stood among the suggestions, from 1; None: only the shelf had it."""
        return self.shown.index(self.answer_id) + 1 if self.answer_id in self.shown else None


def choice(shelf: Shelf, shown: Iterable[str], answer_id: str = "") -> Choice:
    """What a form claims, as far as the shelf knows the answers it names."""
    known = {reply.id for reply in shelf.replies}
    there = tuple(it for it in dict.fromkeys(shown) if it in known)[:SHOWN]
    return Choice(there, answer_id if answer_id in known else None)


def note_reply(
    session: Session,
    reply_id: int,
    answered: Message,
    agent: Agent,
    chosen: Choice,
    *,
    texts: Iterable[str],
    body: str,
    now: datetime,
) -> Pick | None:
    """Once for a reply, however often its form was sent; None where it is noted already.

    `texts` are what the chosen answer says here, one for each of its variants. Where nearly
    nothing of them was sent, the reply counts as written by hand.
    """
    if session.scalar(select(exists().where(Pick.reply_id == reply_id))):
        return None
    share = kept(texts, body) if chosen.answer_id else None
    if share is not None and own_words(share):
        chosen, share = Choice(chosen.shown), None
    pick = Pick(
        message_id=answered.id,
        agent_id=agent.id,
        reply_id=reply_id,
        answer_id=chosen.answer_id,
        shown=list(chosen.shown),
        place=chosen.place,
        kept=share,
        picked_at=now,
    )
    session.add(pick)
    return pick


def take_back(session: Session, reply_id: int) -> Choice:
    """A reply was undone: nothing was sent. Returns what its form had said, for the next one."""
    pick = session.scalar(select(Pick).where(Pick.reply_id == reply_id))
    if pick is None:
        return Choice()
    session.delete(pick)
    return Choice(tuple(pick.shown), pick.answer_id)


def grew_from(session: Session, reply_id: int) -> str | None:
    """The prepared answer a reply came from."""
    return session.scalar(select(Pick.answer_id).where(Pick.reply_id == reply_id))


def none_fits(
    session: Session, message: Message, agent: Agent, shown: Iterable[str], now: datetime
) -> None:
    """None of the suggested answers fits the message; said once, whoever says it again."""
    # Two who press at once stand in line here: the second sees the row of the first.
    session.execute(select(Message.id).where(Message.id == message.id).with_for_update())
    if session.scalar(select(exists().where(nothing_fitted(message.id)))):
        return
    session.add(Pick(message_id=message.id, agent_id=agent.id, shown=list(shown), picked_at=now))


def take_back_none_fits(session: Session, message: Message) -> None:
    session.execute(delete(Pick).where(nothing_fitted(message.id)))


def nothing_fitted(message_id: int) -> ColumnElement[bool]:
    """What was said of all the answers suggested for a message."""
    return and_(Pick.message_id == message_id, Pick.reply_id.is_(None))
