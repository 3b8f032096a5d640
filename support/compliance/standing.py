"""How well the desk keeps up with what X takes back, and the log that proves it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.compliance.records import ComplianceCheck, ComplianceEntry
from support.inbox.records import Delivery
from support.x.records import Account

COLUMNS = (
    "noticed_at",
    "emptied_at",
    "seconds",
    "reason",
    "kind",
    "x_id",
    "account",
    "noticed_by",
    "agent",
    "items",
)


@dataclass(frozen=True)
class Entry:
    """One line of the log, with the people and accounts it names."""

    row: ComplianceEntry
    account: str
    """Handle of ours; empty where it belongs to none."""
    agent: Agent | None

    @property
    def took(self) -> timedelta:
        """From the notice until the content was gone."""
        return max(self.row.emptied_at - self.row.noticed_at, timedelta(0))

    @property
    def cells(self) -> tuple[str, ...]:
        """As COLUMNS names them."""
        row = self.row
        return (
            row.noticed_at.isoformat(),
            row.emptied_at.isoformat(),
            str(int(self.took.total_seconds())),
            row.reason,
            row.kind,
            row.x_id,
            self.account,
            row.noticed_by,
            self.agent.email if self.agent else "",
            str(row.items),
        )


@dataclass(frozen=True)
class Standing:
    """What the page and `flask status` tell."""

    oldest_notice_at: datetime | None
    """When the oldest push came that may tell of a deletion and has not been followed."""
    checked_at: datetime | None
    """When the last nightly look came to its end."""
    problem: str
    """What keeps the look that is under way from going on."""
    by_reason: dict[str, int]
    """Entries of the last thirty days."""
    slowest: timedelta | None
    """The longest any of them waited."""


def standing(session: Session, now: datetime) -> Standing:
    since = now - timedelta(days=30)
    recent = select(
        ComplianceEntry.reason, ComplianceEntry.noticed_at, ComplianceEntry.emptied_at
    ).where(ComplianceEntry.noticed_at >= since)
    counts: dict[str, int] = {}
    slowest: timedelta | None = None
    for reason, noticed_at, emptied_at in session.execute(recent):
        counts[reason] = counts.get(reason, 0) + 1
        slowest = max(slowest or timedelta(0), emptied_at - noticed_at)
    unfinished = select(ComplianceCheck.problem).where(
        ComplianceCheck.finished_at.is_(None), ComplianceCheck.problem != ""
    )
    return Standing(
        oldest_notice_at=oldest_notice(session),
        checked_at=session.scalar(select(func.max(ComplianceCheck.finished_at))),
        problem=session.scalar(unfinished.limit(1)) or "",
        by_reason=counts,
        slowest=slowest,
    )


def oldest_notice(session: Session) -> datetime | None:
    """Until a push is read nobody knows whether it tells of a deletion: the oldest one counts."""
    waits = or_(
        Delivery.state == "new",
        (Delivery.state == "unreadable") & Delivery.event_type.contains("delete"),
    )
    return session.scalar(select(func.min(Delivery.received_at)).where(waits))


def entries(
    session: Session, *, before: int | None = None, limit: int | None = None
) -> Iterator[Entry]:
    """The log, newest first; `before`: entries with smaller numbers only."""
    logged = (
        select(ComplianceEntry, Account.handle, Agent)
        .outerjoin(Account, Account.id == ComplianceEntry.account_id)
        .outerjoin(Agent, Agent.id == ComplianceEntry.agent_id)
        .order_by(ComplianceEntry.id.desc())
        .limit(limit)
        .execution_options(yield_per=500)
    )
    if before is not None:
        logged = logged.where(ComplianceEntry.id < before)
    for row, handle, agent in session.execute(logged):
        yield Entry(row, handle or "", agent)
