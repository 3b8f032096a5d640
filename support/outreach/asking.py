"""Whether somebody may be offered help: the one place where this room asks for manners.

Nothing else here knows what decides it. The reasons come with a sentence and its values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Customer, NoContact
from support.errors import N_, DeskError
from support.outreach.course import CONTACTED, UNDER_WAY
from support.outreach.records import OutreachSwitch, Prospect
from support.tickets import knowing
from support.x.records import Account

COOL_DOWN = timedelta(days=30)
MOST_OF_AGENT, MOST_OF_ACCOUNT = 30, 60
"""On one day of the account's, counted from what was approved and not taken back."""
DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Refusal:
    """One reason why not."""

    reason: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


class NotNow(DeskError):
    """Manners forbid it; `refusals` say all that does."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals[0].sentence, **refusals[0].values)
        self.refusals = tuple(refusals)


def is_on(session: Session) -> bool:
    newest = select(OutreachSwitch.is_on).order_by(OutreachSwitch.id.desc()).limit(1)
    return bool(session.scalar(newest))


def refusals(
    session: Session, prospects: Sequence[Prospect], agent: Agent, now: datetime
) -> dict[int, tuple[Refusal, ...]]:
    """By the prospect's id; a fixed number of queries however many are asked for."""
    people = {it.author_x_id for it in prospects}
    facts = _Facts(
        is_on(session),
        _unwilling(session, people),
        _others(session, people, now),
        _sent_by(session, Prospect.decided_by_id == agent.id, now),
        {
            account_id: _sent_by(session, Prospect.account_id == account_id, now)
            for account_id in {it.account_id for it in prospects}
        },
    )
    return {it.id: tuple(_why_not(it, facts, now)) for it in prospects}


def why_not(
    session: Session, prospect: Prospect, agent: Agent, now: datetime
) -> tuple[Refusal, ...]:
    return refusals(session, [prospect], agent, now)[prospect.id]


def alone(session: Session, account: Account, agent: Agent) -> None:
    """Whoever counts how much was offered today counts alone until the transaction ends."""
    for model, number in ((Account, account.id), (Agent, agent.id)):
        held = select(model.id).where(model.id == number).with_for_update(key_share=True)
        session.scalar(held)


@dataclass(frozen=True)
class _Other:
    id: int
    state: str
    contacted_at: datetime | None


@dataclass(frozen=True)
class _Facts:
    on: bool
    unwilling: set[str]
    others: dict[str, list[_Other]]
    by_agent: set[int]
    by_account: dict[int, set[int]]


def _why_not(it: Prospect, facts: _Facts, now: datetime) -> Iterable[Refusal]:
    others = [other for other in facts.others.get(it.author_x_id, ()) if other.id != it.id]
    contacted = [other.contacted_at for other in others if other.contacted_at is not None]
    if not facts.on:
        yield Refusal("off", N_("アウトリーチはオフになっています。"))
    if it.author_x_id in facts.unwilling:
        yield Refusal("opted_out", N_("この方は「今後連絡しない」をご希望です。"))
    if it.emptied_at is not None:
        yield Refusal("gone", N_("この投稿はXで見られなくなりました。"))
    if any(other.state in UNDER_WAY for other in others):
        yield Refusal("under_way", N_("この方には、ほかの投稿で声かけが進んでいます。"))
    if contacted and (left := max(contacted) + COOL_DOWN - now) > timedelta(0):
        days = max(1, -(-left // timedelta(days=1)))
        yield Refusal(
            "cool_down", N_("この方への声かけは、あと%(days)s日控えます。"), {"days": days}
        )
    if len(facts.by_agent - {it.id}) >= MOST_OF_AGENT:
        most = {"most": MOST_OF_AGENT}
        yield Refusal("agent_cap", N_("あなたの1日の上限（%(most)s件）に達しています。"), most)
    if len(facts.by_account[it.account_id] - {it.id}) >= MOST_OF_ACCOUNT:
        most = {"most": MOST_OF_ACCOUNT}
        yield Refusal(
            "account_cap", N_("このアカウントの1日の上限（%(most)s件）に達しています。"), most
        )


def _unwilling(session: Session, x_ids: set[str]) -> set[str]:
    theirs = select(Customer.x_id).where(
        Customer.x_id.in_(x_ids),
        or_(Customer.unwanted_at.is_not(None), Customer.muted_at.is_not(None)),
    )
    bare = select(NoContact.x_id).where(NoContact.x_id.in_(x_ids))
    return {*session.scalars(theirs), *session.scalars(bare)}


def willing() -> ColumnElement[bool]:
    """Of prospects: those whose author never said that they want no words of ours."""
    unwanted = select(Customer.x_id).where(Customer.unwanted_at.is_not(None))
    return and_(
        Prospect.author_x_id.not_in(select(NoContact.x_id)), Prospect.author_x_id.not_in(unwanted)
    )


def _others(session: Session, x_ids: set[str], now: datetime) -> dict[str, list[_Other]]:
    at = func.coalesce(Prospect.sent_at, Prospect.handed_at)
    theirs = select(Prospect.author_x_id, Prospect.id, Prospect.state, at).where(
        Prospect.author_x_id.in_(x_ids), Prospect.state.in_(UNDER_WAY | CONTACTED)
    )
    found: dict[str, list[_Other]] = {}
    for x_id, number, state, moment in session.execute(theirs):
        contacted_at = moment if state in CONTACTED else None
        found.setdefault(x_id, []).append(_Other(number, state, contacted_at))
    return found


def _sent_by(session: Session, whose: ColumnElement[bool], now: datetime) -> set[int]:
    lately = Prospect.decided_at > now - DAY
    theirs = select(Prospect.id).where(whose, lately, Prospect.state.in_(UNDER_WAY | CONTACTED))
    return set(session.scalars(theirs))


def never_again(
    session: Session, x_id: str, reason: str, *, by: Agent | None, now: datetime
) -> None:
    """Whatever list or account finds them: they are not proposed any more."""
    if session.get(NoContact, x_id) is None:
        session.add(NoContact(x_id=x_id, at=now))
    customer = session.scalar(select(Customer).where(Customer.x_id == x_id))
    if customer is not None and customer.unwanted_at is None:
        if by is not None:
            knowing.want_no_contact(session, customer, reason, by=by, now=now)
        else:
            customer.unwanted_at = now
    session.flush()


class Answer(StrEnum):
    """What an answer to an offer says of wanting more."""

    WELCOME = ""
    DOUBTFUL = "doubtful"
    """It may be read as a refusal: a person decides."""
    REFUSES = "refuses"
    COMPLAINS = "complains"


_REFUSES = re.compile(
    r"(連絡|返信|リプ(ライ)?|話しかけ|絡ま?|DM|お声がけ|声かけ)[^。\n]{0,8}"
    r"(不要|いりません|いらない|しないで|ないで(くだ|下)|やめて|結構です|お断り)"
    r"|(放|ほ)(っ|うっ)て(お|置)いて|放置して|二度と|関わらないで"
)
_COMPLAINS = re.compile(
    r"迷惑|通報|スパム|気持ち悪|きもち悪|キモ|監視(して|され)|ブロックしま|勝手に(検索|見)"
)
_DOUBTFUL = re.compile(
    r"結構です|けっこうです|不要です|大丈夫です|間に合って|必要(ありません|ない)|遠慮"
)


def what_it_says(text: str) -> Answer:
    plain = unicodedata.normalize("NFKC", text)
    if _COMPLAINS.search(plain):
        return Answer.COMPLAINS
    if _REFUSES.search(plain):
        return Answer.REFUSES
    return Answer.DOUBTFUL if _DOUBTFUL.search(plain) else Answer.WELCOME


def offered_today(session: Session, agent: Agent, now: datetime) -> int:
    """How much of the agent's cap is used."""
    return len(_sent_by(session, Prospect.decided_by_id == agent.id, now))
