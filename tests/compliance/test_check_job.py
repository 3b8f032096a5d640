"""The job of the nightly look: it is rung for at night, counts what X showed, and stops calmly."""

import pytest
from sqlalchemy import select

from support.compliance.records import ComplianceCheck
from support.jobs import checking
from support.x.errors import RECONNECT, Meaning, XError
from support.x.posts import Missing, Page, Person
from support.x.records import Account
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY


class LookedUp:
    """An X that is asked by id: shows all but `gone`, or raises what it is told to."""

    def __init__(self):
        self.gone = set()
        self.raises = None

    def for_account(self, account):
        return self

    def posts(self, x_ids):
        if self.raises:
            raise self.raises
        missing = tuple(Missing(x, "tweet", "deleted") for x in x_ids if x in self.gone)
        shown = tuple(
            post(at=THURSDAY, number=n) for n, x_id in enumerate(x_ids) if x_id not in self.gone
        )
        return Page(shown, (), None, len(shown), missing)

    def look_for_people(self, x_ids):
        return {x_id: Person(x_id, "a", "A", protected=False) for x_id in x_ids}, ()


@pytest.fixture
def x():
    return LookedUp()


@pytest.fixture
def at_work(app, session):
    def run(job, *args):
        session.commit()
        with app.app_context():
            return job(*args)

    return run


@pytest.fixture
def rung(at_work, later):
    """The number of the look the scheduler rings for."""

    def ring():
        later.rung.clear()
        at_work(checking.ring_checks)
        return [int(number) for name, number in later.rung if name == "check_posts"]

    return ring


@pytest.fixture
def talk(session, cast):
    for number, person in enumerate((YUUKI, HANAKO)):
        ticket = customer_says(session, cast, post(at=THURSDAY, by=person, number=number))
    return ticket


def test_a_night_is_rung_for_once_and_says_what_x_showed(at_work, rung, x, talk, news, session):
    x.gone = {talk.latest_message.x_id}
    (number,) = rung()
    assert at_work(checking.check_posts, number) == {"posts": 1, "people": 1}
    assert ("ticket", talk.id) in news.told
    assert rung() == []
    assert at_work(checking.check_posts, number) == {"posts": 0, "people": 0}


def test_a_limit_puts_the_look_off_until_the_time_x_names(at_work, rung, x, talk, clock, session):
    until = clock.now.replace(minute=40)
    x.raises = XError(Meaning.NOT_SENT, 429, "Too Many Requests", until)
    (number,) = rung()
    at_work(checking.check_posts, number)
    check = session.scalars(select(ComplianceCheck)).one()
    assert (check.not_before, check.problem) == (until, "429 Too Many Requests")
    assert rung() == []
    clock.now, x.raises = until, None
    assert rung() == [number]
    at_work(checking.check_posts, number)
    session.refresh(check)
    assert (check.finished_at, check.problem) == (until, "")


def test_a_refused_token_stops_the_account_and_keeps_the_place(at_work, rung, x, talk, session):
    x.raises = XError(Meaning.ACCOUNT, 401, "Unauthorized")
    (number,) = rung()
    at_work(checking.check_posts, number)
    assert session.scalars(select(Account.stopped_reason)).one() == RECONNECT
    assert rung() == []
