"""What the doors hold in hand: the clock, X, the bell, the news, the shelf, the settings,
X's limits and prices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from flask import current_app

from support.clock import Clock
from support.settings import Settings
from support.x.budgets import Budgets
from support.x.pricing import X_PRICES, Prices

if TYPE_CHECKING:
    from support.canned.shelf import Shelf
    from support.x.app_client import AppClient
    from support.x.client import XClient
    from support.x.oauth1 import Keys
    from support.x.oauth2 import OAuth2
    from support.x.records import Account, XApp


class Later(Protocol):
    """Rings for work that a worker should do soon; losing a ring loses nothing."""

    def ring(self, job: str, *args: int | str) -> None: ...

    def heard(self, job: str, *args: int | str) -> None: ...


class News(Protocol):
    """Tells open pages that something changed; ids only, never content."""

    def tell(self, topic: str, number: int) -> None: ...


class X(Protocol):
    """Hands out the client that speaks for an account."""

    def for_account(self, account: Account) -> XClient: ...

    def for_app(self, app: XApp) -> AppClient: ...

    def with_token(self, token: str) -> XClient: ...

    def with_keys(self, keys: Keys) -> XClient: ...

    def oauth2(self, app: XApp) -> OAuth2: ...

    def revocation(self, account: Account) -> Callable[[], bool]: ...


@dataclass(frozen=True)
class Desk:
    """One per process; tests pass hand-made stand-ins for any of them."""

    settings: Settings
    clock: Clock
    x: X
    later: Later
    news: News
    shelf: Shelf
    budgets: Budgets
    """What X still allows each account."""
    prices: Prices = X_PRICES


def the_desk() -> Desk:
    """The desk of the running application."""
    desk: Desk = current_app.extensions["desk"]
    return desk
