"""What colleagues are told in the desk: the bell, the list, and what a browser may say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from support.alerts import raising
from support.alerts.records import AlertNotice, AlertRule
from support.tickets import handling
from support.tickets.records import Ticket
from tests.cast import MADE_AT, customer_says
from tests.cast import post as said
from tests.fakes import THURSDAY
from tests.web.counting import FRAME, queries
from tests.web.forms import post


@pytest.fixture
def ticket(session, cast, clock):
    """An answer to it is due soon, which Misaki was told."""
    rules = [AlertRule(share=share, deed="assignee", made_at=MADE_AT) for share in (0.75, 1.0)]
    session.add_all(rules)
    ticket = customer_says(session, cast, said("秘密の言葉です", at=THURSDAY))
    ticket.assignee = cast.misaki
    session.commit()
    raising.raise_due(session, clock.forward(minutes=50))
    session.commit()
    return ticket


def bell(browser):
    return browser.get("/alerts/bell").text


def test_the_bell_counts_what_was_not_seen(ticket, misaki, ryo):
    assert "未確認1件" in misaki.get("/me").text
    assert "未確認1件" in bell(misaki)
    assert "未確認" not in ryo.get("/me").text


def test_the_list_says_what_of_which_ticket_and_when_it_is_due(ticket, misaki):
    page = misaki.get("/alerts").text
    card = page[page.index('id="notice-') :]
    assert "期限間近" in card
    assert "初回返信" in card
    assert f"#{ticket.id} を開く" in card
    assert "11:00" in card


def test_opening_the_ticket_from_the_list_is_seeing_it(ticket, misaki, news):
    answer = post(misaki, f"/alerts/tickets/{ticket.id}", on="/alerts")
    assert answer.location == f"/tickets/{ticket.id}"
    assert "未確認" not in bell(misaki)
    assert news.told[-1][0] == "seen"


def test_all_of_it_can_be_seen_at_once_and_nobody_elses(session, cast, ticket, misaki, clock):
    raising.raise_due(session, clock.forward(minutes=20))
    session.add(AlertNotice(alert_id=1, agent_id=cast.ken.id))
    session.commit()
    assert "未確認2件" in bell(misaki)
    post(misaki, "/alerts/seen", on="/alerts")
    assert "未確認" not in bell(misaki)
    left = session.scalars(select(AlertNotice).where(AlertNotice.seen_at.is_(None))).all()
    assert [notice.agent_id for notice in left] == [cast.ken.id]


def test_what_was_dealt_with_is_not_counted_and_says_so(session, cast, ticket, misaki, clock):
    handling.resolve(session, ticket, by=cast.ken, now=clock())
    session.commit()
    assert "未確認" not in bell(misaki)
    assert "対応済み" in misaki.get("/alerts").text
    assert misaki.get("/alerts/latest").status_code == 204


def test_a_browser_says_which_ticket_and_nothing_of_the_customer(ticket, misaki, ryo):
    said = misaki.get("/alerts/latest").json
    assert said == {
        "id": 1,
        "text": f"返信の期限が近いチケットがあります #{ticket.id}",
        "link": f"/tickets/{ticket.id}",
    }
    assert ryo.get("/alerts/latest").status_code == 204


def test_the_story_says_what_the_ladder_did(session, cast, ticket, misaki, clock):
    session.add_all(
        [
            AlertRule(share=1.0, deed="reassign", agent_id=cast.ken.id, made_at=MADE_AT),
            AlertRule(share=1.0, deed="priority", priority="urgent", made_at=MADE_AT),
        ]
    )
    session.commit()
    raising.raise_due(session, clock.forward(minutes=20))
    session.commit()
    page = misaki.get(f"/tickets/{ticket.id}").text
    assert "期限の決まりで担当を田中に変更" in page
    assert "期限の決まりで優先度を「至急」に変更" in page


def test_a_number_there_is_not_is_said_kindly(misaki):
    assert post(misaki, "/alerts/tickets/99999999999").status_code == 404
    assert misaki.get(f"/alerts?before={10**12}").status_code == 200


def test_the_list_goes_on_over_pages(session, cast, ticket, misaki, clock):
    for number in range(2, 54):
        customer_says(session, cast, said(at=THURSDAY + timedelta(seconds=number), number=number))
    for other in session.scalars(select(Ticket)):
        other.assignee = cast.misaki
    session.commit()
    raising.raise_due(session, clock.forward(minutes=5))
    session.commit()
    page = misaki.get("/alerts").text
    assert page.count('id="notice-') == 50
    older = page.split('href="/alerts?before=', 1)[1].split('"', 1)[0]
    assert misaki.get(f"/alerts?before={older}").text.count('id="notice-') == 3


def test_the_list_costs_five_questions_more_than_the_frame(app, ticket, misaki):
    asked = queries(app, lambda: misaki.get("/alerts"))
    assert asked == FRAME + 5, "alerts, notes that name, reviews, approvals, late incidents"
    assert queries(app, lambda: misaki.get("/alerts/bell")) <= 2
