"""How tests look at what became of a reply."""

from support.replies import reconciling, sending
from support.replies.states import together
from tests.cast import hands


def state(session, reply):
    session.expire_all()
    return together(part.state for part in reply.parts)


def look_until_settled(session, reply, x, clock):
    for _ in range(5):
        clock.forward(seconds=60)
        reconciling.look(session, reply.id, hands(x, clock))
        sending.deliver(session, reply.id, hands(x, clock))
