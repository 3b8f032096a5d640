"""Posts that an app asks for, with what X refuses. Callers hold the transaction."""

import sqlite3
from datetime import datetime

from support.sandbox import people, posting, posts, problems, rules, text
from support.sandbox.posting import Draft, Refusal
from support.sandbox.switches import Switches
from support.sandbox.world import Post, User


def post_through_api(
    db: sqlite3.Connection,
    account: User,
    draft: Draft,
    now: datetime,
    weigh: text.Weigh,
    switches: Switches,
) -> Post:
    """A post of our own account, with the refusals the API adds. Raises Problem (400, 403)."""
    why = _why_not(db, account, draft, switches.plan == "enterprise")
    if why in (rules.NOT_SUMMONED, rules.QUOTE_REFUSED) and switches.refusal == "B":
        raise problems.forbidden(rules.ONLY_MENTIONED, "Authorization Error")
    window = switches.duplicate_window
    if why is None and window and _is_duplicate(db, account, draft, now - window):
        why = rules.DUPLICATE
    if why:
        raise problems.forbidden(why)
    if draft.previous is not None:
        return _edit(db, account, draft, draft.previous, now, weigh)
    return posting.write(db, account, draft, now, weigh)


def _edit(
    db: sqlite3.Connection,
    account: User,
    draft: Draft,
    previous: int,
    now: datetime,
    weigh: text.Weigh,
) -> Post:
    before = posts.by_id(db, previous)
    if before is None or before.author_id != account.id:
        raise problems.forbidden(rules.NO_EDIT)
    try:
        return posting.edit(db, before.id, draft.text, now, weigh)
    except Refusal:
        raise problems.forbidden(rules.NO_EDIT) from None


def _why_not(db: sqlite3.Connection, account: User, draft: Draft, enterprise: bool) -> str | None:
    if draft.quoted is not None and not enterprise:
        return rules.QUOTE_REFUSED
    if draft.quoted is not None and not _is_there(posts.by_id(db, draft.quoted)):
        return rules.PARENT_GONE
    if draft.in_reply_to is None:
        return None
    parent = posts.by_id(db, draft.in_reply_to)
    root = posts.by_id(db, parent.conversation_id) if parent else None
    return rules.why_no_reply(
        account,
        parent,
        _author(db, parent),
        posts.by_id(db, parent.quoted) if parent else None,
        root,
        _author(db, root),
        uninvited=enterprise,
    )


def _is_there(post: Post | None) -> bool:
    return post is not None and not post.deleted


def _author(db: sqlite3.Connection, post: Post | None) -> User | None:
    return people.by_id(db, post.author_id) if post else None


def _is_duplicate(db: sqlite3.Connection, account: User, draft: Draft, since: datetime) -> bool:
    """Words alone count: a text X had is refused again whatever picture comes with it."""
    words = text.clean(draft.text)
    return bool(words.strip()) and posts.said_since(db, account.id, words, since)
