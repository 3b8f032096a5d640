"""Finding out what became of a part that X may or may not have: we read our own posts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from support.db import changed
from support.replies.attempts import log_attempt
from support.replies.choosing import LONGEST_REST
from support.replies.claiming import Hands, targets_of
from support.replies.paying import charge_look, charge_part
from support.replies.records import Attempt, Reply, ReplyPart
from support.replies.retries import (
    UNCLEAR_WAIT,
    Next,
    after_absence,
    find,
    look_since,
    until_next_look,
)
from support.replies.sending import (
    client_or_stop,
    keep_words,
    note_next,
    note_posted,
)
from support.replies.states import PartState
from support.x.client import XClient
from support.x.errors import XError
from support.x.posts import Page, Post
from support.x.snowflakes import first_id_at

FOR_ONE_LOOK = timedelta(seconds=20)
"""Nobody else looks meanwhile."""
MOST_SHOWN = 3_200
"""X shows no more of a timeline than this; a look that ends there proves nothing."""
MOST_PAGES = 40


@dataclass(frozen=True)
class Doubt:
    """A part to look for, in plain values."""

    part_id: int
    text: str
    targets: frozenset[str]
    """The post it answers, by the id of any of its versions; empty for a direct message."""
    person_x_id: str
    private: bool
    since: datetime
    """How far back, in X's time, a look must reach to prove anything."""
    handed_at: datetime | None
    """Since when a person may have posted it by hand, in words of their own."""
    failed: int = 0
    """How many looks before this one X did not answer."""


def look(session: Session, reply_id: int, hands: Hands) -> None:
    """Looks for the reply's unknown part on X and records what that proves.

    Found: posted, with that id. Absent twice, with time between: queued again. A look that
    cannot be completed proves nothing and is repeated.
    """
    doubt = _take(session, reply_id, hands)
    account = session.get_one(Reply, reply_id).conversation.account
    client = client_or_stop(account, hands) if doubt else None
    session.commit()
    if doubt is None or client is None:
        return
    try:
        posts, complete = read_back(client, doubt)
    except XError as error:
        _unclear(session, doubt.part_id, str(error), hands, until_next_look(doubt.failed))
    else:
        charge_look(session, doubt.part_id, len(posts), hands.clock(), hands.prices)
        shown_at = client.x_clock() or hands.clock()
        _conclude(session, doubt, posts, shown_at if complete else None, hands)
    session.commit()


def _take(session: Session, reply_id: int, hands: Hands) -> Doubt | None:
    """The unknown part, reserved for one look: two looks at once would prove too much."""
    now = hands.clock()
    unknown = (ReplyPart.reply_id == reply_id, ReplyPart.state == PartState.UNKNOWN.value)
    free = or_(
        ReplyPart.not_before.is_(None),
        ReplyPart.not_before <= now,
        ReplyPart.not_before >= now + LONGEST_REST,
    )
    over = now + FOR_ONE_LOOK
    mine = update(ReplyPart).where(*unknown, free)
    taken = {"not_before": over, "lease_until": over, "lease_owner": hands.worker}
    if not changed(session, mine.values(**taken)):
        return None
    part = session.scalars(select(ReplyPart).where(*unknown)).first()
    if part is None or part.attempted_at is None:
        return None
    return _doubt(part, _failed(session, part.id))


def _failed(session: Session, part_id: int) -> int:
    """How many looks X did not answer since the part was last sent, or looked for in vain."""
    looks = select(Attempt.outcome).where(Attempt.part_id == part_id).order_by(Attempt.id.desc())
    return len(list(takewhile("unclear".__eq__, session.scalars(looks.limit(5)))))


def _doubt(part: ReplyPart, failed: int) -> Doubt:
    reply = part.reply
    private = reply.conversation.is_private
    assert part.attempted_at is not None
    return Doubt(
        part_id=part.id,
        text=part.text,
        targets=frozenset[str]() if private else targets_of(part),
        person_x_id=reply.conversation.customer.x_id,
        private=private,
        since=look_since(part.after_x_id, part.attempted_at),
        handed_at=part.handed_at,
        failed=failed,
    )


def read_back(client: XClient, doubt: Doubt) -> tuple[list[Post], bool]:
    """Our posts since just before the attempt, and whether the read reached back that far."""
    if doubt.private:
        return _read(lambda page: client.dms_with(doubt.person_x_id, page=page), doubt.since)
    return own_posts_since(client, doubt.since)


def own_posts_since(client: XClient, since: datetime) -> tuple[list[Post], bool]:
    """All our account posted since then, and whether the read reached back that far."""
    first = first_id_at(since)
    return _read(lambda page: client.own_posts(since_id=first, page=page), since)


def _read(read: Callable[[str | None], Page], since: datetime) -> tuple[list[Post], bool]:
    posts: list[Post] = []
    token: str | None = None
    for _ in range(MOST_PAGES):
        page = read(token)
        posts += page.posts
        if page.unread:
            return posts, False  # one of them may be ours
        if any(post.posted_at < since for post in page.posts):
            return posts, True
        if page.next_token is None:
            return posts, len(posts) < MOST_SHOWN
        token = page.next_token
    return posts, False


def _conclude(
    session: Session, doubt: Doubt, posts: list[Post], shown_at: datetime | None, hands: Hands
) -> None:
    """`shown_at`: X's time when it had shown all we asked for; None: it did not show all."""
    now = hands.clock()
    taken = set(
        session.scalars(
            select(ReplyPart.x_id).where(ReplyPart.x_id.in_([post.x_id for post in posts]))
        )
    )
    found = find(
        posts,
        text=doubt.text,
        targets=doubt.targets,
        since=doubt.since,
        handed_at=doubt.handed_at,
        taken={x_id for x_id in taken if x_id},
    )
    if found is not None:
        log_attempt(session, doubt.part_id, "found", found.x_id, now)
        at = found.posted_at
        if note_posted(session, doubt.part_id, x_id=found.x_id, at=at, now=now):
            charge_part(session, doubt.part_id, now, hands.prices)
        keep_words(session, session.get_one(ReplyPart, doubt.part_id), found.text)
    elif shown_at is None:
        short = "the look did not reach back to the attempt"
        _unclear(session, doubt.part_id, short, hands, UNCLEAR_WAIT)
    else:
        _absent(session, doubt.part_id, shown_at, hands)


def _absent(session: Session, part_id: int, shown_at: datetime, hands: Hands) -> None:
    """One look more that did not show it, unless this worker slept until others looked or sent:
    what it saw then says nothing of what they did.
    """
    now = hands.clock()
    mine = [ReplyPart.id == part_id, ReplyPart.state == PartState.UNKNOWN.value]
    mine.append(ReplyPart.lease_owner == hands.worker)
    absent_at = session.scalar(select(ReplyPart.absent_at).where(*mine))
    first = update(ReplyPart).where(*mine).values(absent_at=absent_at or shown_at)
    if not changed(session, first):
        return
    last = select(Attempt.outcome).where(
        Attempt.part_id == part_id, Attempt.outcome.in_(["duplicate", "no_answer", "lost_worker"])
    )
    outcome = session.scalar(last.order_by(Attempt.id.desc()).limit(1))
    follows = after_absence(absent_at, shown_at, now, duplicate=outcome == "duplicate")
    note_next(session, part_id, follows, now, was=PartState.UNKNOWN, by=hands.worker)


def _unclear(session: Session, part_id: int, detail: str, hands: Hands, wait: timedelta) -> None:
    now = hands.clock()
    unclear = Next(PartState.UNKNOWN, now + wait, detail, "unclear")
    note_next(session, part_id, unclear, now, was=PartState.UNKNOWN, by=hands.worker)
