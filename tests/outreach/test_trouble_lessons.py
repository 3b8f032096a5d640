"""What approving and skipping teaches the trouble score, and how little it may move it."""

import pytest

from support.outreach.lessons import MOST_PIECES, MOST_POINTS
from support.outreach.trouble import judge, learn
from tests.outreach.labelled import AGE, TELECOM

SKIPPED = "ひかり回線のラグでランク戦負けた、誰か一緒に遊ぼ"
APPROVED = "ひかり回線が遅くて在宅勤務の会議に出られない"
OTHERS = ["ひかり回線また切れた", "ひかり回線の請求おかしい", "ひかりアプリが開かない"]


def judged(text, learned=None):
    return judge(text, words=TELECOM, age=AGE, followers=None, learned=learned)


def decided(times=12):
    return learn(
        [(SKIPPED, False)] * times + [(APPROVED, True)] * times + [(text, True) for text in OTHERS]
    )


def lesson(text, learned):
    return next((r for r in judged(text, learned).reasons if r.kind.endswith("_before")), None)


def test_posts_like_those_skipped_score_less_and_say_how_many_there_were():
    reason = lesson("ひかり回線ラグい、ランク戦負けた", decided())
    assert reason.kind == "skipped_before"
    assert reason.sentence % reason.values == "同じような投稿を12回見送りました"
    assert -MOST_POINTS <= reason.points < 0


def test_posts_like_those_approved_score_more():
    reason = lesson("今日も在宅勤務の会議に出られない、ひかり回線", decided())
    assert reason.kind == "approved_before"
    assert 0 < reason.points <= MOST_POINTS


def test_the_words_that_taught_it_are_marked():
    text = "ひかり回線ラグい、ランク戦負けた"
    reason = lesson(text, decided())
    assert any("ランク" in text[start:end] for start, end in reason.spans)


def test_what_stands_in_all_posts_alike_teaches_nothing():
    both = learn([("ひかり回線つながらない", True), ("ひかり回線つながらない", False)] * 20)
    assert lesson("ひかり回線つながらない", both) is None


@pytest.mark.parametrize("few", [0, 1, 2])
def test_a_decision_or_two_teach_nothing(few):
    learned = learn([(SKIPPED, False)] * few + [(APPROVED, True)] * few)
    assert lesson(SKIPPED, learned) is None


def test_more_decisions_of_a_kind_weigh_more_up_to_the_bound():
    points = [-lesson(SKIPPED, decided(times)).points for times in (4, 12, 100, 2_000)]
    assert points == sorted(points)
    assert points[0] < points[-1] <= MOST_POINTS


def test_learning_carries_no_post_over_the_caps():
    learned = learn(
        [("今日の天気とても良い散歩日和", True)] * 50 + [("雨の日の歌を聞く", False)] * 50
    )
    assert judged("今日の天気とても良い散歩日和", learned).level == "low"
    assert judged("ひかり回線 今日の天気とても良い散歩日和", learned).level == "low"


def test_what_is_kept_of_many_posts_is_bounded():
    texts = [
        f"{chr(0x4E00 + number)}{chr(0x5E00 + number)}は長い話である" for number in range(9_000)
    ]
    learned = learn((text, True) for text in texts for _ in range(3))
    assert len(learned.pieces) <= MOST_PIECES
