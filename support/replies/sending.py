"""Posting: never twice, never lost.

X has no idempotency key. So every part is committed as `posting` before the call to X, its id is
committed at once after it, and a part found in `posting` by anyone but its worker is looked for
(replies/reconciling.py) before anything sends it again.
"""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, joinedload

from support.conversations.records import Conversation
from support.db import changed, storable
from support.replies.attempts import attempts_at, log_attempt
from support.replies.claiming import Errand, Hands, abandoned, claim
from support.replies.enclosing import enclosed, forget, still_mine
from support.replies.paying import charge_errand, may_pay
from support.replies.records import Reply, ReplyPart
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
    found = session.execute(_ACCOUNT.where(Reply.id == reply_id)).one_or_none()
    if found is None:
        return
    account, is_partly_out = found
    if is_partly_out:  # what a worker before us may have left undone
        settle_now(session, reply_id, hands.clock())
    client = client_or_stop(account, hands)
    while client is not None and may_pay(session, account, hands.clock()):
        errand = claim(session, reply_id, hands)
        session.commit()
        if errand is None:
            return
        _post(session, errand, client, hands)
        settle_now(session, reply_id, hands.clock())
    session.commit()


_ACCOUNT = (
    select(Account, exists().where(ReplyPart.reply_id == Reply.id, ReplyPart.x_id.is_not(None)))
    .join(Conversation, Conversation.account_id == Account.id)
    .join(Reply, Reply.conversation_id == Conversation.id)
    .where(Reply.settled_at.is_(None))
)
"""The account a live reply goes out from, and whether a part of the reply is out."""


def client_or_stop(account: Account, hands: Hands) -> XClient | None:
    """Who speaks for the account; one whose token cannot be read stops, and keeps its queue."""
    try:
        return hands.x.for_account(account)
    except XError as error:
        stop(account, reason_to_stop(error), hands.clock())
        return None


def whole(session: Session, reply_id: int) -> Reply | None:
    """A reply as the database has it now, with all that settling looks at, in one query."""
    return session.scalars(_WHOLE.where(Reply.id == reply_id)).unique().one_or_none()


_WHOLE = (
    select(Reply)
    .options(
        joinedload(Reply.parts),
        joinedload(Reply.answers),
        joinedload(Reply.agent),
        joinedload(Reply.conversation).joinedload(Conversation.account),
    )
    .execution_options(populate_existing=True)
)


def _post(session: Session, errand: Errand, client: XClient, hands: Hands) -> None:
    """Calls X and commits what came of it."""
    try:
        x_id = _called(session, errand, client, hands)
    except XError as error:
        now = hands.clock()
        if error.meaning is Meaning.REFUSED:
            forget(session, errand.part_id)
        follows = after_error(error, attempts_at(session, errand.part_id), now)
        by, begun = hands.worker, errand.claimed_at
        note_next(
            session, errand.part_id, follows, now, was=PartState.POSTING, by=by, begun=begun
        )
    else:
        now = hands.clock()
        if x_id and _note_accepted(session, errand, x_id, now):
            charge_errand(session, errand, now, hands.prices)
    session.commit()


def _note_accepted(session: Session, errand: Errand, x_id: str, now: datetime) -> bool:
    at, begun = accepted_at(x_id) or now, errand.claimed_at
    return note_posted(session, errand.part_id, x_id=x_id, at=at, now=now, begun=begun)


def _called(session: Session, errand: Errand, client: XClient, hands: Hands) -> str:
    """X's id of the post; empty where this worker was taken for dead before it called X."""
    begun, media = errand.claimed_at, list[str]()
    if errand.pictured:
        clock, private = hands.clock, errand.private
        media = enclosed(session, errand.part_id, client, clock, private=private)
        begun = clock()
        if not still_mine(session, errand.part_id, hands.worker, begun, hands.lease):
            return ""
    if hands.clock() - begun > STALE:
        raise XError(Meaning.NOT_SENT, 0, "the worker was asleep")
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


def settle_now(session: Session, reply_id: int, now: datetime) -> None:
    """Settles a reply from what the database has of it now."""
    reply = whole(session, reply_id)
    if reply is not None:
        settle(session, reply, now)


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


def note_posted(
    session: Session,
    part_id: int,
    *,
    x_id: str,
    at: datetime,
    now: datetime,
    begun: datetime | None = None,
) -> bool:
    """X accepted the part at `at`. Written whatever became of the lease: the post is out.

    `begun`: when the call began that was answered so. False when that was known already.
    """
    log_attempt(session, part_id, "posted", x_id, now, begun=begun)
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
    session: Session,
    part_id: int,
    follows: Next,
    now: datetime,
    *,
    was: PartState,
    by: str = "",
    begun: datetime | None = None,
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
    log_attempt(session, part_id, follows.outcome, follows.reason, now, begun=begun)
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


def lose_dead_workers(session: Session, now: datetime, lease: timedelta) -> int:
    """Parts whose worker let its lease run out become unknown; returns how many."""
    parts = list(session.scalars(abandoned(now, lease).with_for_update(skip_locked=True)))
    for part in parts:
        lost_worker = Next(PartState.UNKNOWN, now, "", "lost_worker")
        begun = part.claimed_at
        note_next(session, part.id, lost_worker, now, was=PartState.POSTING, begun=begun)
    return len(parts)
