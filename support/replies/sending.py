"""Posting: never twice, never lost.

X has no idempotency key. So every part is committed as `posting` before the call to X, its id is
committed at once after it, and a part found in `posting` by anyone but its worker is looked for
(replies/reconciling.py) before anything sends it again.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.db import begin_durable, changed, may_be_lost, storable
from support.replies import committing
from support.replies.attempts import attempts_at, log_attempt
from support.replies.claiming import Errand, Hands, claim, facts
from support.replies.enclosing import enclosed, forget, still_mine
from support.replies.paying import charge_errand, may_pay
from support.replies.records import Reply, ReplyPart
from support.replies.retries import Next, after_error, same_words
from support.replies.states import PartState, may_become
from support.search.indexing import enter_reply
from support.terms.choosing import terms_for
from support.tickets import noting
from support.tickets.records import alone_with
from support.x.client import XClient
from support.x.connecting import stop
from support.x.errors import Meaning, XError, reason_to_stop
from support.x.records import Account
from support.x.snowflakes import accepted_at

STALE = timedelta(seconds=5)
"""A worker that was asleep this long between its claim and its call lets go instead."""


def deliver(session: Session, reply_id: int, hands: Hands, client: XClient | None = None) -> None:
    """Posts what is ready of a reply, part by part; `client` speaks for its account.

    The one place outside the doors that commits: before each call to X, so that a crash leaves
    `posting` behind, and at once after it, so that X's id is not lost to anything that follows.
    """
    session.commit()
    begin_durable(session)  # what X was called for must never be forgotten
    rows = facts(session, reply_id, hands.clock())
    if any(row.x_id for row in rows):  # what a worker before us may have left undone
        settle(session, reply_id, hands.clock())
    if rows and client is None:
        client = client_of(session, rows[0].account_id, hands)
    while client is not None and rows and _may_pay(session, rows[0], hands):
        errand = claim(session, rows, hands)
        session.commit()
        if errand is None:
            return
        _post(session, errand, client, hands)
        may_be_lost(session)
        if settle(session, reply_id, hands.clock()):
            break
        session.commit()
        begin_durable(session)
        rows = facts(session, reply_id, hands.clock())
    session.commit()


def _may_pay(session: Session, row: Any, hands: Hands) -> bool:
    return may_pay(session, row.account_id, row.monthly_cap_micros, hands.clock())


def client_of(session: Session, account_id: int, hands: Hands) -> XClient | None:
    """Who speaks for the account; None where it is stopped, or stops for want of a token."""
    account = session.get(Account, account_id)
    if account is None or account.stopped_at is not None:
        return None
    return client_or_stop(account, hands)


def client_or_stop(account: Account, hands: Hands) -> XClient | None:
    """Who speaks for the account; one whose token cannot be read stops, and keeps its queue."""
    try:
        return hands.x.for_account(account)
    except XError as error:
        stop(account, reason_to_stop(error), hands.clock())
        return None


def _post(session: Session, errand: Errand, client: XClient, hands: Hands) -> None:
    """Calls X and commits what came of it."""
    try:
        x_id = _called(session, errand, client, hands)
    except XError as error:
        now = hands.clock()
        if error.meaning is Meaning.REFUSED:
            forget(session, errand.part_id)
        follows = after_error(error, attempts_at(session, errand.part_id), now)
        if errand.automatic and follows.state is PartState.HANDED:  # no person asked for it
            follows = replace(follows, state=PartState.REJECTED)
        by, begun = hands.worker, errand.claimed_at
        note_next(session, errand.part_id, follows, now, was=PartState.POSTING, by=by, begun=begun)
    else:
        now = hands.clock()
        may_be_lost(session)  # lost, it would be looked for and found
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


def settle(session: Session, reply_id: int, now: datetime) -> bool:
    """Tells the ticket what X accepted; closes a reply of which everything is out: True then.

    May be called again at any time: it says the same from the same facts.
    """
    rows = session.execute(_TO_SETTLE, {"reply": reply_id}).all()
    if not rows or rows[0].posted_at is None:
        return False
    if not rows[0].automatic:  # a machine's words keep no promise
        _tell_ticket(session, rows[0])
        if rows[0].promised_until is not None:
            committing.begin(session, reply_id)
    if any(row.state != PartState.POSTED for row in rows):
        return False
    session.execute(update(Reply).where(Reply.id == reply_id).values(settled_at=now))
    return True


_TO_SETTLE = (
    select(
        ReplyPart.state,
        ReplyPart.posted_at,
        ReplyPart.reply_id,
        Reply.ticket_id,
        Reply.agent_id,
        Reply.automatic,
        Reply.promised_until,
        Message.posted_at.label("answered_at"),
    )
    .join(Reply, Reply.id == ReplyPart.reply_id)
    .join(Message, Message.id == Reply.answers_id)
    .where(Reply.id == bindparam("reply"), Reply.settled_at.is_(None))
    .order_by(ReplyPart.position)
)


def _tell_ticket(session: Session, first: Any) -> None:
    ticket = alone_with(session, first.ticket_id)
    if ticket.merged_into_id is not None:  # while it was on its way
        ticket = alone_with(session, ticket.merged_into_id)
        moved = update(Reply).where(Reply.id == first.reply_id)
        session.execute(moved.values(ticket_id=ticket.id))
    noting.note_answer(
        session,
        ticket,
        first.answered_at,
        lambda: terms_for(session, ticket),
        at=first.posted_at,
        agent_id=first.agent_id,
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


def keep_words(session: Session, part: ReplyPart, posted: str) -> None:
    """What stands on X is what we keep: a person may have changed the words on x.com."""
    if not same_words(part.text, posted):
        part.text = storable(posted)
        enter_reply(session, part.reply)


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
