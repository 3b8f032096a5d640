"""The calendar that the cases of this room are written for."""

import pytest

from support.sla.holidays_of import closed_days
from support.sla.hours import BusinessHours

WEEKDAY = [("09:00", "12:00"), ("13:00", "18:00")]


@pytest.fixture(scope="session")
def reference() -> BusinessHours:
    """Mon–Fri 09–12 and 13–18, Sat 10–12, Japanese holidays, closed 12-29 to 01-03."""
    weekly = {**dict.fromkeys(range(5), WEEKDAY), 5: [("10:00", "12:00")]}
    return BusinessHours("Asia/Tokyo", weekly, closed_days("JP", True, {}, 2025, 2028))
