"""Reviewing: a lead says what was good in a reply and what could be tried; the agent answers."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.access import Deed, may
from support.agents.records import Agent
from support.db import storable
from support.errors import N_, DeskError, NotAllowed, Refused
from support.replies.records import Reply
from support.review.agreement import Verdict
from support.review.records import Review, ReviewAnswer

LONGEST = 1_000
"""Characters of each text."""


def look(session: Session, reply: Reply, now: datetime, *, by: Agent) -> Review:
    """Notes that a lead looked at it and has nothing to say; what they said before stays."""
    _may_review(reply, by)
    return _first(session, reply, by, now)


def write(
    session: Session, reply: Reply, now: datetime, *, by: Agent, verdict: str, good: str, idea: str
) -> Review | None:
    """What a lead says to a reply, for the first time or again. None: that is what it said already.

    Raises Refused for the form.
    """
    _may_review(reply, by)
    said = (_verdict(verdict), _text("good", good), _text("idea", idea))
    if not said[1] and not said[2]:
        raise Refused("good", N_("良かった点か工夫点の、どちらかを書いてください。"))
    review = _first(session, reply, by, now)
    if said == (review.verdict, review.good, review.idea):
        return None
    if review.answers:
        raise DeskError(
            N_("本人が返事を書いたので、書き直せません。続きは返事の欄で伝えてください。")
        )
    review.edited_at = now if review.is_told else None
    review.verdict, review.good, review.idea = said
    return review


def answer(
    session: Session, review: Review, text: str, now: datetime, *, by: Agent
) -> ReviewAnswer:
    """A word between whoever wrote the reply and whoever reviewed it. Raises Refused."""
    if not takes_part(review, by):
        raise NotAllowed(N_("返事を書けるのは、返信した本人と見守った責任者だけです。"))
    words = _text("text", text)
    if not words:
        raise Refused("text", N_("返事を書いてください。"))
    said = ReviewAnswer(review_id=review.id, agent_id=by.id, text=words, at=now)
    session.add(said)
    session.flush()
    return said


def takes_part(review: Review, agent: Agent) -> bool:
    """Whether it is between this agent and somebody else."""
    return review.is_told and agent.id in (review.agent_id, review.lead_id)


def may_see(review: Review, agent: Agent) -> bool:
    """Whoever it is about, and leads; no other agent."""
    return review.agent_id == agent.id or may(agent.role, Deed.REVIEW)


def other_side(review: Review, agent: Agent) -> int | None:
    """Who is told of what this agent says in it."""
    return review.lead_id if agent.id == review.agent_id else review.agent_id


def _may_review(reply: Reply, by: Agent) -> None:
    if not may(by.role, Deed.REVIEW):
        raise NotAllowed(N_("見守りは責任者だけが書けます。"))
    if reply.agent_id == by.id:
        raise NotAllowed(N_("自分の返信は見守れません。ほかの責任者に頼んでください。"))
    if not any(part.posted_at for part in reply.parts):
        raise DeskError(N_("まだ送られていない返信です。"))


def _first(session: Session, reply: Reply, by: Agent, now: datetime) -> Review:
    """The one review this lead has of it, made where there is none yet; two presses make one."""
    mine = select(Review).where(Review.reply_id == reply.id, Review.lead_id == by.id)
    known = session.scalar(mine)
    if known is not None:
        return known
    review = Review(reply_id=reply.id, lead_id=by.id, agent_id=reply.agent_id, at=now)
    review.verdict, review.good, review.idea, review.edited_at = "", "", "", None
    try:
        with session.begin_nested():
            session.add(review)
    except IntegrityError:
        return session.scalars(mine).one()
    return review


def _verdict(word: str) -> str:
    if word not in set(Verdict):
        raise Refused("verdict", N_("見立てを選んでください。"))
    return word


def _text(field: str, written: str) -> str:
    text = storable(written).replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(field, N_("%(n)s文字以内にしてください。"), n=f"{LONGEST:,}")
    return text
