"""An automatic answer is said while it is true, holds up nobody, and is said to no night shift."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.replies import choosing, holding, sending, standing
from support.replies.acknowledging import received, words
from support.replies.records import Acknowledgement
from support.replies.states import PartState
from support.sla.records import ServiceLevel
from support.x.errors import Meaning, XError
from tests.cast import HANAKO, customer_says, hands, post, press
from tests.replies.test_acknowledging import NIGHT, TEXT, TOKYO, at_night, automatic
from tests.replies.watching import state

BOTH = "{{next_opening}}からお返事します。\n---\nWe reply from {{next_opening}}."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def told(session, cast, clock):
    """The desk answers by itself, and it is night."""
    session.scalars(select(ServiceLevel)).one().acknowledgement = TEXT
    session.commit()
    clock.now = NIGHT


@pytest.mark.parametrize("wait", [timedelta(minutes=16), timedelta(hours=13)])
def test_what_could_not_be_sent_in_time_is_taken_back(session, cast, told, x, clock, wait):
    ticket = customer_says(session, cast, at_night(private=True))
    clock.now += wait
    (reply,) = automatic(session)
    sending.deliver(session, reply.id, hands(x, clock))
    assert (x.ours, state(session, reply)) == ([], "undone")
    assert reply.settled_at is not None
    assert ticket.state == "open"


def test_the_sweep_takes_it_back_where_nothing_is_sent(session, cast, told):
    ticket = customer_says(session, cast, at_night(private=True))
    assert holding.drop_outdated(session, NIGHT + 15 * MINUTE) == []
    assert holding.drop_outdated(session, NIGHT + 16 * MINUTE) == [ticket.id]
    assert holding.drop_outdated(session, NIGHT + 17 * MINUTE) == []


def test_in_doubt_it_holds_up_no_person(session, cast, told):
    ticket = customer_says(session, cast, at_night(private=True))
    (reply,) = automatic(session)
    reply.parts[0].state, reply.parts[0].attempted_at = PartState.UNKNOWN.value, NIGHT
    reply.parts[0].not_before = NIGHT + MINUTE
    mine = press(session, ticket, cast.misaki, now=NIGHT)
    ready = choosing.ready(session, cast.account.id, NIGHT + 30 * timedelta(seconds=1))
    assert [it.reply_id for it in ready] == [mine.id]


def test_what_x_refuses_is_handed_to_nobody(session, cast, told, x, clock):
    customer_says(session, cast, at_night())
    (reply,) = automatic(session)
    x.answers.append(XError(Meaning.REFUSED, 403, "You are not permitted to reply"))
    sending.deliver(session, reply.id, hands(x, clock))
    assert state(session, reply) == "rejected"
    assert standing.attention(session, NIGHT) == []


def test_where_a_person_answers_tonight_no_machine_speaks(session, cast, told, x, clock):
    ticket = customer_says(session, cast, post(at=NIGHT - timedelta(hours=5), private=True))
    mine = press(session, ticket, cast.misaki, now=NIGHT)
    clock.forward(seconds=30)
    sending.deliver(session, mine.id, hands(x, clock))
    customer_says(session, cast, at_night(minutes=5, private=True))
    assert automatic(session) == []


def test_whoever_said_stop_is_told_nothing_later_either(session, cast, told):
    stop = post("STOP", at=NIGHT - timedelta(days=3), private=True)
    customer_says(session, cast, stop)
    customer_says(session, cast, at_night(private=True))
    assert automatic(session) == []


def test_one_that_another_worker_made_costs_the_others_nothing(session, cast, told):
    """Both looked before either had written it down: the database refuses the second."""
    ticket = customer_says(session, cast, at_night(private=True))
    (reply,) = automatic(session)
    session.execute(Acknowledgement.__table__.delete())
    session.commit()
    customer_says(session, cast, at_night(minutes=1, private=True))
    customer_says(session, cast, at_night(minutes=2, private=True, by=HANAKO))
    first, second = automatic(session)
    assert first is reply
    assert second.conversation_id != reply.conversation_id
    assert ticket.state == "open"


def test_public_answers_differ_by_the_time_of_receipt(session, cast, told):
    customer_says(session, cast, at_night())
    (reply,) = automatic(session)
    assert reply.body.endswith("（受付 10月1日 21:00）")
    assert received("Later.", NIGHT, TOKYO) == "Later.\n(Received 1 October, 21:00)"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", "明日9時からお返事します。"),
        ("", "明日9時からお返事します。"),
        ("en", "We reply from 9:00 tomorrow."),
        ("fr", "We reply from 9:00 tomorrow."),
    ],
)
def test_a_text_in_two_languages_is_chosen_from(language, expected):
    opens = NIGHT + timedelta(hours=12)
    assert words(BOTH, opens, NIGHT, "Asia/Tokyo", language) == expected


def test_a_text_in_one_language_stays_in_it_throughout():
    opens = NIGHT + timedelta(hours=12)
    assert "明日9時から" in words(TEXT, opens, NIGHT, "Asia/Tokyo", "en")
