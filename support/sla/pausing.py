"""A resolution's clock stops while the customer is waited for; a lead may correct that."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from support.errors import N_, Refused
from support.sla.keeping import rederive
from support.sla.levels import PromiseKind
from support.sla.records import Pause, Promise, ServiceLevel, pauses_of, promises_of


def pause(
    session: Session,
    ticket_id: int,
    *,
    at: datetime,
    reason: str,
    promises: Sequence[Promise] | None = None,
) -> None:
    """Stops the resolution's clock, unless it already stands.

    `promises` are the ticket's, where the caller has them at hand.
    """
    pauses = pauses_of(session, ticket_id)
    if any(spell.ended_at is None for spell in pauses):
        return
    spell = Pause(ticket_id=ticket_id, started_at=at, ended_at=None, reason=reason)
    session.add(spell)
    owed = promises_of(session, ticket_id) if promises is None else promises
    rederive_resolutions(session, owed, [*pauses, spell])


def resume(session: Session, ticket_id: int, *, at: datetime) -> None:
    """Lets the resolution's clock run again."""
    pauses = pauses_of(session, ticket_id)
    running = [spell for spell in pauses if spell.ended_at is None]
    for spell in running:
        spell.ended_at = max(at, spell.started_at)
    if running:
        rederive_resolutions(session, promises_of(session, ticket_id), pauses)


def correct(
    session: Session,
    ticket_id: int,
    *,
    start: datetime,
    end: datetime,
    runs: bool,
    reason: str,
    by_id: int,
    now: datetime,
) -> Pause:
    """A lead says that a resolution's clock stood, or `runs`, between two moments that are past.

    What is over is judged by it too: it is a fact that was noted wrongly. Raises Refused.
    """
    if not reason.strip():
        raise Refused("reason", N_("理由を入力してください。"))
    if start >= end:
        raise Refused("end", N_("終わりは始まりより後の日時にしてください。"))
    if end > now:
        raise Refused("end", N_("まだ来ていない時間は訂正できません。"))
    spell = Pause(
        ticket_id=ticket_id,
        started_at=start,
        ended_at=end,
        runs=runs,
        reason=reason.strip()[:200],
        agent_id=by_id,
        noted_at=now,
    )
    pauses = pauses_of(session, ticket_id)
    session.add(spell)
    rederive_resolutions(session, promises_of(session, ticket_id), [*pauses, spell])
    return spell


def rederive_resolutions(
    session: Session, promises: Iterable[Promise], pauses: Sequence[Pause]
) -> None:
    """Works the due times of every resolution out anew; one that is over keeps its end."""
    for promise in promises:
        if promise.kind == PromiseKind.RESOLUTION:
            level = session.get_one(ServiceLevel, promise.service_level_id)
            rederive(promise, level, pauses)
