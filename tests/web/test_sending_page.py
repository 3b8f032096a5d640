"""How sending stands: the figures, what waits for a person, the time to take back, the banner."""

import re
from html import unescape

import pytest

from support.errors import Refused
from support.replies.attempts import log_attempt
from support.replies.records import Reply
from support.web.replies.sending import seconds_of
from support.x.connecting import stop
from support.x.errors import RECONNECT
from support.x.records import Account
from tests.web import forms
from tests.web.counting import FRAME, queries
from tests.web.talk import Talk
from tests.web.test_replies import set_parts

PAGE = "/settings/sending"


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def plain(page):
    return unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page)))


def section(page, name):
    start = page.index(f'id="{name}"')
    return plain(page[page.index(">", start) + 1 : page.index("</section>", start)])


def waiting(session, talk, number, clock, **values):
    """A reply of its own ticket in a state of its own."""
    session.rollback()
    talk.says(f"{number}件目です", number=number)
    reply = talk.presses(f"{number}件目の返信です。")
    set_parts(session, reply, **values)
    found = session.get_one(Reply, reply.id)
    found.settled_at = clock() if values["state"] == "rejected" else None
    found.answers_id, found.ticket_id = talk.ticket.latest_message_id, talk.ticket.id
    session.commit()
    return reply


@pytest.fixture
def desk(session, talk, cast, clock, signed_in):
    """Four replies that wait for a person, and a lead who looks at them three minutes later."""
    states = {
        "rejected": {"reason": "返信先の投稿が削除されたか、見えなくなっています。"},
        "asking": {"reason": "お客様から新しいメッセージが届きました。内容を確かめてください。"},
        "unknown": {"attempted_at": clock(), "claimed_at": clock()},
        "handed": {"handed_at": clock()},
    }
    replies = {
        state: waiting(session, talk, number, clock, state=state, **more)
        for number, (state, more) in enumerate(states.items(), start=1)
    }
    log_attempt(session, replies["rejected"].parts[0].id, "refused", "Xの言葉", clock())
    session.commit()
    clock.forward(minutes=3)
    return replies


def test_a_desk_at_rest_says_that_nothing_waits(ryo):
    page = ryo.get(PAGE).text
    assert "人の確認を待つ返信はありません。" in section(page, "attention")
    account = section(page, "account-1")
    for words in ("正常", "送信を待っている返信はありません。", "最後の失敗 ありません"):
        assert words in account
    assert "Xからまだ知らされていません" in account


def test_a_desk_without_an_account_says_so(session, cast, ryo):
    session.delete(session.get_one(Account, cast.account.id))
    session.commit()
    assert "Xアカウントはまだ接続されていません。" in ryo.get(PAGE).text


def test_what_waits_for_a_person_is_listed_with_why_and_what_to_do(desk, cast, signed_in):
    page = signed_in(cast.ryo).get(PAGE).text
    shown = section(page, "attention")
    assert "4件" in shown
    for words in ("返信先の投稿が削除された", "送信前に確認が必要です", "まだ確かめられません"):
        assert words in shown
    for number in range(1, 5):
        assert f"{number}件目の返信です。" in shown
    assert f'href="/tickets/{desk["asking"].ticket_id}"' in page
    assert f'href="/replies/{desk["unknown"].id}/decide"' in page
    for deed, state in (("retry", "rejected"), ("send", "asking"), ("discard", "handed")):
        assert f'action="/replies/{desk[state].id}/{deed}"' in page


def test_each_state_is_counted_with_its_oldest_and_what_is_late(desk, cast, signed_in):
    shown = section(signed_in(cast.ryo).get(PAGE).text, "account-1")
    assert "送信前の確認待ち 1 3分 1件" in shown
    assert "届いたか確認中 1 3分 1件" in shown
    assert "手での送信待ち 1 3分 0" in shown, "a person takes the time they need"
    assert "遅れ 2件" in shown
    assert "最後の失敗 10:00 送信 → Xに断られました — Xの言葉" in shown


def test_a_deed_in_the_list_comes_back_to_the_list(session, desk, cast, signed_in, later):
    ryo = signed_in(cast.ryo)
    fields = {"reason": "直した", "back": "sending"}
    answer = forms.post(ryo, f"/replies/{desk['rejected'].id}/retry", fields)
    assert (answer.status_code, answer.location) == (303, f"{PAGE}#attention")
    assert len(later.rung) == 1


def test_what_was_sent_is_timed_from_the_press(session, talk, cast, signed_in):
    talk.says()
    talk.answers()
    shown = section(signed_in(cast.ryo).get(PAGE).text, "account-1")
    assert "直近1時間の送信 1 " in shown
    assert "押してから届くまで 11秒 95%は11秒以内" in shown


def test_only_leads_and_admins_see_it(misaki, ryo):
    assert misaki.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' in ryo.get("/settings", follow_redirects=True).text


def test_an_admin_sets_the_time_to_take_back(session, cast, signed_in):
    admin = signed_in(cast.hikaru)
    assert forms.post(admin, f"{PAGE}/1/undo-time", {"seconds": "３０"}).status_code == 303
    session.rollback()
    assert session.get_one(Account, cast.account.id).undo_seconds == 30


def test_a_lead_reads_the_time_but_does_not_set_it(ryo):
    shown = section(ryo.get(PAGE).text, "account-1")
    assert "取り消せる時間 10秒（変更は管理者が行います）" in shown
    assert forms.post(ryo, f"{PAGE}/1/undo-time", {"seconds": "30"}).status_code == 403


@pytest.mark.parametrize("written", ["", "-1", "301", "1.5", "十", "1e2", "9" * 40])
def test_a_time_nobody_can_mean_is_refused_in_words(session, cast, signed_in, written):
    admin = signed_in(cast.hikaru)
    answer = forms.post(admin, f"{PAGE}/1/undo-time", {"seconds": written})
    assert answer.status_code == 422
    assert "0から300までの秒数を、数字で入力してください。" in answer.text
    assert f'value="{written[:20]}" aria-describedby="undo-1-error"' in answer.text
    session.rollback()
    assert session.get_one(Account, cast.account.id).undo_seconds == 10


def test_seconds_are_read_as_people_type_them():
    assert [seconds_of(written) for written in ("0", " 300 ", "１０", "007")] == [0, 300, 10, 7]
    with pytest.raises(Refused):
        seconds_of("301")


def test_the_account_of_another_desk_is_not_found(cast, signed_in):
    admin = signed_in(cast.hikaru)
    for number in (9, 10**20):
        answer = forms.post(admin, f"{PAGE}/{number}/undo-time", {"seconds": "5"})
        assert answer.status_code == 404


LATE = "@hikari_care の送信が遅れています"


@pytest.mark.parametrize(("who", "led"), [("misaki", False), ("ryo", True), ("hikaru", True)])
def test_every_page_says_that_sending_is_late(desk, cast, signed_in, who, led):
    page = signed_in(getattr(cast, who)).get("/me").text
    assert LATE in page
    assert "予定どおりに送り終えていない返信が2件あります。" in plain(page)
    assert ("送信の状況を見る" in page) is led
    assert ("責任者に知らせてください" in page) is not led


def test_there_is_no_banner_while_all_goes_as_it_should(session, talk, clock, cast, signed_in):
    talk.says()
    talk.presses()
    assert LATE not in signed_in(cast.misaki).get("/me").text
    clock.forward(minutes=3)
    assert LATE in signed_in(cast.misaki).get("/me").text, "nobody has sent it"
    session.rollback()
    stop(session.get_one(Account, cast.account.id), RECONNECT, clock())
    session.commit()
    page = signed_in(cast.misaki).get("/me").text
    assert LATE not in page, "that it stands still says more"


def test_the_page_asks_the_same_questions_however_many_wait(app, session, desk, talk, ryo, clock):
    few = queries(app, lambda: ryo.get(PAGE)) - FRAME
    for number in range(10, 22):
        waiting(session, talk, number, clock, state="asking", reason="")
    many = queries(app, lambda: ryo.get(PAGE)) - FRAME
    assert many == few
