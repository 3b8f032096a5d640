"""Until when a ticket is put aside, as the menu offers it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from support.errors import N_, Refused
from support.sla.hours import BusinessHours

HOLDS = ("hour", "opening", "days", "customer")


def until(preset: str, hours: BusinessHours, at: datetime, where: ZoneInfo) -> datetime | None:
    """Until when a ticket is put aside; None: until the customer writes. Raises Refused."""
    if preset not in HOLDS:
        raise Refused("until", N_("保留の期間を選んでください。"))
    if preset == "customer":
        return None
    if preset == "hour":
        return at + timedelta(hours=1)
    there = at.astimezone(where)
    later = there + timedelta(days=3 if preset == "days" else 1)
    if preset == "days":
        return later
    midnight = later.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if hours.is_open(midnight) else hours.next_opening(midnight)
