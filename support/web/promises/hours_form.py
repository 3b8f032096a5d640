"""The form of business hours: what somebody wrote, as a draft; and a draft, as one writes it.

Hours are written as one says them: `9:00–12:00、13:00–18:00`; any dash and any comma will do.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from support.errors import N_
from support.terms.editing import Draft

DAYS = ("0", "1", "2", "3", "4", "5", "6")
LONGEST_NAME = 80
MOST_ROWS = 400
BLANK_ROWS = 2

NOT_HOURS = N_("9:00–12:00、13:00–18:00 のように入力してください。")
NOT_A_DATE = N_("日付を選んでください。")
ENDS_BEFORE = N_("終わりの日は、始まりの日より後にしてください。")
TOO_LONG = N_("1年より長い休業は登録できません。")
NO_HOURS = N_("閉める時間を入力してください。一日中なら休業日に登録します。")
TWICE = N_("同じ日が2行あります。1行にまとめてください。")

_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})")
_DASHES = str.maketrans(dict.fromkeys("–—―‐−~〜～ー", "-") | dict.fromkeys("、，,;；・/", " "))


@dataclass
class Written:
    """The fields as somebody wrote them, and what is wrong with them, by field."""

    zone: str
    weekly: dict[str, str]
    country: str
    year_end: bool
    closures: list[tuple[str, str, str]]
    special: list[tuple[str, str]]
    partial: list[tuple[str, str]]
    feed_days: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def written_from(form: Any, feed_days: dict[str, str]) -> Written:
    """What a form says; `feed_days` come from a subscribed calendar and are in no field."""
    return Written(
        zone=form.get("zone", "").strip()[:60],
        weekly={day: form.get(f"day-{day}", "")[:200] for day in DAYS},
        country=form.get("country", "")[:2],
        year_end=bool(form.get("year_end")),
        closures=list(_rows(form, "closed-from", "closed-to", "closed-name")),  # type: ignore[arg-type]
        special=list(_rows(form, "special-day", "special-hours")),  # type: ignore[arg-type]
        partial=list(_rows(form, "partial-day", "partial-hours")),  # type: ignore[arg-type]
        feed_days=feed_days,
    )


def written_of(draft: Draft) -> Written:
    """A draft as one would write it."""
    return Written(
        zone=draft.zone,
        weekly={day: hours_text(draft.weekly.get(day, ())) for day in DAYS},
        country=draft.country,
        year_end=draft.year_end,
        closures=[(first, last, name) for first, last, name in sorted(draft.closures)],
        special=[(day, hours_text(spans)) for day, spans in sorted(draft.special.items())],
        partial=[(day, hours_text(spans)) for day, spans in sorted(draft.partial.items())],
        feed_days=draft.feed_days,
    )


def draft_from(written: Written) -> Draft:
    """The draft; what cannot be read is told in `written.errors` and left out."""
    errors = written.errors
    weekly = {day: _spans(text, f"weekly.{day}", errors) for day, text in written.weekly.items()}
    return Draft(
        zone=written.zone,
        weekly={day: spans for day, spans in weekly.items() if spans},
        country=written.country,
        year_end=written.year_end,
        closures=list(_closures(written)),
        feed_days=written.feed_days,
        special=dict(_dated(written.special, "special", errors)),
        partial=dict(_dated(written.partial, "partial", errors, needed=True)),
    )


def hours_text(spans: Iterable[Iterable[str]]) -> str:
    """`9:00–12:00、13:00–18:00`; empty for a closed day."""
    return "、".join("–".join(clock.removeprefix("0") for clock in span) for span in spans)


def read_hours(text: str) -> list[list[str]] | None:
    """The spans somebody wrote; None where they cannot be read. Empty text is closed."""
    plain = unicodedata.normalize("NFKC", text.replace("ー", "-")).translate(_DASHES).strip()
    plain = re.sub(r"\s*-+\s*", "-", plain)
    found = [[_padded(opens), _padded(closes)] for opens, closes in _SPAN.findall(plain)]
    return found if not _SPAN.sub("", plain).strip() else None


def _padded(clock: str) -> str:
    return clock.zfill(5)


def _spans(text: str, name: str, errors: dict[str, str]) -> list[list[str]]:
    spans = read_hours(text)
    if spans is None:
        errors[name] = NOT_HOURS
    return spans or []


def _rows(form: Any, *names: str) -> Iterator[tuple[str, ...]]:
    """Lines of a table that say anything."""
    columns = [form.getlist(name)[:MOST_ROWS] for name in names]
    for row in zip(*columns, strict=False):
        if any(cell.strip() for cell in row[:2]):
            yield tuple(cell.strip()[:200] for cell in row)


def _closures(written: Written) -> Iterator[list[str]]:
    for place, (first, last, name) in enumerate(written.closures):
        begins, ends = _date(first), _date(last or first)
        if begins is None or ends is None:
            written.errors[f"closures.{place}"] = NOT_A_DATE
        elif ends < begins:
            written.errors[f"closures.{place}"] = ENDS_BEFORE
        elif (ends - begins).days > 366:
            written.errors[f"closures.{place}"] = TOO_LONG
        else:
            yield [str(begins), str(ends), name[:LONGEST_NAME]]


def _dated(
    rows: Iterable[tuple[str, str]], kind: str, errors: dict[str, str], *, needed: bool = False
) -> Iterator[tuple[str, list[list[str]]]]:
    seen: set[date] = set()
    for place, (day, text) in enumerate(rows):
        on, spans, name = _date(day), read_hours(text), f"{kind}.{place}"
        if on is None:
            errors[name] = NOT_A_DATE
        elif on in seen:
            errors[name] = TWICE
        elif spans is None:
            errors[name] = NOT_HOURS
        elif needed and not spans:
            errors[name] = NO_HOURS
        else:
            seen.add(on)
            yield str(on), spans


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(unicodedata.normalize("NFKC", text).replace("/", "-").strip())
    except ValueError:
        return None


def place_of(field_name: str, written: Written) -> str:
    """Where on the form a rule's refusal belongs: rules name dates, the form has rows."""
    kind, _, day = field_name.partition(".")
    rows: Mapping[str, list[Any]] = {"special": written.special, "partial": written.partial}
    for place, row in enumerate(rows.get(kind, [])):
        if str(_date(row[0])) == day:
            return f"{kind}.{place}"
    return field_name
