"""How times, spans, names and numbers are written on the pages; values in, text out.

Times of day are shown in the desk's zone: `zone` is a `ZoneInfo`, moments are aware datetimes.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = timedelta(days=7)

_WEEKDAYS = {
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEAR_DAYS = {
    "ja": {-1: "昨日", 0: "今日", 1: "明日"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_AGO = {
    "ja": {DAY: "日前", HOUR: "時間前", MINUTE: "分前"},
    "en": {DAY: " d ago", HOUR: " h ago", MINUTE: " min ago"},
}
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f", "\u20e3")
_INVISIBLE = re.compile(r"[\s\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]+")


def duration(amount: timedelta) -> str:
    """Hours and minutes begun, like 1:42; the seconds that do not fill a minute are left out."""
    minutes = int(abs(amount) / MINUTE)
    sign = "−" if amount < timedelta(0) and minutes else ""
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def clock(at: datetime, zone: tzinfo) -> str:
    """The time of day, like 9:05 or 15:47."""
    there = at.astimezone(zone)
    return f"{there.hour}:{there.minute:02}"


def exact(at: datetime, zone: tzinfo) -> str:
    """The time of day to the second, like 11:02:31."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def span(opens: datetime, closes: datetime, zone: tzinfo) -> str:
    """9:45–18:00 of one day; its end is 24:00, not the 0:00 of the next."""
    end = clock(closes, zone)
    return f"{clock(opens, zone)}–{'24:00' if end == '0:00' else end}"


def day(at: datetime, now: datetime, zone: tzinfo, locale: str) -> str:
    """昨日, 今日, 明日, 7月14日（火）; with its year when that is another one."""
    there, today = _dates(at, now, zone)
    return _NEAR_DAYS[locale].get((there - today).days) or full_day(at, now, zone, locale)


def full_day(at: datetime, now: datetime, zone: tzinfo, locale: str) -> str:
    """7月14日（火）, or 2025年7月14日（月） in another year than this one."""
    there, today = _dates(at, now, zone)
    weekday = _WEEKDAYS[locale][there.weekday()]
    if locale == "ja":
        return f"{_plain_day(there, today, locale)}（{weekday}）"
    return f"{weekday} {_plain_day(there, today, locale)}"


def moment(at: datetime, now: datetime, zone: tzinfo, locale: str) -> str:
    """As short as it stays plain: 15:47 today, 昨日 17:20, otherwise the day alone."""
    there, today = _dates(at, now, zone)
    if there == today:
        return clock(at, zone)
    near = _NEAR_DAYS[locale].get((there - today).days)
    return f"{near} {clock(at, zone)}" if near else _plain_day(there, today, locale)


def full_moment(at: datetime, now: datetime, zone: tzinfo, locale: str) -> str:
    """Day and time, for those who want to know exactly."""
    gap = " " if locale == "ja" else ", "
    return f"{full_day(at, now, zone, locale)}{gap}{clock(at, zone)}"


def opening(at: datetime, now: datetime, zone: tzinfo, locale: str) -> str:
    """When the desk opens next: 今日 13:00, 明日 9:45, 月 9:45 within a week, then the day."""
    there, today = _dates(at, now, zone)
    apart = (there - today).days
    on = _NEAR_DAYS[locale].get(apart)
    if on is None and 0 < apart < 7:
        on = _WEEKDAYS[locale][there.weekday()]
    return f"{on or full_day(at, now, zone, locale)} {clock(at, zone)}"


def _dates(at: datetime, now: datetime, zone: tzinfo) -> tuple[date, date]:
    return at.astimezone(zone).date(), now.astimezone(zone).date()


def _plain_day(there: date, today: date, locale: str) -> str:
    """7月14日 or 14 Jul; with its year when that is another than today's."""
    other_year = there.year != today.year
    if locale == "ja":
        return f"{f'{there.year}年' if other_year else ''}{there.month}月{there.day}日"
    return f"{there.day} {_MONTHS[there.month - 1]}{f' {there.year}' if other_year else ''}"


def ago(at: datetime, now: datetime, zone: tzinfo, locale: str) -> str:
    """たった今, 12分前, 3時間前, 2日前; from a week on the day. The future counts as now."""
    passed = now - at
    if passed < MINUTE:
        return "たった今" if locale == "ja" else "just now"
    if passed >= WEEK:
        return moment(at, now, zone, locale)
    unit = next(unit for unit in _AGO[locale] if passed >= unit)
    return f"{passed // unit}{_AGO[locale][unit]}"


_UNITS = {
    "ja": ((DAY, "日"), (HOUR, "時間"), (MINUTE, "分"), (SECOND, "秒")),
    "en": ((DAY, " d"), (HOUR, " h"), (MINUTE, " min"), (SECOND, " s")),
}


def brief(amount: timedelta, locale: str) -> str:
    """How long something took or waits, in its largest unit: 0.4秒, 12秒, 3分, 2時間, 5日."""
    if amount < 10 * SECOND:
        return f"{max(0, amount / SECOND):.1f}{_UNITS[locale][-1][1]}"
    size, unit = next(pair for pair in _UNITS[locale] if amount >= pair[0])
    return f"{amount // size}{unit}"


def how_many(number: int, locale: str) -> str:
    """A count of people: 1,284 as it is, then 1.2万, 12万, 3.4億, or 12K, 1.2M."""
    if number < 10_000:
        return f"{number:,}"
    units = ((10**8, "億"), (10**4, "万")) if locale == "ja" else ((10**6, "M"), (10**3, "K"))
    size, unit = next(pair for pair in units if number >= pair[0])
    tenths = number * 10 // size
    whole = tenths >= 100 or tenths % 10 == 0
    return f"{tenths // 10:,}{unit}" if whole else f"{tenths // 10}.{tenths % 10}{unit}"


def initial(name: str) -> str:
    """The sign an avatar shows: the first character of a name, with all that belongs to it."""
    name = _INVISIBLE.sub(" ", unicodedata.normalize("NFC", name)).strip(" \u200d")
    if not name:
        return "?"
    end = 1
    while end < len(name) and _belongs(name[end - 1], name[end], end):
        end += 1
    return name[:end]


def _belongs(before: str, sign: str, position: int) -> bool:
    """Whether `sign` is drawn as one with the character before it."""
    if before == "\u200d" or sign in _JOINERS or unicodedata.category(sign).startswith("M"):
        return True
    if 0x1F3FB <= ord(sign) <= 0x1F3FF:
        return True
    flags = range(0x1F1E6, 0x1F200)
    return position == 1 and ord(before) in flags and ord(sign) in flags


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser(said: str) -> str:
    """Chrome — Windows, out of a User-Agent header; its own words where they are unknown."""
    known = [name for sign, name in _BROWSERS if sign in said][:1]
    if not known and "Safari/" in said:
        known = ["Safari"]
    system = [name for sign, name in _SYSTEMS if sign in said][:1]
    return " — ".join(known + system) or said[:40] or "?"
