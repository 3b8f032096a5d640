"""A word for the next shift: written, and taken note of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import storable
from support.errors import N_, Refused
from support.handover.records import HandoverMemo, HandoverReader

LONGEST = 2_000
KEPT_FOR = timedelta(days=90)
"""A memo may tell of a customer: it goes once nobody needs it any more."""


@dataclass(frozen=True)
class Audience:
    """Who may read a memo: whoever sees this account, or its direct messages; None: everybody."""

    account_id: int | None = None
    private: bool = False


EVERYBODY = Audience()


def write(
    session: Session, text: str, *, by: Agent, now: datetime, to: Audience = EVERYBODY
) -> HandoverMemo:
    """Raises Refused for the form."""
    text = storable(text).replace("\r\n", "\n").strip()
    if not text:
        raise Refused("text", N_("引き継ぐことを入力してください。"))
    if len(text) > LONGEST:
        raise Refused("text", N_("2,000文字以内で入力してください。"))
    about = {"account_id": to.account_id, "private": to.private}
    memo = HandoverMemo(agent_id=by.id, text=text, written_at=now, **about)
    session.add(memo)
    session.flush()
    return memo


def take_note(session: Session, memo: HandoverMemo, *, by: Agent, now: datetime) -> None:
    """Once is enough; whoever wrote it knows it."""
    known = select(HandoverReader.id).where(
        HandoverReader.memo_id == memo.id, HandoverReader.agent_id == by.id
    )
    if by.id == memo.agent_id or session.scalar(known) is not None:
        return
    try:
        with session.begin_nested():
            session.add(HandoverReader(memo_id=memo.id, agent_id=by.id, noted_at=now))
    except IntegrityError:  # pressed in two windows at once
        pass


def forget_old(session: Session, now: datetime) -> None:
    old = select(HandoverMemo.id).where(HandoverMemo.written_at < now - KEPT_FOR)
    session.execute(delete(HandoverReader).where(HandoverReader.memo_id.in_(old)))
    session.execute(delete(HandoverMemo).where(HandoverMemo.written_at < now - KEPT_FOR))


def forget_lines(session: Session, tells: Callable[[str], bool]) -> int:
    """Lines of whoever must be forgotten go, and a memo of nothing else; in how many they stood."""
    found = 0
    for memo in session.scalars(select(HandoverMemo).order_by(HandoverMemo.id)):
        lines = memo.text.split("\n")
        left = [line for line in lines if not tells(line)]
        if len(left) == len(lines):
            continue
        found += 1
        memo.text = "\n".join(left).strip()
        if not memo.text:
            session.delete(memo)
    session.flush()
    return found
