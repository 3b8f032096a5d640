"""Who works on which account: limiting one, granting it, and never leaving it to nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from support.agents.access import Role
from support.agents.reach import EVERYWHERE, Limit, Reach, keeps, reach_from
from support.agents.records import AccountGrant, AccountLimit, Agent
from support.errors import N_, Refused

LEADERS = (Role.LEAD.value, Role.ADMIN.value)
NOBODY_LEFT = N_(
    "限定したアカウントを見られる管理者または責任者がいなくなるため、変更できません。"
    "先にほかの方に権限を付けてください。"
)
_IS_LIMITED = or_(AccountLimit.closed, AccountLimit.dms_closed)


def reach_of(session: Session, agent_id: int) -> Reach:
    """One query."""
    return reach_from(limits_for(session, agent_id))


def is_open_to(agent_id: Any, account_id: Any) -> ColumnElement[bool]:
    """Whether this person sees what an account said in public, for a larger question: said where
    a table is known by name only, and what a request may see is not added by itself."""
    limit, grant = AccountLimit, AccountGrant
    closed = exists().where(limit.account_id == account_id, limit.closed)
    granted = exists().where(grant.account_id == account_id, grant.agent_id == agent_id)
    return or_(~closed, granted)


def limits_for(session: Session, agent_id: int) -> list[Limit]:
    """What is limited on the desk, with what this person was granted there."""
    return [limit for _, limit in _limits(session, [agent_id])]


def reaches(session: Session, agent_ids: Iterable[int]) -> dict[int, Reach]:
    """Of each of them; one query."""
    theirs: dict[int, list[Limit]] = {agent_id: [] for agent_id in agent_ids}
    for agent_id, limit in _limits(session, theirs):
        theirs[agent_id].append(limit)
    return {it: reach_from(limits) if limits else EVERYWHERE for it, limits in theirs.items()}


def _limits(session: Session, agent_ids: Iterable[int]) -> list[tuple[int, Limit]]:
    grant = AccountGrant
    rows = (
        select(
            Agent.id,
            AccountLimit.account_id,
            AccountLimit.closed,
            AccountLimit.dms_closed,
            grant.private,
        )
        .select_from(Agent)
        .join(AccountLimit, _IS_LIMITED)
        .outerjoin(
            grant,
            and_(grant.account_id == AccountLimit.account_id, grant.agent_id == Agent.id),
        )
        .where(Agent.id.in_(list(agent_ids)))
    )
    return [
        (agent_id, Limit(account_id, closed, dms, private is not None, bool(private)))
        for agent_id, account_id, closed, dms, private in session.execute(rows)
    ]


def limit_of(session: Session, account_id: int) -> tuple[bool, bool]:
    """Whether the account, and whether its direct messages, are only for who was granted them."""
    row = session.get(AccountLimit, account_id)
    return (row.closed, row.dms_closed) if row is not None else (False, False)


def grants_of(session: Session, account_id: int) -> dict[int, AccountGrant]:
    """By whom they were given to."""
    theirs = select(AccountGrant).where(AccountGrant.account_id == account_id)
    fresh = theirs.execution_options(populate_existing=True)
    return {grant.agent_id: grant for grant in session.scalars(fresh)}


@dataclass(frozen=True, slots=True)
class Wish:
    """How an account is to be limited, and what changes for whom: None takes a grant back, else
    whether it includes direct messages."""

    closed: bool
    dms_closed: bool
    grants: Mapping[int, bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a wish changed; whoever had it so already is not among them."""

    limited: bool
    given: dict[int, bool]
    withdrawn: list[int]


def settle(
    session: Session, account_id: int, wish: Wish, *, by: int | None, now: datetime
) -> Settled:
    """Limits and grants in one deed. Raises Refused where nobody would be left to lead there."""
    leaders = alone_with_leaders(session)
    row = session.get(AccountLimit, account_id, populate_existing=True)
    if row is None:
        row = AccountLimit(account_id=account_id, closed=False, dms_closed=False)
        session.add(row)
    limited = (row.closed, row.dms_closed) != (wish.closed, wish.dms_closed)
    row.closed, row.dms_closed = wish.closed, wish.dms_closed
    settled, there = Settled(limited, {}, []), grants_of(session, account_id)
    for agent_id, private in wish.grants.items():
        _settle_one(session, there.get(agent_id), account_id, agent_id, private, settled, by, now)
    session.flush()
    leave_a_keeper(session, leaders, [account_id])
    return settled


def _settle_one(
    session: Session,
    found: AccountGrant | None,
    account_id: int,
    agent_id: int,
    private: bool | None,
    settled: Settled,
    by: int | None,
    now: datetime,
) -> None:
    if private is None:
        if found is not None:
            session.delete(found)
            settled.withdrawn.append(agent_id)
        return
    if found is None:
        found = AccountGrant(agent_id=agent_id, account_id=account_id)
        session.add(found)
    elif found.private == private:
        return
    found.private, found.granted_by_id, found.granted_at = private, by, now
    settled.given[agent_id] = private


def alone_with_leaders(session: Session) -> dict[int, str]:
    """Working leads and administrators by their ids, with their roles; the rows are locked.

    All that could leave the desk or an account to nobody begins here, and so one after another.
    What only points at the rows, as the audit log does, need not wait.
    """
    there = select(Agent.id, Agent.role).where(
        Agent.role.in_(LEADERS), Agent.suspended_at.is_(None)
    )
    locked = there.order_by(Agent.id).with_for_update(key_share=True)
    return {row[0]: row[1] for row in session.execute(locked)}


def leave_a_keeper(
    session: Session, leaders: Iterable[int], accounts: Iterable[int] | None = None
) -> None:
    """Of these accounts (None: of all) each has one of `leaders` who sees all. Raises Refused."""
    limited = select(AccountLimit.account_id).where(_IS_LIMITED)
    if accounts is not None:
        limited = limited.where(AccountLimit.account_id.in_(list(accounts)))
    alone = set(session.scalars(limited))
    if not alone:
        return
    kept = {it.account_id for _, it in _limits(session, leaders) if keeps(it)}
    if alone - kept:
        raise Refused("account", NOBODY_LEFT)
