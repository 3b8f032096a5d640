"""What an app of X has of its own: the secrets its webhooks are signed with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class App:
    id: int
    name: str
    bearer: str
    """Speaks for the app and for no user."""
    consumer_secret: str
    """Of the OAuth 1.0a keys; signs X-Twitter-Webhooks-Signature."""
    client_secret: str
    """Of the OAuth 2.0 keys; signs X-Twitter-Webhooks-Signature-OAuth2."""


SANDBOX_APP = App(
    id=29_000_001,
    name="sandbox-app",
    bearer="sandbox-bearer",
    consumer_secret="sandbox-consumer-secret",  # noqa: S106
    client_secret="sandbox-client-secret",  # noqa: S106
)


@dataclass(frozen=True)
class Caps:
    """How much one app may have. X's numbers for the self-serve plan of July 2026."""

    webhooks: int = 1
    activity: int = 1500
    accounts: int = 3
    """Subscriptions of the deprecated Account Activity API."""
