"""One matcher for a set of answers and what an account taught; nobody waits where it is large."""

import gc
import threading
import weakref
from datetime import date, timedelta

import pytest

from support.canned import evaluation, matchers
from support.canned.lessons import Lesson, Taught
from support.canned.likeness import Matcher
from support.canned.matchers import NO_LESSONS, Matchers, built
from support.canned.replies import CannedReply
from support.matching.confidence import FITTED_FROM, NEWEST, Calibration

SHELF = [
    CannedReply("down", title="つながらない", questions=("ネットがつながらない", "接続できない")),
    CannedReply("bill", title="請求", questions=("請求が高い", "料金の内訳")),
    CannedReply("cancel", title="解約", questions=("解約したい", "退会の方法")),
]
MONDAY = date(2026, 10, 5)
WIFI = Lesson("ワイファイがぷつぷつ途切れる", "down")


def lessons(number):
    """So many, in turn for each answer, each with words of its own."""
    said = {"down": "回線がぷつぷつ切れる", "bill": "金額がおかしい", "cancel": "もうやめます"}
    return [Lesson(f"{said[it]} その{n}", it) for n, it in enumerate(([*said] * number)[:number])]


class Builder:
    """Builds as the desk does, and keeps what it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, replies, taught):
        self.asked.append((tuple(replies), len(taught)))
        return built(replies, taught)


@pytest.fixture
def build():
    return Builder()


@pytest.fixture
def aside():
    """Work that was put aside, to be done when the test says so."""
    return []


@pytest.fixture
def small(build, aside):
    return Matchers(build=build, aside=aside.append)


@pytest.fixture
def large(build, aside):
    return Matchers(build=build, aside=aside.append, at_once=0)


def test_each_set_and_account_is_built_once(small, build):
    taught = Taught(1, [WIFI])
    assert small.of(SHELF) is small.of(SHELF)
    assert small.of(SHELF[:2]) is not small.of(SHELF)
    assert small.of(SHELF, taught) is small.of(SHELF, taught)
    assert small.of(SHELF, Taught(2, [WIFI])) is not small.of(SHELF, taught)
    assert len(build.asked) == 4


def test_an_account_that_taught_nothing_shares_the_plain_one(small, build):
    assert small.of(SHELF, Taught(1, [])) is small.of(SHELF) is small.of(SHELF, Taught(2, []))
    assert build.asked == [(tuple(SHELF), 0)]


def test_two_who_ask_at_once_wait_for_one_build():
    entered, go = threading.Event(), threading.Event()
    asked, got = [], []

    def slow(replies, taught):
        asked.append(len(taught))
        entered.set()
        assert go.wait(20)
        return Matcher(replies, taught)

    held, taught = Matchers(build=slow), Taught(1, [WIFI])
    both = [threading.Thread(target=lambda: got.append(held.of(SHELF, taught))) for _ in range(2)]
    for one in both:
        one.start()
    assert entered.wait(20)
    go.set()
    for one in both:
        one.join(20)
    assert asked == [1]
    assert len(got) == 2
    assert got[0] is got[1]


def test_a_lesson_added_at_the_end_is_learnt_without_a_build(small, build):
    taught = Taught(1, [WIFI])
    first = small.of(SHELF, taught)
    assert first.rank("金額がおかしい", 1)[0].picked == 0
    taught.lessons.append(Lesson("金額がおかしい", "bill"))
    assert small.of(SHELF, taught) is first
    assert first.rank("金額がおかしい", 1)[0].reply.id == "bill"
    small.of(SHELF, taught)
    assert first.rank("金額がおかしい", 1)[0].picked == 1
    assert len(build.asked) == 1


def test_another_list_is_another_matcher_that_knows_nothing_of_the_first(small, build):
    small.of(SHELF, Taught(1, [WIFI]))
    anew = small.of(SHELF, Taught(1, [Lesson("金額がおかしい", "bill")]))
    assert anew.ranking(WIFI.post, 3) == small.of(SHELF).ranking(WIFI.post, 3)
    assert [lessons for _, lessons in build.asked] == [1, 1, 0]


def test_on_a_large_shelf_the_plain_one_serves_until_lessons_are_read(large, aside, build):
    taught = Taught(1, [WIFI])
    plain = large.of(SHELF)
    assert large.of(SHELF, taught) is plain
    assert large.of(SHELF, taught) is plain
    assert len(aside) == 1
    aside.pop()()
    assert large.of(SHELF, taught) is not plain
    assert aside == []
    assert [lessons for _, lessons in build.asked] == [0, 1]


def test_on_a_large_shelf_the_old_one_serves_everybody_until_the_new_one_stands(large, aside):
    old, new = Taught(1, [WIFI]), Taught(1, [WIFI, *lessons(3)])
    large.of(SHELF, old)
    aside.pop()()
    serving = large.of(SHELF, old)
    assert large.of(SHELF, new) is serving
    assert large.of(SHELF, new) is serving
    newer = Taught(1, lessons(3))
    assert large.of(SHELF, newer) is serving
    for work in aside:
        work()
    assert large.of(SHELF, newer) is not serving
    assert large.of(SHELF, newer).ranking(WIFI.post, 3) == Matcher(SHELF, newer.lessons).ranking(
        WIFI.post, 3
    )


def test_what_came_while_a_large_one_was_built_is_learnt(large, aside):
    taught = Taught(1, [WIFI])
    large.of(SHELF, taught)
    taught.lessons.append(Lesson("金額がおかしい", "bill"))
    aside.pop()()
    assert large.of(SHELF, taught).rank("金額がおかしい", 1)[0].picked == 1


def test_work_that_is_put_aside_runs_in_a_thread():
    here, there = threading.get_ident(), []
    done = threading.Event()
    matchers.in_a_thread(lambda: (there.append(threading.get_ident()), done.set()))
    assert done.wait(20)
    assert there != [here]


def test_forgetting_everything_lets_the_taught_one_go(small):
    taught = weakref.ref(small.of(SHELF, Taught(1, [WIFI])))
    assert small.of(SHELF, Taught(1, [])) is small.of(SHELF)
    gc.collect()
    assert taught() is None


def test_what_was_not_asked_for_since_yesterday_is_let_go(small):
    offered_last_week = weakref.ref(small.of(SHELF, Taught(1, [WIFI]), MONDAY))
    still = Taught(1, [WIFI])
    serving = small.of(SHELF[:2], still, MONDAY)
    assert small.of(SHELF[:2], still, MONDAY + timedelta(days=1)) is serving
    assert offered_last_week() is not None
    assert small.of(SHELF[:2], still, MONDAY + timedelta(days=2)) is serving
    gc.collect()
    assert offered_last_week() is None


def test_confidence_is_checked_with_enough_decisions_only():
    few = built(SHELF, lessons(FITTED_FROM - 1))
    assert few.calibration == Calibration()
    enough = built(SHELF, lessons(FITTED_FROM))
    assert enough.calibration.decisions == FITTED_FROM
    assert built(SHELF, lessons(2 * NEWEST + 50)).calibration.decisions == NEWEST


def test_decisions_for_answers_that_are_not_here_say_nothing_of_those_that_are():
    gone = [Lesson(f"棚にない話 {n}", "gone") for n in range(NEWEST)]
    assert built(SHELF, gone).calibration == Calibration()


def test_none_of_these_is_no_verdict_where_an_answer_was_found_after_all():
    found = [one for it in lessons(150) for one in (Lesson(it.post, None, shown=("bill",)), it)]
    assert built(SHELF, found).calibration == Calibration()
    unanswered = [Lesson(f"{it.post}?", None, shown=("bill",)) for it in lessons(150)]
    told = built(SHELF, [one for two in zip(unanswered, lessons(150), strict=True) for one in two])
    assert told.calibration.decisions == FITTED_FROM


def test_evaluation_judges_the_matcher_the_desk_builds():
    assert evaluation.build is built


def test_without_lessons_a_built_one_is_the_plain_one():
    post = "料金が高いのはなぜ"
    assert built(SHELF, NO_LESSONS).rank(post) == Matcher(SHELF).rank(post)
