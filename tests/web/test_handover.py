"""The hand-over sheet on its page."""

import pytest

from support.approval.records import ApprovalRule
from support.tickets import handling
from tests.cast import HANAKO, customer_says, post
from tests.fakes import THURSDAY
from tests.web.forms import Browser
from tests.web.talk import Talk, send


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def agent(misaki):
    return Browser(misaki)


@pytest.fixture
def ticket(cast, history, session):
    """Ken's."""
    writes = history.session
    made = customer_says(writes, history.cast, post(at=THURSDAY, by=HANAKO))
    handling.assign(writes, made, history.cast.ken, by=history.cast.ryo, now=THURSDAY)
    number = made.id
    writes.commit()
    session.rollback()
    return number


def test_a_lead_reads_anybodys_sheet_an_agent_their_own(cast, ticket, lead, agent):
    link = f'href="/tickets/{ticket}"'
    assert link not in agent.get("/handover")
    for of in (str(cast.ken.id), "all"):
        assert link in lead.get(f"/handover?of={of}")
        agent.get(f"/handover?of={of}", 403)
    assert link not in lead.get("/handover?of=none")
    assert agent.get(f"/handover?of={cast.misaki.id}")
    for wrong in ("999", "x", "9" * 20):
        lead.get(f"/handover?of={wrong}", 404)


def test_a_memo_stands_at_the_top_for_the_next_ones_until_they_take_note(agent, lead, ticket):
    agent.post("/handover/memos", text=f"#{ticket} は折り返し待ち <i>")
    page = lead.get("/handover")
    assert "佐藤 美咲さんからの申し送り" in page
    assert f'<a class="text-link" href="/tickets/{ticket}">#{ticket}</a>' in page
    assert "<i>" not in page
    assert "読んでいない申し送り" in lead.get("/tickets")
    assert "読んでいない申し送り" not in agent.get("/tickets")
    page = lead.post("/handover/memos/1/noted")
    assert "さんからの申し送り" not in page
    assert "引き受けた人：高橋" in page
    lead.post("/handover/memos/9/noted", 404)


def test_an_empty_memo_is_refused_with_a_sentence(agent):
    assert "引き継ぐことを入力" in agent.post("/handover/memos", 422, text=" ")


def test_what_waits_for_approval_is_on_the_sheet_as_that(session, cast, clock, x, misaki):
    talk = Talk(session, cast, clock, x)
    talk.session.add(ApprovalRule(kind="account", minutes=30, made_at=clock()))
    talk.session.commit()
    talk.says()
    assert send(misaki, talk.ticket, "確認いたします。").status_code == 303
    page = misaki.get("/handover").text
    doubts = page[page.index('id="doubt-title"') : page.index('id="scheduled-title"')]
    assert "承認待ち" in doubts
    assert f"#{talk.ticket.id}" in doubts
