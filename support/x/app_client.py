"""What an app of ours asks X for: where events are pushed to, and which; how much is said.

Only X's names for these things appear here; when they are made and renewed see
inbox/subscribing.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from support.x.errors import Meaning, XError
from support.x.fields import inner, objects, words
from support.x.volumes import Volume, read_volumes
from support.x.wire import Wire

MENTIONED, REPLIED, QUOTED = "post.mention.create", "post.reply.create", "post.quote.create"
POSTED, DELETED = "post.create", "post.delete"
DM_RECEIVED, DM_SENT, CHAT_RECEIVED = "dm.received", "dm.sent", "chat.received"
REVOKED = "oauth.revoke"
FOR_AN_ACCOUNT = (
    MENTIONED,
    REPLIED,
    QUOTED,
    POSTED,
    DELETED,
    DM_RECEIVED,
    DM_SENT,
    CHAT_RECEIVED,
)
PUBLIC = frozenset({POSTED, DELETED, REVOKED})
"""The app itself may ask for these; the others need the account's own consent."""
MOST_SUBSCRIPTIONS = 1_500
"""What X allows an app on the self-serve plan."""
REPLAYS = timedelta(hours=24)
"""X pushes again what is not older than this."""
_MOST_PAGES = 20


@dataclass(frozen=True)
class Webhook:
    """An address X pushes to."""

    x_id: str
    url: str
    valid: bool
    """False: X gave it up, because our answer was wrong or none came for long."""


@dataclass(frozen=True)
class Subscribed:
    """One kind of event X pushes for one person."""

    x_id: str
    event_type: str
    subject_x_id: str
    webhook_x_id: str


class AppClient:
    """One app's calls. Every method raises XError and nothing else."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def counts(self, query: str) -> tuple[Volume, ...]:
        """How many posts of the last 7 days a search finds, by the hour.

        With the app's own token: X's document 2.166 lets no user's token ask for it.
        """
        asked = {"query": query, "granularity": "hour"}
        return read_volumes(self._wire.get("/2/tweets/counts/recent", asked))

    def webhooks(self) -> list[Webhook]:
        return [_webhook(item) for item in objects(self._wire.get("/2/webhooks", {}), "data")]

    def register(self, url: str) -> Webhook:
        """X challenges the address before it answers."""
        body = self._wire.post("/2/webhooks", {"url": url})
        made = _webhook(inner(body, "data") or body)
        if not made.x_id:
            raise XError(Meaning.NO_ANSWER, 200, "X accepted, but its answer names no webhook")
        return made

    def validate(self, webhook_x_id: str) -> None:
        """X challenges the address again; one that answers rightly is valid afterwards."""
        self._wire.call("PUT", f"/2/webhooks/{webhook_x_id}")

    def remove(self, webhook_x_id: str) -> None:
        self._wire.call("DELETE", f"/2/webhooks/{webhook_x_id}")

    def replay(self, webhook_x_id: str, since: datetime, until: datetime) -> None:
        """X pushes all events of that time once more; of its last minute too, though it knows
        whole minutes only.
        """
        order = {
            "webhook_id": webhook_x_id,
            "from_date": _minute(since),
            "to_date": _minute(until + timedelta(minutes=1)),
        }
        self._wire.post("/2/webhooks/replay", order)

    def subscriptions(self) -> list[Subscribed]:
        return [_subscribed(item) for item in self._every()]

    def _every(self) -> Iterator[Mapping[str, Any]]:
        params = {"max_results": "1000"}
        for _ in range(_MOST_PAGES):
            page = self._wire.get("/2/activity/subscriptions", params)
            yield from objects(page, "data")
            token = words(inner(page, "meta"), "next_token")
            if not token:
                return
            params["pagination_token"] = token

    def subscribe(self, event_type: str, subject_x_id: str, webhook_x_id: str) -> str:
        """The id of the subscription X made; `subject_x_id` empty for what knows no user."""
        return subscribe(self._wire, event_type, subject_x_id, webhook_x_id)

    def move(self, subscription_x_id: str, webhook_x_id: str) -> None:
        """From now on its events go to this webhook."""
        path = f"/2/activity/subscriptions/{subscription_x_id}"
        self._wire.call("PUT", path, json={"webhook_id": webhook_x_id})

    def unsubscribe(self, subscription_x_id: str) -> None:
        self._wire.call("DELETE", f"/2/activity/subscriptions/{subscription_x_id}")


def subscribe(wire: Wire, event_type: str, subject_x_id: str, webhook_x_id: str) -> str:
    order = {
        "event_type": event_type,
        "filter": {"user_id": subject_x_id} if subject_x_id else {},
        "tag": "madoguchi",
        "webhook_id": webhook_x_id,
    }
    body = wire.post("/2/activity/subscriptions", order)
    made = words(inner(inner(body, "data"), "subscription"), "subscription_id")
    if not made:
        raise XError(Meaning.NO_ANSWER, 200, "X accepted, but its answer names no subscription")
    return made


def is_challenge_refused(error: XError) -> bool:
    """Whether X did not take our answer to its challenge (CRC)."""
    return "crc" in error.detail.lower() or "response_token" in error.detail.lower()


def _webhook(item: Mapping[str, Any]) -> Webhook:
    return Webhook(words(item, "id"), words(item, "url"), item.get("valid") is True)


def _subscribed(item: Mapping[str, Any]) -> Subscribed:
    return Subscribed(
        x_id=words(item, "subscription_id"),
        event_type=words(item, "event_type"),
        subject_x_id=words(inner(item, "filter"), "user_id"),
        webhook_x_id=words(item, "webhook_id"),
    )


def _minute(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M")
