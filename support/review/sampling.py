"""Which replies to look at: the risky first, or so many of everybody's that nobody is picked on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from support.errors import N_

NEW_FOR = timedelta(days=90)
"""So long a colleague counts as new."""
WIDE, WIDER = 10_000, 100_000
"""Followers from which on a public reply is read by many, by very many."""
AGAIN = 2
"""Posts of the customer after a reply, with no other reply between, that say it did not help."""
A_WEEKS_SAMPLE = 5
"""Replies of each agent and week; all of them where there are no more."""

COMPLAINTS = ("苦情", "クレーム", "お叱り", "complaint")
"""Tags with one of these in them mark a complaint."""
_ANGRY = re.compile(
    r"ふざけ|いい加減に|いいかげんに|ありえな|あり得な|有り得な|最悪|最低|怒|腹(?:が|立)|馬鹿|バカに|ばかに|"
    r"舐めて|なめて|ナメて|呆れ|あきれ|話にならな|もういい|もう結構|二度と(?:使|利用|契約|買)|"
    r"詐欺|騙さ|だまさ|嘘つき|返金しろ|訴え|弁護士|消費(?:者|生活)センター|"
    r"誠意|たらい回し|何(?:回|度)(?:も)?言|答えになって|"
    r"\b(?:ridiculous|unacceptable|worst|angry|furious|useless|scam|liar)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a reply that was sent."""

    overridden: int = 0
    """Findings of the guard it was sent in spite of."""
    angry: bool = False
    """The customer wrote back in anger."""
    wrote_again: int = 0
    """Posts of the customer before anything else was sent."""
    complaint: str = ""
    """A tag that says so."""
    urgency: str = ""
    """The ticket's priority, where it is high or urgent."""
    late: bool = False
    """The promise it keeps was broken."""
    word_broken: str = ""
    """What it promised in words, and was not kept."""
    agent_for: timedelta | None = None
    """How long whoever wrote it had been here; None for an automatic one."""
    followers: int = 0
    """Of the customer; 0 for what only they can read."""
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a risk. `sentence` is a key of the catalogue; `values` fill it."""

    kind: str
    points: int
    sentence: str
    values: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Risk:
    reasons: tuple[Reason, ...] = ()
    """The heaviest first."""

    @property
    def score(self) -> int:
        return sum(reason.points for reason in self.reasons)


def risk(facts: Facts) -> Risk:
    """How much there is to be lost by not looking, and why; 0: nothing special is known."""
    found = [it for it in _reasons(facts) if it.points]
    return Risk(tuple(sorted(found, key=lambda it: -it.points)))


def _reasons(it: Facts) -> Iterable[Reason]:
    yield Reason("angry", 4 * it.angry, N_("お客様の怒りの返信"))
    number: dict[str, str | int] = {"n": it.overridden}
    overridden = min(2 + it.overridden, 5) if it.overridden else 0
    yield Reason(
        "overridden", overridden, N_("送信前チェックの指摘%(n)s件を理由を書いて送信"), number
    )
    yield Reason("complaint", 3 * bool(it.complaint), N_("タグ「%(tag)s」"), {"tag": it.complaint})
    words: dict[str, str | int] = {"words": it.word_broken}
    yield Reason("word", 3 * bool(it.word_broken), N_("約束「%(words)s」が守られていません"), words)
    yield Reason("late", 2 * it.late, N_("期限を過ぎてからの返信"))
    again = 2 if it.wrote_again >= AGAIN else 0
    yield Reason("again", again, N_("お客様が続けて%(n)s回投稿"), {"n": it.wrote_again})
    new = it.agent_for is not None and it.agent_for < NEW_FOR
    yield Reason("new", 2 * new, N_("入って3か月以内の担当者"))
    yield Reason(
        "urgent", {"urgent": 2, "high": 1}.get(it.urgency, 0), _URGENT[it.urgency == "high"]
    )
    reach = 3 if it.followers >= WIDER else 2 if it.followers >= WIDE else 0
    yield Reason("reach", reach, N_("フォロワー%(n)s人"), {"n": f"{it.followers:,}"})
    yield Reason("automatic", int(it.automatic), N_("人が読まずに送る自動応答"))


_URGENT = (N_("優先度「至急」"), N_("優先度「高」"))


def sounds_angry(text: str) -> bool:
    """Whether words of anger stand in it: a sign to look, not a judgement of anybody."""
    return _ANGRY.search(unicodedata.normalize("NFKC", text)) is not None


def marks_complaint(tag: str) -> bool:
    return any(word in tag.lower() for word in COMPLAINTS)


def sample(sent: Iterable[tuple[int, Hashable, str]], each: int = A_WEEKS_SAMPLE) -> set[int]:
    """Of (reply, agent, week) the same number of each agent's in each week.

    Which ones is drawn by a digest of week and reply: everybody who looks finds the same, in
    whatever order they ask; no property of a reply or of an agent moves the draw.
    """
    lots: dict[tuple[Hashable, str], list[tuple[str, int]]] = defaultdict(list)
    for reply, agent, week in sent:
        lots[agent, week].append((_lot(week, reply), reply))
    return {reply for drawn in lots.values() for _, reply in sorted(drawn)[:each]}


def _lot(week: str, reply: int) -> str:
    return hashlib.sha256(f"{week}/{reply}".encode()).hexdigest()
