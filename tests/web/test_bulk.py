"""Several tickets at once: what is done, what is left alone and why, and the way back."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.errors import DeskError
from support.terms import batching
from support.tickets import handling, marking, waking
from support.tickets.records import Batch, Ticket, TicketLink
from support.x.posts import Person
from tests.cast import customer_says, post
from tests.machinery.desks import engine_beside, let_go
from tests.web import forms


@pytest.fixture
def three(session, cast, clock):
    """Three tickets of three people."""
    return [
        customer_says(
            session,
            cast,
            post(
                f"@hikari_care {n}件目です",
                at=clock() - timedelta(minutes=n),
                number=n,
                by=Person(str(9_100_000_000 + n), f"someone_{n}", f"架空の人{n}"),
            ),
        )
        for n in (1, 2, 3)
    ]


@pytest.fixture
def bulk(misaki, session, three):
    """Ticks tickets and presses a button; the page that comes."""

    def press(path, tickets=None, **fields):
        ids = [ticket.id for ticket in (three if tickets is None else tickets)]
        data = {"ticket": ids, **fields}
        page = forms.post(misaki, f"/tickets/bulk{path}", data, follow_redirects=True)
        assert page.status_code == 200
        session.rollback()
        return page.text

    return press


def undo_in(page):
    return re.search(r'action="(/tickets/bulk/\d+/undo[^"]*)"', page)[1].replace("&amp;", "&")


def take_back(misaki, session, page):
    answer = forms.post(misaki, undo_in(page), follow_redirects=True)
    session.rollback()
    return answer.text


def assignees(session):
    return [t.assignee_id for t in session.scalars(select(Ticket).order_by(Ticket.id))]


def test_ticked_tickets_become_ones_own_and_open_pages_hear_of_it(
    session, three, cast, news, misaki
):
    answer = forms.post(
        misaki,
        "/tickets/bulk/assignment?view=unassigned&channel=public",
        {"ticket": [three[0].id, three[1].id], "do": "me"},
    )
    session.rollback()
    assert answer.status_code == 303
    assert answer.location == "/tickets?view=unassigned&channel=public"
    assert assignees(session) == [cast.misaki.id, cast.misaki.id, None]
    assert {("ticket", three[0].id), ("ticket", three[1].id)} <= set(news.told)


def test_undoing_gives_each_ticket_back_to_whom_it_was_taken_from(
    session, three, cast, clock, bulk, misaki
):
    handling.assign(session, three[0], cast.ken, by=cast.ken, now=clock())
    session.commit()
    page = bulk("/assignment", assignee=cast.ryo.id)
    assert "3件を高橋 亮に割り当てました" in page
    assert assignees(session) == [cast.ryo.id] * 3
    assert "3件を元に戻しました" in take_back(misaki, session, page)
    assert assignees(session) == [cast.ken.id, None, None]


def test_what_a_colleague_changed_since_is_not_undone(session, three, cast, clock, bulk, misaki):
    page = bulk("/assignment", do="me")
    handling.assign(session, three[1], cast.ken, by=cast.ken, now=clock())
    session.commit()
    told = take_back(misaki, session, page)
    assert "2件を元に戻しました 1件はその後に変更されたため、そのままです。" in told
    assert assignees(session) == [None, cast.ken.id, None]


def test_a_deed_is_undone_once_and_by_its_own_agent_only(
    session, three, cast, bulk, misaki, signed_in
):
    page = bulk("/assignment", do="me")
    session.rollback()
    other = signed_in(cast.ken)
    assert forms.post(other, undo_in(page)).status_code == 404
    take_back(misaki, session, page)
    assert "すでに元に戻されています" in take_back(misaki, session, page)


def test_nobody_can_be_chosen_too(session, three, cast, clock, bulk):
    handling.assign(session, three[0], cast.ken, by=cast.ken, now=clock())
    session.commit()
    page = bulk("/assignment", do="nobody")
    assert "1件の担当を外しました 2件はすでにその担当のため、そのままです。" in page
    assert assignees(session) == [None, None, None]


def test_somebody_who_is_away_is_refused_with_a_sentence(session, three, cast, clock, bulk):
    cast.ken.suspended_at = clock()
    session.commit()
    assert "現在お休み中のため" in bulk("/assignment", assignee=cast.ken.id)
    assert assignees(session) == [None, None, None]


def test_tags_are_undone_only_where_they_were_new(session, three, cast, clock, bulk, misaki):
    marking.tag(session, three[0], "速度", by=cast.ken, now=clock())
    session.commit()
    page = bulk("/tags", tag="#速度", do="add")
    assert "2件にタグ「速度」を付けました 1件はすでにそのタグがあるため、そのままです。" in page
    assert tags(session) == [["速度"], ["速度"], ["速度"]]
    take_back(misaki, session, page)
    assert tags(session) == [["速度"], [], []]


def test_a_tag_is_taken_off_and_put_on_again(session, three, cast, clock, bulk, misaki):
    marking.tag(session, three[0], "速度", by=cast.ken, now=clock())
    session.commit()
    page = bulk("/tags", tag="速度", do="remove")
    assert tags(session) == [[], [], []]
    take_back(misaki, session, page)
    assert tags(session) == [["速度"], [], []]


def tags(session):
    tickets = session.scalars(select(Ticket).order_by(Ticket.id))
    return [[tag.name for tag in ticket.tags] for ticket in tickets]


@pytest.mark.parametrize("words", ["", "あ" * 31])
def test_a_bad_tag_is_put_on_none_and_said(session, three, bulk, words):
    assert "タグは1〜30文字で入力してください" in bulk("/tags", tag=words, do="add")
    assert tags(session) == [[], [], []]


def test_resolving_several_can_be_taken_back_and_nobody_keeps_them(session, three, bulk, misaki):
    page = bulk("/resolution")
    assert "3件を解決にしました" in page
    take_back(misaki, session, page)
    assert {t.state for t in session.scalars(select(Ticket))} == {"open"}
    assert assignees(session) == [None, None, None]


def test_what_was_put_aside_is_put_aside_again(session, three, cast, clock, bulk, misaki):
    until = clock() + timedelta(hours=3)
    handling.hold(session, three[0], until=until, by=cast.ken, now=clock())
    session.commit()
    take_back(misaki, session, bulk("/resolution"))
    held = session.get_one(Ticket, three[0].id)
    assert (held.state, held.snoozed_until) == ("held", until)


@pytest.mark.parametrize("awaited", [None, 2], ids=["a note", "another of them"])
def test_what_waited_for_something_waits_for_it_again(
    session, three, cast, clock, bulk, misaki, awaited
):
    other = None if awaited is None else three[awaited]
    event = "ticket" if other else "note"
    waking.hold_for(session, three[0], event, other=other, by=cast.ken, now=clock())
    session.commit()
    take_back(misaki, session, bulk("/resolution"))
    held = session.get_one(Ticket, three[0].id)
    expected = ("held", event, other.id if other else None)
    assert (held.state, held.held_for, held.held_for_ticket_id) == expected


def test_what_has_nothing_to_wait_for_any_more_is_taken_up(
    session, three, cast, clock, bulk, misaki
):
    first, second = three[:2]
    waking.hold_for(session, first, "ticket", other=second, by=cast.ken, now=clock())
    session.commit()
    page = bulk("/resolution", tickets=[first])
    handling.resolve(session, session.get_one(Ticket, second.id), by=cast.ken, now=clock())
    session.commit()
    assert "1件を元に戻しました" in take_back(misaki, session, page)
    assert session.get_one(Ticket, first.id).state == "open"


def test_an_undo_that_comes_second_finds_it_undone(
    session, three, cast, clock, bulk, database, database_url
):
    if database == "sqlite":
        return  # a writer is alone there
    bulk("/resolution")
    batch = session.scalars(select(Batch)).one()
    engine = engine_beside(database_url)
    with Session(engine) as quicker:
        quicker.get_one(Batch, batch.id).undone_at = clock()
        quicker.commit()
    let_go(engine)
    with pytest.raises(DeskError, match="すでに元に戻されています"):
        batching.undo(session, batch, {}, by=cast.misaki, now=clock())


def test_tickets_in_another_state_do_not_stop_the_rest_and_are_told(
    session, three, cast, clock, bulk
):
    handling.resolve(session, three[0], by=cast.ken, now=clock())
    session.commit()
    page = bulk("/resolution")
    assert "2件を解決にしました 1件は解決済みのため、そのままです。" in page


def test_holding_several_ends_with_the_undo(session, three, bulk, misaki):
    page = bulk("/hold", until="customer")
    assert "3件を保留にしました" in page
    assert {t.state for t in session.scalars(select(Ticket))} == {"held"}
    take_back(misaki, session, page)
    assert {t.state for t in session.scalars(select(Ticket))} == {"open"}


def test_several_are_linked_to_one_and_let_go_again(session, three, bulk, misaki):
    page = bulk("/links", link=f"#{three[0].id}")
    assert f"2件を #{three[0].id} に関連づけました" in page
    assert "1件はすでに関連づけられているか、そのチケット自身のため" in page
    assert len(list(session.scalars(select(TicketLink)))) == 2
    take_back(misaki, session, page)
    assert list(session.scalars(select(TicketLink))) == []


@pytest.mark.parametrize(
    ("number", "sentence"),
    [("999", "#999 というチケットはありません"), ("x", "番号を入力してください")],
)
def test_a_number_that_is_no_ticket_is_said(three, bulk, number, sentence):
    assert sentence in bulk("/links", link=number)


def test_enter_in_a_field_does_what_is_written_there(session, three, bulk):
    """The first button of a form is the one Enter presses: it must not assign or resolve."""
    assert "タグ「速度」を付けました" in bulk("", tag="速度", link="")
    assert "に関連づけました" in bulk("", tag="", link=str(three[0].id))


def test_nothing_ticked_and_odd_numbers_do_nothing_and_say_so(session, three, bulk, misaki):
    assert "チケットを選んでから操作してください" in bulk("/resolution", [])
    data = {"ticket": ["x", "999999", "-1", "²"]}
    page = forms.post(misaki, "/tickets/bulk/resolution", data, follow_redirects=True).text
    assert "チケットを選んでから操作してください" in page
    assert list(session.scalars(select(Batch))) == []
