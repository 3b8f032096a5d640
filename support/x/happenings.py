"""What X tells us that happened. Values only."""

from dataclasses import dataclass

from support.x.posts import Post, Unread


@dataclass(frozen=True)
class Event:
    """One body X pushed: what it says about one account of ours, or about somebody we watch."""

    kind: str
    """In X's words: post.mention.create, or the name of a list of the older API."""
    for_x_id: str = ""
    """Whom the subscription is about; empty where X names nobody."""
    known: bool = True
    """Whether the desk knows this kind, if only to pass over it."""
    posts: tuple[Post, ...] = ()
    unread: tuple[Unread, ...] = ()
    """Items of it that could not be read."""
    deleted: tuple[str, ...] = ()
    """Ids of posts that are gone."""
    revoked_x_id: str = ""
    """The account that took back its consent."""
