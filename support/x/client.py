"""The HTTP client for X's API v2: every host, path and field name we ask for is here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import httpx
from sqlalchemy.orm import Session, sessionmaker

from support.clock import Clock, system_clock
from support.settings import Settings
from support.x import connecting, registering
from support.x.app_client import AppClient, subscribe
from support.x.errors import Meaning, XError
from support.x.media import File
from support.x.oauth1 import Keys, OAuth1Auth, unpacked
from support.x.oauth2 import OAuth2
from support.x.payloads import read_dms, read_missing, read_people, read_person, read_posts
from support.x.posts import Missing, Page, Person, Unreadable
from support.x.refreshing import Held, Refresher, RenewedAuth, held_of, opened
from support.x.wire import BearerAuth, Wire

if TYPE_CHECKING:
    from support.x.records import Account, XApp

POST_FIELDS = {
    "tweet.fields": "id,text,created_at,author_id,conversation_id,in_reply_to_user_id,"
    "referenced_tweets,entities,lang,note_tweet,reply_settings,edit_history_tweet_ids,"
    "display_text_range,attachments",
    "user.fields": "id,name,username,description,public_metrics,created_at,verified_type,"
    "profile_image_url,protected",
    "media.fields": "media_key,type,url,preview_image_url,alt_text,width,height,variants",
    "expansions": "author_id,in_reply_to_user_id,referenced_tweets.id,attachments.media_keys",
}
DM_FIELDS = {
    "dm_event.fields": "id,text,event_type,created_at,dm_conversation_id,sender_id,attachments",
    "event_types": "MessageCreate",
    "user.fields": POST_FIELDS["user.fields"],
    "media.fields": POST_FIELDS["media.fields"],
    "expansions": "sender_id,attachments.media_keys",
}


class XDoor:
    """Hands out clients; one connection pool serves the whole process."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = system_clock,
        sessions: sessionmaker[Session] | None = None,
    ) -> None:
        """`sessions` is where renewed tokens are kept; without it none is renewed."""
        self._settings = settings
        self._http = httpx.Client(
            base_url=settings.x_base_url,
            timeout=httpx.Timeout(settings.x_timeout, connect=5.0),
            headers={"User-Agent": "madoguchi"},
        )
        self._refresher = Refresher(self._http, settings, clock, sessions) if sessions else None

    def for_account(self, account: Account) -> XClient:
        """The client that speaks for `account`; raises XError when its token cannot be read.

        Asks nobody: a token that is about to end is renewed by the first call, which therefore
        must be made, as any call to X, with no transaction open.
        """
        held = held_of(account, self._settings.secret_key)
        return XClient(Wire(self._http, self._auth_of(account, held)), account.x_id)

    def _auth_of(self, account: Account, held: Held) -> httpx.Auth:
        if account.auth == connecting.OAUTH1:
            return OAuth1Auth(self._keys(account, held))
        if account.auth == connecting.OAUTH2 and self._refresher is not None:
            return RenewedAuth(held, self._refresher)
        return BearerAuth(held.access)

    def _keys(self, account: Account, held: Held) -> Keys:
        if account.app is None:
            raise XError(Meaning.ACCOUNT, 0, "unauthorized_client: the account has no app")
        consumer_secret = registering.secret(
            account.app, "consumer_secret", self._settings.secret_key
        )
        return Keys(account.app.consumer_key, consumer_secret, *unpacked(held.access))

    def for_app(self, app: XApp) -> AppClient:
        """The client that speaks for one of our apps; raises XError when it has no token."""
        token = opened(app.bearer_sealed, self._settings.secret_key)
        return AppClient(Wire(self._http, BearerAuth(token)))

    def with_token(self, token: str) -> XClient:
        """A client for a token that belongs to no account yet."""
        return XClient(Wire(self._http, BearerAuth(token)), "")

    def with_keys(self, keys: Keys) -> XClient:
        """A client for the four keys of OAuth 1.0a, which belong to no account yet."""
        return XClient(Wire(self._http, OAuth1Auth(keys)), "")

    def oauth2(self, app: XApp) -> OAuth2:
        """How accounts let this app act for them. Raises XError when its secret is unreadable."""
        secret = registering.secret(app, "client_secret", self._settings.secret_key)
        return OAuth2(self._http, self._settings, app.client_id, secret)

    def revocation(self, account: Account) -> Callable[[], bool]:
        """What tells X that our tokens of the account end, once it is called with nothing open.

        False: X has no way to be told about this kind of token. Raises XError, then and now.
        """
        if account.auth != connecting.OAUTH2 or account.app is None:
            return lambda: False
        asking, key = self.oauth2(account.app), self._settings.secret_key
        tokens = [
            opened(seal, key) for seal in (account.refresh_sealed, account.token_sealed) if seal
        ]

        def tell() -> bool:
            for token in tokens:
                asking.revoke(token)
            return True

        return tell


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
        return self.look_for_people(x_ids)[0]

    def look_for_people(self, x_ids: list[str]) -> tuple[dict[str, Person], tuple[Missing, ...]]:
        """Profiles by id, a hundred at most, and whom X does not show, with its reason."""
        asked = {"ids": ",".join(x_ids), "user.fields": POST_FIELDS["user.fields"]}
        body = self._wire.get("/2/users", asked)
        return read_people(body), read_missing(body)

    def posts(self, x_ids: list[str]) -> Page:
        """Posts by id, a hundred at most; what X does not show stands in `missing`."""
        return read_posts(self._wire.get("/2/tweets", POST_FIELDS | {"ids": ",".join(x_ids)}))

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

    def subscribe(self, event_type: str, webhook_x_id: str) -> str:
        """Has X push what is private to this account; the id of the subscription."""
        return subscribe(self._wire, event_type, self._x_id, webhook_x_id)

    def create_post(self, text: str, *, in_reply_to: str) -> str:
        """Posts a public reply; returns its id. X knows no idempotency key: see sending."""
        reply = {"in_reply_to_tweet_id": in_reply_to}
        return self._id_of(self._wire.post("/2/tweets", {"text": text, "reply": reply}), "id")

    def send_dm(self, text: str, *, to: str) -> str:
        """Sends a direct message to a person; returns the DM event's id."""
        body = self._wire.post(f"/2/dm_conversations/with/{to}/messages", {"text": text})
        return self._id_of(body, "dm_event_id")

    def file(self, url: str, *, limit: int, part: str = "") -> File:
        """A picture or film of a post, message or profile; raises XError or NotShown."""
        return self._wire.file(url, limit=limit, part=part)

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
