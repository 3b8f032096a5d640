"""What one account asks of X's API v2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from support.x.app_client import subscribe
from support.x.errors import Meaning, XError
from support.x.media import File
from support.x.payloads import read_dms, read_missing, read_people, read_person, read_posts
from support.x.posts import Missing, Page, Person, Unreadable
from support.x.search_words import thread
from support.x.shapes import SHAPES, Shapes
from support.x.uploads import describe, upload, wait_for
from support.x.wire import Wire, id_in


class XClient:
    """One account's calls. Every method raises XError and nothing else."""

    def __init__(self, wire: Wire, x_id: str, shapes: Shapes = SHAPES["legacy"]) -> None:
        self._wire = wire
        self._x_id = x_id
        self._shapes = shapes

    def me(self) -> Person:
        """Whose token this is."""
        body = self._wire.get("/2/users/me", self._shapes.user)
        try:
            return read_person(body.get("data"))
        except Unreadable as error:
            raise XError(Meaning.NO_ANSWER, 200, f"X's answer cannot be read: {error}") from error

    def x_clock(self) -> datetime | None:
        """X's own time when it last answered this client, in whole seconds; None: it has not."""
        return self._wire.told_at

    def people(self, x_ids: list[str]) -> dict[str, Person]:
        """Profiles by id, a hundred at most; people X does not show are left out."""
        return self.look_for_people(x_ids)[0]

    def look_for_people(self, x_ids: list[str]) -> tuple[dict[str, Person], tuple[Missing, ...]]:
        """Profiles by id, a hundred at most, and whom X does not show, with its reason."""
        asked = self._shapes.user | {"ids": ",".join(x_ids)}
        body = self._wire.get("/2/users", asked)
        return read_people(body), read_missing(body)

    def posts(self, x_ids: list[str]) -> Page:
        """Posts by id, a hundred at most; what X does not show stands in `missing`."""
        return read_posts(self._wire.get("/2/tweets", self._shapes.post | {"ids": ",".join(x_ids)}))

    def thread(self, thread_x_id: str, *, most: int) -> Page:
        """The newest posts of one thread, whoever wrote them; X finds those of the last 7 days."""
        asked = {"query": thread(thread_x_id), "max_results": str(most)}
        return read_posts(self._wire.get("/2/tweets/search/recent", self._shapes.post | asked))

    def search(
        self, query: str, *, since_id: str = "", page: str | None = None, most: int = 100
    ) -> Page:
        """One page of what a search finds of the last 7 days, newest first; X takes 10 to 100."""
        asked = {"query": query, "max_results": str(most)}
        asked |= {k: v for k, v in (("since_id", since_id), ("next_token", page)) if v}
        return read_posts(self._wire.get("/2/tweets/search/recent", self._shapes.post | asked))

    def mentions(self, *, since_id: str = "", page: str | None = None) -> Page:
        """One page of posts that mention us, newest first; X shows the 800 newest at most."""
        asked = self._shapes.post | _paging(since_id=since_id, pagination_token=page)
        return read_posts(self._wire.get(f"/2/users/{self._x_id}/mentions", asked))

    def own_posts(self, *, since_id: str = "", page: str | None = None) -> Page:
        """One page of our own posts, newest first."""
        asked = self._shapes.post | _paging(since_id=since_id, pagination_token=page)
        return read_posts(self._wire.get(f"/2/users/{self._x_id}/tweets", asked))

    def dms(self, *, page: str | None = None) -> Page:
        """One page of DM events of the last 30 days, newest first, ours included."""
        asked = self._shapes.dm | _paging(pagination_token=page)
        return read_dms(self._wire.get("/2/dm_events", asked))

    def dms_with(self, person_x_id: str, *, page: str | None = None) -> Page:
        """One page of the conversation with one person, newest first."""
        asked = self._shapes.dm | _paging(pagination_token=page)
        return read_dms(self._wire.get(f"/2/dm_conversations/with/{person_x_id}/dm_events", asked))

    def subscribe(self, event_type: str, webhook_x_id: str) -> str:
        """Has X push what is private to this account; the id of the subscription."""
        return subscribe(self._wire, event_type, self._x_id, webhook_x_id)

    def create_post(
        self, text: str, *, in_reply_to: str = "", media_ids: Sequence[str] = ()
    ) -> str:
        """Posts a public reply, or what answers nobody; returns its id.

        X knows no idempotency key: see sending.
        """
        said: dict[str, Any] = {"text": text}
        if in_reply_to:
            said["reply"] = {"in_reply_to_tweet_id": in_reply_to}
        if media_ids:
            said["media"] = {"media_ids": list(media_ids)}
        return id_in(self._wire.post("/2/tweets", said), "id")

    def delete_post(self, x_id: str) -> None:
        """Takes one of our posts down; doing so again does no harm."""
        self._wire.call("DELETE", f"/2/tweets/{x_id}")

    def send_dm(self, text: str, *, to: str, media_ids: Sequence[str] = ()) -> str:
        """Sends a direct message to a person; returns the DM event's id. X takes one picture."""
        said: dict[str, Any] = {"text": text}
        if media_ids:
            said["attachments"] = [{"media_id": media_id} for media_id in media_ids]
        body = self._wire.post(f"/2/dm_conversations/with/{to}/messages", said)
        return id_in(body, "dm_event_id")

    def file(self, url: str, *, limit: int, part: str = "") -> File:
        """A picture or film of a post, message or profile; raises XError or NotShown."""
        return self._wire.file(url, limit=limit, part=part)

    def upload_image(self, data: bytes, *, mime: str, private: bool) -> str:
        """Gives X a picture to be posted within a day; returns X's id for it."""
        return upload(self._wire, data, mime=mime, private=private)

    def upload_wait(self, media_id: str) -> float | None:
        """Seconds until X should be asked again whether it has finished; None: it has."""
        return wait_for(self._wire, media_id)

    def set_alt_text(self, media_id: str, words: str) -> None:
        """What those read who cannot see the picture."""
        describe(self._wire, media_id, words)


def every_page(first: Page, follow: Any) -> Iterator[Page]:
    """`first` and the pages after it; `follow(token)` reads the next one."""
    page = first
    yield page
    while page.next_token:
        page = follow(page.next_token)
        yield page


def _paging(**params: str | None) -> dict[str, str]:
    """As many at once as X gives, from where it is said."""
    return {"max_results": "100"} | {name: value for name, value in params.items() if value}
