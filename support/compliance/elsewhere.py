"""Words of a post that are kept beside messages: its copy as context, as a passed post, as a
refusal. `emptying` calls these for whatever X took back."""

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, undefer

from support.conversations.records import SeenPost
from support.inbox.records import IntakeRefusal, PassedPost

AUTHORS = ("author_id", "sender_id")


def empty_posts(
    session: Session, x_ids: Collection[str], reason: str, now: datetime
) -> Counter[str]:
    """How many copies of each id lost their words."""
    counted: Counter[str] = Counter()
    counted.update(_empty_seen(session, SeenPost.x_id.in_(x_ids), reason, now))
    counted.update(_empty_passed(session, PassedPost.x_id.in_(x_ids)))
    counted.update(_empty_refused(session, x_ids, ("id",), now))
    return counted


def empty_all_of(session: Session, author_x_id: str, reason: str, now: datetime) -> int:
    """Everything of one author; how many copies."""
    seen = _empty_seen(session, SeenPost.author_x_id == author_x_id, reason, now)
    passed = _empty_passed(session, PassedPost.author_x_id == author_x_id)
    refused = _empty_refused(session, [author_x_id], AUTHORS, now)
    return len(seen) + len(passed) + len(refused)


def empty_all_for(session: Session, account_id: int, now: datetime) -> int:
    """Everything an account was shown that became no message; how many copies."""
    passed = _empty_passed(session, PassedPost.account_id == account_id)
    mine = select(IntakeRefusal).where(
        IntakeRefusal.account_id == account_id, IntakeRefusal.raw != ""
    )
    refused = list(session.scalars(mine))
    for refusal in refused:
        _empty_refusal(refusal, now)
    return len(passed) + len(refused)


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
