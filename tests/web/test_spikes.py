"""What leads see of spikes and do about them; others see nothing of it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.db import engine_for
from support.incidents import telling
from support.incidents.spike_records import Spike, SpikeRule, WatchedWord
from support.lexicon.records import LexiconWord
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.web.forms import PART, Browser

TITLE = "「つながらない」を含む投稿が15分で47人"


@pytest.fixture
def spike(cast, database_url):
    """Makes one, with a public post as its example and one of a direct message."""

    def make(**more):
        engine = engine_for(database_url)
        with Session(engine) as session:
            said = [
                customer_says(session, cast, post(words, at=THURSDAY, number=n, private=private))
                for n, (words, private) in enumerate(
                    [("@hikari_care 全然つながらないです", False), ("ないしょでつながらない", True)]
                )
            ]
            facts = {
                "account_id": cast.account.id, "kind": "trouble", "word": "つながらない",
                "words": [["trouble", "つながらない"], ["any", ""], ["trouble", "圏外"]],
                "minutes": 15, "people": 47, "usual": 4.0, "peak": 47,
                "begun_at": THURSDAY - timedelta(minutes=8), "seen_at": THURSDAY,
                "course": {"from": (THURSDAY - timedelta(hours=1)).isoformat(),
                           "people": [4, 3, 5, 20, 47], "usual": 4.0},
                "examples": [it.latest_message_id for it in said],
            }  # fmt: skip
            made = Spike(**(facts | more))
            session.add(made)
            session.commit()
            number = made.id
        engine.dispose()
        return number

    return make


def row(session, number):
    session.rollback()
    return session.get_one(Spike, number)


def test_a_lead_sees_it_on_the_queue_in_words_and_as_a_chart(spike, ryo):
    number = spike()
    page = ryo.get("/").text
    assert TITLE in page
    assert "通常は15分に4人（11.8倍）" in page
    assert 'role="alert"' in page
    assert page.count('class="hot"') == 2
    assert f"/incidents/spikes/{number}" in page


def test_the_list_behind_the_bell_names_it_and_all_can_be_seen_at_once(spike, ryo, history, clock):
    history.session.commit()  # it keeps no writer waiting
    number = spike()
    telling.tell_leads(history.session, [number], clock())
    history.session.commit()
    page = ryo.get("/alerts").text
    assert TITLE in page
    assert f"/incidents/spikes/{number}" in page
    assert TITLE in ryo.get("/alerts/latest").json["text"]
    assert "未確認1件" in ryo.get("/alerts/bell").text
    Browser(ryo).post("/alerts/seen")
    assert "未確認" not in ryo.get("/alerts/bell").text
    assert ryo.get("/alerts/latest").status_code == 204


def test_an_agent_sees_nothing_of_it(spike, misaki):
    number = spike()
    assert "急増" not in misaki.get("/").text
    assert misaki.get(f"/incidents/spikes/{number}").status_code == 403


def test_the_part_draws_itself_again_and_leads_to_the_list_without_script(spike, ryo):
    page = ryo.get("/").text
    assert 'data-live="spike"' in page
    assert 'id="spikes"' in page
    spike()
    assert TITLE in ryo.get("/incidents/spikes/banner", headers=PART).text
    assert ryo.get("/incidents/spikes/banner").status_code == 303


def test_posts_are_shown_and_direct_messages_never(spike, ryo):
    page = Browser(ryo).get(f"/incidents/spikes/{spike()}")
    assert "全然つながらないです" in page
    assert "ないしょ" not in page


def test_words_x_took_back_are_not_shown(spike, ryo, database_url):
    number = spike()
    engine = engine_for(database_url)
    with Session(engine) as writing:
        for message in writing.scalars(select(Message)):
            message.emptied_at, message.emptied_reason = THURSDAY, "deleted"
        writing.commit()
    engine.dispose()
    page = Browser(ryo).get(f"/incidents/spikes/{number}")
    assert "表示できる公開の投稿はありません" in page
    assert "全然つながらないです" not in page


def test_a_quarter_of_an_hour_it_is_left_alone(spike, ryo, session, news, clock):
    number = spike()
    page = Browser(ryo).post(f"/incidents/spikes/{number}/snooze")
    assert "15分だけ様子を見ます" in page
    assert row(session, number).snoozed_until == clock() + timedelta(minutes=15)
    assert ("spike", number) in news.told
    assert TITLE not in ryo.get("/").text
    clock.forward(minutes=15)
    assert TITLE in ryo.get("/").text


def test_dismissed_it_is_closed_and_who_comes_second_is_told(spike, ryo, session):
    browser = Browser(ryo)
    first = spike()
    assert "大きく増えたときは" in browser.post(f"/incidents/spikes/{first}/dismissal")
    assert row(session, first).state == "dismissed"
    assert "すでに高橋 亮が対応しています" in browser.post(f"/incidents/spikes/{first}/dismissal")


def test_what_was_learned_is_told_and_can_be_forgotten(spike, ryo, session, database_url, cast):
    number = spike(state="dismissed")
    engine = engine_for(database_url)
    with Session(engine) as writing:
        old = writing.get_one(Spike, number)
        facts = {c.name: getattr(old, c.name) for c in Spike.__table__.columns if c.name != "id"}
        writing.add(Spike(**facts))
        writing.commit()
    engine.dispose()
    browser = Browser(ryo)
    page = browser.get("/settings/spikes")
    assert "知らせにくくしていることば" in page
    assert "誤検知2回" in page
    browser.post("/settings/spikes/unlearning", kind="trouble", word="つながらない")
    assert "知らせにくくしていることば" not in browser.get("/settings/spikes")
    assert not any(it.teaches for it in session.scalars(select(Spike)))


def test_a_lead_sets_how_readily_it_is_raised(ryo, session):
    browser = Browser(ryo)
    assert "感度" in browser.get("/settings/spikes")
    browser.post("/settings/spikes", on="on", sensitivity="calm", webhooks="on")
    rule = session.scalars(select(SpikeRule)).one()
    assert (rule.on, rule.sensitivity, rule.tells_webhooks) == (True, "calm", True)
    page = browser.post("/settings/spikes", 422, on="on", sensitivity="wild")
    assert "感度を一覧から選んでください。" in page


@pytest.mark.parametrize(("word", "said"), [
    ("", "見張ることばを入力してください。"),
    ("あ", "「あ」は短すぎます。2文字以上にしてください。"),
    ("つながらない", "「つながらない」はすでに見張っています。"),
    ("な" * 41, "ことばは40文字までです。"),
    ("、".join(f"ことば{n}" for n in range(21)), "書き方は20個までです。"),
])  # fmt: skip
def test_a_word_that_is_none_is_refused_with_a_reason_and_kept(ryo, session, word, said):
    page = Browser(ryo).post("/settings/spikes/words", 422, kind="trouble", word=word)
    assert said in page
    assert f'value="{word}"' in page
    assert session.scalars(select(WatchedWord)).all() == []


def test_words_are_added_taken_away_and_built_in_ones_switched_off_and_on(ryo, session):
    browser = Browser(ryo)
    browser.post("/settings/spikes/words", kind="trouble", word="うつらん、映らん")
    added = session.scalars(select(WatchedWord)).one()
    assert added.spellings == ["うつらん", "映らん"]
    assert "うつらん、映らん" in browser.get("/settings/spikes")
    browser.post(f"/settings/spikes/words/{added.id}/removal")
    assert "うつらん、映らん" not in browser.get("/settings/spikes")
    browser.post("/settings/spikes/words/off", kind="region", name="福井")
    assert "見張るのをやめたことば" in browser.get("/settings/spikes")
    session.rollback()
    (off,) = [it for it in session.scalars(select(WatchedWord)) if it.off]
    browser.post(f"/settings/spikes/words/{off.id}/removal")
    assert "見張るのをやめたことば" not in browser.get("/settings/spikes")
    assert browser.post("/settings/spikes/words/off", kind="region", name="ない町")


def test_products_are_the_words_of_outreach_and_edited_there_only(ryo, session):
    browser = Browser(ryo)
    browser.post("/outreach/words", purpose="product", text="ひかりTV")
    browser.post("/outreach/words", purpose="misspelling", text="光TV", stands_for="ひかりTV")
    browser.post("/outreach/words", purpose="competitor", text="あおぞら光")
    page = browser.get("/settings/spikes")
    assert "ひかりTV、光TV" in page
    assert "あおぞら光" not in page
    assert 'href="/outreach/words"' in page
    wrong = browser.post("/settings/spikes/words", 422, kind="product", word="ひかり電話")
    assert "ことばの種類を一覧から選んでください。" in wrong
    (product, *_) = session.scalars(select(LexiconWord).order_by(LexiconWord.id))
    session.rollback()
    browser.post(f"/outreach/words/{product.id}/remove")
    assert "ひかりTV" not in browser.get("/settings/spikes")


def test_the_list_shows_all_there_were(spike, ryo):
    assert "急増はまだ検知していません" in Browser(ryo).get("/incidents/spikes")
    spike(state="dismissed")
    page = Browser(ryo).get("/incidents/spikes")
    assert TITLE in page
    assert "誤検知" in page


def test_none_of_that_number_is_404(ryo):
    for number in (99, 2**40):
        assert ryo.get(f"/incidents/spikes/{number}").status_code == 404


def test_an_incident_is_opened_from_it_and_the_banner_goes(spike, ryo, session):
    number = spike()
    browser = Browser(ryo)
    link = f"/incidents/new?spike={number}"
    assert link in browser.get("/")
    assert link in browser.get(f"/incidents/spikes/{number}")
    assert TITLE in browser.get("/incidents")
    form = browser.get(link)
    assert "「つながらない」の件" in form
    assert "つながらない\n圏外</textarea>" in form
    assert 'value="2026-10-01T09:52"' in form
    fields = {
        "account": "1",
        "title": "つながらない",
        "words": "つながらない",
        "begun": "2026-10-01T09:52",
    }
    page = browser.post("/incidents/new", spike=str(number), **fields)
    assert "INC-1" in page
    found = row(session, number)
    assert (found.state, found.incident_id) == ("taken", 1)
    assert TITLE not in browser.get("/")
    second = ryo.get(link)
    assert second.location == f"/incidents/spikes/{number}", "led to what became of it"
    late = browser.post("/incidents/new", 422, spike=str(number), **fields)
    assert "対応しています" in late
    assert f'name="spike" value="{number}"' not in late
