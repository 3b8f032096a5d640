"""How long each wording of an answer becomes, and what it costs, with every account's signature."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.canned.inspection import at_its_longest
from support.canned.replies import Channel
from support.desk import the_desk
from support.errors import Refused
from support.replies.pressing import parts_of, words_of
from support.replies.signature import signed
from support.x.pricing import DM_SEND, kind_of_post
from support.x.records import Account
from support.x.text import DM_LIMIT, POST_LIMIT, weighted_length


@dataclass(frozen=True)
class Weight:
    """One wording on one account, its blanks and its signature at their longest."""

    handle: str
    signature: str
    used: int
    """Weighted characters, or characters of a DM."""
    limit: int
    posts: int
    """0: it cannot be sent at all."""
    micros: int

    @property
    def too_long(self) -> bool:
        return self.posts == 0


@dataclass(frozen=True)
class TextWeight:
    """One wording. `rows` is empty while nothing is written."""

    number: int
    """0: the answer itself; then its variants."""
    rows: list[Weight]

    @property
    def heaviest(self) -> Weight | None:
        return max(self.rows, key=lambda row: (row.too_long, row.posts, row.used), default=None)


def weights(
    session: Session, texts: Sequence[str], channel: Channel, day: date
) -> list[TextWeight]:
    """`channel` "both" is weighed in public, where there is less room."""
    signatures = longest_signatures(session)
    private = channel == "dm"
    return [
        TextWeight(
            number,
            [_weight(text, handle, words, private, day) for handle, words in signatures]
            if text.strip()
            else [],
        )
        for number, text in enumerate(texts)
    ]


def longest_signatures(session: Session) -> list[tuple[str, str]]:
    """Each account's handle and the longest words its agents sign with."""
    agents = session.scalars(select(Agent).where(Agent.suspended_at.is_(None))).all()
    accounts = session.scalars(select(Account).order_by(Account.id))
    return [
        (account.handle, max((words_of(account, a) for a in agents), key=_length, default=""))
        for account in accounts
    ]


def _length(words: str) -> tuple[int, str]:
    return weighted_length(words), words


def _weight(text: str, handle: str, words: str, private: bool, day: date) -> Weight:
    prices = the_desk().prices.on(day).micros
    if private:
        length = len(signed(text.strip(), words))
        fits = length <= DM_LIMIT
        return Weight(handle, words, length, DM_LIMIT, int(fits), prices[DM_SEND])
    filled = at_its_longest(text).strip()
    used = weighted_length(signed(filled, words))
    try:
        parts = parts_of(filled, words, private=False)
    except Refused:
        return Weight(handle, words, used, POST_LIMIT, 0, 0)
    kinds = (kind_of_post(part, summoned=n == 0) for n, part in enumerate(parts))
    return Weight(handle, words, used, POST_LIMIT, len(parts), sum(prices[k] for k in kinds))
