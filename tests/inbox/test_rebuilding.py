"""Stored promises are those the facts give, whatever happened and however it reached the desk."""

from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from support.inbox.retelling import rebuild
from support.sla.records import pauses_of, promises_of
from support.tickets.records import Ticket
from tests.inbox.anything import Life
from tests.machinery.memory import fresh_desk

STEPS = 25


def stands(session, ticket: Ticket) -> dict[str, object]:
    """All that is derived of a ticket, by value."""
    promises = [
        (
            p.kind,
            p.message_id,
            p.started_at,
            p.received_at,
            p.calendar_id,
            tuple(map(tuple, p.earlier_hours)),
            p.service_level_id,
            p.target_seconds,
            p.due_at,
            p.warn_at,
            p.breach_at,
            p.kept_at,
            p.kept_by_id,
            p.withdrawn_at,
            p.withdrawn_reason,
        )
        for p in promises_of(session, ticket.id)
    ]
    pauses = [(p.started_at, p.ended_at, p.runs, p.agent_id) for p in pauses_of(session, ticket.id)]
    return {
        "promises": sorted(promises, key=str),
        "pauses": sorted(pauses, key=str),
        "state": (ticket.state, ticket.resolved_at, ticket.due_at, ticket.warn_at),
        "latest": ticket.latest_message_id,
    }


@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(seed=st.integers(0, 2**32))
def test_what_is_stored_is_what_the_facts_give(seed: int) -> None:
    with fresh_desk() as (session, cast):
        life = Life(session, cast, Random(seed))
        done: list[str] = []
        for _ in range(STEPS):
            done.append(life.step())
            for ticket in life.tickets():
                stored = stands(session, ticket)
                rebuild(session, ticket)
                session.flush()
                session.expire_all()
                assert stands(session, ticket) == stored, f"ticket {ticket.id} after {done}"
            session.rollback()
