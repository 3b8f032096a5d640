"""Promises, tickets and replies as a test wants them, without the rooms that make them."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Conversation, Customer, Message
from support.replies.records import Reply, ReplyPart
from support.sla import keeping
from support.sla.levels import PromiseKind
from support.sla.records import Calendar, Pause, Promise, ServiceLevel
from support.tickets.records import Ticket
from tests.cast import Cast
from tests.fakes import snowflake


class History:
    """Writes down what happened; every row is real, only their making is short."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast = session, cast
        self.level = session.scalars(select(ServiceLevel)).one()
        self.calendar = session.get_one(Calendar, cast.account.calendar_id)
        self.count = 0

    def ticket(self, at, *, channel="public", assignee=None, resolved_at=None):
        """A ticket with the one message that opened it."""
        self.count += 1
        customer = Customer(
            x_id=str(self.count), username=f"kakuu_{self.count}", name="架空", first_seen_at=at
        )
        conversation = Conversation(account=self.cast.account, customer=customer, channel=channel)
        ticket = Ticket(
            conversation=conversation,
            opened_calendar_id=self.calendar.id,
            opened_level_id=self.level.id,
            calendar_id=self.calendar.id,
            service_level_id=self.level.id,
            thread_x_id=str(self.count),
            state="resolved" if resolved_at else "open",
            assignee=assignee,
            opened_at=at,
            resolved_at=resolved_at,
            last_message_at=at,
            tags=[],
        )
        self.session.add(ticket)
        self.session.flush()
        ticket.latest_message = self.message(ticket, at)
        return ticket

    def message(self, ticket, at, *, by_us=False):
        self.count += 1
        message = Message(
            conversation=ticket.conversation,
            ticket_id=ticket.id,
            x_id=snowflake(at, self.count),
            channel=ticket.conversation.channel,
            by_us=by_us,
            text="夜になると遅いです",
            posted_at=at,
            received_at=at,
            raw={},
        )
        self.session.add(message)
        self.session.flush()
        return message

    def promise(self, ticket, at, *, kind=PromiseKind.FIRST_REPLY, kept_at=None, by=None,
                withdrawn_at=None, received_at=None, minutes=60, paused=()):  # fmt: skip
        """Kept by an agent, or on x.com where `by` is left out; open without `kept_at`."""
        for start, end in paused:
            self.session.add(Pause(ticket_id=ticket.id, started_at=start, ended_at=end))
        promise = Promise(
            ticket_id=ticket.id,
            kind=kind.value,
            started_at=at,
            received_at=received_at or at,
            target_seconds=minutes * 60,
            calendar=self.calendar,
            service_level_id=self.level.id,
            kept_at=kept_at,
            kept_by_id=by.id if by else None,
            withdrawn_at=withdrawn_at,
        )
        pauses = [Pause(started_at=start, ended_at=end) for start, end in paused]
        keeping.rederive(promise, self.level, pauses)
        self.session.add(promise)
        self.session.flush()
        return promise

    def reply(self, ticket, agent, *times):
        """One part for each time X accepted it; None: not yet."""
        self.count += 1
        pressed = next((at for at in times if at), ticket.opened_at) - timedelta(seconds=10)
        reply = Reply(
            ticket_id=ticket.id,
            conversation=ticket.conversation,
            agent=agent,
            answers=ticket.latest_message,
            body="確認いたします。",
            key=f"key-{self.count}",
            pressed_at=pressed,
            held_until=pressed,
            settled_at=pressed,
            parts=[
                ReplyPart(
                    position=number,
                    text="確認いたします。",
                    state="posted" if at else "queued",
                    x_id=snowflake(at, self.count) if at else None,
                    posted_at=at,
                )
                for number, at in enumerate(times, start=1)
            ],
        )
        self.session.add(reply)
        self.session.flush()
        return reply
