"""A dry run of a word: what it would have found in what we sent of late."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import DM, Conversation
from support.replies import wordlists
from support.replies.folded import fold
from support.replies.records import Reply, ReplyPart
from support.replies.wordlists import Word

SINCE = timedelta(days=30)
MOST_POSTS = 5_000
MOST_LETTERS = 500_000
"""A pattern may try so many ways at each letter: what a dry run costs at most follows from this."""
MOST_EXAMPLES = 20


@dataclass(frozen=True)
class Example:
    """A post it would have found; `pieces` alternate: words, what was found, words, …"""

    ticket_id: int
    posted_at: datetime
    private: bool
    who: str
    pieces: tuple[str, ...]


@dataclass
class Rehearsal:
    since: datetime
    """From when on we looked; later than asked where there was too much."""
    cut: bool = False
    """Whether there is more than was looked through."""
    looked: int = 0
    public: int = 0
    private: int = 0
    """How many public posts, and direct messages, it would have found."""
    examples: list[Example] = field(default_factory=list)
    """The newest."""

    @property
    def found(self) -> int:
        return self.public + self.private


def rehearse(
    session: Session,
    word: Word,
    *,
    now: datetime,
    posts: int = MOST_POSTS,
    letters: int = MOST_LETTERS,
) -> Rehearsal:
    """The newest posts first, without their signature: the guard reads what the agent typed.

    Raises Refused for a word, or a pattern, that could not be kept.
    """
    wordlists.check(word.text, is_pattern=word.is_pattern)
    told, read = Rehearsal(now - SINCE), 0
    for row in session.execute(_sent(now)):
        if told.looked >= posts or read >= letters:
            told.cut = True
            break
        text = row.text.removesuffix(row.signature).rstrip() if row.signature else row.text
        told.looked += 1
        read += len(text)
        told.since = row.posted_at
        folded = fold(text)
        spans = [folded.span(*it) for it in wordlists.matches(word, folded)]
        if not spans:
            continue
        private = row.channel == DM
        told.private += private
        told.public += not private
        if len(told.examples) < MOST_EXAMPLES:
            pieces = tuple(_pieces(text, spans))
            told.examples.append(
                Example(row.ticket_id, row.posted_at, private, row.family_name or "", pieces)
            )
    if not told.cut:
        told.since = now - SINCE
    return told


def _sent(now: datetime) -> Select[*tuple[Any, ...]]:
    """What X accepted of ours and people pressed; automatic ones are not the guard's matter."""
    return (
        select(
            Reply.ticket_id,
            ReplyPart.posted_at,
            ReplyPart.text,
            Reply.signature,
            Conversation.channel,
            Agent.family_name,
        )
        .join(Reply, Reply.id == ReplyPart.reply_id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .outerjoin(Agent, Agent.id == Reply.agent_id)
        .where(ReplyPart.posted_at >= now - SINCE, Reply.automatic.is_(False))
        .order_by(ReplyPart.posted_at.desc(), ReplyPart.id.desc())
        .limit(MOST_POSTS + 1)
    )


def _pieces(text: str, spans: list[tuple[int, int]]) -> list[str]:
    """The text cut where something was found: every second piece is what was found."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start < at:
            continue
        pieces += [text[at:start], text[start:end]]
        at = end
    return [*pieces, text[at:]]
