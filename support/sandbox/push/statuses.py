"""Events of the deprecated Account Activity API: objects of API v1.1."""

from datetime import UTC, datetime
from typing import Any

from support.sandbox import searching, snowflakes, text
from support.sandbox.push import envelopes
from support.sandbox.world import Message, Post, User

Wire = dict[str, Any]
SHOWN = 140
"""Characters of a post's `text`; what is longer stands whole in `extended_tweet`."""
_SHORT_LINK = "https://t.co/"
_DAYS = "MonTueWedThuFriSatSun"
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


def post_created(for_user: int, item: Post, status: Wire) -> Wire:
    event: Wire = {"for_user_id": str(for_user)}
    if item.author_id != for_user and item.mentions_user(for_user):
        event["user_has_blocked"] = False
    return event | {"tweet_create_events": [status]}


def status(item: Post, author: Wire, context: Wire) -> Wire:
    """`context` are the fields that need other rows: who was answered, what was quoted."""
    whole = text.escaped(item.prefix + item.text)
    return {
        "created_at": _created(item.created_at),
        "id": item.id,
        "id_str": str(item.id),
        "source": '<a href="https://mobile.twitter.com" rel="nofollow">Twitter Web App</a>',
        "in_reply_to_status_id": item.in_reply_to,
        "in_reply_to_status_id_str": _string(item.in_reply_to),
        "in_reply_to_user_id": item.in_reply_to_user,
        "in_reply_to_user_id_str": _string(item.in_reply_to_user),
        "in_reply_to_screen_name": None,
        "user": author,
        "geo": None,
        "coordinates": None,
        "place": None,
        "contributors": None,
        "is_quote_status": item.quoted is not None,
        "quote_count": 0,
        "reply_count": 0,
        "retweet_count": 0,
        "favorite_count": 0,
        "favorited": False,
        "retweeted": False,
        "filter_level": "low",
        "lang": searching.language(item.text),
        "timestamp_ms": str(snowflakes.milliseconds(item.created_at)),
        **_words(item, whole),
        **context,
    }


def quoting(quoted: Wire) -> Wire:
    return {
        "quoted_status_id": quoted["id"],
        "quoted_status_id_str": quoted["id_str"],
        "quoted_status": quoted,
    }


def _words(item: Post, whole: str) -> Wire:
    if len(whole) <= SHOWN:
        return {
            "text": whole,
            "truncated": False,
            "display_text_range": [len(item.prefix), len(whole)],
            "entities": _entities(whole, item.mentions),
        }
    start = whole[:115] + "… "
    link = _SHORT_LINK + f"{item.id:x}"[-10:].rjust(10, "0")
    return {
        "text": start + link,
        "truncated": True,
        "display_text_range": [len(item.prefix), SHOWN],
        "entities": _entities(start, item.mentions, _link(item, link, len(start))),
        "extended_tweet": {
            "full_text": whole,
            "display_text_range": [len(item.prefix), len(whole)],
            "entities": _entities(whole, item.mentions),
        },
    }


def _link(item: Post, link: str, start: int) -> Wire:
    address = f"twitter.com/i/web/status/{item.id}"
    return {
        "url": link,
        "expanded_url": f"https://{address}",
        "display_url": f"{address[:26]}…",
        "indices": [start, start + len(link)],
    }


def _entities(words: str, mentioned: tuple[User, ...], link: Wire | None = None) -> Wire:
    known = {person.username.lower(): person for person in mentioned}
    return {
        "hashtags": [
            {"text": found[1], "indices": [found.start(), found.end()]}
            for found in text.hashtags(words)
        ],
        "urls": [link] if link else [],
        "user_mentions": [
            _mention(known[found[1].lower()], found.start(), found.end())
            for found in text.handles(words)
            if found[1].lower() in known
        ],
        "symbols": [],
    }


def _mention(person: User, start: int, end: int) -> Wire:
    return {
        "screen_name": person.username,
        "name": person.name,
        "id": person.id,
        "id_str": str(person.id),
        "indices": [start, end],
    }


def author(person: User, posts: int) -> Wire:
    return {
        "id": person.id,
        "id_str": str(person.id),
        "name": person.name,
        "screen_name": person.username,
        "location": None,
        "url": None,
        "description": person.description or None,
        "protected": person.protected,
        "verified": False,
        "followers_count": person.followers,
        "friends_count": person.following,
        "listed_count": 0,
        "favourites_count": 0,
        "statuses_count": posts,
        "created_at": _created(person.created_at),
        "default_profile": True,
        "default_profile_image": True,
    }


def post_deleted(for_user: int, item: Post, at_ms: int) -> Wire:
    status = {"id": str(item.id), "user_id": str(item.author_id)}
    return {
        "for_user_id": str(for_user),
        "tweet_delete_events": [{"status": status, "timestamp_ms": str(at_ms)}],
    }


def message(for_user: int, item: Message, users: list[Wire]) -> Wire:
    return {
        "for_user_id": str(for_user),
        "direct_message_events": [envelopes.message_event(item)],
        "users": {person["id"]: person for person in users},
    }


def sign_of_life(
    for_user: int, kind: str, by: int, to: int, at_ms: int, last_read: str, users: list[Wire]
) -> Wire:
    return {
        "for_user_id": str(for_user),
        envelopes.SIGNS[kind]: [envelopes.sign(by, to, at_ms, last_read)],
        "users": {person["id"]: person for person in users},
    }


def correspondent(person: User, posts: int) -> Wire:
    """A person as direct messages show them: ids are strings here."""
    return {
        "id": str(person.id),
        "created_timestamp": str(snowflakes.milliseconds(person.created_at)),
        "name": person.name,
        "screen_name": person.username,
        "description": person.description,
        "protected": person.protected,
        "verified": False,
        "followers_count": person.followers,
        "friends_count": person.following,
        "statuses_count": posts,
    }


def revocation(user_id: int, app_id: int, at: datetime) -> Wire:
    """The one event that is for no user."""
    revoke = {
        "date_time": at.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        "target": {"app_id": str(app_id)},
        "source": {"user_id": str(user_id)},
    }
    return {"user_event": {"revoke": revoke}}


def replay_done(webhook_id: int, job_id: int) -> Wire:
    return {
        "replay_job_status": {
            "webhook_id": str(webhook_id),
            "job_state": "Complete",
            "job_state_description": "Job completed successfully",
            "job_id": str(job_id),
        }
    }


def _created(at: datetime) -> str:
    """As C's ctime writes it, in English whatever the locale."""
    at = at.astimezone(UTC)
    day, month = _DAYS[at.weekday() * 3 :][:3], _MONTHS[at.month * 3 - 3 :][:3]
    return f"{day} {month} {at:%d %H:%M:%S} +0000 {at.year}"


def _string(number: int | None) -> str | None:
    return None if number is None else str(number)
