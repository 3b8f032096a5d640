"""Whose turn it is in a wave, and why somebody is passed: rules only.

A wave writes to many people at once, so that what a person would notice before pressing send is
looked at here for each of them, at the moment their turn comes. Whoever is passed is listed with
the reason, for a person to look at; nobody drops out unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from support.conversations.contact import Occasion, may_write
from support.errors import N_
from support.x.eligibility import Verdict, Way
from support.x.eligibility import Why as OnX


class Stage(StrEnum):
    """What a wave tells."""

    FIRST = "first"
    """The first answer to who wrote about it."""
    UPDATE = "update"
    """How it goes on."""
    RESTORED = "restored"


class Course(StrEnum):
    """Another reply in the same ticket."""

    NONE = "none"
    MOVING = "moving"
    """It goes out, or is out, in a moment: then one can tell."""
    STUCK = "stuck"
    """It waits for a person."""


class Do(StrEnum):
    PRESS = "press"
    BY_HAND = "by_hand"
    """Pressed too, and handed to a person: X lets nobody else post it."""
    WAIT = "wait"
    PASS = "pass"  # noqa: S105  (a turn, no secret)


class Why(StrEnum):
    """Why somebody is passed; kept in `WaveAnswer.passed_why`."""

    UNLINKED = "unlinked"
    ELSEWHERE = "elsewhere"
    RESOLVED = "resolved"
    MUTED = "muted"
    ANSWERED = "answered"
    ON_ITS_WAY = "on_its_way"
    HEARD = "heard"
    UNWANTED = "unwanted"
    FOREIGN = "foreign"
    NOTHING_SAID = "nothing_said"
    PROTECTED = "protected"
    GONE = "gone"
    DM_CLOSED = "dm_closed"
    ENCRYPTED = "encrypted"
    LIMITED = "limited"
    SAME_WORDS = "same_words"
    WORDS_SPENT = "words_spent"
    REFUSED = "refused"


SENTENCES = {
    Why.UNLINKED: N_("障害との紐づけが外されました。"),
    Why.ELSEWHERE: N_("別の障害に紐づいています。そちらからお知らせします。"),
    Why.RESOLVED: N_("チケットはもう解決しています。"),
    Why.MUTED: N_("ミュートしている方です。"),
    Why.ANSWERED: N_("担当者がもう返信しています。"),
    Why.ON_ITS_WAY: N_("別の返信が、人の確認を待っています。"),
    Why.HEARD: N_("別の障害の一斉連絡を、30分以内に送っています。"),
    Why.UNWANTED: N_("「今後連絡しない」をご希望です。お尋ねには、もうお返事しています。"),
    Why.FOREIGN: N_("別の言語で書かれています。その言語で返信してください。"),
    Why.NOTHING_SAID: N_("返信できるお客様の投稿がありません。"),
    Why.PROTECTED: N_("お客様が投稿を非公開にしているため、返信できません。"),
    Why.GONE: N_("返信先の投稿が削除されたか、見えなくなっています。"),
    Why.DM_CLOSED: N_("お客様がDMの受信を許可していないため、送信できません。"),
    Why.ENCRYPTED: N_("暗号化されたDMです。Xの画面で返信してください。"),
    Why.LIMITED: N_("投稿者が、返信できる人を限っています。当社は含まれません。"),
    Why.SAME_WORDS: N_("この方には、どの文面も一度送っています。"),
    Why.WORDS_SPENT: N_("同じ文面が24時間以内に送られているため、Xに断られます。"),
    Why.REFUSED: N_("この方に合わせると、文面が送れない形になります。手で返信してください。"),
}

NEAR = timedelta(minutes=30)
"""Two of our waves so close to each other are one too many: whoever heard the other one is set
aside, and somebody may say that they are to hear this one too."""
FOR_A_PERSON = frozenset(
    {Why.FOREIGN, Why.ENCRYPTED, Why.SAME_WORDS, Why.WORDS_SPENT, Why.REFUSED, Why.ON_ITS_WAY}
)
"""Somebody still waits there for words of ours, and a person can find them."""

_ON_X = {
    OnX.PROTECTED: Why.PROTECTED,
    OnX.GONE: Why.GONE,
    OnX.ENCRYPTED: Why.ENCRYPTED,
    OnX.ONLY_MENTIONED: Why.LIMITED,
}


@dataclass(frozen=True)
class Case:
    """What is known of one person when their turn comes.

    asked_at     when the customer last wrote; None: nothing of theirs can be answered
    answered_at  when we last answered them, in whatever way
    by_person_at when a colleague did, by the desk or on x.com: what waves said is left out
    since        when the words of the wave were agreed to: whoever was answered by a colleague
                 after that has newer words
    verdict      what X allows; None where nothing of theirs can be answered
    """

    stage: Stage
    since: datetime
    asked_at: datetime | None
    verdict: Verdict | None
    linked: bool = True
    elsewhere: bool = False
    resolved: bool = False
    muted: bool = False
    unwanted: bool = False
    foreign: bool = False
    hidden: str = ""
    receives_dm: bool | None = None
    private: bool = False
    answered_at: datetime | None = None
    by_person_at: datetime | None = None
    other: Course = Course.NONE
    heard: bool = False
    """Another incident's wave wrote to them within `NEAR`; nobody said that this may too."""


@dataclass(frozen=True)
class Turn:
    do: Do
    why: Why | None = None
    sentence: str = ""
    """Why a person must post it: X's rule in our words."""


def turn(it: Case) -> Turn:
    """What is done when somebody's turn comes. What is certain is looked at first."""
    passed = _not_theirs(it) or _out_of_reach(it)
    if passed is not None:
        return Turn(Do.PASS, passed)
    if it.other is Course.MOVING:
        return Turn(Do.WAIT)
    passed = _answered(it) or _unasked(it)
    if passed is not None:
        return Turn(Do.PASS, passed)
    assert it.verdict is not None
    if it.verdict.way is Way.BY_HAND:
        return Turn(Do.BY_HAND, sentence=it.verdict.sentence)
    return Turn(Do.PRESS)


def _not_theirs(it: Case) -> Why | None:
    if not it.linked:
        return Why.ELSEWHERE if it.elsewhere else Why.UNLINKED
    if it.resolved:
        return Why.RESOLVED
    return Why.MUTED if it.muted else None


def _out_of_reach(it: Case) -> Why | None:
    if it.hidden:
        return Why.PROTECTED if it.hidden == "protected" else Why.GONE
    if it.asked_at is None or it.verdict is None:
        return Why.NOTHING_SAID
    if it.private and it.receives_dm is False:
        return Why.DM_CLOSED
    if it.verdict.way is Way.NO:
        return _ON_X.get(it.verdict.why, Why.GONE)
    return None


def _answered(it: Case) -> Why | None:
    """Whoever was answered has their words; news is news to them unless a colleague told it."""
    if it.other is Course.STUCK:
        return Why.ON_ITS_WAY
    told = it.by_person_at is not None and it.by_person_at > it.since
    if _has_answer(it) if it.stage is Stage.FIRST else told:
        return Why.ANSWERED
    return Why.HEARD if it.heard else None


def _unasked(it: Case) -> Why | None:
    """Who wants no words of ours is answered, for they asked, and hears no news after that."""
    occasion = Occasion.UNINVITED if _has_answer(it) else Occasion.ANSWER
    if not may_write(occasion, unwanted=it.unwanted).may:
        return Why.UNWANTED
    return Why.FOREIGN if it.foreign else None


def _has_answer(it: Case) -> bool:
    return it.answered_at is not None and it.asked_at is not None and it.answered_at >= it.asked_at


def next_wording(used: Sequence[int]) -> list[int]:
    """In which order wordings are tried, by how often each was used: they take turns."""
    return sorted(range(len(used)), key=lambda n: (used[n], n))
