"""A direct message is tied to the public ticket that asked for it, whichever comes first."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select

from support.inbox.origins import Origin, came_from
from support.inbox.receiving import receive
from support.replies import sending
from support.tickets.records import Ticket
from support.x import links
from tests.cast import HANAKO, customer_says, hands, make_cast, post, press
from tests.fakes import THURSDAY

DAY = timedelta(days=1)
INVITED = f"DMでご連絡ください。{links.compose_dm('https://x.com', '7000000001')}"


def origin(number, *, invited=None, spoken=0.0, resolved=None):
    """A public ticket; moments in days before the direct message."""
    return Origin(
        number,
        None if invited is None else THURSDAY - DAY * invited,
        THURSDAY - DAY * spoken,
        None if resolved is None else THURSDAY - DAY * resolved,
    )


CASES = {
    "nothing public": ([], None),
    "the only one": ([origin(1, spoken=1)], 1),
    "the one that asked, though another is newer": (
        [origin(1, invited=2, spoken=2), origin(2, spoken=1)],
        1,
    ),
    "the one that asked last": ([origin(1, invited=3), origin(2, invited=1)], 2),
    "the newest, where nobody asked": ([origin(1, spoken=3), origin(2, spoken=1)], 2),
    "asked too long ago, and nothing said since": ([origin(1, invited=8, spoken=8)], None),
    "asked seven days ago to the minute": ([origin(1, invited=7, spoken=7)], 1),
    "asked long ago, but spoken since": ([origin(1, invited=8, spoken=1)], 1),
    "resolved lately": ([origin(1, spoken=2, resolved=1)], 1),
    "resolved long ago": ([origin(1, spoken=7, resolved=8)], None),
    "asked in what is resolved": ([origin(1, invited=2, spoken=2, resolved=2)], 1),
}


@pytest.mark.parametrize(("origins", "found"), CASES.values(), ids=CASES)
def test_a_direct_message_goes_on_from(origins, found):
    assert came_from(origins, THURSDAY) == found


def tied(session, ticket):
    session.expire_all()
    return session.get_one(Ticket, ticket.id).came_from_id


def test_the_message_we_asked_for_is_tied_to_where_we_asked(session, x, clock):
    cast = make_cast(session, undo_seconds=0)
    public = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, public, cast.misaki, INVITED, now=clock.forward(minutes=5))
    sending.deliver(session, reply.id, hands(x, clock))
    later = post("別件です", at=clock.forward(hours=1), number=3)
    customer_says(session, cast, later)
    private = post("契約番号です", at=clock.forward(hours=1), private=True, number=4)
    assert tied(session, customer_says(session, cast, private)) == public.id


def test_an_invitation_to_another_account_counts_for_nothing(session, x, clock):
    cast = make_cast(session, undo_seconds=0)
    public = customer_says(session, cast, post(at=THURSDAY))
    words = INVITED.replace("7000000001", "70000000012")
    reply = press(session, public, cast.misaki, words, now=clock.forward(minutes=5))
    sending.deliver(session, reply.id, hands(x, clock))
    newer = customer_says(session, cast, post("別件", at=clock.forward(hours=1), number=3))
    private = post("番号です", at=clock.forward(hours=1), private=True, number=4)
    assert tied(session, customer_says(session, cast, private)) == newer.id


def test_somebody_elses_ticket_is_never_tied(session, cast):
    customer_says(session, cast, post(at=THURSDAY, by=HANAKO))
    private = post("番号です", at=THURSDAY + DAY, private=True)
    assert tied(session, customer_says(session, cast, private)) is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_which_of_them_arrives_first_makes_no_difference(session, cast, order):
    posts = [
        post("古い件", at=THURSDAY),
        post("新しい件", at=THURSDAY + DAY, number=1),
        post("番号です", at=THURSDAY + 2 * DAY, private=True, number=2),
    ]
    for place in order:
        receive(session, cast.account, [posts[place]], stream="push", now=THURSDAY + 3 * DAY)
        session.commit()
    subjects = {ticket.id: ticket.subject for ticket in session.scalars(select(Ticket))}
    (private,) = session.scalars(select(Ticket).where(Ticket.came_from_id.is_not(None)))
    assert (private.subject, subjects[private.came_from_id]) == ("番号です", "新しい件")
