"""Where clients of X are handed out: whose token, which app, under which budget."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import httpx
from sqlalchemy.orm import Session, sessionmaker

from support.clock import Clock, system_clock
from support.settings import Settings
from support.x import connecting, registering
from support.x.app_client import AppClient
from support.x.budgets import Budgets
from support.x.client import XClient
from support.x.errors import Meaning, XError
from support.x.oauth1 import Keys, OAuth1Auth, unpacked
from support.x.oauth2 import OAuth2
from support.x.refreshing import Held, Refresher, RenewedAuth, held_of, opened
from support.x.shapes import SHAPES
from support.x.wire import BearerAuth, Wire

if TYPE_CHECKING:
    from support.x.records import Account, XApp


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading them takes long, so it is done once a process."""
    return httpx.create_ssl_context()


class XDoor:
    """Hands out clients; one connection pool serves the whole process."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock = system_clock,
        sessions: sessionmaker[Session] | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        """`sessions` is where renewed tokens are kept; without it none is renewed."""
        self._settings = settings
        self._shapes = SHAPES[settings.x_vocabulary]
        self._budgets = budgets or Budgets(settings.redis_url)
        self._http = httpx.Client(
            base_url=settings.x_base_url,
            timeout=httpx.Timeout(settings.x_timeout, connect=5.0),
            headers={"User-Agent": "madoguchi"},
            verify=trusted(),
        )
        self._refresher = Refresher(self._http, settings, clock, sessions) if sessions else None

    def for_account(self, account: Account) -> XClient:
        """The client that speaks for `account`; raises XError when its token cannot be read.

        Asks nobody: a token that is about to end is renewed by the first call, which therefore
        must be made, as any call to X, with no transaction open.
        """
        held = held_of(account, self._settings.secret_key)
        budget = self._budgets.of(account.id, account.app_id)
        wire = Wire(self._http, self._auth_of(account, held), budget)
        return XClient(wire, account.x_id, self._shapes)

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
        return XClient(Wire(self._http, BearerAuth(token)), "", self._shapes)

    def with_keys(self, keys: Keys) -> XClient:
        """A client for the four keys of OAuth 1.0a, which belong to no account yet."""
        return XClient(Wire(self._http, OAuth1Auth(keys)), "", self._shapes)

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
