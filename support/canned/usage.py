"""How the prepared answers are used: which are sent as they are, edited always, or never used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from support.canned.lifecycle import due_for_review
from support.canned.replies import CannedReply

EDITED = 0.8
"""Where less of the words was kept, the agent had to edit them."""
OFTEN = 0.6
"""From this share on, an answer is edited so often that its words want a change."""
ENOUGH = 5
"""Uses before anything is said of how an answer is edited."""
STALE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted of one answer in a period. Of old uses it is not known what was kept."""

    sent: int = 0
    known: int = 0
    """Uses of which it is known how much of the words was kept."""
    whole: int = 0
    """Sent word for word."""
    edited: int = 0
    kept: float = 0.0
    """The shares that were kept, added up."""
    shown: int = 0
    """Uses where it stood among the suggestions."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What was counted of all replies of a period."""

    replies: int = 0
    answered: int = 0
    """Replies that came from a prepared answer."""
    shown: int = 0
    """Those whose answer stood among the suggestions."""
    first: int = 0
    """Those whose answer stood there first."""
    silent: int = 0
    """Replies beside which nothing was suggested."""
    none_fits: int = 0
    """Messages for which an agent said that none of the suggestions fits."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the desk remembers: of the period, and of all time when each answer was used last."""

    totals: Totals = field(default_factory=Totals)
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    last_used: Mapping[str, datetime] = field(default_factory=dict)
    noted_since: datetime | None = None
    """When the first reply of all was noted: before it nothing is known."""
    made_at: Mapping[str, datetime] = field(default_factory=dict)
    """When an answer was made on the page; of a file that was put there it is not known."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One answer with its figures. Shares are None where there is nothing to divide by."""

    id: str
    title: str
    sent: int
    whole: float | None
    kept: float | None
    hit_at_3: float | None
    last_used: datetime | None
    edited: bool
    """It is edited nearly always: its words want a change."""
    stale: bool
    review: bool
    """The day to look at it again has passed."""
    on_shelf: bool = True


@dataclass(frozen=True, slots=True)
class Figures:
    """All answers, those that are used most first; and what holds of all replies."""

    totals: Totals
    answers: list[Usage]

    @property
    def taken(self) -> float | None:
        """Replies that came from a suggestion, of all replies."""
        return share(self.totals.shown, self.totals.replies)

    @property
    def hit_at_1(self) -> float | None:
        return share(self.totals.first, self.totals.answered)

    @property
    def hit_at_3(self) -> float | None:
        return share(self.totals.shown, self.totals.answered)

    @property
    def silence(self) -> float | None:
        return share(self.totals.silent, self.totals.replies)


def share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def figures(
    counted: Counted, answers: Iterable[CannedReply], now: datetime, today: date
) -> Figures:
    """The figures of every answer on the shelf, and of those that left it and were used."""
    on_shelf = {reply.id: reply for reply in answers}
    gone = [CannedReply(it, title=it) for it in counted.tallies if it not in on_shelf]
    rows = [
        _usage(reply, counted, now, today, on_shelf=reply.id in on_shelf)
        for reply in (*on_shelf.values(), *gone)
    ]
    rows.sort(key=lambda row: (-row.sent, row.title, row.id))
    return Figures(counted.totals, rows)


def _usage(
    reply: CannedReply, counted: Counted, now: datetime, today: date, *, on_shelf: bool
) -> Usage:
    tally = counted.tallies.get(reply.id, Tally())
    return Usage(
        id=reply.id,
        title=reply.title or reply.id,
        sent=tally.sent,
        whole=share(tally.whole, tally.known),
        kept=share(tally.kept, tally.known),
        hit_at_3=share(tally.shown, tally.sent),
        last_used=counted.last_used.get(reply.id),
        edited=tally.known >= ENOUGH and tally.edited >= OFTEN * tally.known,
        stale=on_shelf and _stale(reply.id, counted, now),
        review=on_shelf and due_for_review(reply, today),
        on_shelf=on_shelf,
    )


def _stale(answer_id: str, counted: Counted, now: datetime) -> bool:
    """Whether it lay unused so long; what was never used counts from when it could have been."""
    last = counted.last_used.get(answer_id)
    if last is None:
        known = (counted.noted_since, counted.made_at.get(answer_id))
        last = max((at for at in known if at is not None), default=None)
    return last is not None and now - last >= STALE
