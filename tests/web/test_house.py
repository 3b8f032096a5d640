"""The house rules on their pages: read and confirmed by all, written by leads."""

import pytest

from support.audit.records import AuditEntry
from support.house.records import HouseRules
from tests.web.forms import Browser

ASKS = "手の空いたときに読んで"
TEXT = "# 守ること\n- <b>様</b>をつける\n\n困ったら @高橋 へ"


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def agent(misaki):
    return Browser(misaki)


def write(lead, text=TEXT, status=200, **fields):
    known = lead.get("/rules/edit").split('name="known" value="')[1].split('"')[0]
    return lead.post("/rules", status, text=text, known=known, **fields)


def test_all_read_it_and_are_asked_quietly_until_they_confirmed(lead, agent, session):
    assert "まだありません" in agent.get("/rules")
    assert "まだありません" in agent.get("/rules/history")
    assert ASKS not in agent.get("/tickets")
    write(lead)
    assert ASKS in agent.get("/tickets")
    page = agent.get("/rules")
    assert "<h2>守ること</h2>" in page
    assert "<li>&lt;b&gt;様&lt;/b&gt;をつける</li>" in page
    assert "確認の状況" not in page, "who has confirmed is for leads"
    assert "第1版を確認済み" in agent.post("/rules/1/confirmation")
    assert ASKS not in agent.get("/tickets")
    write(lead, TEXT + "。", asks="1")
    assert "読んでから、もう一度確認" in agent.post("/rules/1/confirmation", 409)
    assert ASKS in agent.get("/tickets")
    session.rollback()
    deeds = [it.deed for it in session.query(AuditEntry) if it.deed.startswith("rules")]
    assert deeds == ["rules_saved", "rules_confirmed", "rules_saved"]


def test_a_small_change_asks_nobody_again_and_leads_see_who_has_read_what(lead, agent):
    write(lead)
    agent.post("/rules/1/confirmation")
    write(lead, TEXT + "。", note="句点")
    page = lead.get("/rules")
    assert "句点" in page
    rows = {row.split("</th>")[0]: row for row in page.split('<th scope="row">')[1:]}
    assert 'data-tone="ok">第1版' in rows["佐藤 美咲"]
    assert "未確認" in rows["田中 健"]


def test_a_version_is_looked_at_before_it_is_saved_and_compared_afterwards(lead, session):
    write(lead)
    page = write(lead, "# 守ること\n- さんをつける", look="1")
    assert "<li>さんをつける</li>" in page
    assert "<ins>- さんをつける</ins>" in page
    session.rollback()
    assert session.query(HouseRules).count() == 1
    write(lead, "# 守ること\n- さんをつける", asks="1")
    assert "<del>- &lt;b&gt;様&lt;/b&gt;をつける</del>" in lead.get("/rules/history")
    assert "&lt;b&gt;様" in lead.get("/rules/1")
    lead.get("/rules/9", 404)


def test_what_cannot_be_saved_says_why_and_stays_typed(lead):
    write(lead)
    lead.post("/rules", 422, text="別の文", known="9" * 5000, note="別")
    page = lead.post("/rules", 422, text="別の文", known="0", note="別")
    assert "高橋さんが第1版を保存" in page
    assert "別の文</textarea>" in page
    assert "入力してください" in write(lead, " ", 422)


def test_agents_write_none(agent):
    agent.get("/rules/edit", 403)
    agent.post("/rules", 403, text="x", known="0")
