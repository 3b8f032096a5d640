"""Saying something in private. Callers hold the transaction."""

import sqlite3
from datetime import datetime

from support.sandbox import messages, numbering, people, posting, problems, rules, text
from support.sandbox.posting import Refusal
from support.sandbox.world import Media, Message, User


def message(
    db: sqlite3.Connection,
    sender: User,
    recipient: User,
    words: str,
    now: datetime,
    *,
    created_at: datetime | None = None,
    ref: str | None = None,
    media: tuple[Media, ...] = (),
    group_id: int | None = None,
) -> Message:
    """One direct message. Asks nobody's permission but a block's. Raises Refusal."""
    at, past = posting.when(created_at, now)
    body = text.clean(words)
    if len(body) > text.DM_LIMIT:
        raise Refusal(
            f"text has {len(body):,} characters; a direct message holds {text.DM_LIMIT:,}"
        )
    if sender.id == recipient.id:
        raise Refusal("sender and recipient are the same person")
    if group_id is None and messages.is_blocked(db, sender.id, recipient.id):
        raise Refusal(f"{recipient.username} takes no messages from {sender.username}")
    number = numbering.next_id(db, at, past)
    sent = Message(number, sender.id, recipient.id, body, at, group_id, media)
    messages.add(db, sent, ref)
    return sent


def receives_dm(db: sqlite3.Connection, person: User, account: User) -> bool:
    blocked = messages.is_blocked(db, person.id, account.id)
    return rules.receives_dm(person, messages.wrote_to(db, person.id, account.id), blocked)


def send(
    db: sqlite3.Connection,
    account: User,
    person: User | None,
    words: str,
    media: tuple[Media, ...],
    now: datetime,
) -> Message:
    """A message that an app asks for. Raises Problem (403)."""
    if person is None or person.id == account.id or not receives_dm(db, person, account):
        raise problems.forbidden(rules.DM_REFUSED)
    return message(db, account, person, words, now, media=media)


def open_group(db: sqlite3.Connection, account: User, others: list[int], now: datetime) -> int:
    """A new group of the account and people who all take messages from it. Raises Problem (403)."""
    found = people.by_ids(db, others)
    if len(found) != len(set(others)) or account.id in found:
        raise problems.forbidden(rules.DM_REFUSED)
    if not all(receives_dm(db, person, account) for person in found.values()):
        raise problems.forbidden(rules.DM_REFUSED)
    group_id = numbering.next_id(db, now)
    messages.add_group(db, group_id, [account.id, *found])
    return group_id


def send_to_group(
    db: sqlite3.Connection,
    account: User,
    group_id: int,
    words: str,
    media: tuple[Media, ...],
    now: datetime,
) -> Message:
    """Raises Problem (403) for whoever is not in it."""
    inside = messages.members(db, group_id)
    if account.id not in inside:
        raise problems.forbidden(rules.DM_REFUSED)
    other = people.by_id(db, next(member for member in inside if member != account.id))
    assert other is not None, "members refer to users by a foreign key"
    return message(db, account, other, words, now, media=media, group_id=group_id)
