"""Approving, handing over, skipping: once, by one, and never against manners."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Customer
from support.crisis.records import Crisis
from support.errors import DeskError, Refused, SomeoneWasFirst
from support.incidents.records import Incident
from support.outreach import contacting, facts, looking, offering, refusing, switching
from support.outreach.course import State
from support.outreach.following import follow
from support.outreach.policy import Policy
from support.outreach.records import ProspectEvent
from support.tickets import knowing
from support.x.records import Account
from support.x.tokens import seal
from tests.cast import SECRET, customer_says, post
from tests.outreach.prospecting import (
    BODY,
    OTHER,
    WORDING,
    found,
    handed,
    ours,
    person,
    saying,
    shown,
    switch,
)


def events(session, prospect):
    theirs = select(ProspectEvent.kind).where(ProspectEvent.prospect_id == prospect.id)
    return list(session.scalars(theirs.order_by(ProspectEvent.id)))


def reasons(caught):
    return [it.why for it in caught.value.refusals]


def test_approved_words_are_kept_with_who_and_when(desk, session, misaki, clock):
    it = found(session, desk, clock())
    wording = desk.offer.wordings[0]
    contacting.approve(session, it, BODY, by=misaki, now=clock(), wording_id=wording.id)
    assert (it.state, it.body, it.decided_by_id, it.wording_id) == (
        "approved",
        BODY,
        misaki.id,
        wording.id,
    )
    assert it.decided_at == clock()


def test_all_that_was_done_is_told_in_order(desk, session, misaki, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    assert it.handed_at == clock()
    contacting.give_back(session, it, by=misaki, now=clock())
    contacting.take_back(session, it, by=misaki, now=clock())
    contacting.skip(session, it, "joke", by=misaki, now=clock())
    contacting.bring_back(session, it, by=misaki, now=clock())
    kinds = ["approved", "handed", "given_back", "taken_back", "skipped", "unskipped"]
    assert events(session, it) == kinds
    assert (it.state, it.decided_by_id, it.skip_reason) == ("found", None, "")


def test_of_two_who_approve_one_was_first(desk, session, misaki, cast, clock):
    it = found(session, desk, clock())
    number = it.id
    session.commit()
    with Session(session.get_bind()) as other:
        same = contacting.found(other, number)
        contacting.approve(other, same, BODY, by=other.merge(cast.misaki), now=clock())
        other.commit()
    with pytest.raises(SomeoneWasFirst):
        contacting.bring_back(session, it, by=misaki, now=clock())


def test_two_posts_of_one_person_are_not_under_way_at_once(desk, session, misaki, cast, clock):
    one, two = (found(session, desk, clock(), n, by=person(1)) for n in (1, 2))
    contacting.approve(session, one, BODY, by=misaki, now=clock())
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, two, saying(2), by=misaki, now=clock())
    assert reasons(caught) == ["under_way"]


def test_opening_x_again_changes_nothing_for_who_has_it(desk, session, misaki, cast, clock):
    it = handed(session, found(session, desk, clock()), misaki, clock())
    at = clock()
    contacting.hand_over(session, it, by=misaki, now=clock.forward(minutes=1))
    assert it.handed_at == at
    with pytest.raises(SomeoneWasFirst):
        contacting.hand_over(session, it, by=session.merge(cast.ken), now=clock())


def test_nothing_is_approved_or_handed_while_outreach_is_off(desk, session, misaki, cast, clock):
    one, two = found(session, desk, clock(), 1), found(session, desk, clock(), 2)
    contacting.approve(session, one, saying(1), by=misaki, now=clock())
    switch(session, misaki, clock(), on=False)
    for act in (
        lambda: contacting.approve(session, two, saying(2), by=misaki, now=clock()),
        lambda: contacting.hand_over(session, one, by=misaki, now=clock()),
    ):
        with pytest.raises(contacting.NotNow) as caught:
            act()
        assert reasons(caught) == ["off"]


def test_the_same_person_is_left_alone_for_the_cool_down(desk, session, misaki, cast, clock):
    account = session.merge(cast.account)
    it = handed(session, found(session, desk, clock()), misaki, clock())
    shown(session, account, ours(account, it, clock()), clock())
    follow(session, clock())
    later = clock.forward(days=29)
    again = found(session, desk, later, 2, by=person(1))
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, again, BODY, by=misaki, now=later)
    assert reasons(caught) == ["cool_down"]
    later = clock.forward(days=3)  # the Monday after
    again = found(session, desk, later, 3, by=person(1))
    contacting.approve(session, again, BODY, by=misaki, now=later)


def test_caps_hold_for_agent_and_account(desk, session, misaki, cast, clock):
    policy = Policy(agent_day=2, account_day=3)
    switching.save(session, policy, by=session.merge(cast.ryo), now=clock())
    for number in range(policy.agent_day):
        it = found(session, desk, clock(), number + 1)
        contacting.approve(session, it, saying(number), by=misaki, now=clock())
    more = found(session, desk, clock(), 99)
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, more, saying(99), by=misaki, now=clock())
    assert reasons(caught) == ["agent_day"]
    contacting.hand_over(session, it, by=misaki, now=clock())  # the last one still may go
    ken = session.merge(cast.ken)
    contacting.approve(session, more, saying(99).replace("佐藤", "田中"), by=ken, now=clock())
    fourth = found(session, desk, clock(), 100)
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(
            session, fourth, saying(100).replace("佐藤", "田中"), by=ken, now=clock()
        )
    assert reasons(caught) == ["account_day"]
    assert facts.contacted_today(session, misaki, clock(), "Asia/Tokyo") == 2


def test_the_same_words_to_the_next_person_are_refused(desk, session, misaki, clock):
    one, two = found(session, desk, clock(), 1), found(session, desk, clock(), 2)
    contacting.approve(session, one, BODY, by=misaki, now=clock())
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, two, BODY, by=misaki, now=clock())
    assert reasons(caught) == ["same_words"]


def test_nothing_is_offered_while_the_account_is_quieted(desk, session, misaki, cast, clock):
    it = found(session, desk, clock())
    quiet = {"account_id": it.account_id, "reason": "誤解が広まった", "begun_by_id": cast.ryo.id}
    crisis = Crisis(**quiet, begun_at=clock())
    session.add(crisis)
    session.flush()
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, it, BODY, by=misaki, now=clock())
    assert reasons(caught) == ["crisis"]
    crisis.ended_at = clock()
    session.flush()
    contacting.approve(session, it, BODY, by=misaki, now=clock())


def test_outreach_about_an_open_incident_stops(desk, session, misaki, cast, clock):
    """Where it was approved before, too."""
    about, other = found(session, desk, clock(), 1), found(session, desk, clock(), 2, text="請求が")
    contacting.approve(session, about, BODY, by=misaki, now=clock())
    incident = Incident(
        account_id=about.account_id,
        title="回線の障害",
        words=["遅い"],
        tags=[],
        begun_at=clock(),
        opened_at=clock(),
        opened_by_id=cast.ryo.id,
    )
    session.add(incident)
    session.flush()
    with pytest.raises(contacting.NotNow) as caught:
        contacting.hand_over(session, about, by=misaki, now=clock())
    assert reasons(caught) == ["incident"]
    contacting.approve(session, other, saying(2), by=misaki, now=clock())
    incident.closed_at = clock()
    session.flush()
    contacting.hand_over(session, about, by=misaki, now=clock())


@pytest.mark.parametrize("reason", ["", "because", "never"])
def test_a_skip_names_one_of_the_reasons(desk, session, misaki, clock, reason):
    with pytest.raises(Refused):
        contacting.skip(session, found(session, desk, clock()), reason, by=misaki, now=clock())


def test_never_holds_for_every_list_and_account(desk, session, misaki, cast, clock):
    other = Account(
        x_id="7000000002",
        handle="hikari_labo",
        name="ひかりラボ",
        calendar_id=session.merge(cast.account).calendar_id,
        token_sealed=seal("sandbox-hikari_labo", SECRET),
    )
    session.add(other)
    session.flush()
    one = found(session, desk, clock(), 1, by=person(1))
    two = found(session, desk, clock(), 2, by=person(1), account_id=other.id)
    contacting.never(session, one, "ご本人から", by=misaki, now=clock())
    session.refresh(two)
    assert [(it.state, it.skip_reason) for it in (one, two)] == [("skipped", "opted_out")] * 2
    assert refusing.is_unwanted(session, one.author_x_id)
    later = clock.forward(days=400)
    new = found(session, desk, later, 3, by=person(1), account_id=other.id)
    assert new not in looking.by_score(session, None).prospects
    assert session.scalar(looking.how_many()) == 0
    with pytest.raises(contacting.NotNow) as caught:
        contacting.approve(session, new, saying(2), by=misaki, now=later)
    assert reasons(caught) == ["opted_out"]
    with pytest.raises(DeskError):
        contacting.bring_back(session, one, by=misaki, now=later)


def test_never_is_a_wish_of_a_customer_the_desk_knows(desk, session, misaki, cast, clock):
    customer_says(session, cast, post(at=clock(), by=person(1)))
    customer = session.scalar(select(Customer).where(Customer.x_id == person(1).x_id))
    it = found(session, desk, clock(), 1, by=person(1))
    contacting.never(session, it, "ご本人から", by=misaki, now=clock())
    session.refresh(customer)
    assert customer.unwanted_at == clock()
    assert [wish.reason for wish, _ in knowing.wishes_of(session, customer.id)] == ["ご本人から"]


def test_what_is_handed_over_ends_by_a_refusal_and_counts_if_x_shows_it(
    desk, session, misaki, cast, clock
):
    """It may stand on X already: then they were contacted, and nobody is to do it again."""
    one = handed(session, found(session, desk, clock(), 1, by=person(1)), misaki, clock())
    two = found(session, desk, clock(), 2, by=person(1))
    contacting.never(session, two, "ご本人から", by=misaki, now=clock())
    session.refresh(one)
    assert (one.state, two.state) == (State.SKIPPED, State.SKIPPED)
    account = session.merge(cast.account)
    shown(session, account, ours(account, one, clock()), clock())
    follow(session, clock())
    assert one.state == State.SEEN
    assert events(session, one) == ["approved", "handed", "opted_out", "seen"]


def test_wordings_take_turns_by_what_was_offered(desk, session, misaki, cast, clock):
    account_id, offer = desk.listening.account_id, desk.offer
    first = offering.next_wording(session, account_id, offer.id, clock())
    assert first.text == WORDING
    it = found(session, desk, clock())
    contacting.approve(session, it, BODY, by=misaki, now=clock(), wording_id=first.id)
    assert offering.next_wording(session, account_id, offer.id, clock()).text == OTHER


def test_an_edited_wording_is_a_new_one_and_the_last_one_stays(desk, session, misaki, clock):
    one, two = offering.live(desk.offer)
    edited = offering.edit_wording(
        session, one, "{agent_name}です。何かお手伝いできますか。", by=misaki, now=clock()
    )
    assert edited.id != one.id
    assert one.retired_at == clock()
    offering.retire_wording(session, two, clock())
    with pytest.raises(DeskError):
        offering.retire_wording(session, edited, clock())


def test_nearly_the_same_wording_twice_is_refused(desk, session, misaki, clock):
    with pytest.raises(Refused):
        offering.add_wording(session, desk.offer, WORDING + "。", by=misaki, now=clock())


def test_a_post_that_names_us_goes_on_as_a_ticket(desk, session, misaki, cast, clock):
    it = found(session, desk, clock(), 1, text="@hikari_care ひかり回線が遅い")
    ticket = contacting.as_ticket(session, it, by=misaki, now=clock())
    assert (it.state, it.skip_reason, it.ticket_id) == ("skipped", "ticket", ticket.id)
    assert ticket.conversation.customer.x_id == it.author_x_id


def test_the_api_is_never_the_way_to_a_post_that_does_not_name_us(desk, session, misaki, clock):
    it = found(session, desk, clock())
    with pytest.raises(DeskError):
        contacting.as_ticket(session, it, by=misaki, now=clock())
    assert it.state == "found"
