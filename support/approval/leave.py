"""Leave: which rules want another person to agree to a reply before it goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a rule looks at."""

    NEWCOMER = "newcomer"
    """Whoever joined lately, until so many of their replies were found good as they were."""
    TAG = "tag"
    GUARD = "guard"
    """A finding of the guard that asked for a reason."""
    PUBLIC = "public"
    """Every public word, the automatic ones too: for a crisis."""
    ACCOUNT = "account"
    """Everything, direct messages too."""
    CRISIS = "crisis"
    """Every public word while the account is in a crisis. No rule anybody sets: crisis/ knows."""


SETTABLE = frozenset(Kind) - {Kind.CRISIS}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it stands.

    account_id    for which account; None: for all
    clean         NEWCOMER: until so many were found good as they were
    joined_since  NEWCOMER: who joined before is none
    within        how long a reply should wait for its approval at most, in business time
    """

    number: int
    kind: Kind
    within: timedelta
    account_id: int | None = None
    tag: str = ""
    clean: int = 0
    joined_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pressed:
    """What is known of a reply at the moment it is pressed.

    tags        those of its ticket, and those whoever presses took off it
    answers     whether the agent is no more than that: a lead is no newcomer
    clean       how many of the agent's replies were found good as they were
    questioned  whether the guard asks for a reason
    """

    account_id: int
    private: bool
    tags: frozenset[str]
    answers: bool
    joined_at: datetime
    clean: int
    questioned: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """That these very words were read and agreed to before they were pressed, once for many.

    wrote_id  who wrote them
    by_id     who agreed
    """

    wrote_id: int
    by_id: int
    at: datetime

    @property
    def counts(self) -> bool:
        """Nobody agrees to their own words for others."""
        return self.wrote_id != self.by_id


def asking(rules: Iterable[Rule], it: Pressed) -> list[Rule]:
    """The rules that want this reply approved; none: it goes as ever."""
    return [rule for rule in rules if _for(rule, it.account_id) and _asks(rule, it)]


def calls_new(rule: Rule, joined_at: datetime, clean: int) -> bool:
    """Whether a rule about newcomers is still about whoever joined then and has come so far."""
    joined_lately = rule.joined_since is None or joined_at >= rule.joined_since
    return joined_lately and clean < rule.clean


def folded(tag: str) -> str:
    return tag.strip().lstrip("#＃").casefold()


def _for(rule: Rule, account_id: int) -> bool:
    return rule.account_id is None or rule.account_id == account_id


def _asks(rule: Rule, it: Pressed) -> bool:
    match rule.kind:
        case Kind.NEWCOMER:
            return it.answers and calls_new(rule, it.joined_at, it.clean)
        case Kind.TAG:
            return folded(rule.tag) in {folded(tag) for tag in it.tags}
        case Kind.GUARD:
            return it.questioned
        case Kind.PUBLIC | Kind.CRISIS:
            return not it.private
        case Kind.ACCOUNT:
            return True
