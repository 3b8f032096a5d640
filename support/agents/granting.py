"""Who works on which account: limiting one, granting it, and never leaving it to nobody."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from support.agents.access import Role
from support.agents.reach import EVERYWHERE, Limit, Reach, keeps, reach_from
from support.agents.records import AccountGrant, AccountLimit, Agent
from support.errors import N_, Refused

LEADERS = (Role.LEAD.value, Role.ADMIN.value)
NOBODY_LEFT = N_(
    "限定したアカウントを見られる管理者またはリーダーがいなくなるため、変更できません。"
    "先にほかの方に権限を付けてください。"
)
_IS_LIMITED = or_(AccountLimit.closed, AccountLimit.dms_closed)


def reach_of(session: Session, agent_id: int) -> Reach:
    """One query."""
    return reach_from(limits_for(session, agent_id))


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
    return {grant.agent_id: grant for grant in session.scalars(theirs)}


def limit(session: Session, account_id: int, *, closed: bool, dms_closed: bool) -> bool:
    """Whether it is limited otherwise now. Raises Refused where nobody would be left to lead it."""
    leaders = alone_with_leaders(session)
    row = session.get(AccountLimit, account_id)
    if row is None:
        row = AccountLimit(account_id=account_id, closed=False, dms_closed=False)
        session.add(row)
    before = (row.closed, row.dms_closed)
    row.closed, row.dms_closed = closed, dms_closed
    session.flush()
    leave_a_keeper(session, leaders, [account_id])
    return before != (closed, dms_closed)


def grant(
    session: Session,
    account_id: int,
    agent: Agent,
    *,
    private: bool,
    by: int | None,
    now: datetime,
) -> bool:
    """Whether they may more, or less, than before. Raises Refused like `limit`."""
    leaders = alone_with_leaders(session)
    found = _grant_of(session, account_id, agent.id)
    if found is not None and found.private == private:
        return False
    if found is None:
        found = AccountGrant(agent_id=agent.id, account_id=account_id)
        session.add(found)
    found.private, found.granted_by_id, found.granted_at = private, by, now
    session.flush()
    leave_a_keeper(session, leaders, [account_id])
    return True


def withdraw(session: Session, account_id: int, agent: Agent) -> bool:
    """Whether there was something to take back. Raises Refused like `limit`."""
    leaders = alone_with_leaders(session)
    if _grant_of(session, account_id, agent.id) is None:
        return False
    theirs = (AccountGrant.account_id == account_id, AccountGrant.agent_id == agent.id)
    session.execute(delete(AccountGrant).where(*theirs))
    leave_a_keeper(session, leaders, [account_id])
    return True


def _grant_of(session: Session, account_id: int, agent_id: int) -> AccountGrant | None:
    theirs = (AccountGrant.account_id == account_id, AccountGrant.agent_id == agent_id)
    fresh = select(AccountGrant).where(*theirs).execution_options(populate_existing=True)
    return session.scalar(fresh)


def alone_with_leaders(session: Session) -> dict[int, str]:
    """Working leads and administrators by their ids, with their roles; the rows are locked.

    All that could leave the desk or an account to nobody begins here, and so one after another.
    What only points at the rows, as the audit log does, need not wait.
    """
    there = select(Agent.id, Agent.role).where(
        Agent.role.in_(LEADERS), Agent.suspended_at.is_(None)
    )
    locked = there.order_by(Agent.id).with_for_update(key_share=True)
    return {agent_id: role for agent_id, role in session.execute(locked)}


def leave_a_keeper(
    session: Session, leaders: Iterable[int], accounts: Iterable[int] | None = None
) -> None:
    """Of each of these accounts (None: of all), one of `leaders` sees everything. Raises Refused."""
    limited = select(AccountLimit.account_id).where(_IS_LIMITED)
    if accounts is not None:
        limited = limited.where(AccountLimit.account_id.in_(list(accounts)))
    alone = set(session.scalars(limited))
    if not alone:
        return
    kept = {it.account_id for _, it in _limits(session, leaders) if keeps(it)}
    if alone - kept:
        raise Refused("account", NOBODY_LEFT)
