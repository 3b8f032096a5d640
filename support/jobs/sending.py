"""Sending replies, and looking for those X may already have."""

from datetime import timedelta

from support.jobs.at_work import at_the_desk, me
from support.replies import reconciling, sending
from support.replies.claiming import Hands
from support.replies.states import PartState


def deliver(reply_id: int) -> None:
    """Sends what is ready of a reply, or looks for what may have been sent."""
    with at_the_desk(reply=reply_id) as (desk, session):
        reply = sending.whole(session, reply_id)
        if reply is None:
            return
        ticket_id = reply.ticket_id
        doubtful = any(part.state == PartState.UNKNOWN for part in reply.parts)
        session.rollback()
        lease = timedelta(seconds=desk.settings.lease_seconds)
        hands = Hands(desk.x, desk.clock, me(), lease, desk.prices)
        if doubtful:
            reconciling.look(session, reply_id, hands)
        sending.deliver(session, reply_id, hands)
        desk.news.tell("ticket", ticket_id)
