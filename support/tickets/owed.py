"""A promise and a pause, as the course of things made them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from support.sla.levels import REPLY_KINDS, Judged, PromiseKind, Told

Targets = Mapping[int, Mapping[PromiseKind, int | None]]
"""Seconds of open time by level and kind; None: nothing is promised."""


@dataclass(slots=True)
class Owed:
    """A promise as the course of things made it."""

    kind: PromiseKind
    message_id: int | None
    started_at: datetime
    received_at: datetime
    judged: Judged
    target_seconds: int
    kept_at: datetime | None = None
    kept_by_id: int | None = None
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""
    told: Told | None = None
    """What the customer was told of it; then nothing but that says by when."""

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.withdrawn_at is None

    @property
    def for_words(self) -> bool:
        """Whether it is owed to something the customer said, if only as news of an incident."""
        return self.kind in REPLY_KINDS or self.message_id is not None


@dataclass(slots=True)
class Spell:
    """A natural pause: the customer was waited for."""

    start: datetime
    end: datetime | None = None
