"""What there is in this X: people, posts, direct messages."""

from dataclasses import dataclass
from datetime import datetime

USER_STATES = ("active", "suspended", "deactivated")
REPLY_SETTINGS = ("everyone", "mentionedUsers", "following", "subscribers", "verified", "other")


@dataclass(frozen=True)
class User:
    id: int
    username: str
    name: str
    created_at: datetime
    description: str = ""
    followers: int = 0
    following: int = 0
    accepts_dms: bool = False
    """Open to direct messages from people who were not written to first."""
    follows_us: bool = False
    protected: bool = False
    state: str = "active"
    """Whoever is suspended or deactivated is not seen, nor anything they wrote."""


@dataclass(frozen=True)
class Media:
    """A picture or a film. Its bytes stay in the store."""

    id: int
    owner_id: int
    category: str
    """What it was made for and is: tweet_image, tweet_gif, tweet_video, dm_image, …"""
    mime: str
    created_at: datetime
    width: int = 0
    height: int = 0
    duration_ms: int | None = None
    alt_text: str = ""

    @property
    def kind(self) -> str:
        return _KINDS[self.category.rsplit("_", 1)[-1]]

    @property
    def key(self) -> str:
        return f"{_KEY_STARTS[self.kind]}_{self.id}"


_KINDS = {"image": "photo", "gif": "animated_gif", "video": "video"}
_KEY_STARTS = {"photo": 3, "video": 7, "animated_gif": 16}


@dataclass(frozen=True)
class Post:
    id: int
    author_id: int
    text: str
    """As typed; not escaped, without the hidden prefix."""
    prefix: str
    """Handles X puts before a reply without showing them: "@a @b ", or empty."""
    created_at: datetime
    conversation_id: int
    in_reply_to: int | None = None
    in_reply_to_user: int | None = None
    quoted: int | None = None
    reply_settings: str = "everyone"
    is_long: bool = False
    deleted: bool = False
    reposted: int | None = None
    """The post that this one only passes on."""
    edit_of: int | None = None
    """The first version, where this is a later one."""
    replaced_by: int | None = None
    """The next version, where there is one."""
    hidden: bool = False
    """A reply that the first author of its conversation put away."""
    mentions: tuple[User, ...] = ()
    media: tuple[Media, ...] = ()

    def mentions_user(self, user_id: int) -> bool:
        return any(user.id == user_id for user in self.mentions)


@dataclass(frozen=True)
class Message:
    """One direct message, between two people or in a group."""

    id: int
    sender_id: int
    recipient_id: int
    """In a group: one of the others."""
    text: str
    created_at: datetime
    group_id: int | None = None
    media: tuple[Media, ...] = ()

    @property
    def conversation_id(self) -> str:
        if self.group_id:
            return str(self.group_id)
        return conversation_of(self.sender_id, self.recipient_id)

    def other(self, user_id: int) -> int:
        return self.recipient_id if self.sender_id == user_id else self.sender_id


def conversation_of(one: int, other: int) -> str:
    """X's name for a one-to-one conversation: the numerically smaller id comes first."""
    return f"{min(one, other)}-{max(one, other)}"
