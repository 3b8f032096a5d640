"""The pages of incidents: a day on which everything breaks, as people at the desk see it."""

import re

import pytest
from sqlalchemy import func, select

from support.inbox.receiving import receive
from support.incidents.records import Incident, IncidentTicket, Notice
from support.jobs.announcing import announce, take_up
from support.jobs.upkeep import sweep
from support.sla.records import Promise
from support.tickets.records import Ticket
from support.x.posts import Person
from tests.cast import HANAKO, YUUKI, post
from tests.web.forms import PART, Browser

OURS = Person("7000000001", "hikari_care", "ひかりケア")


@pytest.fixture
def said(app, history, clock):
    """Customers write; what the doors do after receiving is done."""
    history.session.commit()  # it keeps no writer waiting

    def say(text="@hikari_care ネットが遅いです", *, by=YUUKI, number=0):
        session = history.session
        given = post(text, at=clock(), by=by, number=number)
        taken = receive(session, history.cast.account, [given], stream="mentions", now=clock())
        session.commit()
        take_up(app.extensions["desk"], session, taken.tickets)
        (ticket_id,) = taken.tickets
        return ticket_id

    return say


def opened(browser, **fields):
    asked = {
        "account": "1",
        "title": "夜間の速度低下",
        "begun": "2026-10-01 09:30",
        "words": "遅い",
    }
    return browser.post("/incidents/new", **{**asked, **fields})


def kinds_open(session, ticket_id):
    session.rollback()
    theirs = select(Promise.kind).where(
        Promise.ticket_id == ticket_id, Promise.kept_at.is_(None), Promise.withdrawn_at.is_(None)
    )
    return sorted(session.scalars(theirs))


def test_registered_looked_for_linked_and_undone(ryo, session, said):
    ticket_id = said()
    browser = Browser(ryo)
    page = opened(browser)
    assert "夜間の速度低下" in page
    assert "似た投稿を探す" in page
    assert "ネットが遅いです" not in page
    asked = browser.client.get("/incidents/1/alike", headers=PART).text
    assert "似た投稿があと1件あります" in asked
    assert "ネットが遅いです" in browser.get("/incidents/1/alike")
    page = browser.post("/incidents/1/links", ticket=str(ticket_id))
    assert f"#{ticket_id}" in page
    assert kinds_open(session, ticket_id) == ["resolution", "update"]
    assert "INC-1" in browser.get(f"/tickets/{ticket_id}")
    queue = browser.get("/tickets?incident=1")
    assert f'id="ticket-{ticket_id}"' in queue
    batch = re.search(r"/incidents/1/batches/(\w+)/undo", page)[1]
    browser.post(f"/incidents/1/batches/{batch}/undo")
    assert kinds_open(session, ticket_id) == ["first_reply", "resolution"]
    assert f'id="ticket-{ticket_id}"' not in browser.get("/tickets?incident=1")


def test_what_comes_in_is_linked_by_rule_and_a_ticket_taken_off_stays_off(app, ryo, session, said):
    browser = Browser(ryo)
    opened(browser, links_new="on")
    ticket_id = said()
    assert kinds_open(session, ticket_id) == ["resolution", "update"]
    browser.post(f"/tickets/{ticket_id}/incident/removal")
    assert kinds_open(session, ticket_id) == ["first_reply", "resolution"]
    with app.app_context():
        sweep()
    assert kinds_open(session, ticket_id) == ["first_reply", "resolution"]


def test_an_agent_links_from_a_ticket_and_from_the_queue(ryo, misaki, session, said):
    opened(Browser(ryo))
    one, two = said(), said(by=HANAKO, number=1)
    browser = Browser(misaki)
    assert 'data-key="i"' in browser.get(f"/tickets/{one}")
    browser.post(f"/tickets/{one}/incident", incident="1")
    page = browser.post("/incidents/links", incident="1", ticket=str(two))
    assert "INC-1" in page
    linked = select(func.count()).select_from(IncidentTicket)
    session.rollback()
    assert session.scalar(linked) == 2
    assert browser.client.get("/incidents/1/alike").status_code == 403


def test_a_notice_is_posted_and_its_word_is_kept(app, ryo, session, clock, x):
    browser = Browser(ryo)
    opened(browser)
    words = "【お知らせ】調査中です。次の更新は15:00ごろの予定です。"
    page = browser.post("/incidents/1/notices", stage="first", body=words, do="post")
    assert "送信待ち" in page
    assert browser.client.get("/incidents/1/notices").status_code == 303
    clock.forward(seconds=11)
    with app.app_context():
        announce(1)
    assert [sent.text for sent in x.ours] == [words]
    assert "投稿済み" in browser.client.get("/incidents/1/notices", headers=PART).text
    assert "15:00" in browser.get("/incidents/1")
    clock.forward(hours=6)
    with app.app_context():
        sweep()
    assert "次の更新の時刻（15:00）を過ぎています" in browser.get("/incidents/1")
    assert "次の更新の時刻を過ぎています" in browser.get("/")
    assert "INC-1" in browser.get("/alerts")


def test_what_was_written_stays_where_it_was_refused(ryo, session):
    browser = Browser(ryo)
    page = browser.post("/incidents/new", 422, title="", words="あ", begun="きのう", account="1")
    assert "きのう" in page
    opened(browser)
    page = browser.post("/incidents/1/notices", 422, stage="first", body="あ" * 150, do="post")
    assert "あ" * 150 in page
    assert "超えています" in page
    page = browser.post("/incidents/1/notes", 422, note=" ")
    assert "1文字から" in page
    assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_its_course_from_the_first_step_to_its_end_and_back(ryo, session):
    browser = Browser(ryo)
    opened(browser)
    assert "復旧作業中" in browser.post("/incidents/1/stage", stage="restoring")
    assert "この状態には進められません" in browser.post("/incidents/1/stage", stage="closed")
    browser.post("/incidents/1/notes", note="設備担当に連絡")
    browser.post("/incidents/1/end")
    page = browser.get("/incidents/1")
    assert "設備担当に連絡" in page
    assert "再開" in page
    session.rollback()
    assert session.get_one(Incident, 1).closed_at is not None
    browser.post("/incidents/1/reopening")
    session.rollback()
    assert session.get_one(Incident, 1).state == "restoring"


def test_the_queue_marks_what_belongs_to_an_incident(ryo, session, said):
    browser = Browser(ryo)
    opened(browser, links_new="on")
    ticket_id = said()
    row = browser.get("/").split(f'id="ticket-{ticket_id}"')[1].split("</li>")[0]
    assert "INC-1" in row
    assert session.get_one(Ticket, ticket_id).due_at is not None


def answer(history, ticket_id, at):
    """Somebody answers on x.com."""
    session = history.session
    asked = session.get_one(Ticket, ticket_id).latest_message
    reply = post("確認しました。", at=at, by=OURS, number=50, thread=asked.x_id, answers=asked.x_id)
    receive(session, history.cast.account, [reply], stream="own", now=at)
    session.commit()


def test_once_it_is_over_the_answered_are_resolved_in_one_step_and_back(
    ryo, session, said, history, clock
):
    browser = Browser(ryo)
    opened(browser)
    one, two = said(), said(by=HANAKO, number=1)
    for ticket_id in (one, two):
        browser.post("/incidents/1/links", ticket=str(ticket_id))
    clock.forward(minutes=1)
    answer(history, one, clock())
    assert "解決にする" not in browser.get("/incidents/1")
    page = browser.post("/incidents/1/end")
    assert "1件を解決にする" in page
    assert "まだ返信していません。" in page
    assert f'href="/tickets/{two}">#{two}</a>' in page
    page = browser.post("/incidents/1/resolution")
    assert "1件を解決にしました" in page
    undo = re.search(r"/incidents/1/resolution/\d+/undo", page)[0]
    session.rollback()
    assert session.get_one(Ticket, one).state == "resolved"
    assert "1件を元に戻しました" in browser.post(undo)
    session.rollback()
    assert session.get_one(Ticket, one).state != "resolved"
    assert "もう元に戻されています" in browser.post(undo)


def test_a_ticket_of_a_closed_incident_joins_another_and_stays_there(ryo, session, said):
    browser = Browser(ryo)
    opened(browser)
    ticket_id = said()
    browser.post("/incidents/1/links", ticket=str(ticket_id))
    browser.post("/incidents/1/end")
    opened(browser, title="朝の障害")
    page = browser.get(f"/tickets/{ticket_id}")
    assert "INC-1" in page
    assert "朝の障害" in page
    browser.post(f"/tickets/{ticket_id}/incident", incident="2")
    page = browser.post("/incidents/1/reopening")
    assert f"#{ticket_id}（INC-2）" in page
    assert "紐づくチケット 0件" in page
    assert f'id="ticket-{ticket_id}"' not in browser.get("/tickets?incident=1")
    assert f'id="ticket-{ticket_id}"' in browser.get("/tickets?incident=2")
