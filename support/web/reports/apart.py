"""Figures with and without incidents: a day on which all breaks says little of how a desk works.

As with `reach`, one condition stands at every question that is asked inside, so that no figure of
a report forgets it and the lists behind its cells show what was counted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g, has_app_context
from sqlalchemy import ColumnElement, Select, event, or_, select
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria

from support.canned.records import Pick
from support.conversations.records import Message
from support.db import db
from support.incidents.records import IncidentTicket
from support.replies.records import Reply
from support.sla.records import Promise
from support.tickets.records import Ticket

WITHOUT = "without"
"""What an address says in `incidents` to leave them out."""
_LINK = IncidentTicket.__table__.alias("apart_link")
_REPLY = Reply.__table__.alias("apart_reply")


@contextmanager
def leaving_out(incidents: bool) -> Iterator[None]:
    """Inside, what belongs to a ticket of an incident is not there; with False all is."""
    before, g.without_incidents = g.get("without_incidents", False), incidents
    try:
        yield
    finally:
        g.without_incidents = before


def _theirs() -> Select[int]:
    """Once for a statement, not once a row."""
    return select(_LINK.c.ticket_id).where(_LINK.c.unlinked_at.is_(None))


def _of_none(ticket_id: Any) -> ColumnElement[bool]:
    return or_(ticket_id.is_(None), ticket_id.not_in(_theirs()))


def _replied_to_none(reply_id: Any) -> ColumnElement[bool]:
    replies = select(_REPLY.c.id).where(_REPLY.c.ticket_id.in_(_theirs()))
    return or_(reply_id.is_(None), reply_id.not_in(replies))


_CRITERIA = (
    with_loader_criteria(Ticket, lambda it: _of_none(it.id), include_aliases=True),
    with_loader_criteria(Promise, lambda it: _of_none(it.ticket_id), include_aliases=True),
    with_loader_criteria(Message, lambda it: _of_none(it.ticket_id), include_aliases=True),
    with_loader_criteria(Reply, lambda it: _of_none(it.ticket_id), include_aliases=True),
    with_loader_criteria(Pick, lambda it: _replied_to_none(it.reply_id), include_aliases=True),
)


def _without(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load or not has_app_context():
        return
    if g.get("without_incidents", False):
        state.statement = state.statement.options(*_CRITERIA)


event.listen(db.session, "do_orm_execute", _without)
