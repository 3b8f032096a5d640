"""What is watched, and how readily something is raised: as leads set it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, Refused
from support.incidents.spike_records import Spike, SpikeRule, WatchedWord
from support.incidents.spikes import Sensitivity
from support.incidents.vocabulary import (
    EDITED,
    LONGEST,
    Key,
    Kind,
    Vocabulary,
    Watched,
    built_in,
    vocabulary,
)
from support.lexicon.records import products
from support.search.folding import fold

MOST_SPELLINGS = 20
MOST_WORDS = 300
SHORTEST = 2

NO_KIND = N_("ことばの種類を一覧から選んでください。")
NO_WORD = N_("見張ることばを入力してください。")
TOO_SHORT = N_("「%(word)s」は短すぎます。%(least)s文字以上にしてください。")
TOO_LONG = N_("ことばは%(most)s文字までです。")
TOO_MANY = N_("書き方は%(most)s個までです。")
FULL = N_("追加できることばは%(most)s個までです。使わないことばを外してください。")
ALREADY = N_("「%(word)s」はすでに見張っています。")
NO_SENSITIVITY = N_("感度を一覧から選んでください。")


def rule_in_force(session: Session) -> SpikeRule | None:
    """None: nobody has changed it; spikes are looked for with the usual sensitivity."""
    return session.scalar(select(SpikeRule).order_by(SpikeRule.id.desc()).limit(1))


def sensitivity_of(rule: SpikeRule | None) -> Sensitivity:
    return Sensitivity(rule.sensitivity) if rule is not None else Sensitivity.NORMAL


def set_rule(
    session: Session,
    *,
    on: bool,
    sensitivity: str,
    tells_webhooks: bool,
    by: Agent,
    now: datetime,
) -> SpikeRule:
    if sensitivity not in list(Sensitivity):
        raise Refused("sensitivity", NO_SENSITIVITY)
    rule = SpikeRule(
        on=on, sensitivity=sensitivity, tells_webhooks=tells_webhooks, made_by=by, made_at=now
    )
    session.add(rule)
    session.flush()
    return rule


def words_of_the_desk(session: Session) -> list[WatchedWord]:
    """Those a lead added or switched off, the newest last."""
    live = select(WatchedWord).where(WatchedWord.retired_at.is_(None), WatchedWord.kind.in_(EDITED))
    return list(session.scalars(live.order_by(WatchedWord.id)))


def vocabulary_in_force(session: Session) -> Vocabulary:
    """The words of leads, and what our products are called wherever somebody wrote that down."""
    rows = words_of_the_desk(session)
    added = [Watched(row.kind, tuple(row.spellings)) for row in rows if not row.off]
    added += [Watched(Kind.PRODUCT, it) for it in map(_watchable, products(session).values()) if it]
    return vocabulary(added, {(row.kind, row.name) for row in rows if row.off})


def _watchable(spellings: Sequence[str]) -> tuple[str, ...]:
    """One letter is in everything."""
    return tuple(it for it in spellings if len(fold(it)) >= SHORTEST and len(it) <= LONGEST)


def add_word(session: Session, kind: str, written: str, *, by: Agent, now: datetime) -> WatchedWord:
    """`written`: the word and its other spellings, one a line or parted by 、. Raises Refused."""
    if kind not in EDITED:
        raise Refused("kind", NO_KIND)
    spellings = _spellings(written)
    rows = words_of_the_desk(session)
    if len(rows) >= MOST_WORDS:
        raise Refused("word", FULL, most=MOST_WORDS)
    known = {(it.kind, fold(it.name)) for it in vocabulary_in_force(session).words}
    if (kind, fold(spellings[0])) in known:
        raise Refused("word", ALREADY, word=spellings[0])
    row = WatchedWord(kind=kind, spellings=spellings, off=False, made_by=by, made_at=now)
    session.add(row)
    session.flush()
    return row


def _spellings(written: str) -> list[str]:
    for sign in ",，、":
        written = written.replace(sign, "\n")
    found = list(dict.fromkeys(filter(None, map(str.strip, written.splitlines()))))
    if not found:
        raise Refused("word", NO_WORD)
    if len(found) > MOST_SPELLINGS:
        raise Refused("word", TOO_MANY, most=MOST_SPELLINGS)
    for it in found:
        if len(it) > LONGEST:
            raise Refused("word", TOO_LONG, most=LONGEST)
        if len(fold(it)) < SHORTEST:
            raise Refused("word", TOO_SHORT, word=it, least=SHORTEST)
    return found


def switch_off(
    session: Session, kind: str, name: str, *, by: Agent, now: datetime
) -> WatchedWord | None:
    """A built-in word is watched no more; None where there is no such word, or it is off."""
    if not any((it.kind, it.name) == (kind, name) for it in built_in()):
        return None
    if any(row.off and (row.kind, row.name) == (kind, name) for row in words_of_the_desk(session)):
        return None
    row = WatchedWord(kind=kind, spellings=[name], off=True, made_by=by, made_at=now)
    session.add(row)
    session.flush()
    return row


def retire(session: Session, row: WatchedWord, now: datetime) -> None:
    """A word of the desk is watched no more, or a built-in one again."""
    row.retired_at = now


def unlearn(session: Session, key: Key) -> int:
    """Dismissed spikes of a word no longer make it harder to raise; how many there were."""
    theirs = select(Spike).where(
        Spike.kind == key.kind, Spike.word == key.word, Spike.state == "dismissed", Spike.teaches
    )
    found = list(session.scalars(theirs))
    for spike in found:
        spike.teaches = False
    return len(found)
