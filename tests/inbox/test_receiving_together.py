"""Two workers that read the same page at once still make one message of each post."""

import threading
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from support.conversations.records import Customer, Message
from support.db import engine_for
from support.inbox.receiving import receive
from support.inbox.records import IntakeRefusal
from support.tickets.records import Ticket
from support.x.posts import Person
from support.x.records import Account
from tests.cast import post
from tests.fakes import THURSDAY

PEOPLE = [Person(f"90000000{n:02}", f"sample_{n}", f"見本{n}") for n in range(20)]
PAGE = [
    post(f"@hikari_care {n}", at=THURSDAY + timedelta(seconds=n), by=person)
    for n, person in enumerate(PEOPLE)
]


def test_every_post_is_one_message_and_nothing_is_refused(session, cast, database_url):
    session.commit()
    start = threading.Barrier(3)

    def read() -> None:
        engine = engine_for(database_url)
        for attempt in range(3):  # a page that fails is read again at the next ring
            with Session(engine) as mine:
                account = mine.scalars(select(Account)).one()
                if attempt == 0:
                    mine.rollback()
                    start.wait(timeout=20)
                try:
                    receive(mine, account, PAGE, stream="mentions", now=THURSDAY)
                    mine.commit()
                except DBAPIError:
                    mine.rollback()
                else:
                    break
        engine.dispose()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(timeout=60)
    for record in (Message, Ticket, Customer):
        assert session.scalar(select(func.count()).select_from(record)) == len(PAGE)
    assert session.scalar(select(func.count()).select_from(IntakeRefusal)) == 0
