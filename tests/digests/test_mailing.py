"""One letter a week and person, whoever looks and whoever dies on the way."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.digests import mailing
from support.digests.records import DigestSending
from support.errors import DeskError
from tests.cast import make_cast
from tests.fakes import THURSDAY

TOKYO = ZoneInfo("Asia/Tokyo")
DAY, WEEK = timedelta(days=1), timedelta(days=7)


@pytest.fixture
def ryo(session):
    """Wants the letter on Thursdays at ten."""
    ryo = make_cast(session).ryo
    mailing.order(session, ryo, 3, 10, "ja", THURSDAY - WEEK)
    session.commit()
    return ryo


def due(session, now=THURSDAY):
    made = mailing.make_due(session, now, TOKYO)
    session.commit()
    return made


def claimed(session, now=THURSDAY):
    number = mailing.claim(session, now)
    session.commit()
    return number


def test_a_week_has_one_letter_however_often_one_looks(session, ryo):
    assert [due(session, THURSDAY + timedelta(hours=n)) for n in range(-1, 40)].count(1) == 2
    # That of the Thursday a week before was due when it was ordered.
    assert due(session, THURSDAY + WEEK - timedelta(seconds=1)) == 0
    assert due(session, THURSDAY + WEEK) == 1


def test_two_schedulers_that_see_the_same_gap_write_one_letter(session, ryo):
    engine = session.get_bind()
    it = mailing.orders(session)[0]
    issue = mailing.weeks.newest(it.weekday, it.hour, THURSDAY, TOKYO)
    session.rollback()
    written = []
    for _ in range(2):  # each has looked before the other wrote
        with Session(engine) as one:
            order = mailing.orders(one)[0]
            written.append(mailing._write(one, order, issue, THURSDAY))
            one.commit()
    assert written == [True, False]
    assert len(session.scalars(select(DigestSending)).all()) == 1


def test_what_was_due_before_it_was_ordered_is_not_sent(session, ryo):
    mailing.order(session, ryo, 2, 10, "ja", THURSDAY)
    assert due(session) == 0


def test_another_weekday_does_not_bring_a_second_letter_in_one_week(session, ryo):
    due(session)
    mailing.order(session, ryo, 4, 10, "ja", THURSDAY + timedelta(hours=1))
    assert due(session, THURSDAY + DAY) == 0
    assert due(session, THURSDAY + DAY + WEEK) == 1


def test_two_workers_do_not_make_the_same_letter(session, ryo):
    due(session)
    assert (claimed(session) is None, claimed(session)) == (False, None)


def test_a_worker_that_dies_before_the_letter_is_handed_over_is_followed_by_another(session, ryo):
    due(session)
    first = claimed(session)
    assert claimed(session, THURSDAY + mailing.LEASE - timedelta(seconds=1)) is None
    assert claimed(session, THURSDAY + mailing.LEASE) == first


def test_a_letter_that_was_handed_over_is_never_sent_again(session, ryo):
    due(session)
    number = claimed(session)
    assert mailing.hand_over(session, number, THURSDAY)
    session.commit()
    for days in range(6):
        assert due(session, THURSDAY + days * DAY) == 0
        assert claimed(session, THURSDAY + days * DAY) is None
    assert not mailing.hand_over(session, number, THURSDAY)


def test_a_server_that_is_down_is_asked_again_later_and_not_for_ever(session, ryo):
    due(session)
    now, tries = THURSDAY, 0
    while (number := claimed(session, now)) is not None:
        assert mailing.hand_over(session, number, now)
        mailing.put_off(session, number, "x", 0, now)
        session.commit()
        tries += 1
        again = session.get_one(DigestSending, number).not_before
        assert claimed(session, max(again, now) - timedelta(seconds=1)) is None or again <= now
        now = max(again, now)
    sending = session.scalars(select(DigestSending)).one()
    assert tries > 40
    assert (
        mailing.LONGEST < sending.given_up_at - THURSDAY < mailing.LONGEST + 2 * mailing.WAITS[-1]
    )


def test_ending_it_ends_what_waits_and_what_would_come(session, ryo):
    due(session)
    assert mailing.end(session, ryo.id, THURSDAY)
    assert not mailing.end(session, ryo.id, THURSDAY)
    session.commit()
    assert claimed(session) is None
    assert due(session, THURSDAY + WEEK) == 0


@pytest.mark.parametrize("fact", [{"suspended_at": THURSDAY}, {"role": "agent"}])
def test_who_may_not_see_reports_is_sent_none(session, ryo, fact):
    for name, value in fact.items():
        setattr(ryo, name, value)
    session.commit()
    assert due(session) == 0


@pytest.mark.parametrize("fact", [{"suspended_at": THURSDAY}, {"role": "agent"}])
@pytest.mark.parametrize("weekly", [True, False])
def test_who_loses_the_right_while_the_figures_are_worked_out_is_sent_none(
    session, ryo, fact, weekly
):
    if weekly:
        due(session)
    else:
        mailing.send_now(session, ryo, "ja", THURSDAY, TOKYO)
    number, who = claimed(session), ryo.id
    session.rollback()
    with Session(session.get_bind()) as other:
        for name, value in fact.items():
            setattr(other.get_one(type(ryo), who), name, value)
        other.commit()
    assert not mailing.hand_over(session, number, THURSDAY)
    session.commit()
    sending = session.get_one(DigestSending, number)
    assert (sending.handed_at, sending.given_up_at) == (None, THURSDAY)
    assert sending.problem == mailing.NOT_ALLOWED


def test_what_a_server_refused_is_not_sent_to_who_ended_it_meanwhile(session, ryo):
    due(session)
    number = claimed(session)
    assert mailing.hand_over(session, number, THURSDAY)
    mailing.end(session, ryo.id, THURSDAY)  # it may be there already: nothing to end yet
    mailing.put_off(session, number, "x", 0, THURSDAY)
    session.commit()
    assert claimed(session, THURSDAY + DAY) == number
    assert not mailing.hand_over(session, number, THURSDAY + DAY)
    session.commit()
    assert claimed(session, THURSDAY + 2 * DAY) is None


def test_one_at_once_comes_beside_the_weekly_ones_and_once_a_minute(session, ryo):
    due(session)
    mailing.send_now(session, ryo, "en", THURSDAY, TOKYO)
    session.commit()
    with pytest.raises(DeskError):
        mailing.send_now(session, ryo, "en", THURSDAY + timedelta(seconds=59), TOKYO)
    mailing.send_now(session, ryo, "en", THURSDAY + timedelta(minutes=1), TOKYO)
    session.commit()
    assert len(session.scalars(select(DigestSending)).all()) == 3
