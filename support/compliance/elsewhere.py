"""Words of a post that are kept beside messages: its copy as context, as a passed post, as a
refusal. `emptying` calls these for whatever X took back."""

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session, undefer

from support.conversations.records import (
    ContactWish,
    Customer,
    CustomerNumber,
    KnownAccount,
    SeenPost,
)
from support.db import changed
from support.inbox.records import IntakeRefusal, PassedPost
from support.outreach.records import Prospect

AUTHORS = ("author_id", "sender_id")
PURGED = "purged"
"""By hand: because they asked, or because the account was taken off for good."""
LEFT = ("gone", PURGED)
"""Reasons after which nothing we noted about a person is of use to anybody."""


def empty_posts(
    session: Session, x_ids: Collection[str], reason: str, now: datetime
) -> Counter[str]:
    """How many copies of each id lost their words."""
    counted: Counter[str] = Counter()
    counted.update(_empty_seen(session, SeenPost.x_id.in_(x_ids), reason, now))
    counted.update(_empty_passed(session, PassedPost.x_id.in_(x_ids)))
    counted.update(_empty_prospects(session, Prospect.post_x_id.in_(x_ids), reason, now))
    counted.update(_empty_refused(session, x_ids, ("id",), now))
    return counted


def empty_all_of(session: Session, author_x_id: str, reason: str, now: datetime) -> int:
    """Everything of one author; how many copies, notes of ours on a person who left among them."""
    seen = _empty_seen(session, SeenPost.author_x_id == author_x_id, reason, now)
    passed = _empty_passed(session, PassedPost.author_x_id == author_x_id)
    found = _empty_prospects(session, Prospect.author_x_id == author_x_id, reason, now)
    refused = _empty_refused(session, [author_x_id], AUTHORS, now)
    kept = _forget(session, author_x_id, now) if reason in LEFT else 0
    return len(seen) + len(passed) + len(found) + len(refused) + kept


def _forget(session: Session, x_id: str, now: datetime) -> int:
    """What colleagues wrote down about a person who is gone or wants to be forgotten.

    That they asked not to be written to is kept, without the words: it holds should they return.
    """
    session.execute(update(KnownAccount).where(KnownAccount.x_id == x_id).values(username=""))
    customer = session.scalar(select(Customer).where(Customer.x_id == x_id))
    if customer is None:
        return 0
    numbers = changed(
        session,
        update(CustomerNumber)
        .where(CustomerNumber.customer_id == customer.id, CustomerNumber.folded != "")
        .values(number="", folded="", removed_at=now),
    )
    wishes = changed(
        session,
        update(ContactWish)
        .where(ContactWish.customer_id == customer.id, ContactWish.reason != "")
        .values(reason=""),
    )
    memo = int(customer.memo != "")
    customer.memo, customer.memo_at, customer.memo_by_id = "", None, None
    return numbers + wishes + memo


def empty_all_for(session: Session, account_id: int, now: datetime) -> int:
    """Everything an account was shown that became no message; how many copies."""
    passed = _empty_passed(session, PassedPost.account_id == account_id)
    found = _empty_prospects(session, Prospect.account_id == account_id, PURGED, now)
    mine = select(IntakeRefusal).where(
        IntakeRefusal.account_id == account_id, IntakeRefusal.raw != ""
    )
    refused = list(session.scalars(mine))
    for refusal in refused:
        _empty_refusal(refusal, now)
    return len(passed) + len(found) + len(refused)


def _empty_seen(
    session: Session, which: ColumnElement[bool], reason: str, now: datetime
) -> list[str]:
    found = list(session.scalars(select(SeenPost).where(which, SeenPost.emptied_at.is_(None))))
    for post in found:
        post.text = post.name = ""
        post.emptied_at, post.emptied_reason = now, reason
    return [post.x_id for post in found]


def _empty_passed(session: Session, which: ColumnElement[bool]) -> list[str]:
    chosen = select(PassedPost).where(which).options(undefer(PassedPost.raw))
    found = [post for post in session.scalars(chosen) if post.raw]
    for post in found:
        post.raw = {}
    return [post.x_id for post in found]


def _empty_prospects(
    session: Session, which: ColumnElement[bool], reason: str, now: datetime
) -> list[str]:
    """Whom a listening found. Who was written to stays known by the id, so that nobody writes to
    them again; what we wrote is ours and stays, unless they are to be forgotten."""
    found = list(session.scalars(select(Prospect).where(which, Prospect.emptied_at.is_(None))))
    for prospect in found:
        prospect.text = prospect.name = prospect.phrase = ""
        prospect.raw, prospect.followers = {}, None
        prospect.emptied_at, prospect.emptied_reason = now, reason
    return [prospect.post_x_id for prospect in found]


def _empty_refused(
    session: Session, ids: Collection[str], names: tuple[str, ...], now: datetime
) -> list[str]:
    """Items that could not become a message keep their raw text until somebody looks."""
    named = or_(*(IntakeRefusal.raw.contains(x_id, autoescape=True) for x_id in ids))
    emptied = []
    for refusal in session.scalars(select(IntakeRefusal).where(IntakeRefusal.raw != "", named)):
        item = _item(refusal.raw)
        mine = next((str(item[n]) for n in names if str(item.get(n) or "") in ids), None)
        if mine is not None:
            _empty_refusal(refusal, now)
            emptied.append(mine)
    return emptied


def _empty_refusal(refusal: IntakeRefusal, now: datetime) -> None:
    refusal.raw = ""
    refusal.settled_at = refusal.settled_at or now


def _item(raw: str) -> dict[str, Any]:
    try:
        item = json.loads(raw)
    except ValueError:
        return {}
    return item if isinstance(item, dict) else {}
