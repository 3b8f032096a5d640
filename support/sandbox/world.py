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

    def mentions_user(self, user_id: int) -> bool:
        return any(user.id == user_id for user in self.mentions)


@dataclass(frozen=True)
class Message:
    """One direct message between two people."""

    id: int
    sender_id: int
    recipient_id: int
    text: str
    created_at: datetime

    @property
    def conversation_id(self) -> str:
        return conversation_of(self.sender_id, self.recipient_id)

    def other(self, user_id: int) -> int:
        return self.recipient_id if self.sender_id == user_id else self.sender_id


def conversation_of(one: int, other: int) -> str:
    """X's name for a one-to-one conversation: the numerically smaller id comes first."""
    return f"{min(one, other)}-{max(one, other)}"
