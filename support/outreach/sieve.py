"""Which posts a listening keeps, and why it passes over the others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from support.x.posts import Post


class Passed(StrEnum):
    """Why a post is nobody's business of outreach."""

    OWN = "own"
    REPOST = "repost"
    KNOWN = "known"
    """A message or ticket of the desk already, or passed over by the intake."""
    RIVAL = "rival"
    UNWANTED = "unwanted"
    """They asked not to be written to, or are muted: not even their words are kept."""
    TAKEN_BACK = "taken_back"
    PROTECTED = "protected"
    TO_US = "to_us"
    """It mentions or answers us: the inbox gets it."""


@dataclass(frozen=True)
class Memory:
    """What the desk knows of the posts of a page and of who wrote them."""

    handles: Mapping[str, str]
    """Ids of our accounts on X → their handles in lower case."""
    messages: Collection[str]
    """Ids of posts the desk holds, passed over or sent."""
    gone: Collection[str]
    """Ids of posts X took back."""
    unwanted: Collection[str]
    """Ids of people not to be written to, or muted."""
    rivals: Collection[str]
    """Handles in lower case."""


def why_not(post: Post, memory: Memory) -> Passed | None:
    """Why a post is not kept; None: it is."""
    ids = {post.x_id, *post.history}
    if post.author_x_id in memory.handles:
        return Passed.OWN
    if post.reposted_x_id or post.private:
        return Passed.REPOST
    if post.author_x_id in memory.unwanted:
        return Passed.UNWANTED
    if ids & set(memory.gone):
        return Passed.TAKEN_BACK
    if ids & set(memory.messages):
        return Passed.KNOWN
    person = post.author
    if person is not None and person.protected:
        return Passed.PROTECTED
    if person is not None and person.username.lower() in memory.rivals:
        return Passed.RIVAL
    return Passed.TO_US if _is_to_us(post, memory) else None


def _is_to_us(post: Post, memory: Memory) -> bool:
    named = set(post.mention_ids) & set(memory.handles)
    written = set(post.mentions) & set(memory.handles.values())
    return bool(named or written) or post.in_reply_to_user_x_id in memory.handles
