"""Posting: never twice, never lost.

X has no idempotency key. So every part is committed as `posting` before the call to X, its id is
committed at once after it, and a part found in `posting` by anyone but its worker is looked for
(replies/reconciling.py) before anything sends it again.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation
from support.db import changed, storable
from support.replies.claiming import Errand, Hands, claim
from support.replies.enclosing import enclosed, forget, still_mine
from support.replies.paying import charge_part, may_pay
from support.replies.records import Attempt, Reply, ReplyPart
from support.replies.retries import Next, after_error, same_words
from support.replies.states import PartState, may_become
from support.sla.keeping import terms_of
from support.tickets import handling
from support.tickets.records import Ticket
from support.x.client import XClient
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.records import Account
from support.x.snowflakes import accepted_at

STALE = timedelta(seconds=5)
"""A worker that was asleep this long between its claim and its call lets go instead."""


def deliver(session: Session, reply_id: int, hands: Hands) -> None:
    """Posts what is ready of a reply, part by part.

    The one place outside the doors that commits: before each call to X, so that a crash leaves
    `posting` behind, and at once after it, so that X's id is not lost to anything that follows.
    """
    while True:
        reply = whole(session, reply_id)
        if reply is None:
            return
        settle(session, reply, hands.clock())  # what a worker before us may have left undone
        account = reply.conversation.account
        client = client_or_stop(account, hands)
        paid = client is not None and may_pay(session, account, hands.clock())
        errand = claim(session, reply, hands) if paid else None
        session.commit()
        if errand is None or client is None:
            return
        _post(session, errand, client, hands)


def client_or_stop(account: Account, hands: Hands) -> XClient | None:
    """Who speaks for the account; one whose token cannot be read stops, and keeps its queue."""
    try:
        return hands.x.for_account(account)
    except XError as error:
        stop(account, reason_to_stop(error), hands.clock())
        return None


def whole(session: Session, reply_id: int) -> Reply | None:
    """A reply as the database has it now, with all that sending looks at, in one query."""
    return session.scalars(_WHOLE.where(Reply.id == reply_id)).unique().one_or_none()


_WHOLE = (
    select(Reply)
    .options(
        joinedload(Reply.parts),
        joinedload(Reply.answers),
        joinedload(Reply.agent),
        joinedload(Reply.conversation).options(
            joinedload(Conversation.account), joinedload(Conversation.customer)
        ),
    )
    .execution_options(populate_existing=True)
)


def _post(session: Session, errand: Errand, client: XClient, hands: Hands) -> None:
    part_id, begun = errand.part_id, errand.claimed_at
    try:
        media = enclosed(session, part_id, client, hands.clock, private=errand.private)
        if media:
            begun = hands.clock()
            if not still_mine(session, part_id, hands.worker, begun, hands.lease):
                return
        if hands.clock() - begun > STALE:
            raise XError(Meaning.NOT_SENT, 0, "the worker was asleep")
        x_id = _call(client, errand, media)
    except XError as error:
        now = hands.clock()
        if error.meaning is Meaning.REFUSED:
            forget(session, part_id)
        follows = after_error(error, attempts_at(session, part_id), now)
        note_next(session, part_id, follows, now, was=PartState.POSTING, by=hands.worker)
    else:
        now = hands.clock()
        if note_posted(session, part_id, x_id=x_id, at=accepted_at(x_id) or now, now=now):
            charge_part(session, part_id, now, hands.prices)
    session.commit()


def _call(client: XClient, errand: Errand, media: list[str]) -> str:
    carried: dict[str, list[str]] = {"media_ids": media} if media else {}
    if errand.private:
        return client.send_dm(errand.text, to=errand.target_x_id, **carried)
    return client.create_post(errand.text, in_reply_to=errand.target_x_id, **carried)


def settle(session: Session, reply: Reply, now: datetime) -> None:
    """Tells the ticket what X accepted, and closes a reply of which everything is out.

    May be called again at any time: it says the same from the same facts.
    """
    first = reply.parts[0].posted_at
    if first is None or reply.settled_at is not None:
        return
    _tell_ticket(session, reply, first)
    if all(part.state == PartState.POSTED for part in reply.parts):
        reply.settled_at = now


def _tell_ticket(session: Session, reply: Reply, at: datetime) -> None:
    account = reply.conversation.account
    handling.note_reply_accepted(
        session,
        session.get_one(Ticket, reply.ticket_id),
        reply.answers,
        terms_of(session, account.calendar_id, account.service_level_id),
        at=at,
        agent=reply.agent,
    )


def note_posted(session: Session, part_id: int, *, x_id: str, at: datetime, now: datetime) -> bool:
    """X accepted the part at `at`. Written whatever became of the lease: the post is out.

    False when that was known already.
    """
    log_attempt(session, part_id, "posted", x_id, now)
    told = changed(
        session,
        update(ReplyPart)
        .where(ReplyPart.id == part_id, ReplyPart.state != PartState.POSTED.value)
        .values(
            state=PartState.POSTED.value,
            x_id=x_id,
            posted_at=at,
            lease_until=None,
            not_before=None,
            reason="",
        ),
    )
    return told == 1


def keep_words(part: ReplyPart, posted: str) -> None:
    """What stands on X is what we keep: a person may have changed the words on x.com."""
    if not same_words(part.text, posted):
        part.text = storable(posted)


def note_next(
    session: Session, part_id: int, follows: Next, now: datetime, *, was: PartState, by: str = ""
) -> None:
    """An attempt or a look proved something; the part becomes what the rules say follows.

    Only while it still is what it `was`, and leased to `by` where one is given: a worker that
    was thought dead must not undo what others have found out since.
    """
    if not may_become(was, follows.state):
        raise ValueError(f"a part that is {was} cannot become {follows.state}")
    mine = [ReplyPart.id == part_id, ReplyPart.state == was.value]
    mine += [ReplyPart.lease_owner == by] if by else []
    values = {
        "state": follows.state.value,
        "not_before": follows.not_before,
        "reason": follows.reason,
        "lease_until": None,
    }
    log_attempt(session, part_id, follows.outcome, follows.reason, now)
    if not changed(session, update(ReplyPart).where(*mine).values(**values)):
        return
    part = session.get_one(ReplyPart, part_id)
    session.refresh(part)
    reply = part.reply
    if follows.state == PartState.REJECTED:
        reply.settled_at = now
    if follows.state == PartState.HANDED:
        part.handed_at = now
    if follows.stops_account:
        stop(reply.conversation.account, follows.reason, now)
    reply.rung_at = None


def log_attempt(session: Session, part_id: int, outcome: str, detail: str, now: datetime) -> None:
    session.add(Attempt(part_id=part_id, happened_at=now, outcome=outcome, detail=detail[:300]))


def attempts_at(session: Session, part_id: int) -> int:
    """How often this part was tried and surely not accepted."""
    tried = select(func.count()).select_from(Attempt)
    return session.scalar(tried.where(Attempt.part_id == part_id, Attempt.outcome == "retry")) or 0


def lose_dead_workers(session: Session, now: datetime) -> int:
    """Parts whose worker let its lease run out become unknown; returns how many."""
    lost = select(ReplyPart).where(
        ReplyPart.state == PartState.POSTING.value, ReplyPart.lease_until < now
    )
    parts = list(session.scalars(lost.with_for_update(skip_locked=True)))
    for part in parts:
        lost_worker = Next(PartState.UNKNOWN, now, "", "lost_worker")
        note_next(session, part.id, lost_worker, now, was=PartState.POSTING)
    return len(parts)


def to_ring(
    session: Session, now: datetime, *, again_after: timedelta, limit: int = 200
) -> list[Reply]:
    """Live replies a worker should look at now: undo time over, retry due, unknown, or unnoted.

    One that was handed to a person has nothing for a worker to do. A reply is named again only
    after `again_after`: the ring may have been lost.
    """
    ready = exists().where(
        ReplyPart.reply_id == Reply.id,
        ReplyPart.state.not_in([PartState.POSTING.value, PartState.UNDONE.value]),
        or_(ReplyPart.not_before.is_(None), ReplyPart.not_before <= now),
    )
    with_a_person = exists().where(
        ReplyPart.reply_id == Reply.id, ReplyPart.state == PartState.HANDED.value
    )
    waiting = (
        select(Reply)
        .join(Reply.conversation)
        .join(Account, Account.id == Conversation.account_id)
        .where(
            Reply.settled_at.is_(None),
            Reply.held_until <= now,
            or_(Reply.rung_at.is_(None), Reply.rung_at < now - again_after),
            Account.stopped_at.is_(None),
            ready,
            ~with_a_person,
        )
        .order_by(Reply.held_until, Reply.id)
        .limit(limit)
    )
    return list(session.scalars(waiting))
