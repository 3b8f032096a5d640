"""Rows of the world as events show them, with what only the file knows."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support.sandbox import addresses, payloads, people, posting, posts, snowflakes, vocabulary
from support.sandbox.push import envelopes, statuses
from support.sandbox.world import Message, Post, User

Wire = dict[str, Any]


@dataclass(frozen=True)
class View:
    db: sqlite3.Connection
    base: str
    """This X's own address, without a slash at the end: where pictures are."""
    now: datetime

    @property
    def now_ms(self) -> int:
        return snowflakes.milliseconds(self.now)

    def post(self, item: Post) -> Wire:
        about = posting.about(self.db, item, self.now)
        return envelopes.post(item, payloads.post(item, vocabulary.POST_FIELDS, about))

    def user(self, person: User) -> Wire:
        face = addresses.face(self.base, person.id)
        count = people.post_count(self.db, person.id)
        wire = payloads.user(person, envelopes.USER_FIELDS, posts=count, face=face)
        return envelopes.doubled(wire)

    def media(self, item: Post) -> list[Wire]:
        fields = vocabulary.MEDIA_FIELDS
        return [payloads.media(one, fields, addresses.public(self.base, one)) for one in item.media]

    def status(self, item: Post, author: User, deep: bool = True) -> Wire:
        """A v1.1 post; with `deep`, the one it quotes or passes on inside it."""
        context: Wire = {}
        answered = people.by_id(self.db, item.in_reply_to_user) if item.in_reply_to_user else None
        if answered:
            context["in_reply_to_screen_name"] = answered.username
        if item.media:
            files = [addresses.public(self.base, one) for one in item.media]
            context |= statuses.pictures(item, author.username, files)
        if deep:
            context |= statuses.quoting(self._inner(item.quoted))
            context |= statuses.passing_on(self._inner(item.reposted))
        face = addresses.face(self.base, author.id)
        count = people.post_count(self.db, author.id)
        return statuses.status(item, statuses.author(author, count, face), context)

    def _inner(self, post_id: int | None) -> Wire | None:
        inner = posts.by_id(self.db, post_id)
        author = people.by_id(self.db, inner.author_id) if inner else None
        if inner is None or author is None or inner.deleted:
            return None
        return self.status(inner, author, deep=False)

    def correspondents(self, persons: Iterable[User]) -> list[Wire]:
        return [
            statuses.correspondent(
                person,
                people.post_count(self.db, person.id),
                addresses.face(self.base, person.id),
            )
            for person in persons
        ]

    def message(self, item: Message) -> Wire:
        """The event itself, which both APIs share."""
        files = [addresses.private(self.base, one, item.id) for one in item.media]
        return envelopes.message_event(item, files)
