"""A desk that has sent replies, for the tests of looking at them again."""

from zoneinfo import ZoneInfo

import pytest

from support.replies import sending
from tests.cast import YUUKI, customer_says, hands, post, press

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def sent(session, cast, x, clock):
    """Sends one reply: a customer writes, an agent answers, X takes it. Later than all before."""
    numbers = iter(range(500, 10_000))

    def send(text="確認いたします。", *, by=None, to=YUUKI, private=False, said="夜に遅いです"):
        number = next(numbers)
        question = post(said, at=clock(), by=to, private=private, number=number)
        ticket = customer_says(session, cast, question)
        reply = press(session, ticket, by or cast.misaki, text, now=clock())
        clock.forward(seconds=30)
        sending.deliver(session, reply.id, hands(x, clock))
        session.expire_all()
        assert reply.parts[0].posted_at is not None
        return reply

    return send
