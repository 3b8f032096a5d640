"""What our calls to X cost: written where they happen, summed up for whoever pays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from support.x.pacing import FULL, Pace, pace
from support.x.pricing import X_PRICES, Prices
from support.x.records import Account, Charge


def charge(
    session: Session,
    account_id: int,
    kind: str,
    items: int,
    *,
    now: datetime,
    agent_id: int | None = None,
    reply_id: int | None = None,
    prices: Prices = X_PRICES,
) -> int:
    """Writes down what `items` of a kind cost today, in micros."""
    if items <= 0:
        return 0
    day = now.astimezone(UTC).date()
    micros = items * prices.price(kind, day)
    paid = {
        "account_id": account_id,
        "day": day,
        "happened_at": now,
        "kind": kind,
        "items": items,
        "micros": micros,
        "agent_id": agent_id,
        "reply_id": reply_id,
    }
    session.execute(_PAID, paid)
    return micros


_PAID = insert(Charge.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Month:
    """A calendar month of X's, which counts in UTC."""

    first: date

    @property
    def after(self) -> date:
        """The first day of the next one."""
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1)

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.after - self.first).days)]


def month_of(now: datetime) -> Month:
    return Month(now.astimezone(UTC).date().replace(day=1))


def spent(session: Session, account_id: int, month: Month) -> int:
    """Micros an account has cost in a month."""
    total = select(func.coalesce(func.sum(Charge.micros), 0))
    return int(session.scalar(total.where(Charge.account_id == account_id, _in(month))) or 0)


def pace_of(session: Session, account: Account, now: datetime) -> Pace:
    """How the account may go on this month; without a cap as it likes."""
    return pace_within(session, account.id, account.monthly_cap_micros, now)


def pace_within(session: Session, account_id: int, cap_micros: int | None, now: datetime) -> Pace:
    """The same by the account's id and its cap."""
    if cap_micros is None:
        return FULL
    return pace(spent(session, account_id, month_of(now)), cap_micros)


@dataclass(frozen=True)
class Sum:
    """So many items and micros of whatever `of` names."""

    of: str | int | date | None
    items: int
    micros: int


def by_account(session: Session, month: Month) -> dict[int, int]:
    """Micros by account."""
    found = _sums(session, month, Charge.account_id)
    return {it.of: it.micros for it in found if isinstance(it.of, int)}


def by_day(session: Session, month: Month) -> dict[date, int]:
    """Micros by day; days that cost nothing are left out."""
    found = _sums(session, month, Charge.day)
    return {it.of: it.micros for it in found if isinstance(it.of, date)}


def by_kind(session: Session, month: Month) -> Sequence[Sum]:
    """The dearest kind first."""
    return sorted(_sums(session, month, Charge.kind), key=lambda it: (-it.micros, str(it.of)))


def by_agent(session: Session, month: Month) -> Sequence[Sum]:
    """What each agent's answers cost, the dearest first; `of` is the agent's id."""
    found = _sums(session, month, Charge.agent_id, Charge.agent_id.is_not(None))
    return sorted(found, key=lambda it: (-it.micros, str(it.of)))


def by_answer(session: Session, month: Month, limit: int = 10) -> Sequence[Sum]:
    """The dearest answers; `of` is the reply's id."""
    micros = func.sum(Charge.micros)
    found = (
        select(Charge.reply_id, func.sum(Charge.items), micros)
        .where(_in(month), Charge.reply_id.is_not(None))
        .group_by(Charge.reply_id)
        .order_by(micros.desc(), Charge.reply_id.desc())
        .limit(limit)
    )
    return [Sum(of, int(items), int(cost)) for of, items, cost in session.execute(found)]


def lines(session: Session, month: Month) -> Sequence[tuple[date, int, str, int, int]]:
    """Day, account's id, kind, items, micros: what the CSV holds."""
    found = (
        select(
            Charge.day,
            Charge.account_id,
            Charge.kind,
            func.sum(Charge.items),
            func.sum(Charge.micros),
        )
        .where(_in(month))
        .group_by(Charge.day, Charge.account_id, Charge.kind)
        .order_by(Charge.day, Charge.account_id, Charge.kind)
    )
    return [(d, a, k, int(n), int(m)) for d, a, k, n, m in session.execute(found)]


def _sums(session: Session, month: Month, column: Any, *where: ColumnElement[bool]) -> list[Sum]:
    found = (
        select(column, func.sum(Charge.items), func.sum(Charge.micros))
        .where(_in(month), *where)
        .group_by(column)
    )
    return [Sum(of, int(items), int(cost)) for of, items, cost in session.execute(found)]


def _in(month: Month) -> ColumnElement[bool]:
    return (Charge.day >= month.first) & (Charge.day < month.after)
