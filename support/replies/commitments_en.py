"""Commitments in English: a time, and in its sentence a "we will" that is not taken back."""

import re
from collections.abc import Iterator
from typing import TypedDict

from support.replies.commitment_times import Base, When

_NUMBERS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_N = rf"(?:[0-9]{{1,3}}|an?|half\san|{'|'.join(_NUMBERS)}|a\scouple\sof)"
_WEEKDAY, _MONTH = "|".join(_WEEKDAYS), "|".join(_MONTHS)
_HALF = r"a\.?m\b\.?|p\.?m\b\.?|o'clock"
_CLOCK = r"(?P<h{0}>[0-9]{{1,2}})(?::(?P<m{0}>[0-5][0-9]))?\s?(?P<ap{0}>" + _HALF + ")?"
_SPAN = rf"""
    (?:within|in|for|up\sto|give\sus|allow(?:\sus)?)\s
    (?:the\s(?:next\s)?|about\s|around\s|up\sto\s)?
    (?:{_N}\s?(?:-|to|or)\s?)?(?P<amount>(?:{_N})?)[\s-]?
    (?P<unit>minutes?|mins?|hours?|hrs?|business\sdays?|working\sdays?|days?|weeks?)\b(?!\sago)"""
_END = rf"""
    (?:by|before)\s(?:the\s)?
    (?P<eod>end\sof\s(?:the\s|business\s|this\s)?(?P<eodof>day|today|business|week|month)
        |eod|cob|close\sof\sbusiness)
    (?:\s(?P<eodday>today|tomorrow|{_WEEKDAY}))?"""
_AT = rf"""
    (?:by|until|before|at|around)\s(?:(?P<noon>noon)|{_CLOCK.format(1)})
    (?:\s(?:jst|today|tonight|(?P<cd>tomorrow)))?(?![0-9:%/])"""
_DAY = rf"""
    (?:(?:by|on|before|until|this|first\sthing|early)\s)?(?:(?P<next>next)\s)?
    (?P<day>today|tonight|this\s(?:morning|afternoon|evening)|tomorrow|{_WEEKDAY})
    (?:\s(?P<part>morning|noon|afternoon|evening))?
    (?:\s(?:at|by|before)\s{_CLOCK.format(2)})?"""
_WEEK = r"""
    (?:later|sometime)\s(?P<late>this\sweek|next\sweek)
    |(?:by|within|during)\s(?P<late2>this\sweek|next\sweek|the\sweek)"""
_DATE = rf"""
    (?:by|on|before)\s
    (?:(?P<month>{_MONTH})[a-z]*\.?\s(?P<dom>[0-9]{{1,2}})(?:st|nd|rd|th)?
    |(?:the\s)?(?P<dom2>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:\sof)?\s(?P<month2>{_MONTH})[a-z]*)"""
_FLAGS = re.VERBOSE | re.IGNORECASE
_TIME = re.compile(rf"\b(?:{_SPAN}|{_END}|{_DATE}|{_AT}|{_DAY}|{_WEEK})", _FLAGS)
_LATER = re.compile(
    r"\b(?:shortly|soon|as\ssoon\sas\s(?:we|I)\b|once\s(?:we|I)\b|later\b(?!\sthan)|in\sdue\scourse)",
    _FLAGS,
)
_VERB = r"""(?:get\sback|reply|respond|answer|update|let\syou\sknow|follow\sup|send|e-?mail|call
    |contact|message|DM|check|look\sinto|investigate|confirm|report|fix|resolve|refund|ship
    |dispatch|replace|provide|share|write|ring|phone|reach\sout|notify|process|complete|finish
    |have|visit|deliver|review|sort|get\sthis
    |be\s(?:processed|updated|completed|replied|in\stouch|back|sent|shipped|fixed|resolved
        |refunded|replaced|dispatched|delivered|there|with\syou))"""
_WILL = re.compile(
    rf"""\b(?:(?:we|i|(?:our|your|the)\s\w+|they|it|you)(?:'ll|\swill|\sshall)
        |(?:we|i)(?:'re|'m|\sare|\sam)\sgoing\sto
        |(?:we|i)\s(?:plan|aim|expect)(?:\sto)?)
        \s(?:\w+ly\s|also\s|then\s)?{_VERB}\b
    |\b(?:you'll|you\swill|you\scan\sexpect\sto|expect\sto)\s(?:hear|receive|get)\b
    |\bexpect\s(?:a|our)\s(?:reply|response|update|answer)\b""",
    _FLAGS,
)
_WAIT = re.compile(
    r"""\b(?:please\s(?:give|allow)\sus|please\s(?:wait|hold\son|bear\swith\sus)|bear\swith\sus
    |allow\s(?:us\s)?up\sto)\b""",
    _FLAGS,
)
_NOT = re.compile(
    r"""\b(?:won't|will\snot|can't|cannot|can\snot|not\sable|unable|never|don't|if\syou|if\syour
        |unless|when\syou|once\syou|you\scan(?!\sexpect)|you\smay|you\sneed|you\sshould|you\smust
        |would\syou|shall\swe|could\syou|may\swe|should\swe)\b
    |\bplease\s(?!give\sus|allow|wait|hold\son|bear)""",
    _FLAGS,
)
_SAID = re.compile(
    r"""\b(?:said|told|mentioned|promised|you\swrote|courier|carrier|was|were|had|yesterday
    |last\s(?:week|month|night|\w+day))\b""",
    _FLAGS,
)


class _Clock(TypedDict):
    hour: int | None
    minute: int
    loose: bool


def found_in(text: str) -> Iterator[tuple[int, int, When]]:
    """Start, end and time of each commitment; one sentence at a time, each "but" begins another."""
    flat = text.replace("’", "'")
    for sentence in re.finditer(
        r"(?:[^.!?\n;]|(?<=[ap])\.(?=m)|(?<=m)\.(?= [a-z])|\.(?=\d))+[.!?]?", flat
    ):
        words, begin = sentence[0], sentence.start()
        if words.endswith("?") or not (_WILL.search(words) or _WAIT.search(words)):
            continue
        if _NOT.search(words) or _SAID.search(words):
            continue
        times = [(it, when) for it in _TIME.finditer(words) if (when := _when(it)) is not None]
        for it, when in times:
            yield begin + it.start(), begin + it.end(), when
        if not times and _WILL.search(words):
            for later in list(_LATER.finditer(words))[:1]:
                yield begin + later.start(), begin + later.end(), When(Base.LATER)


def _when(it: re.Match[str]) -> When | None:
    if it["unit"]:
        return _span(it["amount"].lower(), it["unit"].lower())
    if it["eod"]:
        return _end(it)
    if it["noon"] or it["h1"]:
        hour, minute, loose = _clock(it["h1"] or "12", it["m1"], it["ap1"])
        if hour is None or (loose and not it["m1"] and not it["ap1"] and hour > 24):
            return None
        base = Base.DAY if it["cd"] else Base.CLOCK
        return When(base, 1 if it["cd"] else 0, hour=hour, minute=minute, loose=loose)
    if it["late"] or it["late2"]:
        return When(Base.WEEK, 1 if "next" in (it["late"] or it["late2"]).lower() else 0)
    if it["day"]:
        return _day(it)
    month = (it["month"] or it["month2"]).lower()
    return When(Base.DATE, int(it["dom"] or it["dom2"]), month=_MONTHS.index(month) + 1)


def _span(amount: str, unit: str) -> When:
    count = int(amount) if amount.isdigit() else 2 if "couple" in amount else 1
    if amount in _NUMBERS:
        count = _NUMBERS.index(amount) + 1
    if unit.startswith(("business", "working")):
        return When(Base.WORKDAYS, count)
    if unit.startswith(("day", "week")):
        return When(Base.DAYS, count * (7 if unit.startswith("week") else 1))
    if unit.startswith("h"):
        return When(Base.SPAN, 30 if amount.startswith("half") else 60 * count)
    return When(Base.SPAN, count)


def _end(it: re.Match[str]) -> When:
    of, day = (it["eodof"] or "day").lower(), (it["eodday"] or "").lower()
    if of in ("week", "month"):
        return When(Base.WEEK if of == "week" else Base.MONTH)
    if day in _WEEKDAYS:
        return When(Base.WEEKDAY, _WEEKDAYS.index(day))
    return When(Base.DAY, 1 if day == "tomorrow" else 0)


def _day(it: re.Match[str]) -> When:
    day, part = it["day"].lower(), (it["part"] or "").lower()
    hour: int | None = {"morning": 12, "noon": 12, "evening": 18}.get(part)
    minute, loose = 0, False
    if day == "this morning":
        hour = 12
    if it["h2"]:
        hour, minute, loose = _clock(it["h2"], it["m2"], it["ap2"])
    clock: _Clock = {"hour": hour, "minute": minute, "loose": loose}
    if day in _WEEKDAYS:
        return When(Base.WEEKDAY, _WEEKDAYS.index(day), weeks=1 if it["next"] else 0, **clock)
    return When(Base.DAY, 1 if day == "tomorrow" else 0, **clock)


def _clock(hour: str, minute: str | None, half_day: str | None) -> tuple[int | None, int, bool]:
    found, half = int(hour), (half_day or "").lower()
    if found > 24:
        return None, 0, False
    if half.startswith("p") and found < 12:
        found += 12
    return found, int(minute or 0), not half.startswith(("a", "p"))
