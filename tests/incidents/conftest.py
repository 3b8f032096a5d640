"""Messages of many people, written quickly, and weeks of everyday life before them."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import event, insert, select

from support.conversations.records import Conversation, Customer, Message
from support.incidents import counting, tuning
from support.sla.records import ServiceLevel
from support.tickets.records import Ticket, TicketTag
from tests.fakes import THURSDAY, snowflake

QUIET_WORDS = (
    "夜になると遅いです",
    "請求の内訳を教えてください",
    "アプリが開けないです",
    "住所を変えたいです",
)


class Town:
    """People who write to the desk's account."""

    def __init__(self, session, cast):
        self.session, self.cast = session, cast
        self.level = session.scalars(select(ServiceLevel)).one()
        self.numbers = count(1)

    def says(self, text, at, *, channel="public", account=None, by=None, tags=(), received_at=None):
        """One message, of a new person unless `by` names one."""
        number = next(self.numbers)
        account = account or self.cast.account
        customer = by or Customer(
            x_id=str(number), username=f"kakuu_{number}", name="架空", first_seen_at=at
        )
        known = by and self.session.scalar(
            select(Conversation).where(
                Conversation.customer_id == by.id, Conversation.channel == channel
            )
        )
        conversation = known or Conversation(account=account, customer=customer, channel=channel)
        ticket = Ticket(
            conversation=conversation,
            opened_calendar_id=account.calendar_id,
            opened_level_id=self.level.id,
            calendar_id=account.calendar_id,
            service_level_id=self.level.id,
            thread_x_id=str(number),
            opened_at=at,
            last_message_at=at,
            tags=[TicketTag(name=name) for name in tags],
        )
        self.session.add(ticket)
        self.session.flush()
        message = Message(
            conversation=conversation,
            ticket_id=ticket.id,
            x_id=snowflake(at, number),
            channel=channel,
            text=text,
            posted_at=at,
            received_at=received_at or at,
            raw={},
        )
        self.session.add(message)
        self.session.flush()
        return message

    def everyday(self, until, weeks=3, a_slot=1):
        """The same hour and its neighbours of each day before: one person a quarter or so."""
        first = self.says(QUIET_WORDS[0], until - timedelta(days=weeks * 7, hours=2))
        moments = [
            (until - timedelta(days=day) + timedelta(minutes=15 * slot), day + slot + number)
            for day in range(1, weeks * 7 + 1)
            for slot in range(-4, 5)
            for number in range(a_slot)
        ]
        people = [
            {"x_id": f"800000{n}", "username": f"kakuu_{n}", "name": "架空", "bio": "",
             "avatar_url": "", "first_seen_at": at}
            for n, (at, _) in enumerate(moments)
        ]  # fmt: skip
        adding = insert(Customer).returning(Customer.id, sort_by_parameter_order=True)
        authors = list(self.session.scalars(adding, people))
        said = [
            {"conversation_id": first.conversation_id, "author_id": authors[n],
             "ticket_id": first.ticket_id, "x_id": snowflake(at, 10_000 + n), "channel": "public",
             "text": QUIET_WORDS[kind % 4], "posted_at": at, "received_at": at, "raw": {}}
            for n, (at, kind) in enumerate(moments)
        ]  # fmt: skip
        self.session.execute(insert(Message), said)
        self.session.commit()

    def outage(self, at, people, text="つながらないです", minutes=10, **more):
        """So many people within some minutes; the messages."""
        said = []
        for number in range(people):
            moment = at + timedelta(minutes=minutes) * ((number + 0.5) / people)
            said.append(self.says(text, moment, **more))
        self.session.commit()
        return said


@pytest.fixture
def town(session, cast):
    return Town(session, cast)


@pytest.fixture
def counted(session):
    """Counts all there is up to now, until nothing is left to be filled."""

    def count_up(now):
        for _ in range(100):
            _watch, more = counting.catch_up(session, tuning.vocabulary_in_force(session), now)
            session.commit()
            if not more:
                return
        raise AssertionError("never filled")

    return count_up


NOON = THURSDAY + timedelta(hours=2)


@pytest.fixture
def asked_of_the_database(session):
    """The statements of what is done inside."""

    @contextmanager
    def listening():
        found = []

        def hear(_connection, _cursor, statement, *_rest):
            found.append(statement)

        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", hear)
        yield found
        event.remove(engine, "before_cursor_execute", hear)

    return listening
