"""What the desk sent comes back through pushes and reads, at whatever moment."""

from support.inbox.coming_back import is_being_sent
from support.replies import sending
from tests.cast import customer_says, hands, post, press


def test_a_post_whose_id_was_noted_a_moment_ago_is_the_reply(session, cast, clock, x):
    """The posts we know were looked for before the worker noted the id, and this is asked after."""
    ticket = customer_says(session, cast, post(at=clock()))
    reply = press(session, ticket, cast.misaki, now=clock())
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    (ours,) = x.ours
    assert is_being_sent(session, ticket.conversation_id, ours)
    other = post("確認いたします。 ^佐藤", at=clock(), number=77)
    assert not is_being_sent(session, ticket.conversation_id, other)
