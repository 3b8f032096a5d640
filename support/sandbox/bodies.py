"""Bodies of the calls that write, checked as X checks them: first the form, then the text."""

import json
from dataclasses import replace
from typing import Any

from support.sandbox import problems, rules, snowflakes, text
from support.sandbox.posting import Draft
from support.sandbox.world import Media

REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
_TYPES: dict[str, type] = {
    "text": str,
    "reply": dict,
    "reply_settings": str,
    "quote_tweet_id": str,
    "media": dict,
    "poll": dict,
    "geo": dict,
    "card_uri": str,
    "community_id": str,
    "edit_options": dict,
    "direct_message_deep_link": str,
    "for_super_followers_only": bool,
    "made_with_ai": bool,
    "nullcast": bool,
    "paid_partnership": bool,
    "share_with_followers": bool,
}
_REPLY_TYPES: dict[str, type] = {
    "in_reply_to_tweet_id": str,
    "exclude_reply_user_ids": list,
    "auto_populate_reply_metadata": bool,
}
_MEDIA_TYPES: dict[str, type] = {"media_ids": list, "tagged_user_ids": list}
_EDIT_TYPES: dict[str, type] = {"previous_post_id": str}
_MESSAGE_TYPES: dict[str, type] = {"text": str, "attachments": list}
_GROUP_TYPES: dict[str, type] = {
    "conversation_type": str,
    "participant_ids": list,
    "message": dict,
}
# Known to X, not to a support desk; this X has no polls, places, cards or communities.
_BEYOND = ("poll", "geo", "card_uri", "community_id", "for_super_followers_only")
MOST_MEDIA = 4


def json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise problems.invalid("Unable to parse request body. Ensure it is valid JSON.") from None
    if not isinstance(body, dict):
        raise problems.invalid("$: object expected")
    return body


def draft(body: dict[str, Any], weigh: text.Weigh) -> tuple[Draft, tuple[int, ...]]:
    """The post that a body of `POST /2/tweets` asks for, and the ids of its media.

    Raises Problem (400, 403).
    """
    _typed(body, _TYPES, "$")
    reply, edit = body.get("reply", {}), body.get("edit_options", {})
    _typed(reply, _REPLY_TYPES, "$.reply")
    _typed(edit, _EDIT_TYPES, "$.edit_options")
    _there(body, "reply", "in_reply_to_tweet_id")
    _there(body, "edit_options", "previous_post_id")
    media_ids = _media_ids(body)
    if any(body.get(name) for name in _BEYOND):
        raise problems.forbidden(rules.NOT_PERMITTED)
    found = Draft(
        text=_post_text(body.get("text", ""), weigh, bare=not media_ids),
        in_reply_to=_id(reply, "in_reply_to_tweet_id"),
        quoted=_id(body, "quote_tweet_id"),
        exclude=frozenset(
            _number(value, "exclude_reply_user_ids")
            for value in reply.get("exclude_reply_user_ids", [])
        ),
        reply_settings=_reply_settings(body),
        previous=_id(edit, "previous_post_id"),
    )
    return found, media_ids


def with_media(found: Draft, media: tuple[Media, ...]) -> Draft:
    return replace(found, media=media)


def _there(body: dict[str, Any], part: str, name: str) -> None:
    if part in body and name not in body[part]:
        raise problems.invalid(f"$.{part}.{name}: is missing but it is required")


def _media_ids(body: dict[str, Any]) -> tuple[int, ...]:
    _typed(body.get("media", {}), _MEDIA_TYPES, "$.media")
    _there(body, "media", "media_ids")
    ids = body.get("media", {}).get("media_ids", [])
    if "media" in body and not 1 <= len(ids) <= MOST_MEDIA:
        raise problems.invalid(
            f"$.media.media_ids: there must be between 1 and {MOST_MEDIA} items in the array"
        )
    return tuple(_number(value, "media.media_ids") for value in ids)


def message(body: dict[str, Any]) -> tuple[str, tuple[int, ...]]:
    """Words and media of a direct message; one of them may be missing. Raises Problem (400)."""
    _typed(body, _MESSAGE_TYPES, "$", closed=False)
    media_ids = tuple(_attached(item) for item in body.get("attachments", []))
    words = text.clean(body.get("text", ""))
    if len(media_ids) > 1:
        raise problems.invalid("$.attachments: there must be a maximum of 1 items in the array")
    if not words.strip() and (not media_ids or "text" in body):
        raise problems.invalid("$.text: must be at least 1 characters long")
    if len(words) > text.DM_LIMIT:
        raise problems.invalid(f"$.text: must be at most {text.DM_LIMIT} characters long")
    return words, media_ids


def _attached(item: Any) -> int:
    if not isinstance(item, dict) or "media_id" not in item:
        raise problems.invalid("$.attachments[0].media_id: is missing but it is required")
    return _number(item["media_id"], "attachments[0].media_id")


def group(body: dict[str, Any]) -> tuple[list[int], dict[str, Any]]:
    """Whom a new group is for, and its first message. Raises Problem (400)."""
    _typed(body, _GROUP_TYPES, "$")
    for name in _GROUP_TYPES:
        if name not in body:
            raise problems.invalid(f"$.{name}: is missing but it is required")
    if body["conversation_type"] != "Group":
        raise problems.invalid("$.conversation_type: does not have a value in the enumeration")
    others = [_number(value, "participant_ids") for value in body["participant_ids"]]
    if not 2 <= len(set(others)) <= 49:
        raise problems.invalid("$.participant_ids: there must be between 2 and 49 items")
    return others, body["message"]


def hidden(body: dict[str, Any]) -> bool:
    value = body.get("hidden")
    if not isinstance(value, bool):
        raise problems.invalid("$.hidden: is missing but it is required")
    return value


def _typed(body: dict[str, Any], types: dict[str, type], place: str, closed: bool = True) -> None:
    for name, value in body.items():
        if name not in types:
            if closed:
                raise problems.invalid(
                    f"{place}.{name}: is not defined in the schema and the schema does not allow"
                    " additional properties"
                )
        elif not isinstance(value, types[name]):
            raise problems.invalid(
                f"{place}.{name}: {_name(type(value))} found, {_name(types[name])} expected"
            )


def _name(kind: Any) -> str:
    names = {
        str: "string",
        dict: "object",
        list: "array",
        bool: "boolean",
        int: "integer",
        float: "number",
        type(None): "null",
    }
    return names.get(kind, "value")


def _post_text(words: str, weigh: text.Weigh, bare: bool) -> str:
    """`bare`: nothing comes with the words, so there must be some."""
    words = text.clean(words)
    if bare and not words.strip():
        raise problems.invalid("Your Tweet text is empty.", {"text": [words[:100]]})
    # Nothing this long can fit, and weighing it would take most of a second.
    if len(words) > text.LONG_POST_LIMIT or weigh(words) > text.POST_LIMIT:
        raise problems.invalid("Your Tweet text is too long.", {"text": [words[:100]]})
    return words


def _id(body: dict[str, Any], name: str) -> int | None:
    return _number(body[name], name) if name in body else None


def _number(value: Any, name: str) -> int:
    if not isinstance(value, str) or not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise problems.invalid(f"$.{name}: does not match the regex pattern ^[0-9]{{1,19}}$")
    return min(int(value), snowflakes.LARGEST)


def _reply_settings(body: dict[str, Any]) -> str:
    setting: str = body.get("reply_settings", "everyone")
    if "reply_settings" in body and setting not in REPLY_SETTINGS:
        raise problems.invalid(
            f"$.reply_settings: does not have a value in the enumeration {list(REPLY_SETTINGS)}"
        )
    return setting
