"""Happenings become parcels: one for each event and each subscription that wants it."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from support.sandbox import messages, people, posts, snowflakes, text
from support.sandbox.push import accounts, envelopes, statuses, subscriptions
from support.sandbox.push.happenings import Happening, Kind
from support.sandbox.push.keys import App
from support.sandbox.push.queue import Parcel
from support.sandbox.world import Post, User

Wire = dict[str, Any]
Teller = Callable[[sqlite3.Connection, Happening, App, datetime], Iterator[Parcel]]


def parcels(db: sqlite3.Connection, happening: Happening, app: App, now: datetime) -> list[Parcel]:
    """All that one happening has to be told to anybody."""
    return list(_TELLERS[happening.kind](db, happening, app, now))


def _written(
    db: sqlite3.Connection, happening: Happening, app: App, now: datetime
) -> Iterator[Parcel]:
    post = posts.by_id(db, happening.subject_id)
    author = people.by_id(db, post.author_id) if post else None
    if post is None or author is None or author.protected:
        return  # X delivers nothing of protected accounts
    payload = envelopes.post(post, posts.reply_count(db, post.id))
    for event_type, user_id in _events_of(db, post):
        includes = _includes(db, post, payload, event_type, user_id)
        yield from _told(db, event_type, user_id, post.id, payload, includes)
    status = _status(db, post, author, deep=True)
    for user_id in sorted(_concerned(db, post)):
        for webhook_id in accounts.webhooks_of(db, user_id):
            body = statuses.post_created(user_id, post, status)
            yield account_parcel(webhook_id, "tweet_create_events", post.id, user_id, body)


def _events_of(db: sqlite3.Connection, post: Post) -> Iterator[tuple[str, int]]:
    """X Activity: a mention is one that is typed; the hidden ones of a reply are none."""
    yield "post.create", post.author_id
    typed = set(text.usernames_in(post.text))
    for person in post.mentions:
        if person.username.lower() in typed and person.id != post.author_id:
            yield "post.mention.create", person.id
    for event_type, target in (
        ("post.reply.create", post.in_reply_to),
        ("post.quote.create", post.quoted),
    ):
        answered = posts.by_id(db, target)
        if answered and answered.author_id != post.author_id:
            yield event_type, answered.author_id


def _includes(
    db: sqlite3.Connection, post: Post, payload: Wire, event_type: str, user_id: int
) -> Wire:
    """X shows people with some events and nobody with replies and quotes."""
    if event_type not in envelopes.NAMED_BY_ITS_POST:
        return {}
    concerned = people.by_ids(db, [post.author_id, user_id]).values()
    return {"users": [_user(db, person) for person in concerned], "tweets": [payload]}


def _user(db: sqlite3.Connection, person: User) -> Wire:
    return envelopes.user(person, people.post_count(db, person.id))


def _told(
    db: sqlite3.Connection,
    event_type: str,
    user_id: int,
    subject: int,
    payload: Wire,
    includes: Wire | None = None,
) -> Iterator[Parcel]:
    for wanted in subscriptions.watching(db, event_type, user_id):
        body = envelopes.envelope(
            event_type, subject, wanted.filter, wanted.tag, payload, includes
        )
        assert wanted.webhook_id is not None, "those without a webhook are not asked for"
        yield Parcel(
            wanted.webhook_id, event_type, body["data"]["event_uuid"], user_id, _bytes(body)
        )


def _bytes(body: Wire) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def account_parcel(
    webhook_id: int, kind: str, subject: int, user_id: int | None, body: Wire
) -> Parcel:
    return Parcel(webhook_id, kind, str(subject), user_id, _bytes(body))


def _status(db: sqlite3.Connection, post: Post, author: User, deep: bool) -> Wire:
    """A v1.1 post; with `deep`, the one it quotes inside it."""
    context: Wire = {}
    answered = people.by_id(db, post.in_reply_to_user) if post.in_reply_to_user else None
    if answered:
        context["in_reply_to_screen_name"] = answered.username
    quoted = posts.by_id(db, post.quoted) if deep else None
    quoted_author = people.by_id(db, quoted.author_id) if quoted else None
    if quoted and quoted_author and not quoted.deleted:
        context |= statuses.quoting(_status(db, quoted, quoted_author, deep=False))
    count = people.post_count(db, author.id)
    return statuses.status(post, statuses.author(author, count), context)


def _concerned(db: sqlite3.Connection, post: Post) -> set[int]:
    """Account Activity: also those a reply carries along unseen."""
    quoted = posts.by_id(db, post.quoted)
    answered = {post.in_reply_to_user} if post.in_reply_to_user else set()
    mentioned = {person.id for person in post.mentions}
    return {post.author_id} | mentioned | answered | ({quoted.author_id} if quoted else set())


def _deleted(
    db: sqlite3.Connection, happening: Happening, app: App, now: datetime
) -> Iterator[Parcel]:
    post = posts.by_id(db, happening.subject_id)
    author = people.by_id(db, post.author_id) if post else None
    if post is None or author is None or author.protected:
        return
    includes = {"users": [{"data": _user(db, author)}]}
    payload = envelopes.deletion(post)
    yield from _told(db, "post.delete", author.id, post.id, payload, includes)
    body = statuses.post_deleted(author.id, post, snowflakes.milliseconds(now))
    for webhook_id in accounts.webhooks_of(db, author.id):
        yield account_parcel(webhook_id, "tweet_delete_events", post.id, author.id, body)


def _message(
    db: sqlite3.Connection, happening: Happening, app: App, now: datetime
) -> Iterator[Parcel]:
    sent = messages.by_id(db, happening.subject_id)
    if sent is None:
        return
    pair = people.by_ids(db, [sent.sender_id, sent.recipient_id])
    payload = envelopes.message(sent, [_user(db, person) for person in pair.values()])
    for event_type, user_id in (("dm.sent", sent.sender_id), ("dm.received", sent.recipient_id)):
        yield from _told(db, event_type, user_id, sent.id, payload)
        body = statuses.message(user_id, sent, _correspondents(db, pair))
        for webhook_id in accounts.webhooks_of(db, user_id):
            yield account_parcel(webhook_id, "direct_message_events", sent.id, user_id, body)


def _correspondents(db: sqlite3.Connection, pair: dict[int, User]) -> list[Wire]:
    count = people.post_count
    return [statuses.correspondent(person, count(db, person.id)) for person in pair.values()]


def _chat(
    db: sqlite3.Connection, happening: Happening, app: App, now: datetime
) -> Iterator[Parcel]:
    sender, account = happening.detail["sender_id"], happening.subject_id
    at = snowflakes.milliseconds(now)
    payload = envelopes.chat(f"{sender} {account} {happening.id}", sender, account, at)
    yield from _told(db, "chat.received", account, happening.id, payload)


def _sign_of_life(
    db: sqlite3.Connection, happening: Happening, app: App, now: datetime
) -> Iterator[Parcel]:
    kind = {"read": "dm.read", "typing": "dm.indicate_typing"}[happening.kind]
    by, to, at = happening.detail["by"], happening.subject_id, snowflakes.milliseconds(now)
    last_read = happening.detail.get("last_read", "")
    pair = people.by_ids(db, [by, to])
    users = [_user(db, person) for person in pair.values()]
    payload = envelopes.sign_of_life(kind, by, to, at, last_read, users)
    yield from _told(db, kind, to, happening.id, payload)
    body = statuses.sign_of_life(to, kind, by, to, at, last_read, _correspondents(db, pair))
    for webhook_id in accounts.webhooks_of(db, to):
        yield account_parcel(webhook_id, envelopes.SIGNS[kind], happening.id, to, body)


def _revoked(
    db: sqlite3.Connection, happening: Happening, app: App, now: datetime
) -> Iterator[Parcel]:
    """Told to whoever was told anything of the account; then what needed its consent ends."""
    user_id = happening.subject_id
    payload = envelopes.revocation(user_id, app.id, now)
    body = envelopes.envelope("oauth.revoke", happening.id, {}, "", payload, None)
    uuid = body["data"]["event_uuid"]
    for webhook_id in subscriptions.webhooks_about(db, user_id):
        yield Parcel(webhook_id, "oauth.revoke", uuid, user_id, _bytes(body))
    for webhook_id in accounts.webhooks_of(db, user_id):
        told = statuses.revocation(user_id, app.id, now)
        yield account_parcel(webhook_id, "user_event", happening.id, user_id, told)
    subscriptions.end_private(db, user_id)
    accounts.end(db, user_id)


_TELLERS: dict[Kind, Teller] = {
    "post": _written,
    "post_deleted": _deleted,
    "message": _message,
    "chat": _chat,
    "read": _sign_of_life,
    "typing": _sign_of_life,
    "revoked": _revoked,
}
