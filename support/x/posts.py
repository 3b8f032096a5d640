"""What X shows us, in our words: people, posts, messages, media. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

PHOTO, GIF, VIDEO = "photo", "animated_gif", "video"


class Unreadable(ValueError):
    """An item lacks something a message cannot do without; str(error) names it."""


@dataclass(frozen=True)
class Person:
    """A user on X. What X did not send is None."""

    x_id: str
    username: str
    name: str
    followers: int | None = None
    bio: str | None = None
    joined_at: datetime | None = None
    avatar_url: str | None = None
    protected: bool | None = None
    receives_dm: bool | None = None
    """Whether the account that asked may send them a direct message (receives_your_dm)."""


@dataclass(frozen=True)
class Media:
    """A picture, GIF or film of a post or direct message, where X keeps it."""

    key: str
    kind: str
    """photo, animated_gif or video."""
    url: str
    """The picture itself, or the film; empty where X named none."""
    preview_url: str = ""
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Post:
    """A public post, or a direct message when `private`."""

    x_id: str
    author_x_id: str
    text: str
    posted_at: datetime
    thread_x_id: str
    in_reply_to_x_id: str = ""
    language: str = ""
    mentions: tuple[str, ...] = ()
    """Handles in the post's own entities, in lower case, the hidden prefix included."""
    mention_ids: tuple[str, ...] = ()
    """The ids of the same people, in the order of the text."""
    named_ids: tuple[str, ...] = ()
    """Those of them the author wrote: not only carried along in the prefix of a reply."""
    hashtags: tuple[str, ...] = ()
    """Without #, in lower case."""
    in_reply_to_user_x_id: str = ""
    quoted_x_id: str = ""
    reposted_x_id: str = ""
    history: tuple[str, ...] = ()
    """Ids of all versions, the oldest first; empty where the post was never edited."""
    reply_settings: str = ""
    media: tuple[Media, ...] = ()
    beside: tuple["Post", ...] = ()
    """The posts it replies to or quotes, where X sent them along."""
    author: Person | None = None
    private: bool = False
    encrypted: bool = False
    """An X Chat message: that it came is all the desk can know."""
    recipient_x_id: str = ""
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def first_x_id(self) -> str:
        """The id of the first version: what stays the same through edits."""
        return self.history[0] if self.history else self.x_id


@dataclass(frozen=True)
class Unread:
    """An item that could not be read, and why."""

    reason: str
    raw: str
    digest: str


@dataclass(frozen=True)
class Page:
    """One answer of a timeline: what could be read, what could not, and where to go on."""

    posts: tuple[Post, ...]
    unread: tuple[Unread, ...]
    next_token: str | None
    items: int
    missing: tuple["Missing", ...] = ()


@dataclass(frozen=True)
class Missing:
    """Something asked for by id that X does not show (an entry of `errors` in a 200)."""

    x_id: str
    kind: str
    """tweet or user, as X names the resource."""
    reason: str
    """deleted (not found), hidden (protected, suspended, withheld) or another of X's words."""
