"""Two workers at one ticket: what is written while an answer is noted is not forgotten."""

import threading

from sqlalchemy.orm import Session

from support.db import engine_for
from support.inbox.receiving import receive
from support.replies import sending
from support.sla.records import promises_of
from support.x.records import Account
from tests.cast import hands, post, press
from tests.machinery.postgres import somebody_waits
from tests.machinery.running import until
from tests.replies.watching import take


def test_what_is_written_while_an_answer_is_noted_is_still_promised_one(
    session, desk, ticket, x, clock, database_url
):
    """A worker notes the answer, and at that very moment another takes in what came next."""
    reply = press(session, ticket, desk.misaki, now=clock())
    errand = take(session, reply, hands(x, clock))
    x_id = x.create_post(errand.text, in_reply_to=errand.target_x_id)
    sending.note_posted(session, errand.part_id, x_id=x_id, at=clock(), now=clock())
    ticket_id, account_id, thread = ticket.id, desk.account.id, ticket.thread_x_id
    session.commit()
    sending.settle(session, reply.id, clock())  # noted, and not committed yet
    session.flush()
    more = post("もう一つ", at=clock.forward(seconds=1), thread=thread, number=60)

    def take_in() -> None:
        engine = engine_for(database_url)
        with Session(engine) as other:
            account = other.get_one(Account, account_id)
            receive(other, account, [more], stream="mentions", now=more.posted_at)
            other.commit()
        engine.dispose()

    reader = threading.Thread(target=take_in)
    reader.start()
    if session.get_bind().dialect.name == "postgresql":
        until(lambda: somebody_waits(database_url) or not reader.is_alive(), "the other worker")
    session.commit()
    reader.join(timeout=60)
    owed = [it.kind for it in promises_of(session, ticket_id) if it.is_open]
    assert sorted(owed) == ["next_reply", "resolution"]
