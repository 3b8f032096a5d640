"""Whoever leaves is out, and what was theirs goes on, in one transaction."""

from datetime import timedelta

import pytest

from support.agents.appointing import restore, suspend
from support.agents.inviting import invitation_of, invite
from support.agents.records import AccountGrant, AccountLimit, SecondStep
from support.agents.signing_in import begin, half_signed_in
from support.alerts.editing import Draft, add_rule, rules_in_force
from support.drafts import keeping
from support.drafts.records import all_of, of
from support.errors import DeskError, Refused
from support.leaving.parting import Wish, part
from support.leaving.records import dependents
from support.replies.records import Reply
from support.sla.records import Promise
from support.tickets import handling
from support.tickets.records import Ticket, TicketEvent
from support.tickets.saving_views import save, views_of
from tests.cast import HANAKO, customer_says, post, press
from tests.fakes import THURSDAY


@pytest.fixture
def desk(session, cast):
    """Misaki has an open ticket with a scheduled reply, and a resolved one; alerts name her."""
    mine = customer_says(session, cast, post(at=THURSDAY))
    done = customer_says(
        session, cast, post("@hikari_care ありがとう", at=THURSDAY, by=HANAKO, number=1)
    )
    for ticket in (mine, done):
        handling.assign(session, ticket, cast.misaki, by=cast.ryo, now=THURSDAY)
    handling.resolve(session, done, by=cast.misaki, now=THURSDAY)
    reply = press(session, mine, cast.misaki, now=THURSDAY)
    reply.scheduled, reply.held_until = True, THURSDAY + timedelta(days=1)
    draft = Draft(1.0, "reassign", agent_id=cast.misaki.id)
    add_rule(session, draft, by=cast.hikaru, now=THURSDAY)
    session.commit()
    return mine, done, reply


def test_what_depends_on_a_person_is_what_is_open(session, cast, desk):
    mine, _, reply = desk
    left = dependents(session, cast.misaki, THURSDAY)
    assert (left.tickets, left.replies, len(left.rules)) == ([mine], [reply], 1)
    reply.settled_at = THURSDAY
    assert dependents(session, cast.misaki, THURSDAY).replies == []
    nothing = dependents(session, cast.ken, THURSDAY)
    assert (nothing.tickets, nothing.replies, nothing.rules) == ([], [], [])


@pytest.mark.parametrize("heir", ["ken", None])
def test_it_goes_to_whoever_takes_over_or_to_nobody(session, cast, desk, heir):
    mine, done, reply = desk
    other = getattr(cast, heir) if heir else None
    part(session, cast.misaki, Wish(other), by=cast.hikaru, now=THURSDAY)
    session.commit()
    assert cast.misaki.suspended_at == THURSDAY
    assert mine.assignee is other
    assert done.assignee is cast.misaki, "what is finished stays under her name"
    assert session.get_one(Reply, reply.id).agent is cast.misaki
    assert [it.agent_id for it in rules_in_force(session)] == [other.id if other else None]
    event = session.query(TicketEvent).filter_by(ticket_id=mine.id, kind="assigned").all()[-1]
    assert event.agent is cast.hikaru


@pytest.mark.parametrize("heir", ["misaki", "ryo"])
def test_nobody_inherits_who_is_out_or_goes(session, cast, desk, heir):
    cast.ryo.suspended_at = THURSDAY
    session.commit()
    with pytest.raises(Refused):
        part(session, cast.misaki, Wish(getattr(cast, heir)), by=cast.hikaru, now=THURSDAY)
    session.rollback()
    assert cast.misaki.suspended_at is None


def test_where_the_person_must_stay_nothing_is_handed_on(session, cast, desk):
    mine = desk[0]
    handling.assign(session, mine, cast.hikaru, by=cast.ryo, now=THURSDAY)
    session.commit()
    with pytest.raises(Refused, match="管理者がいなくなる"):
        part(session, cast.hikaru, Wish(cast.ken), by=cast.hikaru, now=THURSDAY)
    session.rollback()
    assert session.get_one(Ticket, mine.id).assignee is cast.hikaru


def keep_draft(session, ticket, by, text="お調べして、"):
    keeping.keep(session, ticket, "reply", text, by=by, now=THURSDAY)
    session.commit()


def drafts_of(session, agent):
    session.expire_all()
    return [(it.text, it.writer) for it in all_of(session, agent.id)]


def test_what_was_begun_lies_beside_the_heirs_own_words_under_its_writers_name(session, cast, desk):
    mine = desk[0]
    keep_draft(session, mine, cast.misaki)
    keep_draft(session, mine, cast.ken, "自分の言葉")
    assert part(session, cast.misaki, Wish(cast.ken), by=cast.hikaru, now=THURSDAY).drafts == 1
    assert set(drafts_of(session, cast.ken)) == {
        ("お調べして、", cast.misaki),
        ("自分の言葉", None),
    }
    assert [it.text for it in of(session, cast.ken.id, mine.id).values()] == ["自分の言葉"]
    (handed,) = [it for it in all_of(session, cast.ken.id) if it.writer]
    with pytest.raises(Refused):
        keeping.take_up(session, handed, by=cast.ken, now=THURSDAY)
    keeping.drop(session, mine.id, "reply", by=cast.ken)
    keeping.take_up(session, handed, by=cast.ken, now=THURSDAY)
    assert drafts_of(session, cast.ken) == [("お調べして、", None)]


def test_without_an_heir_nobody_reads_what_was_begun(session, cast, desk):
    keep_draft(session, desk[0], cast.misaki)
    part(session, cast.misaki, Wish(), by=cast.hikaru, now=THURSDAY)
    assert drafts_of(session, cast.misaki) == [("お調べして、", None)]
    assert dependents(session, cast.misaki, THURSDAY).drafts == 1, "it is named as left behind"


def test_a_scheduled_reply_goes_out_or_becomes_the_heirs_draft_as_is_chosen(session, cast, desk):
    reply = desk[2]
    with pytest.raises(Refused, match="引き継ぐ方"):
        part(session, cast.misaki, Wish(recall=True), by=cast.hikaru, now=THURSDAY)
    session.rollback()
    wish = Wish(cast.ken, recall=True)
    assert part(session, cast.misaki, wish, by=cast.hikaru, now=THURSDAY).recalled == [reply]
    session.expire_all()
    assert {it.state for it in reply.parts} == {"undone"}
    assert drafts_of(session, cast.ken) == [("確認いたします。", cast.misaki)]
    assert not dependents(session, cast.misaki, THURSDAY)


def limited_to(session, account, *people):
    session.add(AccountLimit(account_id=account.id, closed=True, dms_closed=False))
    for person in people:
        session.add(AccountGrant(agent_id=person.id, account_id=account.id, private=False,
                                 granted_at=THURSDAY))  # fmt: skip
    session.commit()


def test_what_the_heir_may_not_see_becomes_nobodys_and_its_words_stay_unread(session, cast, desk):
    keep_draft(session, desk[0], cast.misaki)
    limited_to(session, cast.account, cast.ryo)
    handed = part(session, cast.misaki, Wish(cast.ken), by=cast.hikaru, now=THURSDAY)
    assert (handed.beyond_heir, handed.drafts, desk[0].assignee) == (1, 0, None)
    assert drafts_of(session, cast.ken) == []
    assert [it.agent_id for it in rules_in_force(session)] == [cast.ken.id]


def test_one_who_may_see_it_gets_it_all(session, cast, desk):
    keep_draft(session, desk[0], cast.misaki)
    limited_to(session, cast.account, cast.ryo)
    handed = part(session, cast.misaki, Wish(cast.ryo), by=cast.hikaru, now=THURSDAY)
    assert (handed.beyond_heir, handed.drafts, desk[0].assignee) == (0, 1, cast.ryo)


def test_no_scheduled_reply_becomes_a_draft_its_reader_may_not_see(session, cast, desk):
    limited_to(session, cast.account, cast.ryo)
    with pytest.raises(Refused, match="見られないアカウント"):
        part(session, cast.misaki, Wish(cast.ken, recall=True), by=cast.hikaru, now=THURSDAY)
    session.rollback()
    assert {it.state for it in session.get_one(Reply, desk[2].id).parts} == {"held"}


def test_own_views_go_to_the_heir_and_cover_none_of_theirs(session, cast, desk):
    def view(agent, *, shared=False, **words):
        return save(session, "急ぎ", words, shared=shared, by=agent, now=THURSDAY)

    view(cast.misaki, priority="high")
    view(cast.ken, priority="urgent")
    view(cast.ryo, shared=True, assignee=str(cast.misaki.id))
    left = dependents(session, cast.misaki, THURSDAY)
    assert (left.views, [it.name for it in left.naming]) == (1, ["急ぎ"])
    part(session, cast.misaki, Wish(cast.ken, views=True), by=cast.hikaru, now=THURSDAY)
    own = [it for it in views_of(session, cast.ken) if not it.shared]
    assert [(it.name, it.words["priority"]) for it in own] == [
        ("急ぎ", "urgent"),
        ("急ぎ 2", "high"),
    ]


def promised(session, ticket, by):
    """Their words named a time, and X has them."""
    told = THURSDAY + timedelta(hours=5)
    reply = session.query(Reply).filter_by(ticket_id=ticket.id, agent_id=by.id).one()
    reply.promised_until = told
    first = session.query(Promise).filter_by(ticket_id=ticket.id).first()
    given = Promise(
        ticket_id=ticket.id, kind="update", started_at=THURSDAY, received_at=THURSDAY,
        target_seconds=60, calendar_id=first.calendar_id, told_until=told,
        service_level_id=first.service_level_id,
    )  # fmt: skip
    session.add(given)
    session.commit()
    return given


def test_a_promise_in_their_words_finds_somebody_even_where_the_ticket_is_nobodys(
    session, cast, desk
):
    mine = desk[0]
    given = promised(session, mine, cast.misaki)
    assert dependents(session, cast.misaki, THURSDAY).promises == [], "it is in her own ticket"
    handling.assign(session, mine, None, by=cast.ryo, now=THURSDAY)
    assert dependents(session, cast.misaki, THURSDAY).promises == [given]
    part(session, cast.misaki, Wish(cast.ken), by=cast.hikaru, now=THURSDAY)
    assert mine.assignee is cast.ken


def test_links_they_sent_and_steps_they_began_end_for_good(session, cast, desk):
    cast.ryo.role = "admin"
    _, token = invite(session, email="new@desk.example", role="agent", by=cast.ryo, now=THURSDAY)
    session.add(SecondStep(agent_id=cast.ryo.id, secret_sealed="x", made_at=THURSDAY))
    half = begin(session, cast.ryo, browser="", waits_for="code", now=THURSDAY)[1]
    assert part(session, cast.ryo, Wish(), by=cast.hikaru, now=THURSDAY).invitations == 1
    restore(session, cast.ryo)
    session.expire_all()
    assert invitation_of(session, token, now=THURSDAY) is None
    assert half_signed_in(session, half, now=THURSDAY) is None
    assert session.get(SecondStep, cast.ryo.id) is None


def test_the_only_lead_is_named_and_a_lead_or_an_administrator_always_stays(session, cast, desk):
    assert dependents(session, cast.ryo, THURSDAY).only_lead
    part(session, cast.ryo, Wish(), by=cast.hikaru, now=THURSDAY)
    with pytest.raises(Refused, match="管理者がいなくなる"):
        part(session, cast.hikaru, Wish(), by=cast.hikaru, now=THURSDAY)


def test_nobody_signs_with_a_name_that_is_out(session, cast, desk):
    part(session, cast.ken, Wish(), by=cast.hikaru, now=THURSDAY)
    other = customer_says(session, cast, post("@hikari_care 別件です", at=THURSDAY, number=7))
    with pytest.raises(DeskError, match="停止"):
        press(session, other, cast.ken, now=THURSDAY)


def test_what_comes_to_be_theirs_afterwards_is_handed_on_by_a_second_time(session, cast, desk):
    suspend(session, cast.misaki, now=THURSDAY)
    assert part(session, cast.misaki, Wish(cast.ken), by=cast.hikaru, now=THURSDAY).tickets == [
        desk[0]
    ]
