"""Gathers what manners judge by, for one prospect or a page of them, in as many queries."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import FOR_THE_DESK
from support.outreach import known, sameness
from support.outreach.known import UNDER_WAY, Around, People
from support.outreach.manners import (
    Candidate,
    History,
    Incident,
    Policy,
    Refusal,
    Said,
    day_of,
    why_not,
)
from support.outreach.records import Prospect
from support.outreach.switching import is_on, policy_in_force
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.x.eligibility import Ours, may_reply
from support.x.payloads import Included, post_of
from support.x.posts import Post, Unreadable
from support.x.records import Account

_PARTS_OF_A_NAME = re.compile(r"[@＠(（【\[/／|｜\s]")


@dataclass(frozen=True)
class Facts:
    """All there is to judge one prospect by."""

    candidate: Candidate
    history: History
    policy: Policy

    def why_not(self, now: datetime) -> tuple[Refusal, ...]:
        return why_not(self.candidate, self.history, self.policy, now)


def gather(
    session: Session,
    prospects: Collection[Prospect],
    agent: Agent,
    now: datetime,
    *,
    texts: Mapping[int, str] | None = None,
    by_api: bool = False,
    crisis: Collection[int] = (),
) -> dict[int, Facts]:
    """By the prospects' numbers, as they stand now: what others committed meanwhile is read anew.

    `agent`: who would speak; `texts`: what would be said, where that is not what was approved;
    `crisis`: accounts that hold everything back. Whoever acts on it calls `one_after_another`
    first.
    """
    if not prospects:
        return {}
    desk = _Desk(session, prospects, agent, now, frozenset(crisis), by_api)
    return {it.id: desk.facts(it, (texts or {}).get(it.id)) for it in desk.prospects}


def contacted_today(session: Session, agent: Agent, now: datetime, zone: str) -> int:
    """Whom the agent contacted on this day of an account's, or is about to."""
    policy, begun = policy_in_force(session), day_of(now, zone)
    return sum(
        _is_theirs(row, agent.id, begun, policy, now) for row in known.touches(session, begun)
    )


class _Desk:
    """What one gathering read."""

    def __init__(
        self,
        session: Session,
        prospects: Collection[Prospect],
        agent: Agent,
        now: datetime,
        crisis: frozenset[int],
        by_api: bool,
    ) -> None:
        self.agent, self.now, self.crisis, self.by_api = agent, now, crisis, by_api
        self.prospects = _anew(session, [it.id for it in prospects])
        self.is_on, self.policy = is_on(session), policy_in_force(session)
        ids = {it.account_id for it in self.prospects}
        self.accounts = known.accounts(session, ids)
        self.people = known.people(session, {it.author_x_id for it in self.prospects})
        self.shown = known.shown(session, self.prospects)
        self.around = known.around(session, self.prospects, known.our_ids(session))
        self.touches = known.touches(session, self._since())
        self.said = {row.id: one for row in self.touches if (one := _said(row)) is not None}
        self.incidents = known.incidents(session, ids)
        self.words = known.words(session)

    def _since(self) -> datetime:
        """How far back anything is counted or compared."""
        days = [day_of(self.now, calendar.zone) for _, calendar in self.accounts.values()]
        window = timedelta(hours=max(1, self.policy.similar_hours))
        return min([self.now - window, *days])

    def facts(self, it: Prospect, text: str | None) -> Facts:
        account, calendar = self.accounts[it.account_id]
        raws = self.shown[it.author_x_id]
        post = _post(it, raws)
        candidate = Candidate(
            post_x_id=it.post_x_id,
            author_x_id=it.author_x_id,
            text=it.text,
            posted_at=it.posted_at,
            handle=account.handle,
            verdict=may_reply(
                post, Ours(account.x_id, account.handle), account.plan, gone=it.emptied_reason
            ),
            gone=(it.emptied_reason or "gone") if it.emptied_at else "",
            called=it.name,
            edited=_is_edited(it, raws),
            approved_at=it.decided_at if it.state == "approved" else None,
            body=it.body if text is None else text,
            names=(*_names(it.username, it.name), self.agent.family_name, self.agent.name),
            by_api=self.by_api,
        )
        return Facts(candidate, self._history(it, account, calendar), self.policy)

    def _history(self, it: Prospect, account: Account, calendar: Calendar) -> History:
        others = [row for row in self.people.offers.get(it.author_x_id, ()) if row.id != it.id]
        busy = next((row for row in others if row.state in UNDER_WAY), None)
        latest = max(others, key=_latest, default=None)
        contacted = _moment(latest) if latest is not None else None
        person = _person(self.people, it.author_x_id)
        today, hour = self._counted(it, account, calendar)
        return History(
            is_on=self.is_on,
            zone=calendar.zone,
            hours=hours_of(calendar),
            **person,
            **_said_to(it, self.around),
            under_way=(busy.who, busy.handle) if busy is not None else None,
            contacted_at=contacted,
            contacted_from=latest.handle if latest is not None and contacted else "",
            agent_today=self._by_agent(it, calendar),
            account_today=today,
            account_hour=hour,
            said=tuple(one for number, one in self.said.items() if number != it.id),
            incidents=tuple(
                Incident(one.title, tuple(one.words)) for one in self.incidents.get(account.id, ())
            ),
            words=tuple(word for only, word in self.words if only in (None, account.id)),
            crisis=account.id in self.crisis,
            stopped=account.stopped_at is not None,
        )

    def _counted(
        self, it: Prospect, account: Account, calendar: Calendar
    ) -> tuple[int, tuple[datetime, ...]]:
        """Contacted today or about to be, and when within the hour."""
        begun = day_of(self.now, calendar.zone)
        mine = [row for row in self.touches if row.account_id == account.id and row.id != it.id]
        today = sum(
            _waits(row, self.policy, self.now) or _touched_since(row, begun) for row in mine
        )
        hour = self.now - timedelta(hours=1)
        return today, tuple(at for row in mine for at in [_moment(row)] if at and at > hour)

    def _by_agent(self, it: Prospect, calendar: Calendar) -> int:
        begun = day_of(self.now, calendar.zone)
        judged = self.agent.id, begun, self.policy, self.now
        return sum(_is_theirs(row, *judged) for row in self.touches if row.id != it.id)


def _waits(row: Any, policy: Policy, now: datetime) -> bool:
    """Whether it is about to be handed off: too long after, it must be approved again."""
    fresh = now - timedelta(hours=policy.wait_hours)
    return row.state == "approved" and row.decided_at is not None and row.decided_at >= fresh


def _is_theirs(row: Any, agent_id: int, begun: datetime, policy: Policy, now: datetime) -> bool:
    """Whether it counts for the day of whoever approved it, or then handed it off. What was given
    back and stands on X all the same is of who approved it."""
    if _waits(row, policy, now) and row.decided_by_id == agent_id:
        return True
    who = row.handed_by_id or (row.decided_by_id if row.body else None)
    return who == agent_id and _touched_since(row, begun)


def _said(row: Any) -> Said | None:
    at = _moment(row) or row.decided_at
    words = sameness.bare(row.sent_text or row.body, _names(row.username, row.name))
    return Said(words, at) if at is not None else None


def _anew(session: Session, ids: Sequence[int]) -> list[Prospect]:
    fresh = select(Prospect).where(Prospect.id.in_(ids)).order_by(Prospect.id)
    options = {**FOR_THE_DESK, "populate_existing": True}
    return list(session.scalars(fresh.execution_options(**options)))


def _latest(row: Any) -> float:
    at = _moment(row)
    return at.timestamp() if at else 0.0


def _moment(row: Any) -> datetime | None:
    """The later of when it was handed off and when X accepted it."""
    return max((at for at in (row.handed_at, row.sent_at) if at is not None), default=None)


def _touched_since(row: Any, begun: datetime) -> bool:
    at = _moment(row)
    return at is not None and at >= begun


def _names(username: str, name: str) -> tuple[str, ...]:
    first = _PARTS_OF_A_NAME.split(name, maxsplit=1)[0]
    return tuple(dict.fromkeys(one for one in (username, name, first) if one))


def _person(people: People, x_id: str) -> dict[str, Any]:
    customer = people.customers.get(x_id)
    barred = x_id in people.barred
    ticket = people.tickets.get(x_id)
    if customer is None:
        return {"unwanted": barred, "open_ticket": ticket}
    return {
        "unwanted": barred or customer.unwanted_at is not None,
        "muted": customer.muted_at is not None,
        "hidden": customer.hidden_reason or ("protected" if customer.protected else ""),
        "open_ticket": ticket,
    }


def _said_to(it: Prospect, around: Around) -> dict[str, Any]:
    by = around.answers.get(it.post_x_id, set()) - {it.author_x_id}
    ticket = around.posts.get(it.post_x_id) or around.tickets.get((it.thread_x_id, it.author_x_id))
    return {"thread_ticket": ticket, "answered_by_us": "" in by, "answered": bool(by - {""})}


def _post(it: Prospect, raws: Sequence[Any]) -> Post:
    """As X showed it; what cannot be read again is as it was noted."""
    raw = next((row.raw for row in raws if row.id == it.id), None) or {}
    try:
        return post_of(raw, Included())
    except Unreadable:
        return Post(
            x_id=it.post_x_id,
            author_x_id=it.author_x_id,
            text=it.text,
            posted_at=it.posted_at,
            thread_x_id=it.thread_x_id,
            in_reply_to_x_id=it.in_reply_to_x_id,
        )


def _is_edited(it: Prospect, raws: Sequence[Any]) -> bool:
    """Whether a listening found a newer version of the same post."""
    for row in raws:
        try:
            history = post_of(row.raw or {}, Included()).history
        except Unreadable:
            continue
        if row.id != it.id and it.post_x_id in history[:-1]:
            return True
    return False
