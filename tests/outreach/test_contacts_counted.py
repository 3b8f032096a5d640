"""What counts as contact, whichever way it went, and what is asked when X is opened again."""

import pytest

from support.incidents.records import Incident
from support.outreach import contacting, facts, switching
from support.outreach.following import follow
from support.outreach.policy import Policy
from support.x.eligibility import ENTERPRISE
from tests.outreach.prospecting import found, handed, ours, person, saying, shown


def reasons(caught):
    return [it.why for it in caught.value.refusals]


@pytest.fixture
def may_send(desk, session, account, cast, clock):
    """X lets the desk answer anybody, and so does the company: one person a day."""
    account.plan = ENTERPRISE
    policy = Policy(by_api=True, agent_day=1)
    switching.save(session, policy, by=session.merge(cast.hikaru), now=clock())
    session.flush()


def test_who_is_answered_by_the_api_uninvited_was_contacted(may_send, desk, session, misaki, clock):
    """It counts for the day and for the cool-down like an offer posted by hand."""
    one, two, again = (
        found(session, desk, clock(), n, by=person(1 if n == 3 else n)) for n in (1, 2, 3)
    )
    ticket = contacting.as_ticket(session, one, by=misaki, now=clock())
    with pytest.raises(contacting.NotNow) as caught:
        contacting.as_ticket(session, two, by=misaki, now=clock())
    assert reasons(caught) == ["agent_day"]
    ticket.state = "resolved"
    session.flush()
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, again, saying(3), by=misaki, now=clock())
    assert "cool_down" in reasons(caught)


def test_who_called_us_counts_for_nobodys_day(may_send, desk, session, misaki, clock):
    for n in (1, 2):
        it = found(session, desk, clock(), n, text="@hikari_care ひかり回線が遅い")
        contacting.as_ticket(session, it, by=misaki, now=clock())
        assert it.handed_at is None


def test_x_is_not_opened_again_where_manners_forbid_it_by_now(
    desk, session, misaki, cast, account, clock
):
    """What was handed over and not posted yet is posted from there."""
    it = handed(session, found(session, desk, clock()), misaki, clock())
    contacting.hand_over(session, it, by=misaki, now=clock.forward(minutes=1))
    session.add(
        Incident(account_id=account.id, title="障害", words=["遅い"], begun_at=clock(),
                 lead_id=cast.ryo.id, opened_by_id=cast.ryo.id, opened_at=clock())
    )  # fmt: skip
    session.flush()
    with pytest.raises(contacting.NotNow) as caught:
        contacting.hand_over(session, it, by=misaki, now=clock())
    assert reasons(caught) == ["incident"]
    assert it.state == "handed", "it may stand on X already"


def test_numbers_do_not_keep_whoever_has_it_from_opening_x_again(
    desk, session, misaki, cast, clock
):
    it = handed(session, found(session, desk, clock(), 1), misaki, clock(), saying(1))
    handed(session, found(session, desk, clock(), 2), misaki, clock(), saying(2))
    policy = Policy(agent_day=1, account_hour=1, account_day=1)
    switching.save(session, policy, by=session.merge(cast.hikaru), now=clock())
    contacting.hand_over(session, it, by=misaki, now=clock.forward(minutes=1))


def test_what_was_given_back_and_stands_on_x_counts_for_whoever_approved_it(
    desk, session, misaki, account, clock
):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    contacting.give_back(session, it, by=misaki, now=clock())
    shown(session, account, ours(account, it, clock()), clock())
    follow(session, clock())
    session.refresh(it)
    assert (it.state, it.handed_by_id) == ("seen", None)
    assert facts.contacted_today(session, misaki, clock(), "Asia/Tokyo") == 1
