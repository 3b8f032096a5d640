"""What one app may have of webhooks and subscriptions, and the number events name it by."""

import hashlib
from dataclasses import dataclass

from support.sandbox.keys import App


@dataclass(frozen=True)
class Caps:
    webhooks: int
    activity: int
    """Subscriptions of the X Activity API."""
    accounts: int
    """Those of the deprecated Account Activity API."""


CAPS = {"self_serve": Caps(1, 1_500, 3), "enterprise": Caps(5, 50_000, 5_000)}
"""By plan, as X published them in July 2026."""


def number_of(app: App) -> str:
    """X's events name an app by a number, its keys do not; the same app has always the same."""
    digest = hashlib.sha256(app.client_id.encode()).digest()
    return str(int.from_bytes(digest[:4]) % 90_000_000 + 10_000_000)
