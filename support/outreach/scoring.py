"""How much in trouble a found post is: by the words of its account and what was decided there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from support.lexicon.records import lexicon
from support.outreach.course import SKIP_REASONS, State
from support.outreach.records import Prospect
from support.outreach.trouble import Learned, Trouble, Words, judge, learn
from support.x.records import Account

MOST_LESSONS = 500
"""The newest decisions are learned from; a poll reads them all."""
NO_LESSON = "delicate"
"""Skipped though in trouble."""


@dataclass(frozen=True)
class Scale:
    """What all posts of one poll are judged by."""

    words: Words
    learned: Learned | None = None

    def judge(self, text: str, age: timedelta, followers: int | None) -> Trouble:
        return judge(text, words=self.words, age=age, followers=followers, learned=self.learned)


def scale(session: Session, account: Account) -> Scale:
    return Scale(words_of(session, account), learn(lessons(session, account.id)))


def words_of(session: Session, account: Account) -> Words:
    """Our own names are among the products: who names us speaks of us."""
    known = lexicon(session, account.id)
    ours = (f"@{account.handle}", account.name, account.persona)
    return Words(
        tuple(dict.fromkeys(it for it in (*known.products, *ours) if it)),
        known.misspellings,
        known.competitors,
    )


def lessons(session: Session, account_id: int) -> list[tuple[str, bool]]:
    """Posts a person decided about, and whether they approved; the newest first."""
    taught = [it for it in SKIP_REASONS if it != NO_LESSON]
    approved = Prospect.state.in_([State.APPROVED, State.HANDED, State.SEEN])
    skipped = and_(Prospect.state == State.SKIPPED, Prospect.skip_reason.in_(taught))
    decided = (
        select(Prospect.text, Prospect.state)
        .where(Prospect.account_id == account_id, Prospect.emptied_at.is_(None))
        .where(Prospect.decided_by_id.is_not(None), or_(approved, skipped))
        .order_by(Prospect.decided_at.desc(), Prospect.id.desc())
        .limit(MOST_LESSONS)
    )
    return [(text, state != State.SKIPPED) for text, state in session.execute(decided)]
