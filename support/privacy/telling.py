"""The words we named a time with, as the story of a ticket keeps them."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from support.tickets.records import TicketEvent
from support.tickets.updating import PROMISED


def forget_words_of_times(session: Session, tickets: Select[int], most: int) -> int:
    """The words go; the time itself is a fact of the promise, and stays."""
    told = select(TicketEvent).where(
        TicketEvent.ticket_id.in_(tickets), TicketEvent.kind == PROMISED
    )
    found = [event for event in session.scalars(told) if event.data.get("words")][:most]
    for event in found:
        event.data = {**event.data, "words": ""}
    session.flush()
    return len(found)
