"""What there is in this X: people, posts, direct messages."""

from dataclasses import dataclass
from datetime import datetime

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
