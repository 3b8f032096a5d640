"""The page of one ticket: its story, its promises, and what colleagues do with it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.conversations.records import Customer
from support.tickets import marking
from support.tickets.records import Note, Ticket
from tests.cast import HANAKO, customer_says, post
from tests.web import forms
from tests.web.counting import FRAME, queries
from tests.web.talk import Talk, path


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def thread(page):
    return page[page.index('id="thread"') : page.index('class="reply-zone"')]


def order(page, *words):
    return [page.index(word) for word in words]


def test_the_story_stands_in_the_order_it_happened(session, talk, cast, clock, misaki):
    talk.says("@hikari_care 最初の投稿です")
    clock.forward(minutes=5)
    marking.add_note(session, talk.ticket, "同じ建物の件です", by=cast.ken, now=clock())
    session.commit()
    clock.forward(minutes=5)
    talk.answers("お調べします。")
    clock.forward(minutes=5)
    talk.says("ありがとうございます", number=1)
    story = thread(misaki.get(path(talk.ticket)).text)
    places = order(
        story, "を作成", "最初の投稿です", "同じ建物の件です", "お調べします。", "ありがとう"
    )
    assert places == sorted(places)
    assert "社内メモ — お客様には見えません" in story
    assert 'class="signature">^佐藤' in story


def test_each_day_begins_with_its_name(talk, cast, clock, signed_in):
    talk.says("@hikari_care 一日目")
    clock.forward(days=1)
    talk.says("二日目です", number=1)
    page = signed_in(cast.misaki).get(path(talk.ticket)).text
    days = re.findall(r'class="day-line"><time[^>]*>([^<]+)<', page)
    assert days == ["昨日 10月1日（木）", "今日 10月2日（金）"]


def test_a_post_typed_on_x_is_shown_once_and_as_ours(session, talk, cast, clock, misaki):
    ticket = talk.says()
    talk.answers("デスクからの返信")
    part = talk.replies()[0].parts[0]
    talk.types_on_x(part.text, x_id=part.x_id, later=1)
    talk.types_on_x("Xで直接書いた返信", later=2)
    story = thread(misaki.get(path(ticket)).text)
    assert story.count("デスクからの返信") == 1
    assert "Xで直接書いた返信" in story
    assert "Xから直接投稿" in story


def test_private_words_stand_in_a_locked_panel(talk, misaki):
    talk.says("契約番号は HK-0034 です", by=HANAKO, private=True)
    page = misaki.get(path(talk.ticket)).text
    panel = page[page.index('class="private-block"') :]
    panel = panel[: panel.index("</ol>")]
    assert "HK-0034" in panel
    assert "お客様と当社だけに見えます" in panel


def test_links_lead_to_the_post_on_x(talk, misaki):
    talk.says()
    x_id = talk.ticket.latest_message.x_id
    assert f"https://x.com/kakuu_yuuki/status/{x_id}" in misaki.get(path(talk.ticket)).text


ODD = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "turned": "\u202eevil\u2066 text",
    "long": "あ" * 25_000,
    "htmx": '<p hx-get="/" hx-trigger="load">',
    "template": "{{ 7 * 7 }} {% raw %}",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_words_are_shown_harmlessly(talk, misaki, text):
    talk.says(text)
    for address in ("/", path(talk.ticket)):
        page = misaki.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert '<p hx-get="/"' not in page
        assert "49" not in thread(page) if "7 * 7" in text and address != "/" else True


def test_a_turned_name_is_kept_apart_from_what_follows(session, talk, misaki):
    talk.says()
    session.scalars(select(Customer)).one().name = "\u202enimda"
    session.commit()
    page = misaki.get(path(talk.ticket)).text
    assert len(re.findall("(?<!<bdi>)\u202enimda", page)) == page.count("\u202enimda · ")


def test_a_long_post_is_folded_but_all_there(talk, misaki):
    talk.says("あ" * 25_000)
    page = misaki.get(path(talk.ticket)).text
    assert "全文を表示（25,000字）" in page
    assert "あ" * 25_000 in page


def test_the_running_promise_is_shown_with_its_sum(talk, clock, misaki):
    talk.says(ago=20)
    page = misaki.get(path(talk.ticket)).text
    timers = page[page.index('id="sla-timers"') :]
    assert "初回返信の数え方" in timers
    assert "0:20 / 1:00" in timers
    assert "期限 10:40・目標 1:00" in timers


def test_a_kept_promise_stands_in_the_list_of_what_was_done(talk, clock, misaki):
    talk.says(ago=5)
    talk.answers()
    assert "初回返信 0:05 — 達成" in misaki.get(path(talk.ticket)).text


def test_an_unknown_ticket_is_not_found(misaki):
    for number in (1, 2**31, 10**30):
        assert misaki.get(f"/tickets/{number}").status_code == 404
        assert forms.post(misaki, f"/tickets/{number}/resolution").status_code == 404


def deed(client, ticket, what, /, part=False, **fields):
    headers = forms.PART if part else {}
    return forms.post(client, path(ticket, what), fields, headers=headers)


def test_the_ticket_is_given_to_a_colleague_and_back(session, talk, cast, misaki):
    talk.says()
    assert deed(misaki, talk.ticket, "assignment", assignee=cast.ken.id).status_code == 303
    session.rollback()
    assert session.get_one(Ticket, talk.ticket.id).assignee_id == cast.ken.id
    assert "佐藤が担当を田中に変更" in misaki.get(path(talk.ticket)).text
    deed(misaki, talk.ticket, "assignment", assignee="")
    session.rollback()
    assert session.get_one(Ticket, talk.ticket.id).assignee_id is None


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_a_field_that_cannot_be_taken_says_why_beside_it(session, talk, cast, clock, misaki, part):
    talk.says()
    cast.ken.suspended_at = clock()
    session.commit()
    cases = {
        "assignment": ("assignee", cast.ken.id, "お休み中"),
        "tags": ("tag", "あ" * 31, "1〜30文字"),
        "hold": ("until", "never", "期間を選んで"),
        "memo": ("memo", "あ" * 2_001, "2,000文字以内"),
    }
    for what, (field, value, words) in cases.items():
        answer = deed(misaki, talk.ticket, what, part, **{field: value})
        assert answer.status_code == 422, what
        assert re.search(rf'class="field-error" id="{field}-error">.*?{words}', answer.text, re.S)
        assert ("<html" in answer.text) != part


def test_tags_come_and_go(talk, misaki):
    talk.says()
    deed(misaki, talk.ticket, "tags", tag="＃速度")
    fields = 'name="tag" value="速度"'
    assert fields in misaki.get(path(talk.ticket)).text
    deed(misaki, talk.ticket, "tags/removal", tag="速度")
    assert fields not in misaki.get(path(talk.ticket)).text


@pytest.mark.parametrize(
    ("until", "hours"),
    [("hour", 1), ("opening", 23), ("days", 72), ("customer", None)],
)
def test_a_ticket_is_held_until(session, talk, clock, misaki, until, hours):
    talk.says()
    deed(misaki, talk.ticket, "hold", until=until)
    session.rollback()
    held = session.get_one(Ticket, talk.ticket.id)
    assert held.state == "held"
    assert held.snoozed_until == (clock() + timedelta(hours=hours) if hours else None)
    deed(misaki, talk.ticket, "wake")
    session.rollback()
    assert session.get_one(Ticket, talk.ticket.id).state == "open"


def test_resolving_can_be_taken_back(session, talk, misaki, news):
    talk.says()
    deed(misaki, talk.ticket, "resolution")
    page = misaki.get(path(talk.ticket)).text
    assert "解決にしました" in page
    assert f'action="/tickets/{talk.ticket.id}/reopening"' in page
    deed(misaki, talk.ticket, "reopening")
    session.rollback()
    assert session.get_one(Ticket, talk.ticket.id).state == "open"
    assert news.told.count(("ticket", talk.ticket.id)) == 2


def test_a_move_that_is_no_longer_there_is_said_calmly(talk, misaki):
    talk.says()
    deed(misaki, talk.ticket, "resolution")
    again = deed(misaki, talk.ticket, "resolution")
    assert again.status_code == 400
    assert "このチケットの状態が変わっています" in again.text


def test_what_colleagues_should_know_stays_with_the_customer(talk, misaki):
    talk.says()
    deed(misaki, talk.ticket, "memo", memo="電話は苦手。\r\n文章を希望。")
    assert "電話は苦手。\n文章を希望。" in misaki.get(path(talk.ticket)).text


def test_a_note_is_kept_and_nothing_is_sent(session, talk, misaki, later):
    talk.says()
    answer = deed(misaki, talk.ticket, "notes", body="  設備側かもしれません\x00 ")
    assert answer.status_code == 303
    session.rollback()
    assert session.scalars(select(Note.text)).all() == ["設備側かもしれません\ufffd"]
    assert later.rung == []


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_a_note_that_cannot_be_taken_keeps_its_words(talk, misaki, part):
    talk.says()
    answer = deed(misaki, talk.ticket, "notes", part, body="ん" * 5_001)
    assert answer.status_code == 422
    assert "ん" * 5_001 in answer.text
    assert "5,000文字以内" in answer.text


def test_news_draws_the_story_again_but_neither_form(talk, misaki):
    talk.says()
    part = misaki.get(path(talk.ticket, "thread"), headers=forms.PART).text
    assert 'id="thread"' in part
    assert 'id="sla-timers" hx-swap-oob' in part
    assert "<textarea" not in part


def test_one_who_is_writing_hears_that_the_customer_wrote_again(talk, misaki):
    talk.says()
    seen = talk.ticket.latest_message_id
    talk.says("まだですか", number=1)
    newer = "お客様から新しい投稿が届きました"
    address = path(talk.ticket, "thread")
    assert newer in misaki.get(f"{address}?answers={seen}", headers=forms.PART).text
    assert (
        newer
        not in misaki.get(
            f"{address}?answers={talk.ticket.latest_message_id}", headers=forms.PART
        ).text
    )


def test_the_customers_other_tickets_are_one_click_away(session, talk, cast, clock, misaki):
    other = customer_says(
        session, cast, post("@hikari_care 請求書の宛名", at=clock() - timedelta(days=2))
    )
    talk.says()
    assert other.id != talk.ticket.id
    page = misaki.get(path(talk.ticket)).text
    assert f'class="mini-ticket" href="/tickets/{other.id}"' in page


OURS = "ひかりケア|ゆうき＠在宅勤務|在宅です。|[佐藤田中高橋伊美咲健亮光]+|日本語|ゆ|ひ"


def test_no_japanese_is_left_on_the_english_pages(talk, misaki):
    talk.says("@hikari_care my line is down")
    assert forms.post(misaki, "/me/language", {"locale": "en"}).status_code == 303
    for address in ("/", "/tickets?view=held", path(talk.ticket), path(talk.ticket) + "?mode=note"):
        page = misaki.get(address).text
        assert '<html lang="en">' in page
        # what is put into an answer is for customers, whatever language the agent reads
        ours = re.sub(rf'data-text="[^"]*"|{OURS}', "", page)
        left = re.findall("[ぁ-んァ-ヶー一-龠、。]+", ours)
        assert left == [], address


@pytest.mark.parametrize("count", [1, 25])
def test_the_page_asks_the_same_questions_however_long_the_story(
    app, session, talk, cast, clock, misaki, count
):
    for n in range(count):
        talk.says(f"{n}回目です", number=n)
        marking.add_note(session, talk.ticket, "メモ", by=cast.ken, now=clock())
        marking.tag(session, talk.ticket, f"タグ{n}", by=cast.ken, now=clock())
        session.commit()
        talk.answers(f"{n}回目の返信です。", by=cast.ryo if n % 2 else cast.misaki)
    asked = queries(app, lambda: misaki.get(path(talk.ticket))) - FRAME
    assert asked <= 7
    part = queries(app, lambda: misaki.get(path(talk.ticket, "thread"), headers=forms.PART))
    assert part - 1 <= 7
