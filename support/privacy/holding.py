"""Keeping a customer, or a ticket of theirs, whatever the rules say: a dispute, an inquiry."""

from datetime import datetime

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.conversations.records import Customer
from support.errors import N_, Refused
from support.privacy.records import Hold
from support.tickets.records import Ticket

LONGEST_REASON = 200


def keep(
    session: Session, customer: Customer, reason: str, ticket: str, *, by: Agent, now: datetime
) -> Hold:
    """`ticket`: the number of one of theirs as it was typed; empty: all of them.

    Raises Refused."""
    reason, number = " ".join(reason.split()), ticket.strip().lstrip("#＃")
    if not reason:
        raise Refused("hold_reason", N_("消去しない理由を入力してください（例：係争中のため）。"))
    if len(reason) > LONGEST_REASON:
        raise Refused("hold_reason", N_("理由は200文字以内にしてください。"))
    found = None
    if number:
        known = number.isascii() and number.isdecimal() and len(number) < 10
        found = session.get(Ticket, int(number)) if known else None
        if found is None or found.conversation.customer_id != customer.id:
            raise Refused("hold_ticket", N_("このお客様のチケットの番号を入力してください。"))
    hold = Hold(
        customer_id=customer.id,
        ticket_id=found.id if found else None,
        reason=reason,
        agent_id=by.id,
        at=now,
    )
    session.add(hold)
    session.flush()
    return hold


def lift(hold: Hold, *, by: Agent, now: datetime) -> None:
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by_id = now, by.id
