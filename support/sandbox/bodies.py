"""Bodies of the calls that write, checked as X checks them: first the form, then the text."""

import json
from typing import Any

from support.sandbox import problems, rules, snowflakes, text
from support.sandbox.posting import Draft

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
_MESSAGE_TYPES: dict[str, type] = {"text": str, "attachments": list}
# Known to X, not to a support desk; this X has no media, polls, places or editions.
_BEYOND = (
    "media",
    "poll",
    "geo",
    "card_uri",
    "community_id",
    "edit_options",
    "for_super_followers_only",
)


def json_object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise problems.invalid("Unable to parse request body. Ensure it is valid JSON.") from None
    if not isinstance(body, dict):
        raise problems.invalid("$: object expected")
    return body


def draft(body: dict[str, Any], weigh: text.Weigh) -> Draft:
    """The post that a body of `POST /2/tweets` asks for. Raises Problem (400, 403)."""
    _typed(body, _TYPES, "$")
    reply = body.get("reply", {})
    _typed(reply, _REPLY_TYPES, "$.reply")
    if "reply" in body and "in_reply_to_tweet_id" not in reply:
        raise problems.invalid("$.reply.in_reply_to_tweet_id: is missing but it is required")
    if any(body.get(name) for name in _BEYOND):
        raise problems.forbidden(rules.NOT_PERMITTED)
    return Draft(
        text=_post_text(body.get("text", ""), weigh),
        in_reply_to=_id(reply, "in_reply_to_tweet_id"),
        quoted=_id(body, "quote_tweet_id"),
        exclude=frozenset(
            _number(value, "exclude_reply_user_ids")
            for value in reply.get("exclude_reply_user_ids", [])
        ),
        reply_settings=_reply_settings(body),
    )


def message_text(body: dict[str, Any]) -> str:
    _typed(body, _MESSAGE_TYPES, "$", closed=False)
    if body.get("attachments"):
        raise problems.forbidden(rules.NOT_PERMITTED)
    words = text.clean(body.get("text", ""))
    if not words.strip():
        raise problems.invalid("$.text: must be at least 1 characters long")
    if len(words) > text.DM_LIMIT:
        raise problems.invalid(f"$.text: must be at most {text.DM_LIMIT} characters long")
    return words


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


def _post_text(words: str, weigh: text.Weigh) -> str:
    words = text.clean(words)
    if not words.strip():
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
