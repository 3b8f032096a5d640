"""Taking a post of ours down from X: it asks first, wants to know why, and says what came of it."""

import pytest
from sqlalchemy import select

from support.audit.records import AuditEntry
from support.replies import retracting
from support.replies.records import ReplyPart, Retraction
from support.x.errors import Meaning, XError
from tests.cast import HANAKO, hands
from tests.web import forms
from tests.web.talk import Talk
from tests.web.test_replies import set_parts, status


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def posted(talk, cast, signed_in):
    """A reply that is out; whoever signs in after this sees it."""
    talk.says()
    return talk.answers()


@pytest.fixture
def agent(posted, cast, signed_in, session):
    browser = signed_in(cast.misaki)
    session.rollback()
    return browser


@pytest.fixture
def hikaru(posted, cast, signed_in, session):
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


def place(reply):
    return f"/replies/parts/{reply.parts[0].id}/retraction"


def ask(client, reply, reason="案内の内容が誤っている", **options):
    return forms.post(client, place(reply), {"reason": reason}, **options)


def carried_out(session, cast, x, clock):
    session.rollback()
    retracting.carry_out(session, cast.account.id, hands(x, clock))
    session.rollback()


def test_a_posted_answer_leads_to_a_page_that_asks_first(posted, agent, x):
    assert f'href="{place(posted)}"' in status(agent, posted)
    page = agent.get(place(posted)).text
    assert "この投稿をXから削除しますか" in page
    assert "確認いたします。" in page
    assert "元に戻せません" in page
    assert len(x.ours) == 1, "looking deletes nothing"


def test_the_wish_is_kept_told_and_carried_out(session, posted, agent, cast, x, clock, later):
    later.rung.clear()
    answer = ask(agent, posted)
    assert (answer.status_code, answer.location) == (303, f"/tickets/{posted.ticket_id}")
    assert later.rung == [("send", str(cast.account.id))]
    shown = status(agent, posted)
    assert "削除を依頼中" in shown
    assert "Xから削除<" not in shown
    assert "佐藤がXからの削除を依頼（理由：案内の内容が誤っている）" in shown
    carried_out(session, cast, x, clock)
    shown = status(agent, posted)
    assert "X上では削除済み" in shown
    assert "Xで見る" not in shown
    assert x.ours == []


def test_the_wish_stands_in_the_audit_log_without_its_words(session, posted, agent, cast, hikaru):
    ask(agent, posted)
    session.rollback()
    entry = session.query(AuditEntry).filter_by(deed="takedown_asked").one()
    assert (entry.agent_id, entry.about, entry.about_id) == (
        cast.misaki.id,
        "ticket",
        posted.ticket_id,
    )
    assert entry.data == {"reply": posted.id, "part": posted.parts[0].id}
    page = hikaru.get("/settings/audit").text
    assert f"チケット #{posted.ticket_id}" in page
    assert "案内の内容が誤っている" not in page


def test_without_a_reason_nothing_is_asked_of_x(session, posted, agent):
    answer = ask(agent, posted, reason="  ")
    assert answer.status_code == 422
    assert 'class="field-error" id="reason-error"' in answer.text
    assert session.scalars(select(Retraction)).all() == []


def test_what_x_refuses_is_said_in_words_and_can_be_tried_again(
    session, posted, agent, cast, x, clock
):
    ask(agent, posted)
    x.answers = [XError(Meaning.REFUSED, 403, "You cannot delete this")]
    carried_out(session, cast, x, clock)
    shown = status(agent, posted)
    assert "削除できませんでした — Xに断られました（You cannot delete this）。" in shown
    assert 'value="案内の内容が誤っている"' in shown
    part = ask(agent, posted, headers=forms.PART)
    assert "削除を依頼中" in part.text
    carried_out(session, cast, x, clock)
    assert "X上では削除済み" in status(agent, posted)


def test_a_colleague_may_not_but_a_lead_may(posted, cast, signed_in):
    ken, ryo = signed_in(cast.ken), signed_in(cast.ryo)
    assert "Xから削除" not in status(ken, posted)
    assert ken.get(place(posted)).status_code == 403
    assert ask(ken, posted).status_code == 403
    assert ask(ryo, posted).status_code == 303
    assert "高橋がXからの削除を依頼" in status(ken, posted), "everybody reads who and why"


def test_only_what_is_out_in_public_can_be_taken_down(session, posted, agent, talk, clock):
    set_parts(session, posted, deleted_at=clock())
    assert agent.get(place(posted)).status_code == 400
    set_parts(session, posted, deleted_at=None, state="queued")
    assert ask(agent, posted).status_code == 400
    talk.says("契約番号です", by=HANAKO, private=True, number=3)
    private = talk.answers("承りました。")
    assert "Xから削除" not in status(agent, private)
    assert agent.get(place(private)).status_code == 400


def test_a_part_of_a_longer_answer_leaves_the_others_and_says_so(session, talk, cast, signed_in):
    talk.says()
    reply = talk.answers("一つ目の文です。" * 20 + "二つ目の文です。" * 5)
    agent = signed_in(cast.misaki)
    session.rollback()
    assert [part.state for part in reply.parts] == ["posted", "posted"]
    assert "ほかの1件の投稿は、Xに残ります" in agent.get(place(reply)).text


def test_an_unknown_part_is_not_found(agent, session):
    highest = max(session.scalars(select(ReplyPart.id)))
    for number in (highest + 1, 10**20):
        assert agent.get(f"/replies/parts/{number}/retraction").status_code == 404
