"""Calming: the switch is thrown for an account, and left again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.crisis.records import Crisis, running
from support.db import changed, storable
from support.errors import N_, Refused, SomeoneWasFirst
from support.x.records import Account

LONGEST_REASON = 200


def begin(
    session: Session, account_ids: Collection[int], reason: str, *, by: Agent, now: datetime
) -> list[Crisis]:
    """These accounts fall quiet; where one is already, it stays with whoever was first.

    Raises Refused for the form, SomeoneWasFirst where all of them are quiet.
    """
    reason = _reason(reason, N_("理由を入力してください。全員の画面と履歴に残ります。"))
    known = set(session.scalars(select(Account.id).where(Account.id.in_(account_ids))))
    if not known:
        raise Refused("account", N_("アカウントを一覧から選んでください。"))
    made = [it for id in sorted(known) if (it := _begin(session, id, reason, by, now)) is not None]
    if not made:
        first = running(session, min(known))
        who = first.begun_by.family_name if first else ""
        raise SomeoneWasFirst(N_("%(who)sさんが先に炎上対応を始めました。"), who=who)
    return made


def _begin(
    session: Session, account_id: int, reason: str, by: Agent, now: datetime
) -> Crisis | None:
    if running(session, account_id) is not None:
        return None
    it = Crisis(account_id=account_id, reason=reason, begun_at=now, begun_by_id=by.id)
    try:
        with session.begin_nested():
            session.add(it)
    except IntegrityError:  # a colleague was quicker
        return None
    return it


def leave(session: Session, crisis: Crisis, reason: str, *, by: Agent, now: datetime) -> None:
    """The account speaks again. What was held past its time goes nowhere by itself: it asks.

    Raises Refused for the form, SomeoneWasFirst where it is over already.
    """
    reason = _reason(reason, N_("終える理由を入力してください。履歴に残ります。"))
    mine = update(Crisis).where(Crisis.id == crisis.id, Crisis.ended_at.is_(None))
    values = {"ended_at": max(now, crisis.begun_at), "ended_by_id": by.id, "end_reason": reason}
    if not changed(session, mine.values(**values)):
        session.refresh(crisis)
        who = crisis.ended_by.family_name if crisis.ended_by else ""
        raise SomeoneWasFirst(N_("%(who)sさんが先に炎上対応を終えました。"), who=who)
    session.refresh(crisis)


def _reason(written: str, missing: str) -> str:
    reason = " ".join(storable(written).split())
    if not reason:
        raise Refused("reason", missing)
    if len(reason) > LONGEST_REASON:
        raise Refused("reason", N_("理由は200文字以内で入力してください。"))
    return reason
