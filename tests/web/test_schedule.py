"""A time for a reply: what the composer offers, what it takes, and how the reply waits."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from support.replies.records import Reply
from support.sla.hours import BusinessHours
from support.web.replies.schedule import Asked, schedule
from tests.cast import HANAKO
from tests.fakes import THURSDAY
from tests.web import forms
from tests.web.talk import Talk, hidden, path, send

TOKYO = ZoneInfo("Asia/Tokyo")
OPENS = datetime(2026, 10, 2, 0, 0, tzinfo=UTC)
"""Friday, 9:00 in Tokyo."""
WEEKDAYS = {day: [("09:00", "12:00"), ("13:00", "18:00")] for day in range(5)}


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def plain(page):
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page)))


def form_of(page):
    start = page.index('id="reply-panel"')
    return page[start : page.index("</form>", start)]


def offers(now, weekly=WEEKDAYS):
    hours = BusinessHours("Asia/Tokyo", weekly)
    found = schedule(hours, now, TOKYO).offered
    return [(str(it.words), f"{it.at.astimezone(TOKYO):%d %H:%M}") for it in found]


NEXT, TOMORROW = "次の営業開始", "明日の営業開始"
OFFERED = {
    "before noon": (THURSDAY, [(NEXT, "01 13:00"), (TOMORROW, "02 09:00")]),
    "in the evening": (THURSDAY + timedelta(hours=9), [(NEXT, "02 09:00")]),
    "before the weekend": (THURSDAY + timedelta(days=1, hours=9), [(NEXT, "05 09:00")]),
}


@pytest.mark.parametrize(("now", "found"), OFFERED.values(), ids=OFFERED)
def test_openings_are_offered_each_once(app, now, found):
    with app.test_request_context():
        assert offers(now) == found


def test_a_desk_that_never_opens_offers_no_opening(app):
    with app.test_request_context():
        assert offers(THURSDAY, {}) == []


def test_a_time_on_the_form_is_one_of_the_desks_wall():
    assert Asked("at", "2026-10-02T09:30").moment(TOKYO) == OPENS + timedelta(minutes=30)
    assert Asked("at", "２０２６/10/02 09:30").moment(TOKYO) == OPENS + timedelta(minutes=30)
    assert Asked("2026-10-02T00:00:00+00:00").moment(TOKYO) == OPENS
    assert Asked("", "2026-10-02T09:30").moment(TOKYO) is None


def test_a_scheduled_reply_stands_in_the_thread_and_leaves_nothing_to_count_down(
    talk, misaki, later
):
    talk.says()
    answer = send(misaki, talk.ticket, "明日お調べします。", when=OPENS.isoformat())
    assert answer.status_code == 303
    reply = talk.replies()[0]
    assert (reply.scheduled, reply.held_until) == (True, OPENS)
    page = misaki.get(path(talk.ticket)).text
    outbox = page[page.index(f'id="outbox-{reply.id}"') : page.index('class="reply-zone"')]
    assert "予約済み — 10月2日（金） 9:00に送信" in plain(outbox)
    assert "data-countdown" not in outbox
    assert "hx-trigger" not in outbox, "nothing happens for hours: the page does not keep asking"
    assert later.rung == []


def test_a_scheduled_reply_is_taken_back_with_its_words(talk, misaki):
    talk.says()
    send(misaki, talk.ticket, "明日お調べします。", when=OPENS.isoformat())
    answer = forms.post(misaki, f"/replies/{talk.replies()[0].id}/undo")
    page = misaki.get(answer.location).text
    assert "明日お調べします。</textarea>" in page
    assert {part.state for part in talk.replies()[0].parts} == {"undone"}


def test_a_time_of_ones_own_may_lie_out_of_hours_if_one_says_so(talk, misaki):
    talk.says()
    evening = {"when": "at", "at": "2026-10-01T20:30"}
    assert send(misaki, talk.ticket, "今夜お知らせします。", **evening).status_code == 422
    said = send(misaki, talk.ticket, "今夜お知らせします。", **evening, out_of_hours="1")
    assert said.status_code == 303
    assert talk.replies()[0].held_until == datetime(2026, 10, 1, 11, 30, tzinfo=UTC)


WRONG = {
    "past": ({"when": "at", "at": "2026-10-01T09:00"}, "これからの日時"),
    "far": ({"when": "at", "at": "2026-11-02T10:00"}, "30日以内"),
    "out of hours": ({"when": "at", "at": "2026-10-03T10:00"}, "営業時間外の日時です"),
    "empty": ({"when": "at", "at": ""}, "送る日時を入力してください"),
    "no time": ({"when": "soon"}, "送る日時を入力してください"),
    "out of the calendar": ({"when": "at", "at": "0001-01-01T00:00"}, "日時"),
}


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
@pytest.mark.parametrize(("fields", "words"), WRONG.values(), ids=WRONG)
def test_a_time_that_cannot_be_taken_says_why_and_keeps_the_draft(
    talk, misaki, fields, words, part
):
    talk.says()
    answer = send(misaki, talk.ticket, "書きかけの文", part=part, **fields)
    assert answer.status_code == 422
    form = form_of(answer.text)
    fault = form[form.index('id="schedule-fault"') :]
    assert words in fault[: fault.index("</div>")]
    assert "書きかけの文</textarea>" in form
    assert re.search(r'id="when-at" value="at"[^>]* checked', form), "the choice is kept as well"
    assert 'name="at"' in form
    assert f'value="{fields.get("at", "")}"' in form
    assert 'aria-invalid="true" aria-describedby="schedule-fault"' in form
    assert talk.replies() == []


def test_a_form_that_chose_no_time_sends_now(talk, misaki):
    talk.says()
    send(misaki, talk.ticket, "確認いたします。", when="", at="2026-10-02T10:00")
    reply = talk.replies()[0]
    assert (reply.scheduled, reply.held_until) == (False, THURSDAY + timedelta(seconds=10))


def test_the_composer_says_what_another_answer_means_while_one_is_scheduled(talk, cast, signed_in):
    talk.says()
    first, second = signed_in(cast.misaki), signed_in(cast.ken)
    send(first, talk.ticket, "明日お調べします。", when=OPENS.isoformat())
    told = plain(form_of(second.get(path(talk.ticket)).text))
    assert "佐藤さんの返信が予約されています（10月2日（金） 9:00に送信）。" in told
    assert "先にその返信を取り消してください。" in told


@pytest.mark.parametrize("part", [False, True], ids=["page", "part"])
def test_the_second_agent_reads_that_the_first_answer_is_scheduled(talk, cast, signed_in, part):
    talk.says()
    first, second = signed_in(cast.misaki), signed_in(cast.ken)
    fields = {**hidden(second.get(path(talk.ticket)).text), "body": "田中の下書き"}
    send(first, talk.ticket, "明日お調べします。", when=OPENS.isoformat())
    headers = forms.PART if part else {}
    answer = second.post(path(talk.ticket, "replies"), data=fields, headers=headers)
    assert answer.status_code == 409
    assert "佐藤さんの返信が先に予約されています（10月2日（金） 9:00に送信）。" in answer.text
    assert '<q dir="auto">明日お調べします。</q>' in answer.text
    assert "田中の下書き</textarea>" in answer.text
    assert answer.text.count("予約されています") == 1, "it is said once"
    again = {**hidden(answer.text), "body": "田中の下書き"}
    refused = second.post(path(talk.ticket, "replies"), data=again, headers=headers)
    assert refused.status_code == 409, "having read it does not lift it: one answer to a message"
    assert len(talk.replies()) == 1


def test_a_direct_message_can_be_scheduled_too(talk, misaki):
    talk.says("契約番号です", by=HANAKO, private=True)
    assert 'id="schedule-menu"' in form_of(misaki.get(path(talk.ticket)).text)
    send(misaki, talk.ticket, "確認いたします。", when=OPENS.isoformat())
    page = plain(misaki.get(path(talk.ticket)).text)
    assert "予約済み — 10月2日（金） 9:00に送信" in page


def test_what_goes_out_by_hand_cannot_be_scheduled(session, talk, misaki):
    talk.says("通信が遅い")
    message = talk.ticket.latest_message
    message.raw = {
        "id": "900",
        "author_id": "9000000001",
        "text": "通信が遅い",
        "created_at": "2026-10-01T01:00:00.000Z",
    }
    session.commit()
    assert "schedule-menu" not in misaki.get(path(talk.ticket)).text
    answer = send(misaki, talk.ticket, "確認いたします。", when=OPENS.isoformat())
    assert (answer.status_code, talk.replies()) == (422, [])


def test_each_part_counts_down_to_the_same_moment(session, talk, clock, misaki):
    talk.says()
    send(misaki, talk.ticket, "一つ目の文です。" * 20)
    clock.forward(seconds=4)
    page = misaki.get(path(talk.ticket)).text
    assert re.findall(r'data-countdown="(\d+)"', page) == ["6", "6"], "so it is after a reload"
    assert page.count('id="undo-') == 1
    clock.forward(seconds=6)
    assert "data-countdown" not in misaki.get(path(talk.ticket)).text
    session.rollback()
    assert session.get_one(Reply, talk.replies()[0].id).parts[0].state == "held"
