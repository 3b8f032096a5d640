"""What no look could prove, a person says who has looked: the page, the choices, who may."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from support.replies.attempts import log_attempt
from support.replies.records import Attempt, Reply
from tests.cast import HANAKO
from tests.fakes import snowflake
from tests.web import forms
from tests.web.talk import Talk, path
from tests.web.test_replies import set_parts, status


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def doubt(session, talk, clock, *, minutes=3, **said):
    """A reply X gave no answer to, so many minutes ago."""
    talk.says(**said)
    reply = talk.presses("一つ目の文です。" * 20 if not said else "確認いたします。")
    begun = clock.forward(seconds=10)
    set_parts(session, reply, state="unknown", attempted_at=begun, claimed_at=begun)
    for part in session.get_one(Reply, reply.id).parts[1:]:
        part.state = "queued"
    log_attempt(session, reply.parts[0].id, "no_answer", "", begun, begun=begun)
    session.commit()
    clock.forward(minutes=minutes)
    return reply


@pytest.fixture
def doubtful(session, talk, clock):
    return doubt(session, talk, clock)


def page_of(reply):
    return f"/replies/{reply.id}/decide"


def says(client, reply, what, **fields):
    return forms.post(client, f"{page_of(reply)}/{what}", fields)


def now_is(session, reply):
    session.rollback()
    found = session.get_one(Reply, reply.id)
    return [part.state for part in found.parts], found.settled_at is not None


def test_the_page_shows_what_was_sent_to_whom_and_where_to_look(doubtful, misaki):
    page = misaki.get(page_of(doubtful)).text
    plain = unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page)))
    assert "一つ目の文です。" in plain
    assert "ゆうき＠在宅勤務 @kakuu_yuuki" in plain
    assert "10月1日（木） 10:00:10" in plain
    assert "送信 → 応答なし" in plain
    assert "同じ返信が2回届きます" in plain
    x_id = doubtful.answers.target_x_id
    assert f'href="https://x.com/kakuu_yuuki/status/{x_id}"' in page
    assert 'href="https://x.com/hikari_care"' in page


def test_the_thread_and_the_page_of_sending_lead_to_it(doubtful, misaki, ryo):
    link = f'href="{page_of(doubtful)}"'
    assert link in status(misaki, doubtful)
    assert "まだ確かめられません" in status(misaki, doubtful)
    assert link in ryo.get("/settings/sending").text


def test_while_the_desk_looks_by_itself_nobody_decides(session, talk, clock, cast, signed_in):
    reply = doubt(session, talk, clock, minutes=1)
    misaki = signed_in(cast.misaki)
    assert page_of(reply) not in status(misaki, reply)
    answer = misaki.get(page_of(reply))
    assert (answer.status_code, answer.location) == (303, path(talk.ticket))
    assert "自動で確認しています" in misaki.get(answer.location).text
    assert says(misaki, reply, "absent", reason="見た", then="again").status_code == 303
    assert now_is(session, reply)[0][0] == "unknown"


def test_a_post_seen_on_x_is_posted_at_its_own_time(session, doubtful, clock, cast, misaki, later):
    at = doubtful.pressed_at + timedelta(seconds=12)
    place = f" https://x.com/hikari_care/status/{snowflake(at)}?s=20 "
    answer = says(misaki, doubtful, "posted", place=place, reason="返信欄で見た")
    assert answer.status_code == 303
    assert now_is(session, doubtful) == (["posted", "queued"], False)
    part = session.get_one(Reply, doubtful.id).parts[0]
    assert (part.x_id, part.posted_at) == (snowflake(at), at)
    assert later.rung == [("send", str(cast.account.id))], "what follows it goes on"
    said = session.scalars(select(Attempt).order_by(Attempt.id)).all()
    assert ("said_posted", "返信欄で見た", cast.misaki.id) in [
        (it.outcome, it.detail, it.agent_id) for it in said
    ]


def test_what_is_not_there_is_sent_again(session, doubtful, misaki, later):
    assert says(misaki, doubtful, "absent", reason="ない", then="again").status_code == 303
    assert now_is(session, doubtful) == (["queued", "queued"], False)
    assert len(later.rung) == 1


def test_or_given_up_with_all_that_follows(session, doubtful, talk, misaki):
    answer = says(misaki, doubtful, "absent", reason="別の返信をした", then="never")
    assert now_is(session, doubtful) == (["undone", "undone"], True)
    assert "送っていない分を取りやめました" in misaki.get(answer.location).text
    assert "佐藤が返信を取り消し" in misaki.get(path(talk.ticket)).text


WRONG = {
    "no address": ("posted", {"place": "", "reason": "見た"}, "place-error"),
    "no id in it": ("posted", {"place": "https://x.com/hikari_care", "reason": "見た"}, "place"),
    "another time": ("posted", {"place": "1000000000000000000", "reason": "見た"}, "place-error"),
    "no reason": ("posted", {"place": "{place}", "reason": " "}, "reason-on-x-error"),
    "nor here": ("absent", {"reason": "", "then": "again"}, "reason-absent-error"),
}


@pytest.mark.parametrize(("what", "fields", "error"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_taken_says_so_beside_its_field(
    session, doubtful, misaki, what, fields, error
):
    place = snowflake(doubtful.pressed_at + timedelta(seconds=12))
    filled = {name: value.format(place=place) for name, value in fields.items()}
    answer = says(misaki, doubtful, what, **filled)
    assert answer.status_code == 422
    assert f'class="field-error" id="{error}' in answer.text
    if what == "posted":
        assert f'value="{filled["place"]}"' in answer.text, "nothing is typed twice"
    assert now_is(session, doubtful)[0][0] == "unknown"


def test_a_colleague_may_not_decide_but_a_lead_may(session, doubtful, cast, signed_in):
    ken, ryo = signed_in(cast.ken), signed_in(cast.ryo)
    assert ken.get(page_of(doubtful)).status_code == 403
    assert page_of(doubtful) not in status(ken, doubtful)
    assert says(ken, doubtful, "absent", reason="ない", then="again").status_code == 403
    assert ryo.get(page_of(doubtful)).status_code == 200
    assert says(ryo, doubtful, "absent", reason="ない", then="again").status_code == 303


def test_what_was_found_in_the_meantime_is_not_decided(session, doubtful, talk, misaki):
    set_parts(session, doubtful, state="posted")
    answer = says(misaki, doubtful, "absent", reason="ない", then="again")
    assert answer.location == path(talk.ticket)
    assert "決めることは残っていません" in misaki.get(answer.location).text
    assert now_is(session, doubtful)[0][0] == "posted"


def test_a_direct_message_is_looked_for_among_the_messages(session, talk, clock, cast, signed_in):
    reply = doubt(session, talk, clock, text="契約番号です", by=HANAKO, private=True)
    page = signed_in(cast.misaki).get(page_of(reply)).text
    assert 'href="https://x.com/messages"' in page
    assert "DMのID" in page
    assert "返信先の投稿をXで見る" not in page


def test_an_unknown_reply_is_not_found(misaki):
    assert misaki.get("/replies/999/decide").status_code == 404
    assert forms.post(misaki, f"/replies/{10**20}/decide/absent").status_code == 404
