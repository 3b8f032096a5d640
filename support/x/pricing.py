"""What X asks for each thing read, pushed or sent, in millionths of a US dollar.

X charges one object once a UTC day, however often it is read; the desk counts every reading, so
what it reckons is the most X will bill, not less. What X sends along with a post (its author,
the post it answers) is not counted: X's price page does not say that it is billed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from support.x.text import url_spans

MICROS = 1_000_000
"""In one US dollar."""

POST_READ, OWNED_READ, USER_READ, DM_READ = "post_read", "owned_read", "user_read", "dm_read"
EVENT_POST, EVENT_DM, EVENT_CHAT = "event_post", "event_dm", "event_chat"
POST, POST_WITH_URL = "post", "post_with_url"
SUMMONED, SUMMONED_WITH_URL = "summoned_reply", "summoned_reply_with_url"
DM_SEND, DELETE, HIDE = "dm_send", "delete", "hide"


@dataclass(frozen=True)
class PriceList:
    """X's prices as they stood on a day, and where they were read."""

    as_of: date
    source: str
    micros: Mapping[str, int]
    """Kind → price of one item."""


@dataclass(frozen=True)
class Prices:
    """Price lists, the oldest first."""

    lists: tuple[PriceList, ...]

    def on(self, day: date) -> PriceList:
        """The list in force on a day; before the first one, the first."""
        begun = [it for it in self.lists if it.as_of <= day]
        return begun[-1] if begun else self.lists[0]

    def price(self, kind: str, on: date) -> int:
        """Micros for one item of `kind`. Raises KeyError for a kind X has no price for."""
        return self.on(on).micros[kind]


X_PRICES = Prices(
    (
        PriceList(
            date(2026, 8, 22),
            "docs.x.com/x-api/getting-started/pricing",
            {
                POST_READ: 5_000,
                OWNED_READ: 1_000,  # only where the account is the developer of its own app
                USER_READ: 10_000,
                DM_READ: 10_000,
                EVENT_POST: 5_000,  # mention, reply, quote and our own posts, pushed
                EVENT_DM: 10_000,
                EVENT_CHAT: 10_000,
                POST: 15_000,
                POST_WITH_URL: 200_000,
                SUMMONED: 10_000,
                # The page does not say which of its two prices holds; the dearer is reckoned.
                SUMMONED_WITH_URL: 200_000,
                DM_SEND: 15_000,
                DELETE: 10_000,
                HIDE: 5_000,
            },
        ),
    )
)
KINDS = tuple(X_PRICES.lists[0].micros)


def price(kind: str, on: date) -> int:
    """Micros for one item of `kind` at X's own prices."""
    return X_PRICES.price(kind, on)


def kind_of_post(text: str, *, summoned: bool) -> str:
    """What a post is billed as; `summoned`: it answers somebody who mentioned or quoted us."""
    if url_spans(text):
        return SUMMONED_WITH_URL if summoned else POST_WITH_URL
    return SUMMONED if summoned else POST


def kind_of_read(stream: str, *, owned: bool) -> str:
    """What one item of a stream is billed as; `owned`: the account's app is its own."""
    if stream == "dms":
        return DM_READ
    return OWNED_READ if owned else POST_READ
