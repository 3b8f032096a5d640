"""The story as its files tell it, and its clock: relative to the moment it is loaded."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from support.sla.hours import BusinessHours

FOLDER = Path(__file__).parent
Row = dict[str, Any]
REACH = timedelta(days=90)


@dataclass(frozen=True)
class Story:
    account: Row
    team: list[Row]
    customers: list[Row]
    conversations: list[Row]
    reviews: list[Row]


def read_story(folder: Path = FOLDER) -> Story:
    """All story*.yaml files of the folder; their conversations joined."""
    files = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("story*.yaml"))]
    first = next(file for file in files if "account" in file)
    conversations = [row for file in files for row in file.get("conversations", [])]
    reviews = [row for file in files for row in file.get("reviews", [])]
    return Story(first["account"], first["team"], first["customers"], conversations, reviews)


class StoryClock:
    """The story's times as instants, told from `now`; see story.yaml for their forms."""

    def __init__(self, hours: BusinessHours, now: datetime) -> None:
        self.now = now
        self._zone = ZoneInfo(hours.zone)
        self._openings = hours.openings(now - REACH, now + REACH)
        self._days: dict[date, datetime] = {}
        for opens, _ in self._openings:
            self._days.setdefault(opens.astimezone(self._zone).date(), opens)
        self._order = sorted(self._days)
        self._today = max(n for n, day in enumerate(self._order) if self._days[day] <= now)

    def at(self, words: str) -> datetime:
        """The instant `words` stand for; raises ValueError for a form the story does not know."""
        if found := re.fullmatch(r"~(\d+)m", words):
            return self.now - timedelta(minutes=int(found[1]))
        if found := re.fullmatch(r"-(\d+)m", words):
            return self._open_minutes_ago(timedelta(minutes=int(found[1])))
        if found := re.fullmatch(r"([+-]\d+) (open\+)?(\d+):(\d\d)", words):
            return self._on_day(int(found[1]), bool(found[2]), int(found[3]), int(found[4]))
        raise ValueError(f"{words!r} is not a time of the story")

    def _open_minutes_ago(self, left: timedelta) -> datetime:
        for opens, closes in reversed(self._openings):
            end = min(closes, self.now)
            if opens >= end:
                continue
            if end - opens >= left:
                return end - left
            left -= end - opens
        raise ValueError("the story reaches further back than the calendar")

    def _on_day(self, offset: int, from_opening: bool, hours: int, minutes: int) -> datetime:
        day = self._order[self._today + offset]
        amount = timedelta(hours=hours, minutes=minutes)
        if from_opening:
            return self._days[day] + amount
        midnight = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return (midnight + amount).astimezone(self.now.tzinfo)
