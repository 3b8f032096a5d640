"""Manners in words: why somebody is not written to, and what the company holds itself to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.outreach.policy import LIMITS, Policy
from support.outreach.reasons import Refusal
from support.outreach.topics import NAMES, words_of
from support.web.promises.hours_form import hours_text

DAYS = (_l("月曜"), _l("火曜"), _l("水曜"), _l("木曜"), _l("金曜"), _l("土曜"), _l("日曜"))
OTHERS: dict[str, Any] = {
    "own_hours": _l("声をかける時間"),
    "subjects": _l("避ける話題"),
    "words": _l("避ける言葉"),
    "by_api": _l("APIからの送信"),
}


@dataclass(frozen=True)
class Told:
    """A refusal as a page shows it."""

    why: str
    sentence: str
    until: datetime | None
    """From when on it would be possible; None: waiting does not help."""


def told(refusals: Iterable[Refusal]) -> list[Told]:
    """In the language of whoever reads, in the order of the rules."""
    return [Told(it.why.value, _sentence(it), it.until) for it in refusals]


def _sentence(refusal: Refusal) -> str:
    values = dict(refusal.values)
    if "subject" in values:
        values["subject"] = gettext(str(values["subject"]))
    said: str = gettext(refusal.sentence, **values) if values else gettext(refusal.sentence)
    return said


def name_of(field: str) -> str:
    """What the form calls a part of the policy."""
    return str(gettext(LIMITS[field].title) if field in LIMITS else OTHERS[field])


def value_of(policy: Policy, field: str) -> str:
    """What it says of it."""
    if field in LIMITS:
        return " ".join((str(getattr(policy, field)), str(gettext(LIMITS[field].unit))))
    if field == "by_api":
        return str(_l("Xが認める場合だけ送る") if policy.by_api else _l("送らない（すべて手で）"))
    if field == "own_hours":
        return week(policy) or str(_l("アカウントの営業時間"))
    chosen = [gettext(NAMES[it]) for it in NAMES if it in policy.subjects]
    said = str(_l("、")).join(policy.words if field == "words" else chosen)
    return said or str(_l("なし"))


def week(policy: Policy) -> str:
    """Its own hours, day by day; empty where the account's hold."""
    days = ((day, policy.own_hours.get(day, ())) for day in range(7))
    return " ".join(f"{DAYS[day]} {hours_text(spells)}" for day, spells in days if spells)


def subjects() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every subject there is a list for: its key, its name, its words."""
    return [(key, gettext(name), words_of(key)) for key, name in NAMES.items()]
