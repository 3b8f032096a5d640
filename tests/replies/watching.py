"""How tests look at what became of a reply."""

from datetime import timedelta

from support.replies import choosing, claiming, reconciling, sending
from support.replies.states import together
from tests.cast import hands


def state(session, reply):
    session.expire_all()
    return together(part.state for part in reply.parts)


LEASE = timedelta(seconds=25)


def take(session, reply, hands):
    """A worker claims the reply's next part, and holds it."""
    return claiming.claim(session, claiming.facts(session, reply.id, hands.clock()), hands)


def waiting(session, clock):
    """What a worker who is called now would see to, of all accounts."""
    accounts = choosing.accounts_waiting(session, clock())
    return [it.reply_id for n in accounts for it in choosing.ready(session, n, clock())]


def look_until_settled(session, reply, x, clock):
    for _ in range(5):
        clock.forward(seconds=60)
        reconciling.look(session, reply.id, hands(x, clock))
        sending.deliver(session, reply.id, hands(x, clock))
