"""Bodies as X pushes them, with invented people; the shapes are those of its documents."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.fakes import THURSDAY, snowflake

DESK = "7000000001"
YUUKI = {"id": "9000000001", "username": "kakuu_yuuki", "name": "ゆうき＠在宅勤務"}


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def person(of: dict[str, str], followers: int = 1284) -> dict[str, Any]:
    metrics = {"followers_count": followers, "followers_count_str": str(followers)}
    return {**of, "description": "在宅です。", "protected": False, "public_metrics": metrics}


def activity(kind: str, payload: Any, *, of: str = DESK, includes: Any = None) -> dict[str, Any]:
    """The envelope of the X Activity API."""
    data = {
        "event_uuid": "-2781149976877970683",
        "filter": {"user_id": of} if of else {},
        "event_type": kind,
        "tag": "desk",
        "payload": payload,
    }
    return {"data": data | ({"includes": includes} if includes is not None else {})}


def post_item(
    text: str = "@hikari_care 夜になると遅いです",
    *,
    at: datetime = THURSDAY,
    number: int = 0,
    by: str = YUUKI["id"],
    answers: str = "",
    thread: str = "",
    **more: Any,
) -> dict[str, Any]:
    x_id = snowflake(at, number)
    item = {
        "id": x_id,
        "text": text,
        "author_id": by,
        "conversation_id": thread or x_id,
        "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "display_text_range": [0, len(text)],
        "edit_history_tweet_ids": [x_id],
        "edit_controls": {"edits_remaining": 5, "edits_remaining_str": "5"},
        "lang": "ja",
        "reply_settings": "everyone",
        "public_metrics": {"retweet_count": 0, "retweet_count_str": "0"},
    }
    if text.startswith("@hikari_care"):
        mention = {"start": 0, "start_str": "0", "end": 12, "username": "hikari_care", "id": DESK}
        item["entities"] = {"mentions": [mention]}
    if answers:
        item["referenced_tweets"] = [{"type": "replied_to", "id": answers}]
        item["in_reply_to_tweet_id"] = answers
    return item | more


def mention(text: str = "@hikari_care 夜になると遅いです", **more: Any) -> dict[str, Any]:
    item = post_item(text, **more)
    includes = {"users": [person(YUUKI)], "tweets": [item]}
    return activity("post.mention.create", item, includes=includes)


def dm_event(
    text: str, *, at: datetime = THURSDAY, number: int = 0, by: str = YUUKI["id"], to: str = DESK
) -> dict[str, Any]:
    data = {"text": text, "entities": {"hashtags": [], "symbols": [], "urls": []}}
    return {
        "type": "message_create",
        "id": snowflake(at, number),
        "created_timestamp": str(round(at.timestamp() * 1000)),
        "message_create": {
            "target": {"recipient_id": to},
            "sender_id": by,
            "message_data": data,
        },
    }


def dm(text: str = "住所はこちらです", **more: Any) -> dict[str, Any]:
    payload = {
        "direct_message_events": [dm_event(text, **more)],
        "users": {YUUKI["id"]: {"data": person(YUUKI)}},
    }
    return activity("dm.received", payload)


def chat(event_id: str = "6659412a-2603-49fa-b43b-9387693e8847", *, at: datetime = THURSDAY) -> Any:
    payload = {
        "id": event_id,
        "conversation_id": f"{YUUKI['id']}:{DESK}",
        "sender_id": YUUKI["id"],
        "created_at_msec": str(round(at.timestamp() * 1000)),
        "conversation_token": "EYWry4Hn",
        "encoded_event": "qLE8TdPT7H",
    }
    return activity("chat.received", payload)


def deletion(x_id: str, *, of: str = YUUKI["id"]) -> dict[str, Any]:
    includes = {"users": [{"data": person(YUUKI)}]}
    return activity("post.delete", {"id": x_id, "author_id": of}, of=of, includes=includes)


def revocation(of: str = DESK) -> dict[str, Any]:
    payload = {"date_time": "2026-10-01T01:00:00+00:00", "user_id": of, "app_id": "29000001"}
    return activity("oauth.revoke", payload, of="")


def v1_time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%a %b %d %H:%M:%S +0000 %Y")


def v1_user(of: dict[str, str] = YUUKI) -> dict[str, Any]:
    return {
        "id": int(of["id"]),
        "id_str": of["id"],
        "name": of["name"],
        "screen_name": of["username"],
        "description": "在宅です。",
        "protected": False,
        "followers_count": 1284,
        "created_at": "Sun Mar 01 00:00:00 +0000 2015",
    }


def status(
    text: str = "@hikari_care 夜になると遅いです",
    *,
    at: datetime = THURSDAY,
    number: int = 0,
    by: dict[str, str] = YUUKI,
    answers: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A post in the words of version 1.1."""
    x_id = snowflake(at, number)
    entities: dict[str, Any] = {"hashtags": [], "urls": [], "user_mentions": [], "symbols": []}
    if text.startswith("@hikari_care"):
        named = {"screen_name": "hikari_care", "name": "ひかりケア", "id_str": DESK}
        entities["user_mentions"] = [{**named, "id": int(DESK), "indices": [0, 12]}]
    item = {
        "created_at": v1_time(at),
        "id": int(x_id),
        "id_str": x_id,
        "text": text,
        "truncated": False,
        "display_text_range": [0, len(text)],
        "in_reply_to_status_id_str": answers,
        "in_reply_to_user_id_str": DESK if answers else None,
        "user": v1_user(by),
        "entities": entities,
        "lang": "ja",
        "is_quote_status": False,
        "retweeted": False,
        "timestamp_ms": str(round(at.timestamp() * 1000)),
    }
    return item | more


def account_activity(kind: str, *items: Any, of: str = DESK, **more: Any) -> dict[str, Any]:
    return {"for_user_id": of, kind: list(items), **more}
