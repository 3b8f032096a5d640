"""What people do with a prospect: approve, hand over to X's composer, skip, never again.

Each is one conditional update, so that of two who press at once one is told that somebody was
first. Whoever is about to be written to is asked about anew in the same transaction: what was
true when the page was drawn may have changed since.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, undefer

from support.agents.records import Agent
from support.crisis import records as crisis
from support.db import changed
from support.errors import N_, DeskError, Refused, SomeoneWasFirst
from support.inbox.receiving import take_up
from support.inbox.records import PassedPost
from support.outreach.course import (
    NEVER,
    SKIP_REASONS,
    TICKET,
    Deed,
    State,
    leads_from,
    leads_to,
    told_as,
)
from support.outreach.facts import gather
from support.outreach.manners import Refusal
from support.outreach.offers import check_body
from support.outreach.reasons import Why as Refusing
from support.outreach.records import Prospect, ProspectEvent
from support.outreach.refusing import never_again
from support.outreach.switching import one_after_another, policy_in_force
from support.tickets.records import Ticket
from support.x.eligibility import Ours, Verdict, Way, Why, may_reply
from support.x.payloads import Included, post_of
from support.x.posts import Unreadable

FIRST = N_("ほかの人が先に操作しました。今の状態を確かめてください。")
_TAKEN_UP = "nobody"
"""What the inbox calls a post that is for none of our accounts; see inbox/intake.py."""
_COUNTED = frozenset(
    {Refusing.AGENT_DAY, Refusing.ACCOUNT_DAY, Refusing.ACCOUNT_HOUR, Refusing.SAME_WORDS}
)
"""What was asked at the hand-off, and is no reason against opening X a second time for it."""
_SUMMONED = (Why.MENTIONED, Why.QUOTED, Why.OWN)


class NotNow(DeskError):
    """Manners forbid it; `refusals` say all that does."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(refusals[0].sentence, **refusals[0].values)
        self.refusals = tuple(refusals)


def refusals(
    session: Session,
    prospects: Collection[Prospect],
    agent: Agent,
    now: datetime,
    texts: Mapping[int, str] | None = None,
    *,
    by_api: bool = False,
) -> dict[int, tuple[Refusal, ...]]:
    """Why each may not be contacted now, by their numbers, in a fixed number of queries."""
    quiet = crisis.of(session, {it.account_id for it in prospects})
    found = gather(session, prospects, agent, now, texts=texts, by_api=by_api, crisis=quiet)
    return {number: facts.why_not(now) for number, facts in found.items()}


def approve(
    session: Session,
    prospect: Prospect,
    text: str,
    *,
    by: Agent,
    now: datetime,
    wording_id: int | None = None,
    dm_link: str = "",
) -> None:
    """`text` may be offered as it stands, signature included. Raises Refused for the words,
    NotNow where manners forbid it, SomeoneWasFirst."""
    body = check_body(text, family_name=by.family_name, dm_link=dm_link)
    _ask(session, prospect, by, now, {prospect.id: body})
    values = {"body": body, "wording_id": wording_id, "decided_by_id": by.id, "decided_at": now}
    _turn(session, prospect, Deed.APPROVE, by, now, skip_reason="", **values)


def take_back(session: Session, prospect: Prospect, *, by: Agent, now: datetime) -> None:
    """Approved too soon; the words stay, to be written on."""
    _turn(session, prospect, Deed.TAKE_BACK, by, now, decided_by_id=None, decided_at=None)


def hand_over(session: Session, prospect: Prospect, *, by: Agent, now: datetime) -> None:
    """Somebody opens X's composer with it. Opening it again changes nothing for who has it, but is
    asked about: what was not posted yet would be now."""
    if prospect.state == State.HANDED and prospect.handed_by_id == by.id:
        _ask(session, prospect, by, now, past=_COUNTED)
        return
    if prospect.state == State.APPROVED:
        _ask(session, prospect, by, now)
    _turn(session, prospect, Deed.HAND_OVER, by, now, handed_by_id=by.id, handed_at=now)


def give_back(session: Session, prospect: Prospect, *, by: Agent, now: datetime) -> None:
    """It was not posted, says a person; the next one may."""
    _turn(session, prospect, Deed.GIVE_BACK, by, now, handed_by_id=None, handed_at=None)


def skip(session: Session, prospect: Prospect, reason: str, *, by: Agent, now: datetime) -> None:
    if reason not in SKIP_REASONS:
        raise Refused("reason", N_("見送る理由を選んでください。"))
    values = {"skip_reason": reason, "decided_by_id": by.id, "decided_at": now}
    _turn(session, prospect, Deed.SKIP, by, now, **values)


def bring_back(session: Session, prospect: Prospect, *, by: Agent, now: datetime) -> None:
    """Skipped by mistake. Who wants no words of ours is not brought back."""
    if prospect.skip_reason in (NEVER, TICKET):
        raise DeskError(N_("この候補は元に戻せません。"))
    nobody = {"skip_reason": "", "decided_by_id": None, "decided_at": None}
    _turn(session, prospect, Deed.BRING_BACK, by, now, **nobody)


def never(session: Session, prospect: Prospect, reason: str, *, by: Agent, now: datetime) -> None:
    """They are never proposed again, by whatever list or account, and what is under way stops."""
    x_id = prospect.author_x_id
    if not x_id:
        raise DeskError(N_("この方の記録は消去されています。"))
    who = {"username": prospect.username, "name": prospect.name}
    came = never_again(session, x_id, **who, by=by, reason=reason, now=now)
    if prospect.id not in came.ended:
        note(session, prospect, "opted_out", by, now)
    session.refresh(prospect)


def as_ticket(session: Session, prospect: Prospect, *, by: Agent, now: datetime) -> Ticket:
    """They mentioned us, or X lets the API answer anyone and we do: from a ticket of its own.

    Who did not mention us is asked about like anybody else who did not call.
    """
    one_after_another(session)
    if not is_by_api(session, prospect):
        raise DeskError(N_("この投稿にはAPIから返信できません。Xの画面から手で送ってください。"))
    values: dict[str, Any] = {"skip_reason": TICKET, "decided_by_id": by.id, "decided_at": now}
    if verdict_on(session, prospect).why not in _SUMMONED:  # a contact like any other
        _ask(session, prospect, by, now, by_api=True)
        values |= {"handed_by_id": by.id, "handed_at": now}
    _turn(session, prospect, Deed.SKIP, by, now, **values)
    passed = session.get(PassedPost, prospect.post_x_id) or PassedPost(
        x_id=prospect.post_x_id,
        account_id=prospect.account_id,
        author_x_id=prospect.author_x_id,
        username=prospect.username,
        reason=_TAKEN_UP,
        raw=prospect.raw,
        posted_at=prospect.posted_at,
        decided_at=now,
    )
    ticket = take_up(session, passed, now)
    if ticket is None:
        raise DeskError(N_("この投稿はすでにチケットになっているか、Xで見られなくなっています。"))
    prospect.ticket_id = ticket.id
    session.flush()
    return ticket


def is_by_api(session: Session, prospect: Prospect) -> bool:
    """Whether the desk itself may answer; uninvited only where an administrator lets it."""
    verdict = verdict_on(session, prospect)
    invited = verdict.why in _SUMMONED or policy_in_force(session).by_api
    return verdict.way is Way.API and invited


def verdict_on(session: Session, prospect: Prospect) -> Verdict:
    """Whether and how X lets us answer the post, by what a search showed of it."""
    account = prospect.account
    try:
        post = post_of(prospect.raw, Included())
    except Unreadable:
        return Verdict(Why.GONE if prospect.emptied_at else Why.NOT_SUMMONED)
    found = may_reply(post, Ours(account.x_id, account.handle), account.plan)
    return Verdict(Why.NOT_SUMMONED) if found.why in (Why.UNKNOWN, Why.CARRIED) else found


def found(session: Session, number: int) -> Prospect | None:
    """One, with what is needed to act on it."""
    whole = select(Prospect).where(Prospect.id == number)
    eager = whole.options(joinedload(Prospect.account), undefer(Prospect.raw))
    return session.scalar(eager)


def note(
    session: Session, prospect: Prospect, kind: str, by: Agent | None, now: datetime, **data: Any
) -> None:
    _note(session, prospect.id, kind, by, now, **data)


def _ask(
    session: Session,
    prospect: Prospect,
    by: Agent,
    now: datetime,
    texts: Mapping[int, str] | None = None,
    *,
    by_api: bool = False,
    past: Collection[Refusing] = (),
) -> None:
    one_after_another(session)
    found = refusals(session, [prospect], by, now, texts, by_api=by_api)[prospect.id]
    if refused := [it for it in found if it.why not in past]:
        raise NotNow(refused)


def _turn(
    session: Session, prospect: Prospect, deed: Deed, by: Agent, now: datetime, **values: Any
) -> None:
    try:
        with session.begin_nested():
            mine = _moved(session, prospect.id, deed, **values)
    except IntegrityError as error:  # somebody took up another post of the same person
        raise SomeoneWasFirst(FIRST) from error
    if not mine:
        raise SomeoneWasFirst(FIRST)
    _note(session, prospect.id, told_as(deed), by, now)
    session.refresh(prospect)


def _moved(session: Session, number: int, deed: Deed, **values: Any) -> int:
    there = Prospect.id == number, Prospect.state.in_(leads_from(deed))
    return changed(
        session, update(Prospect).where(*there).values(state=leads_to(deed).value, **values)
    )


def _note(
    session: Session, number: int, kind: str, by: Agent | None, now: datetime, **data: Any
) -> None:
    agent_id = by.id if by is not None else None
    event = ProspectEvent(prospect_id=number, kind=kind, agent_id=agent_id, at=now, data=data)
    session.add(event)
    session.flush()
