"""What the play pages show: threads and messages as one customer sees them."""

import sqlite3
from dataclasses import dataclass

from support.sandbox import messages, people, posts, snowflakes
from support.sandbox.world import Message, Post, User

THREADS_SHOWN = 20


@dataclass(frozen=True)
class ShownPost:
    post: Post
    author: User
    from_desk: bool
    by_player: bool

    @property
    def answers(self) -> tuple[str, ...]:
        """Handles X would show as 返信先."""
        return tuple(word for word in self.post.prefix.split() if word)


@dataclass(frozen=True)
class Scene:
    desk: User
    player: User | None
    customers: list[User]
    threads: list[list[ShownPost]]
    messages: list[Message]
    focus: int = 0
    """The post a permalink names."""


def of_customer(db: sqlite3.Connection, account_id: int, username: str) -> Scene:
    """The customer called `username`, else whoever wrote last."""
    desk, customers = _desk(db, account_id), people.customers(db)
    player = _player(db, username) or (customers[0] if customers else None)
    if player is None:
        return Scene(desk, None, customers, [], [])
    threads = _threads(db, account_id, player, posts.conversations_of(db, player.id, THREADS_SHOWN))
    return Scene(desk, player, customers, threads, messages.between(db, player.id, desk.id))


def of_account(db: sqlite3.Connection, account: User) -> Scene:
    threads = _threads(db, account.id, None, posts.conversations_of(db, account.id, THREADS_SHOWN))
    return Scene(account, None, [], threads, [])


def of_thread(db: sqlite3.Connection, account_id: int, post_id: str, username: str) -> Scene | None:
    """The conversation around a post; None when there is no such post or it was deleted."""
    post = posts.by_id(db, snowflakes.read(post_id))
    if post is None or post.deleted:
        return None
    player = _player(db, username) or _someone(db, account_id, post)
    threads = _threads(db, account_id, player, [post.conversation_id])
    return Scene(_desk(db, account_id), player, people.customers(db), threads, [], focus=post.id)


def _someone(db: sqlite3.Connection, account_id: int, post: Post) -> User | None:
    """Whom a visitor plays who came by a bare link: a customer of this conversation."""
    authors = [item.author_id for item in posts.conversation(db, post.conversation_id)]
    others = [author for author in [post.author_id, *authors] if author != account_id]
    return people.by_id(db, others[0]) if others else None


def _player(db: sqlite3.Connection, username: str) -> User | None:
    person = people.by_username(db, username)
    return person if person and not people.is_own(db, person.id) else None


def _desk(db: sqlite3.Connection, account_id: int) -> User:
    desk = people.by_id(db, account_id)
    assert desk is not None, "the account is made when the sandbox opens"
    return desk


def _threads(
    db: sqlite3.Connection, account_id: int, player: User | None, conversations: list[int]
) -> list[list[ShownPost]]:
    return [
        [_shown(db, account_id, player, post) for post in posts.conversation(db, conversation)]
        for conversation in conversations
    ]


def _shown(db: sqlite3.Connection, account_id: int, player: User | None, post: Post) -> ShownPost:
    author = people.by_id(db, post.author_id)
    assert author is not None, "posts refer to users by a foreign key"
    by_player = player is not None and player.id == author.id
    return ShownPost(post, author, author.id == account_id, by_player)
