"""見守り: what was sent is looked at, something is said to it, and the agent answers."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from support.replies.records import Reply
from support.review.records import Review
from tests.cast import HANAKO
from tests.web.counting import queries
from tests.web.forms import Browser
from tests.web.talk import Talk

SECRET = "合言葉はひまわりです"
SAID = {"verdict": "fix", "good": "早かった", "idea": "窓の写真を添える", "do": "write"}


@pytest.fixture
def misaki(misaki):
    return Browser(misaki)


@pytest.fixture
def ryo(ryo):
    return Browser(ryo)


@pytest.fixture
def ken(cast, signed_in):
    return Browser(signed_in(cast.ken))


@pytest.fixture
def hikaru(cast, signed_in):
    return Browser(signed_in(cast.hikaru))


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


@pytest.fixture
def sent(talk):
    """A public reply that is out."""
    talk.says()
    return talk.answers("佐藤です。ルーターをご確認ください。")


def reviews(session):
    session.rollback()
    return list(session.scalars(select(Review).order_by(Review.id)))


def test_a_lead_reads_what_was_sent_with_what_led_to_it(sent, ryo):
    page = ryo.get("/review")
    assert "ルーターをご確認ください。" in page
    assert "夜になると遅いです" in page
    assert "佐藤 美咲" in page
    assert 'class="signature">^佐藤' in page
    ryo.get(f"/review/{sent.id}")
    ryo.get("/review/99999", status=404)
    ryo.get(f"/review/{2**40}", status=404)


def test_agents_do_not_get_there(sent, misaki):
    assert 'href="/review"' not in misaki.get("/me")
    for page in ("/review", f"/review/{sent.id}", "/review/coverage"):
        misaki.get(page, status=403)
    misaki.post(f"/review/{sent.id}", status=403, **SAID)


def test_it_goes_to_the_agent_by_the_bell_and_their_answer_comes_back(
    session, cast, sent, ryo, misaki, news
):
    page = ryo.post(f"/review/{sent.id}", **SAID)
    assert "見守りを送りました" in page
    (review,) = reviews(session)
    assert ("alert", cast.misaki.id) in news.told
    assert "未確認1件" in misaki.get("/alerts/bell")
    told = misaki.client.get("/alerts/latest").get_json()
    assert told["text"] == "高橋さんから見守りが届いています"
    assert "高橋 亮さんの見守り" in misaki.get("/alerts")
    mine = misaki.post(f"/review/words/{review.id}/seen")
    assert "窓の写真を添える" in mine
    assert "直したい" in mine
    assert "未確認" not in misaki.get("/alerts/bell")
    assert "次は添えます" in misaki.post(f"/review/words/{review.id}/answers", text="次は添えます")
    assert ("alert", cast.ryo.id) in news.told
    assert "未確認1件" in ryo.get("/alerts/bell")
    assert ryo.client.get("/alerts/latest").get_json()["text"].startswith("佐藤さんが見守りに返事")
    there = ryo.post(f"/review/words/{review.id}/seen")
    assert "次は添えます" in there
    assert "どういたしまして" in ryo.post(
        f"/review/words/{review.id}/answers", text="どういたしまして"
    )
    assert "どういたしまして" in misaki.get("/review/mine")


def test_what_is_said_is_seen_by_the_agent_and_leads_and_by_nobody_else(
    session, sent, ryo, ken, hikaru, misaki
):
    ryo.post(f"/review/{sent.id}", **SAID)
    (review,) = reviews(session)
    for page in ("/review/mine", f"/review/mine?up_to={review.id}", "/alerts", "/me"):
        assert "窓の写真を添える" not in ken.get(page)
        assert "窓の写真を添える" not in hikaru.get(page)
    ticket = f"/tickets/{sent.ticket_id}"
    assert "窓の写真を添える" not in ken.get(ticket), "nor beside the ticket everybody reads"
    for deed in ("seen", "answers"):
        ken.post(f"/review/words/{review.id}/{deed}", status=404, text="のぞき見")
    hikaru.post(f"/review/words/{review.id}/answers", status=404, text="割り込み")
    ken.get(f"/review/{sent.id}", status=403)
    assert "窓の写真を添える" in misaki.get("/review/mine")
    hikaru.post(f"/review/{sent.id}", do="look")
    assert "窓の写真を添える" in hikaru.get(f"/review/{sent.id}")


def test_another_leads_words_are_seen_after_ones_own(sent, ryo, hikaru):
    ryo.post(f"/review/{sent.id}", **SAID)
    before = hikaru.get(f"/review/{sent.id}?seen=all")
    assert "窓の写真を添える" not in before
    assert "ほかの責任者の見守りが1件" in before
    after = hikaru.post(f"/review/{sent.id}", verdict="good", good="丁寧", do="write")
    assert "窓の写真を添える" in after


def test_what_cannot_be_taken_stays_in_the_form(session, sent, ryo):
    page = ryo.post(f"/review/{sent.id}", status=422, good="途中まで書いた", do="write")
    assert "見立てを選んでください。" in page
    assert "途中まで書いた</textarea>" in page
    page = ryo.post(f"/review/{sent.id}", status=422, verdict="talk", do="write")
    assert "どちらかを書いてください。" in page
    assert re.search(r'value="talk" checked', page)
    assert reviews(session) == []


def test_an_answer_that_cannot_be_taken_stays_too(session, sent, ryo, misaki):
    ryo.post(f"/review/{sent.id}", **SAID)
    (review,) = reviews(session)
    page = misaki.post(f"/review/words/{review.id}/answers", status=422, text="あ" * 1_001)
    assert "1,000文字以内にしてください。" in page
    assert "あ" * 1_001 in page


def test_nobody_reviews_their_own(session, cast, talk, ryo):
    talk.says()
    own = talk.answers("高橋です。", by=cast.ryo)
    assert "自分の返信は見守れません" in ryo.get(f"/review/{own.id}")
    page = ryo.post(f"/review/{own.id}", status=409, **SAID)
    assert "自分の返信は見守れません" in page
    assert reviews(session) == []


def test_after_the_agent_answered_a_review_stands(session, sent, ryo, misaki):
    ryo.post(f"/review/{sent.id}", **SAID)
    (review,) = reviews(session)
    misaki.post(f"/review/words/{review.id}/answers", text="はい")
    page = ryo.post(f"/review/{sent.id}", status=409, **SAID | {"idea": "別の案"})
    assert "書き直せません" in page
    assert reviews(session)[0].idea == "窓の写真を添える"


def test_looking_only_tells_nobody(session, sent, ryo, misaki, news):
    assert "確認済みにしました" in ryo.post(f"/review/{sent.id}", do="look")
    assert "未確認" not in misaki.get("/alerts/bell")
    assert "まだ見守りはありません" in misaki.get("/review/mine")
    assert "当てはまる返信はありません" in ryo.get("/review")
    assert "ルーターをご確認ください" in ryo.get("/review?seen=yes")


def test_a_well_made_answer_begins_a_prepared_one_without_whom_it_was_for(session, talk, ryo):
    talk.says("@hikari_care 架空はなこです。夜になると遅いです", by=HANAKO)
    reply = talk.answers("架空はなこ様、佐藤です。ルーターをご確認ください。")
    link = f"/canned/new?reply={reply.id}"
    assert f'href="{link}"' in ryo.get(f"/review/{reply.id}")
    page = ryo.get(link)
    assert "{customer_name}様、{agent_name}です。ルーターをご確認ください。</textarea>" in page
    assert "夜になると遅いです</textarea>" in page
    assert "はなこ" not in page[page.index('id="answer-form"') :]
    ryo.get("/canned/new?reply=99999", status=404)


def test_private_words_become_an_answer_for_private_words_only(talk, ryo, misaki):
    talk.says(SECRET, private=True)
    reply = talk.answers("承りました。")
    page = ryo.get(f"/canned/new?reply={reply.id}")
    assert '<option value="dm" selected>' in page
    assert SECRET not in page
    misaki.get(f"/canned/new?reply={reply.id}", status=403)


def test_a_reply_can_be_taken_down_or_put_right_from_there(sent, ryo, talk):
    talk.says("別件です", number=5)
    page = ryo.get(f"/review/{sent.id}")
    part = sent.parts[0].id
    assert f'href="/replies/parts/{part}/retraction"' in page
    link = f"/tickets/{sent.ticket_id}?answers={sent.answers_id}"
    assert f'href="{link}#reply-panel"' in page
    ticket = ryo.get(link)
    assert f'name="answers" value="{sent.answers_id}"' in ticket
    assert "訂正の返信です" in ticket
    newest = re.search(r'name="answers" value="(\d+)"', ryo.get(f"/tickets/{sent.ticket_id}"))
    assert int(newest[1]) != sent.answers_id, "without it the newest is answered"
    stranger = ryo.get(f"/tickets/{sent.ticket_id}?answers=99999")
    assert f'name="answers" value="{newest[1]}"' in stranger


def test_a_correction_goes_out_as_a_second_answer_to_the_same_message(session, sent, ryo):
    page = ryo.get(f"/tickets/{sent.ticket_id}?answers={sent.answers_id}")
    form = page[page.index('id="reply-panel"') :]
    hidden = re.findall(
        r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]
    )
    ryo.post(f"/tickets/{sent.ticket_id}/replies", **dict(hidden) | {"body": "訂正です。"})
    session.rollback()
    newest = session.scalars(select(Reply).order_by(Reply.id.desc())).first()
    assert (newest.body, newest.answers_id) == ("訂正です。", sent.answers_id)


def test_a_private_reply_is_marked_and_cannot_be_taken_down(talk, ryo):
    talk.says(SECRET, private=True)
    reply = talk.answers("承りました。")
    page = ryo.get(f"/review/{reply.id}")
    assert 'data-tone="dm"' in page
    assert "DMはXから削除できません" in page
    assert "/retraction" not in page


def test_a_cell_of_the_coverage_opens_its_replies(cast, sent, ryo, hikaru):
    for lead in (ryo, hikaru):
        lead.post(f"/review/{sent.id}", **SAID)
    page = ryo.get("/review/coverage")
    assert "1 / 1" in page
    link = re.search(rf'href="(/review\?agent={cast.misaki.id}[^"]+)">1 / 1', page)[1]
    assert "ルーターをご確認ください" in ryo.get(link.replace("&amp;", "&"))
    assert "高橋 亮・伊藤 光" in page
    assert "100%" in page


@pytest.mark.parametrize(
    "asked",
    [
        "order=x&seen=y&agent=-1&account=a&channel=z&week=2026-W99&after=%00",
        "agent=99999999999999999999&week=２０２６",
        "agent=0",
        "order=sample&seen=all&channel=dm",
    ],
)
def test_an_address_nobody_wrote_is_answered_all_the_same(sent, ryo, asked):
    ryo.get(f"/review?{asked}")


def test_the_page_costs_no_more_for_more_replies(app, talk, ryo):
    def several(number):
        for one in range(number):
            talk.ticket = None
            talk.says(number=10 * one + number)
            talk.answers()

    several(2)
    few = queries(app, lambda: ryo.client.get("/review"))
    several(5)
    assert queries(app, lambda: ryo.client.get("/review")) == few


@pytest.mark.parametrize("after", ["0001-01-01T00:00:00+23:00~5", "9999-12-31T23:59:00-23:00~5"])
def test_a_place_in_the_list_that_no_clock_can_show_is_as_none(ryo, after):
    assert "見守り" in ryo.get(f"/review?{urlencode({'order': 'new', 'after': after})}")
