"""The log under a part that did not simply go out."""

import re
from datetime import timedelta
from html import unescape

import pytest

from support.replies.attempts import log_attempt
from support.replies.records import Attempt
from support.web.replies.attempts import WORDS, log_of
from tests.web.counting import queries
from tests.web.talk import Talk, path
from tests.web.test_replies import set_parts, status


@pytest.fixture
def talk(session, cast, clock, x):
    return Talk(session, cast, clock, x)


def lines(page):
    """What each line says, with its time."""
    log = re.search(r'<details class="disclosure attempts".*?</details>', page, re.S)
    found = re.findall(r"<time[^>]*>([^<]+)</time><span>([^<]+)</span>", log[0] if log else "")
    return [f"{at} {unescape(words)}" for at, words in found]


def tried(session, reply, *outcomes):
    """As workers and persons leave it: outcome, seconds after the press, detail, who."""
    session.rollback()
    for outcome, after, detail, who in outcomes:
        at = reply.pressed_at + timedelta(seconds=after)
        log_attempt(session, reply.parts[0].id, outcome, detail, at, begun=at, agent_id=who)
    session.commit()


def test_what_went_out_at_once_has_no_log(talk, misaki):
    talk.says()
    reply = talk.answers()
    assert "attempts" not in status(misaki, reply)


def test_the_log_tells_what_was_tried_and_what_a_look_saw(session, talk, clock, cast, misaki):
    talk.says()
    reply = talk.presses()
    tried(
        session,
        reply,
        ("no_answer", 11, "- no answer from X", None),
        ("absent", 20, "", None),
        ("found", 45, "1890000000000000000", None),
        ("said_posted", 60, "プロフィールで見た", cast.ryo.id),
    )
    posted_at = clock() + timedelta(seconds=12)
    set_parts(session, reply, state="posted", x_id="1890000000000000000", posted_at=posted_at)
    assert lines(status(misaki, reply)) == [
        "10:00:11 送信 → 応答なし",
        "10:00:20 Xを確認 → 見つかりません",
        "10:00:45 Xを確認 → 見つかりました（時刻 10:00:12）",
        "10:01:00 高橋が「Xに投稿がある」と判断（理由：プロフィールで見た）",
    ]


def test_what_a_look_sees_again_and_again_is_one_line(session, talk, misaki):
    talk.says()
    reply = talk.presses()
    looks = [("unclear", 30 * n, "503 Service Unavailable", None) for n in range(1, 5)]
    tried(session, reply, ("no_answer", 11, "", None), *looks, ("absent", 150, "", None))
    set_parts(session, reply, state="unknown")
    assert lines(status(misaki, reply)) == [
        "10:00:11 送信 → 応答なし",
        "10:00:30 Xを確認 → 確かめられません（503 Service Unavailable） — 10:02:00まで4回",
        "10:02:30 Xを確認 → 見つかりません",
    ]


def test_words_of_x_are_quoted_as_words(session, talk, misaki):
    talk.says()
    reply = talk.presses()
    tried(session, reply, ("retry", 11, "503 <b>100%(who)s</b>", None))
    set_parts(session, reply, state="queued")
    assert lines(status(misaki, reply)) == [
        "10:00:11 送信 → 受け付けられず、自動で再試行（503 <b>100%(who)s</b>）"
    ]


def test_every_outcome_the_desk_writes_has_its_words():
    written = {"posted", "refused", "retry", "no_answer", "lost_worker", "duplicate", "found"}
    written |= {"absent", "unclear", "handed", "by_hand", "account", "overtaken"}
    written |= {"sent_on", "sent_again", "given_up", "said_posted", "said_absent"}
    written |= {"asked_leave", "retimed"}
    assert set(WORDS) == written


def test_an_outcome_of_a_later_version_is_shown_by_its_name(app, session, talk):
    talk.says()
    reply = talk.presses()
    tried(session, reply, ("weighed", 3, "", None))
    with app.test_request_context():
        (line,) = log_of(reply.parts[0], session.query(Attempt).all())
    assert line.words == "weighed"


def test_the_log_of_many_replies_is_one_question(app, session, talk, misaki):
    talk.says()
    few = queries(app, lambda: misaki.get(path(talk.ticket)))
    for number in range(6):
        talk.says(f"{number}回目です", number=number + 1)
        reply = talk.presses(f"{number}回目の返信です。")
        tried(session, reply, ("no_answer", 11, "", None), ("absent", 20, "", None))
        set_parts(session, reply, state="undone")
        reply.settled_at = reply.pressed_at
        session.commit()
    many = queries(app, lambda: misaki.get(path(talk.ticket)))
    assert many - few <= 3, "attempts, retractions, and the pictures of replies"
