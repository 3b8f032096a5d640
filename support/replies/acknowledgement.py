"""The words of an acknowledgement: the level's text with the next opening as customers say it."""

import re
from datetime import datetime, tzinfo

NEXT_OPENING = re.compile(r"[{｛]{1,2}\s*next_opening\s*[}｝]{1,2}")
_PARTED = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)
_JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_WEEKDAYS = {
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def words(text: str, language: str, opens_at: datetime, now: datetime, zone: tzinfo) -> str:
    """What the customer reads.

    A line of --- parts a text in Japanese from one in English; `language` is that of the
    customer's message, as X names it, and chooses. The opening is said in the part's language.
    """
    part = _chosen(text, language)
    spoken = "ja" if _JAPANESE.search(part) else "en"
    return NEXT_OPENING.sub(lambda _: opening(opens_at, now, zone, spoken), part).strip()


def received(written_at: datetime, text: str, zone: tzinfo) -> str:
    """A public text with the time of receipt: X takes the same words to many for spam."""
    there = written_at.astimezone(zone)
    clock = f"{there.hour}:{there.minute:02}"
    if _JAPANESE.search(text):
        return f"{text}\n（受付 {there.month}月{there.day}日 {clock}）"
    return f"{text}\n(Received {there.day} {_MONTHS[there.month - 1]}, {clock})"


def opening(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """明日9時から, 月曜日の9時45分から, 10月13日（火）9時から; from 9:00 tomorrow."""
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    apart = (there.date() - today).days
    if language == "en":
        return f"from {there.hour}:{there.minute:02} {_english_day(there, apart)}"
    minutes = f"{there.minute}分" if there.minute else ""
    return f"{_japanese_day(there, apart)}{there.hour}時{minutes}から"


def _japanese_day(there: datetime, apart: int) -> str:
    weekday = _WEEKDAYS["ja"][there.weekday()]
    if apart in (0, 1):
        return ("今日", "明日")[apart]
    if apart < 7:
        return f"{weekday}曜日の"
    return f"{there.month}月{there.day}日（{weekday}）"


def _english_day(there: datetime, apart: int) -> str:
    weekday = _WEEKDAYS["en"][there.weekday()]
    if apart in (0, 1):
        return ("today", "tomorrow")[apart]
    return f"on {weekday}" if apart < 7 else f"on {weekday} {there.day} {_MONTHS[there.month - 1]}"


def _chosen(text: str, language: str) -> str:
    parts = [part for part in _PARTED.split(text) if part.strip()]
    if not parts:
        return ""
    japanese = language in ("", "ja", "und") or language.startswith(("q", "zx"))
    fits = [part for part in parts if bool(_JAPANESE.search(part)) is japanese]
    return (fits or parts)[0]
