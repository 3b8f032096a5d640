"""Whether a prepared answer may be offered: the day, the channel, the language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from support.canned.replies import CannedReply, Channel

WhyNot = Literal["not_yet", "expired", "other_channel", "other_language"]


def why_not(
    reply: CannedReply, on: date | None, channel: Channel = "both", language: str | None = None
) -> WhyNot | None:
    """What keeps the answer from being offered on that day, or None.

    `valid_from` and `valid_until` are both included; `on` None leaves them aside. `channel` is
    where the answer would go; "both" asks about neither in particular. `language` None accepts
    every language.
    """
    if on and reply.valid_from and on < reply.valid_from:
        return "not_yet"
    if on and reply.valid_until and on > reply.valid_until:
        return "expired"
    if "both" not in (reply.channel, channel) and reply.channel != channel:
        return "other_channel"
    if language is not None and reply.language != language:
        return "other_language"
    return None


def offered(
    replies: Iterable[CannedReply],
    on: date | None,
    channel: Channel = "both",
    language: str | None = None,
) -> list[CannedReply]:
    """The answers that may be offered, in their order."""
    return [reply for reply in replies if why_not(reply, on, channel, language) is None]


def due_for_review(reply: CannedReply, on: date) -> bool:
    return reply.review_by is not None and on > reply.review_by
