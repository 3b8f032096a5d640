"""The HTTP client for X's API v2: every host, path and field name we ask for is here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from support.settings import Settings
from support.x.errors import Meaning, XError
from support.x.payloads import read_dms, read_people, read_person, read_posts
from support.x.posts import Page, Person, Unreadable
from support.x.tokens import TokenUnreadable, unseal
from support.x.wire import BearerAuth, Wire

if TYPE_CHECKING:
    from support.x.records import Account

POST_FIELDS = {
    "tweet.fields": "id,text,created_at,author_id,conversation_id,in_reply_to_user_id,"
    "referenced_tweets,entities,lang,note_tweet,reply_settings,edit_history_tweet_ids,"
    "display_text_range",
    "user.fields": "id,name,username,description,public_metrics,created_at,verified_type,"
    "receives_your_dm",
    "expansions": "author_id,in_reply_to_user_id,referenced_tweets.id",
}
DM_FIELDS = {
    "dm_event.fields": "id,text,event_type,created_at,dm_conversation_id,sender_id",
    "event_types": "MessageCreate",
    "user.fields": POST_FIELDS["user.fields"],
    "expansions": "sender_id",
}


class XDoor:
    """Hands out clients; one connection pool serves the whole process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http = httpx.Client(
            base_url=settings.x_base_url,
            timeout=httpx.Timeout(settings.x_timeout, connect=5.0),
            headers={"User-Agent": "madoguchi"},
        )

    def for_account(self, account: Account) -> XClient:
        """The client that speaks for `account`; raises XError when its token cannot be read."""
        try:
            token = unseal(account.token_sealed, self._settings.secret_key)
        except TokenUnreadable as error:
            raise XError(Meaning.ACCOUNT, 0, str(error)) from error
        return XClient(Wire(self._http, BearerAuth(token)), account.x_id)

    def with_token(self, token: str) -> XClient:
        """A client for a token that belongs to no account yet."""
        return XClient(Wire(self._http, BearerAuth(token)), "")


class XClient:
    """One account's calls. Every method raises XError and nothing else."""

    def __init__(self, wire: Wire, x_id: str) -> None:
        self._wire = wire
        self._x_id = x_id

    def me(self) -> Person:
        """Whose token this is."""
        body = self._wire.get("/2/users/me", {"user.fields": POST_FIELDS["user.fields"]})
        try:
            return read_person(body.get("data"))
        except Unreadable as error:
            raise XError(Meaning.NO_ANSWER, 200, f"X's answer cannot be read: {error}") from error

    def people(self, x_ids: list[str]) -> dict[str, Person]:
        """Profiles by id, a hundred at most; people X does not show are left out."""
        asked = {"ids": ",".join(x_ids), "user.fields": POST_FIELDS["user.fields"]}
        return read_people(self._wire.get("/2/users", asked))

    def mentions(self, *, since_id: str = "", page: str | None = None) -> Page:
        """One page of posts that mention us, newest first; X shows the 800 newest at most."""
        asked = POST_FIELDS | {"max_results": "100"} | _if(since_id=since_id, pagination_token=page)
        return read_posts(self._wire.get(f"/2/users/{self._x_id}/mentions", asked))

    def own_posts(self, *, since_id: str = "", page: str | None = None) -> Page:
        """One page of our own posts, newest first."""
        asked = POST_FIELDS | {"max_results": "100"} | _if(since_id=since_id, pagination_token=page)
        return read_posts(self._wire.get(f"/2/users/{self._x_id}/tweets", asked))

    def dms(self, *, page: str | None = None) -> Page:
        """One page of DM events of the last 30 days, newest first, ours included."""
        asked = DM_FIELDS | {"max_results": "100"} | _if(pagination_token=page)
        return read_dms(self._wire.get("/2/dm_events", asked))

    def dms_with(self, person_x_id: str, *, page: str | None = None) -> Page:
        """One page of the conversation with one person, newest first."""
        asked = DM_FIELDS | {"max_results": "100"} | _if(pagination_token=page)
        return read_dms(self._wire.get(f"/2/dm_conversations/with/{person_x_id}/dm_events", asked))

    def create_post(self, text: str, *, in_reply_to: str) -> str:
        """Posts a public reply; returns its id. X knows no idempotency key: see sending."""
        reply = {"in_reply_to_tweet_id": in_reply_to}
        return self._id_of(self._wire.post("/2/tweets", {"text": text, "reply": reply}), "id")

    def send_dm(self, text: str, *, to: str) -> str:
        """Sends a direct message to a person; returns the DM event's id."""
        body = self._wire.post(f"/2/dm_conversations/with/{to}/messages", {"text": text})
        return self._id_of(body, "dm_event_id")

    def _id_of(self, body: Mapping[str, Any], name: str) -> str:
        data = body.get("data")
        found = data.get(name) if isinstance(data, dict) else None
        if not (isinstance(found, str) and found.isdigit()):
            raise XError(Meaning.NO_ANSWER, 201, "X accepted, but its answer names no id")
        return found


def every_page(first: Page, follow: Any) -> Iterator[Page]:
    """`first` and the pages after it; `follow(token)` reads the next one."""
    page = first
    yield page
    while page.next_token:
        page = follow(page.next_token)
        yield page


def _if(**params: str | None) -> dict[str, str]:
    return {name: value for name, value in params.items() if value}
