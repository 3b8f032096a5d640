"""When a reply is to go out: the times the composer offers, and what its form asked for.

A form says `when`: empty for now, a moment that was offered, or "at" for its own field `at`.
"""

import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from support.errors import N_, Refused
from support.replies.holding import FURTHEST
from support.replies.records import Reply
from support.replies.states import PartState
from support.sla.hours import BusinessHours

AT = "at"
FIELD = "%Y-%m-%dT%H:%M"
"""How browsers write the value of a field for day and time."""


@dataclass(frozen=True)
class Offered:
    """A time the composer names by itself."""

    words: Any
    at: datetime

    @property
    def value(self) -> str:
        return self.at.isoformat()


@dataclass(frozen=True)
class Asked:
    """What a form asked for, as it was written."""

    when: str = ""
    at: str = ""
    out_of_hours: bool = False

    def moment(self, zone: ZoneInfo) -> datetime | None:
        """None: now. Raises Refused for what is no time; `at` is the clock on the desk's wall."""
        if not self.when:
            return None
        written = unicodedata.normalize("NFKC", self.at if self.when == AT else self.when).strip()
        try:
            found = datetime.fromisoformat(written.replace("/", "-"))
            return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Refused(
                "send_at", N_("送る日時を入力してください。例：2026-11-26 09:00")
            ) from error


NOW = Asked()


@dataclass(frozen=True)
class Schedule:
    """What the composer's control draws from; `error` is why a time was not taken.

    Its clock is the one on the desk's wall.
    """

    offered: list[Offered]
    first: datetime
    last: datetime
    asked: Asked
    error: str

    @property
    def chosen(self) -> str:
        """The choice that is made: a time that is not offered any more is written out."""
        known = {"", AT, *(it.value for it in self.offered)}
        return self.asked.when if self.asked.when in known else AT

    @property
    def written(self) -> str:
        """What stands in the field for a time."""
        if self.chosen != self.asked.when:
            with suppress(Refused, OverflowError):  # the first and last days have no zone
                there = self.asked.moment(ZoneInfo("UTC"))
                return f"{there.astimezone(self.first.tzinfo):{FIELD}}" if there else ""
        return self.asked.at


def asked_in(form: Mapping[str, str]) -> Asked:
    """What a form says, cut to what a time needs."""
    return Asked(form.get("when", "")[:40], form.get("at", "")[:40], "out_of_hours" in form)


def schedule(
    hours: BusinessHours, now: datetime, zone: ZoneInfo, asked: Asked = NOW, error: str = ""
) -> Schedule:
    """The control as it stands at `now`."""
    named = (
        (_l("次の営業開始"), hours.next_opening(now)),
        (_l("明日の営業開始"), _tomorrow(hours, now, zone)),
    )
    offered: dict[datetime, Offered] = {}
    for words, at in named:
        if at is not None and at - now <= FURTHEST:
            offered.setdefault(at, Offered(words, at))
    first, last = now.astimezone(zone), (now + FURTHEST).astimezone(zone)
    return Schedule(list(offered.values()), first, last, asked, error)


def _tomorrow(hours: BusinessHours, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first opening that begins tomorrow; None on a day the desk does not open."""
    midnight = (now.astimezone(zone) + timedelta(days=1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    opens = hours.next_opening(midnight - timedelta(microseconds=1))
    there = opens.astimezone(zone).date() if opens else None
    return opens if there == midnight.date() else None


def waits(reply: Reply) -> bool:
    """Whether it is scheduled, asks, or waits for approval: it stands in the way of another."""
    states = {part.state for part in reply.parts}
    held = reply.scheduled and PartState.HELD in states
    asks = bool(states & {PartState.ASKING, PartState.WAITING})
    return reply.settled_at is None and (held or asks)
