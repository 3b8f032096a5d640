"""Writing posts and people into the world. Callers hold the transaction."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from support.sandbox import numbering, payloads, people, posts, rules, snowflakes, text
from support.sandbox.world import REPLY_SETTINGS, Media, Post, User


class Refusal(Exception):
    """Something this world cannot hold; one sentence for whoever asked for it."""


@dataclass(frozen=True)
class Draft:
    """A post before it has an id."""

    text: str
    in_reply_to: int | None = None
    quoted: int | None = None
    exclude: frozenset[int] = frozenset()
    """Users taken out of the hidden prefix."""
    carry: tuple[User, ...] = ()
    """Users put into it."""
    reply_settings: str = "everyone"
    created_at: datetime | None = None
    id: int | None = None
    """None: the next one."""
    ref: str | None = None
    media: tuple[Media, ...] = ()
    reposts: int | None = None
    previous: int | None = None
    """The version this one takes the place of."""


def write(
    db: sqlite3.Connection, author: User, draft: Draft, now: datetime, weigh: text.Weigh
) -> Post:
    """A post made by hand on X: none of the API's refusals. Raises Refusal."""
    if draft.reposts is not None:
        return _repost(db, author, draft, now)
    at, past = when(draft.created_at or _own_time(draft.id, now), now)
    parent = _present(db, draft.in_reply_to, "in_reply_to", draft.created_at)
    quoted = _present(db, draft.quoted, "quotes", draft.created_at)
    body = text.clean(draft.text)
    if len(body) > text.LONG_POST_LIMIT:
        raise Refusal(f"text has {len(body):,} characters; a post holds {text.LONG_POST_LIMIT:,}")
    if draft.reply_settings not in REPLY_SETTINGS:
        raise Refusal(f"reply_settings is none of {', '.join(REPLY_SETTINGS)}")
    post_id = _given_id(db, draft.id, now) or numbering.next_id(db, at, past)
    named = people.named(db, text.usernames_in(body))
    hidden = _hidden(db, author, parent, draft, named)
    post = Post(
        id=post_id,
        author_id=author.id,
        text=body,
        prefix="".join(f"@{user.username} " for user in hidden),
        created_at=at,
        conversation_id=parent.conversation_id if parent else post_id,
        in_reply_to=parent.id if parent else None,
        in_reply_to_user=parent.author_id if parent else _addressed(db, body),
        quoted=quoted.id if quoted else None,
        reply_settings=draft.reply_settings,
        is_long=text.rough_weight(body) > text.POST_LIMIT and weigh(body) > text.POST_LIMIT,
        mentions=tuple({user.id: user for user in [*hidden, *named]}.values()),
        media=draft.media,
    )
    posts.add(db, post, draft.ref)
    return post


def _repost(db: sqlite3.Connection, author: User, draft: Draft, now: datetime) -> Post:
    """Passing on: a post of its own that begins with "RT" and names whoever wrote the other."""
    at, past = when(draft.created_at, now)
    passed = _present(db, draft.reposts, "reposts", draft.created_at)
    assert passed is not None, "a draft that reposts names a post"
    origin = people.by_id(db, passed.author_id)
    assert origin is not None, "posts refer to users by a foreign key"
    post_id = _given_id(db, draft.id, now) or numbering.next_id(db, at, past)
    words = text.shortened(f"RT @{origin.username}: {passed.prefix}{passed.text}")
    mentioned = {user.id: user for user in (origin, *passed.mentions)}
    post = Post(
        id=post_id,
        author_id=author.id,
        text=words,
        prefix="",
        created_at=at,
        conversation_id=post_id,
        reposted=passed.id,
        mentions=tuple(mentioned.values()),
    )
    posts.add(db, post, draft.ref)
    return post


def edit(
    db: sqlite3.Connection, post_id: int, words: str, now: datetime, weigh: text.Weigh
) -> Post:
    """A new version with an id of its own; the old id keeps the one before. Raises Refusal."""
    before = posts.by_id(db, post_id)
    if before is None or not may_edit(db, before, now):
        raise Refusal("this version cannot be edited: five edits within an hour of the first")
    author = people.by_id(db, before.author_id)
    assert author is not None, "posts refer to users by a foreign key"
    body = text.clean(words)
    named = people.named(db, text.usernames_in(body))
    hidden = [user for user in before.mentions if f"@{user.username} " in before.prefix]
    post = replace(
        before,
        id=numbering.next_id(db, now),
        text=body,
        created_at=now - timedelta(microseconds=now.microsecond % 1000),
        is_long=weigh(body) > text.POST_LIMIT,
        edit_of=before.edit_of or before.id,
        mentions=tuple({user.id: user for user in [*hidden, *named]}.values()),
    )
    posts.add(db, post)
    posts.replace(db, before.id, post.id)
    return post


def may_edit(db: sqlite3.Connection, post: Post, now: datetime) -> bool:
    return rules.may_edit(post, first_made(db, post), len(posts.versions(db, post)) - 1, now)


def first_made(db: sqlite3.Connection, post: Post) -> datetime:
    """When its first version was made."""
    first = posts.by_id(db, post.edit_of) if post.edit_of else None
    return first.created_at if first else post.created_at


def about(
    db: sqlite3.Connection, post: Post, now: datetime, counted: bool = True
) -> payloads.About:
    """What an answer needs to know beside the post; `counted`: also who reacted to it."""
    author = people.by_id(db, post.author_id)
    return payloads.About(
        versions=posts.versions(db, post),
        first_made=first_made(db, post),
        editable=may_edit(db, post, now),
        author=author.username if author else "",
        counts=posts.counts(db, post.id) if counted else {},
    )


def when(created_at: datetime | None, now: datetime) -> tuple[datetime, bool]:
    """The moment of creation, to the millisecond, and whether it lies in the past."""
    at = created_at or now
    if at > now:
        raise Refusal("created_at is in the future")
    return at - timedelta(microseconds=at.microsecond % 1000), at < now


def _given_id(db: sqlite3.Connection, post_id: int | None, now: datetime) -> int | None:
    if post_id is None:
        return None
    if post_id > snowflakes.last_id(snowflakes.milliseconds(now)):
        raise Refusal(f"id {post_id} lies in the future")
    if not numbering.is_free(db, post_id):
        raise Refusal(f"id {post_id} is taken")
    return post_id


def _own_time(post_id: int | None, now: datetime) -> datetime | None:
    """The time a given id carries; small numbers carry none."""
    if post_id is None or post_id <= snowflakes.SEQUENCE_MASK:
        return None
    return min(snowflakes.time_of(post_id), now)


def _present(
    db: sqlite3.Connection, post_id: int | None, field: str, at: datetime | None
) -> Post | None:
    if post_id is None:
        return None
    post = posts.by_id(db, post_id)
    if post is None or post.deleted:
        raise Refusal(f"{field} names a post that is not there: {post_id}")
    if at and post.created_at > at:
        raise Refusal(f"created_at is earlier than the post that {field} names")
    return post


def _hidden(
    db: sqlite3.Connection, author: User, parent: Post | None, draft: Draft, named: list[User]
) -> list[User]:
    """Whom X would put before this reply unseen: the parent's author and those it mentions."""
    carried = list(draft.carry)
    if parent:
        parent_author = people.by_id(db, parent.author_id)
        carried = [user for user in [parent_author, *parent.mentions, *carried] if user]
    left_out = {author.id, *draft.exclude, *(user.id for user in named)}
    return list({user.id: user for user in carried if user.id not in left_out}.values())


def _addressed(db: sqlite3.Connection, body: str) -> int | None:
    """X calls a post that begins with a handle a reply to that person."""
    username = text.leading_username(body)
    user = people.by_username(db, username) if username else None
    return user.id if user else None


def introduce(db: sqlite3.Connection, given: dict[str, Any], now: datetime) -> User:
    """The person described, made or brought up to date; what is not given stays. Raises Refusal.

    `given` has already the right types: id, username, name, description, followers, following,
    accepts_dms, follows_us, protected, state, created_at; all optional but id or username.
    """
    known = _known(db, given)
    if known is None and "username" not in given:
        raise Refusal("username is missing")
    at = given.get("created_at") or now
    user = known or User(
        given.get("id") or numbering.next_id(db, now), "", given.get("name", ""), at
    )
    changed = replace(user, **{key: value for key, value in given.items() if value is not None})
    changed = replace(changed, name=changed.name or changed.username)
    holder = people.by_username(db, changed.username)
    if holder and holder.id != changed.id:
        raise Refusal(f"the username {changed.username} belongs to another person ({holder.id})")
    if changed != known:
        people.save(db, changed)
    return changed


def _known(db: sqlite3.Connection, given: dict[str, Any]) -> User | None:
    if given.get("id") is not None:
        return people.by_id(db, given["id"])
    return people.by_username(db, given.get("username", ""))
