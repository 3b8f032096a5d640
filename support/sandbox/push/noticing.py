"""Happenings become parcels: one for each event and each subscription that wants it."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from support.sandbox import keys, messages, people, posts, text
from support.sandbox.push import accounts, apps, envelopes, statuses, subscriptions, webhooks
from support.sandbox.push.happenings import Happening, Kind
from support.sandbox.push.queue import Parcel
from support.sandbox.push.rendering import View
from support.sandbox.world import Post, User

Wire = dict[str, Any]
Teller = Callable[[View, Happening], Iterator[Parcel]]


def parcels(view: View, happening: Happening) -> list[Parcel]:
    """All that one happening has to be told to anybody."""
    return list(_TELLERS[happening.kind](view, happening))


def _written(view: View, happening: Happening) -> Iterator[Parcel]:
    post, author = _visible(view, happening.subject_id)
    if post is None or author is None:
        return
    payload = view.post(post)
    for event_type, user_id in _events_of(view, post):
        includes = _includes(view, post, payload, event_type, user_id)
        yield from _told(view, event_type, user_id, post.id, payload, includes)
    status = view.status(post, author)
    for user_id in sorted(_concerned(view, post)):
        for webhook_id in accounts.webhooks_of(view.db, user_id):
            body = statuses.post_created(user_id, post, status)
            yield account_parcel(webhook_id, "tweet_create_events", post.id, user_id, body)


def _visible(view: View, post_id: int) -> tuple[Post | None, User | None]:
    """X delivers nothing of protected and suspended accounts."""
    post = posts.by_id(view.db, post_id)
    author = people.by_id(view.db, post.author_id) if post else None
    if author is None or author.protected or author.state != "active":
        return None, None
    return post, author


def _events_of(view: View, post: Post) -> Iterator[tuple[str, int]]:
    """X Activity: a mention is one that is typed; the hidden ones of a reply are none."""
    yield "post.create", post.author_id
    typed = set() if post.reposted else set(text.usernames_in(post.text))
    for person in post.mentions:
        if person.username.lower() in typed and person.id != post.author_id:
            yield "post.mention.create", person.id
    for event_type, target in (
        ("post.reply.create", post.in_reply_to),
        ("post.quote.create", post.quoted),
        ("post.repost.create", post.reposted),
    ):
        answered = posts.by_id(view.db, target)
        if answered and answered.author_id != post.author_id:
            yield event_type, answered.author_id


def _includes(view: View, post: Post, payload: Wire, event_type: str, user_id: int) -> Wire:
    """X shows people with some events, and nobody with replies, quotes and reposts."""
    if event_type not in envelopes.NAMED_BY_ITS_POST:
        return {}
    concerned = people.by_ids(view.db, [post.author_id, user_id]).values()
    includes: Wire = {"users": [view.user(person) for person in concerned], "tweets": [payload]}
    return includes | ({"media": view.media(post)} if post.media else {})


def _told(
    view: View,
    event_type: str,
    user_id: int,
    subject: int,
    payload: Wire,
    includes: Wire | None = None,
) -> Iterator[Parcel]:
    for wanted in subscriptions.watching(view.db, event_type, user_id):
        body = envelopes.envelope(event_type, subject, wanted.filter, wanted.tag, payload, includes)
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


def _concerned(view: View, post: Post) -> set[int]:
    """Account Activity: also those a reply carries along unseen."""
    inner = [posts.by_id(view.db, number) for number in (post.quoted, post.reposted)]
    answered = {post.in_reply_to_user} if post.in_reply_to_user else set()
    mentioned = {person.id for person in post.mentions}
    return {post.author_id} | mentioned | answered | {item.author_id for item in inner if item}


def _deleted(view: View, happening: Happening) -> Iterator[Parcel]:
    post, author = _visible(view, happening.subject_id)
    if post is None or author is None:
        return
    includes = {"users": [{"data": view.user(author)}]}
    payload = envelopes.deletion(post)
    yield from _told(view, "post.delete", author.id, post.id, payload, includes)
    body = statuses.post_deleted(author.id, post, view.now_ms)
    for webhook_id in accounts.webhooks_of(view.db, author.id):
        yield account_parcel(webhook_id, "tweet_delete_events", post.id, author.id, body)


def _message(view: View, happening: Happening) -> Iterator[Parcel]:
    """X's events tell of conversations between two only."""
    sent = messages.by_id(view.db, happening.subject_id)
    if sent is None or sent.group_id:
        return
    pair = people.by_ids(view.db, [sent.sender_id, sent.recipient_id]).values()
    event = view.message(sent)
    payload = envelopes.message(event, [view.user(person) for person in pair])
    for event_type, user_id in (("dm.sent", sent.sender_id), ("dm.received", sent.recipient_id)):
        yield from _told(view, event_type, user_id, sent.id, payload)
        body = statuses.message(user_id, event, view.correspondents(pair))
        for webhook_id in accounts.webhooks_of(view.db, user_id):
            yield account_parcel(webhook_id, "direct_message_events", sent.id, user_id, body)


def _chat(view: View, happening: Happening) -> Iterator[Parcel]:
    sender, account = happening.detail["sender_id"], happening.subject_id
    payload = envelopes.chat(f"{sender} {account} {happening.id}", sender, account, view.now_ms)
    yield from _told(view, "chat.received", account, happening.id, payload)


def _sign_of_life(view: View, happening: Happening) -> Iterator[Parcel]:
    kind = {"read": "dm.read", "typing": "dm.indicate_typing"}[happening.kind]
    by, to = happening.detail["by"], happening.subject_id
    sign = envelopes.sign(by, to, view.now_ms, happening.detail.get("last_read", ""))
    pair = people.by_ids(view.db, [by, to]).values()
    payload = envelopes.sign_of_life(kind, sign, [view.user(person) for person in pair])
    yield from _told(view, kind, to, happening.id, payload)
    body = statuses.sign_of_life(to, kind, sign, view.correspondents(pair))
    for webhook_id in accounts.webhooks_of(view.db, to):
        yield account_parcel(webhook_id, envelopes.SIGNS[kind], happening.id, to, body)


def _revoked(view: View, happening: Happening) -> Iterator[Parcel]:
    """Told to whoever was told anything of the account; then what needed its consent ends."""
    user_id, client_id = happening.subject_id, happening.detail["client_id"]
    app = keys.app(view.db, client_id)
    assert app is not None, "apps are never removed"
    payload = envelopes.revocation(user_id, apps.number_of(app), view.now)
    body = envelopes.envelope("oauth.revoke", happening.id, {}, "", payload, None)
    uuid = body["data"]["event_uuid"]
    for webhook_id in subscriptions.webhooks_about(view.db, client_id, user_id):
        yield Parcel(webhook_id, "oauth.revoke", uuid, user_id, _bytes(body))
    own = {webhook.id for webhook in webhooks.of_app(view.db, client_id)}
    told = [number for number in accounts.webhooks_of(view.db, user_id) if number in own]
    for webhook_id in told:
        event = statuses.revocation(user_id, apps.number_of(app), view.now)
        yield account_parcel(webhook_id, "user_event", happening.id, user_id, event)
    subscriptions.end_private(view.db, client_id, user_id)
    accounts.end(view.db, told, user_id)


_TELLERS: dict[Kind, Teller] = {
    "post": _written,
    "post_deleted": _deleted,
    "message": _message,
    "chat": _chat,
    "read": _sign_of_life,
    "typing": _sign_of_life,
    "revoked": _revoked,
}
