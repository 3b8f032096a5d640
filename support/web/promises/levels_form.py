"""The form of the service levels: what somebody wrote, as lines; and lines, as one writes them."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from support.errors import N_
from support.sla.levels import Conditions, PromiseKind
from support.terms.editing import Line
from support.web import typed

TARGETS = tuple(kind.value for kind in PromiseKind)
MOST_LINES = 40
LONGEST_TEXT = 280
NONE = "–"

NOT_A_TIME = N_("1:30 のように、時間と分で入力してください。")
NOT_A_SHARE = N_("1から99までの数字を入力してください。")
NOT_A_NUMBER = N_("0以上の数字を入力してください。")
NO_BAND = N_("「以上」は「未満」より小さくしてください。")
TOO_LONG = N_("自動応答の文は280文字以内にしてください。")

_NOTHING = ("", "-", "–", "—", "−", "ー", "なし")
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")


@dataclass
class Row:
    """A line as somebody wrote it."""

    name: str = ""
    accounts: list[int] = field(default_factory=list)
    channel: str = ""
    tags: str = ""
    priorities: list[str] = field(default_factory=list)
    segments: str = ""
    followers_from: str = ""
    followers_below: str = ""
    targets: dict[str, str] = field(default_factory=lambda: dict.fromkeys(TARGETS, NONE))
    warn: str = "75"
    acknowledgement: str = ""


def rows_from(form: Any) -> list[Row]:
    """The lines a form holds, in their order."""
    count = min(form.get("lines", 0, type=int), MOST_LINES)
    return [_row(form, f"l{place}-") for place in range(max(count, 0))]


def row_of(line: Line) -> Row:
    """A line as one would write it."""
    asked = line.conditions
    return Row(
        name=line.name,
        accounts=sorted(asked.accounts),
        channel=asked.channel,
        tags="、".join(sorted(asked.tags)),
        priorities=sorted(asked.priorities),
        segments="、".join(sorted(asked.segments)),
        followers_from=_number(asked.followers_from),
        followers_below=_number(asked.followers_below),
        targets={name: time_text(getattr(line, name)) for name in TARGETS},
        warn=f"{line.warn_share * 100:g}",
        acknowledgement=line.acknowledgement,
    )


def lines_from(rows: list[Row]) -> tuple[list[Line], dict[str, str]]:
    """The lines, and what cannot be read by field, like `lines.2.first_reply`."""
    errors: dict[str, str] = {}
    lines = []
    for place, row in enumerate(rows):
        reading = _Reading(f"lines.{place}", errors)
        low = reading.count("followers_from", row.followers_from)
        high = reading.count("followers_below", row.followers_below)
        if low is not None and high is not None and low >= high:
            errors[f"lines.{place}.followers_from"] = NO_BAND
        if len(row.acknowledgement) > LONGEST_TEXT:
            errors[f"lines.{place}.acknowledgement"] = TOO_LONG
        asked = Conditions(
            accounts=frozenset(row.accounts),
            channel=row.channel,
            tags=words(row.tags),
            priorities=frozenset(row.priorities),
            segments=words(row.segments),
            followers_from=low,
            followers_below=high,
        )
        targets = {name: reading.time(name, row.targets.get(name, "")) for name in TARGETS}
        share = reading.share("warn_share", row.warn)
        text = row.acknowledgement.strip()
        lines.append(Line(row.name, asked, **targets, warn_share=share, acknowledgement=text))
    return lines, errors


def time_text(target: timedelta | None) -> str:
    """`1:30`; a dash for no promise."""
    if target is None:
        return NONE
    minutes = int(target.total_seconds()) // 60
    return f"{minutes // 60}:{minutes % 60:02}"


def moved(rows: list[Row], wish: str) -> list[Row]:
    """The lines after a button: `add`, `up-2`, `down-2` or `remove-2`; the last stays the last."""
    deed, _, number = wish.partition("-")
    others, last = rows[:-1], rows[-1:]
    if deed == "add" and len(rows) < MOST_LINES:
        return [Row(), *rows]
    place = typed.number(number)
    if place is None or place >= len(others):
        return rows
    row = others.pop(place)
    if deed != "remove":
        others.insert(max(0, place + (1 if deed == "down" else -1)), row)
    return [*others, *last]


class _Reading:
    def __init__(self, place: str, errors: dict[str, str]) -> None:
        self._place, self._errors = place, errors

    def time(self, name: str, text: str) -> timedelta | None:
        plain = unicodedata.normalize("NFKC", text).strip()
        found = _CLOCK.fullmatch(plain)
        if found:
            return timedelta(hours=int(found[1]), minutes=int(found[2]))
        if plain not in _NOTHING:
            self._errors[f"{self._place}.{name}"] = NOT_A_TIME
        return None

    def count(self, name: str, text: str) -> int | None:
        plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
        if not plain:
            return None
        if (found := typed.number(plain)) is not None:
            return found
        self._errors[f"{self._place}.{name}"] = NOT_A_NUMBER
        return None

    def share(self, name: str, text: str) -> float:
        plain = unicodedata.normalize("NFKC", text).replace("%", "").strip()
        if found := typed.number(plain, most=99):
            return found / 100
        self._errors[f"{self._place}.{name}"] = NOT_A_SHARE
        return 0.75


def _row(form: Any, mark: str) -> Row:
    def text(name: str, most: int = 200) -> str:
        return str(form.get(mark + name, ""))[:most].strip()

    chosen = form.getlist(f"{mark}accounts")
    accounts = [found for it in chosen if (found := typed.number(it)) is not None]
    return Row(
        name=text("name", 80),
        accounts=accounts,
        channel=text("channel", 6),
        tags=text("tags"),
        priorities=form.getlist(f"{mark}priorities")[:4],
        segments=text("segments"),
        followers_from=text("followers_from", 12),
        followers_below=text("followers_below", 12),
        targets={name: text(name, 10) for name in TARGETS},
        warn=text("warn_share", 5),
        acknowledgement=text("acknowledgement", 1000),
    )


def words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in re.split(r"[、,，\n]", text) if word.strip())


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
