"""Which tickets are wanted: a filter as a value, as it stands in an address and in a saved view."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from support.sla.levels import Priority

NOBODY = "none"
"""Where a person or a team may be named: there is none."""
LONGEST_WORD = 30
LANGUAGES = ("ja", "en", "ko", "zh", "es", "pt", "fr", "de", "th", "vi", "id", "und")
"""Those one is offered; `und`: X could not say. Another one may be named in an address."""


class View(StrEnum):
    """What the queue shows."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    DUE = "due"
    """Overdue, or past the warning share of the budget."""
    WAITING = "waiting"
    HELD = "held"
    RESOLVED = "resolved"


@dataclass(frozen=True)
class Filter:
    """Which tickets are wanted: those of a view that everything set here is true of."""

    view: View
    agent_id: int
    """Who asks: `View.MINE` is theirs."""
    channel: str = ""
    tag: str = ""
    account_id: int | None = None
    priority: str = ""
    language: str = ""
    """Of the customer's newest message, as X gave it."""
    segment: str = ""
    """The group the customer belongs to."""
    assignee: str = ""
    """The id of an agent, or NOBODY."""
    team: str = ""
    """The id of a team, or NOBODY."""
    incident: str = ""
    """The id of an incident they are linked to."""

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view is asked for."""
        return self != Filter(self.view, self.agent_id)

    def without(self, name: str) -> "Filter":
        """The same with one of the words of its address left out."""
        words = {key: value for key, value in self.address().items() if key != name}
        return filter_from(words, self.agent_id)

    def within(self, view: View) -> "Filter":
        return replace(self, view=view)

    def address(self) -> dict[str, Any]:
        """What of it stands in an address: only what is set, always in this order."""
        words = {
            "view": "" if self.view is View.ALL else self.view.value,
            "account": str(self.account_id or ""),
            "channel": self.channel,
            "tag": self.tag,
            "priority": self.priority,
            "language": self.language,
            "segment": self.segment,
            "assignee": self.assignee,
            "team": self.team,
            "incident": self.incident,
        }
        return {name: word for name, word in words.items() if word}


NAMES = (
    "view", "account", "channel", "tag", "priority", "language", "segment", "assignee", "team",
    "incident",
)  # fmt: skip


def filter_from(words: Mapping[str, str], agent_id: int) -> Filter:
    """What an address asks for; a word it cannot mean asks for nothing."""
    view, account = words.get("view", ""), _number(words.get("account", ""))
    language = words.get("language", "").lower()
    return Filter(
        view=View(view) if view in set(View) else View.ALL,
        agent_id=agent_id,
        channel=_one_of(words.get("channel", ""), ("public", "dm")),
        tag=_word(words.get("tag", "")),
        account_id=int(account) if account else None,
        priority=_one_of(words.get("priority", ""), tuple(Priority)),
        language=language if language.isascii() and language.isalpha() else "",
        segment=_word(words.get("segment", "")),
        assignee=_someone(words.get("assignee", "")),
        team=_someone(words.get("team", "")),
        incident=_number(words.get("incident", "")),
    )


def not_understood(words: Mapping[str, str]) -> list[str]:
    """The names of words that are set and ask for nothing."""
    understood = filter_from(words, 0).address()
    all_of_them = {"view": View.ALL.value}
    return [
        name
        for name in NAMES
        if words.get(name) and name not in understood and words[name] != all_of_them.get(name)
    ]


def _word(word: str) -> str:
    return "".join(" ".join(word.split()).split("\x00"))[:LONGEST_WORD]


def _one_of(word: str, known: tuple[str, ...]) -> str:
    return word if word in known else ""


def _number(word: str) -> str:
    """An id as the databases can hold it; anything else is none."""
    ascii_digits = word.isascii() and word.isdecimal() and len(word) < 10
    return str(int(word) or "") if ascii_digits else ""


def _someone(word: str) -> str:
    return word if word == NOBODY else _number(word)
