"""Gathering: what was noted of the suggestions, counted by the database; reads only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from support.canned.gaps import Question
from support.canned.records import AnswerEdit, Pick
from support.canned.usage import EDITED, Counted, Tally, Totals
from support.conversations.records import Message

MOST_QUESTIONS = 2_000
"""The newest ones are compared with each other; older ones are as old as their gaps."""
WORD_FOR_WORD = 0.9995
"""What was kept is a sum of shares: a whole is not always exactly one."""


def counted(session: Session, since: datetime) -> Counted:
    """The uses since then, and when each answer was used last."""
    return Counted(
        totals=_totals(session, since),
        tallies=_tallies(session, since),
        last_used=_by_answer(session, func.max(Pick.picked_at)),
        noted_since=session.scalar(select(func.min(Pick.picked_at))),
        made_at=_made(session),
    )


def questions(session: Session, since: datetime) -> list[Question]:
    """Messages that somebody answered by hand, or that no suggestion fitted; words that are gone
    are left out, and so is what a prepared answer was sent to as well."""
    other = aliased(Pick)
    answered = exists().where(other.message_id == Message.id, other.answer_id.is_not(None))
    latest = func.max(Pick.picked_at)
    asked = (
        select(Message.id, Message.ticket_id, Message.text, latest)
        .join(Pick, Pick.message_id == Message.id)
        .where(
            Pick.picked_at >= since,
            Pick.answer_id.is_(None),
            ~answered,
            Message.emptied_at.is_(None),
            Message.kind == "text",
        )
        .group_by(Message.id, Message.ticket_id, Message.text)
        .order_by(latest.desc(), Message.id.desc())
        .limit(MOST_QUESTIONS)
    )
    return [Question(*row) for row in session.execute(asked)]


def _totals(session: Session, since: datetime) -> Totals:
    by_reply = Pick.reply_id.is_not(None)
    answered = by_reply & Pick.answer_id.is_not(None)
    nothing_shown = cast(Pick.shown, String) == "[]"
    row = session.execute(
        select(
            _number(by_reply),
            _number(answered),
            _number(answered & Pick.place.is_not(None)),
            _number(answered & (Pick.place == 1)),
            _number(by_reply & nothing_shown),
            _number(Pick.reply_id.is_(None)),
        ).where(Pick.picked_at >= since)
    ).one()
    return Totals(*row)


def _tallies(session: Session, since: datetime) -> dict[str, Tally]:
    rows = session.execute(
        select(
            Pick.answer_id,
            func.count(),
            func.count(Pick.kept),
            _number(Pick.kept >= WORD_FOR_WORD),
            _number(Pick.kept < EDITED),
            func.sum(Pick.kept),
            func.count(Pick.place),
        )
        .where(Pick.picked_at >= since, Pick.answer_id.is_not(None))
        .group_by(Pick.answer_id)
    )
    return {str(row[0]): _tally(*row[1:]) for row in rows}


def _tally(sent: int, known: int, whole: int, edited: int, kept: float | None, shown: int) -> Tally:
    return Tally(sent, known, whole, edited, kept or 0.0, shown)


def _by_answer(session: Session, what: ColumnElement[Any]) -> Mapping[str, datetime]:
    used = select(Pick.answer_id, what).where(Pick.answer_id.is_not(None))
    return {row[0]: row[1] for row in session.execute(used.group_by(Pick.answer_id))}


def _made(session: Session) -> dict[str, datetime]:
    made = select(AnswerEdit.answer_id, func.max(AnswerEdit.at)).where(AnswerEdit.before == "")
    return {row[0]: row[1] for row in session.execute(made.group_by(AnswerEdit.answer_id))}


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows it holds for."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
