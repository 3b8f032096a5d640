"""Lessons are listed one by one and taken back, and what is listed is what teaches."""

from datetime import timedelta

from support.canned import learning, lessons
from support.canned.learning import EVERY
from tests.canned.school import POST, shelf_in, told


def test_a_lesson_taken_back_is_gone_at_once_here_and_soon_elsewhere(school, tmp_path, clock):
    elsewhere = shelf_in(tmp_path / "same")
    first, _ = school.picks(2)
    assert school.picked == {"stop": 2}
    assert told(school.matcher(elsewhere)) == told(school.matcher())
    assert school.forget(pick_id=first.id) == 1
    assert school.picked == {"stop": 1}
    behind = {it.picked for it in school.matcher(elsewhere).rank(POST, 1)}
    clock.forward(seconds=EVERY.seconds)
    caught_up = {it.picked for it in school.matcher(elsewhere).rank(POST, 1)}
    assert (behind, caught_up) == ({2}, {1})


def test_two_lessons_taken_back_in_one_moment_are_both_gone(school):
    first, second = school.picks(2)
    school.matcher()
    school.forget(pick_id=first.id)
    school.matcher()
    school.forget(pick_id=second.id)
    assert school.picked == {}


def test_a_list_a_matcher_may_be_learning_from_stays_as_it_is(school):
    school.picks(2)
    before = school.lessons
    school.forget()
    assert school.lessons == []
    assert len(before) == 2


def test_counts_lists_and_taking_back_agree(school, session, clock):
    school.picks(3)
    school.picks(2, "bill")
    school.none_fits("slow")
    for days, kept in ((779, 1.0), (599, 0.5), (5000, 1.0)):
        school.pick(ago=timedelta(days=days), kept=kept)  # too faint to teach
    for days, kept in ((777, 1.0), (597, 0.5)):
        school.pick(ago=timedelta(days=days), kept=kept)
    at, account = clock(), school.account.id
    counts = learning.counts(session, account, at)
    assert counts == {"stop": 5, "bill": 2, None: 1}
    listed = learning.lessons(session, account, at, most=99)
    assert len(listed) == sum(counts.values())
    assert min(it.weight for it in listed) >= lessons.FAINTEST
    for answer in ("stop", "bill"):
        of_one = learning.lessons(session, account, at, answer_id=answer, most=99)
        assert {it.pick.answer_id for it in of_one} == {answer}
        assert len(of_one) == counts[answer]
    assert school.forget(answer_id="bill") == 2
    assert learning.counts(session, account, at) == {"stop": 5, None: 1}
    assert school.forget() == 6
    assert school.forget() == 0
    assert learning.counts(session, account, at) == {}
    assert learning.lessons(session, account, at, most=99) == []


def test_lessons_are_listed_newest_first_and_page_by_page(school, session, clock):
    rows = school.picks(5)
    ids = [row.id for row in reversed(rows)]
    asked = {"account_id": school.account.id, "now": clock()}
    first = learning.lessons(session, **asked, most=2)
    assert [it.pick.id for it in first] == ids[:2]
    rest = learning.lessons(session, **asked, most=9, before=ids[1])
    assert [it.pick.id for it in rest] == ids[2:]


def test_nobody_takes_back_what_another_account_learnt(school, theirs, session):
    mine = school.pick()
    assert theirs.forget(pick_id=mine.id) == 0
    assert theirs.forget() == 0
    assert school.picked == {"stop": 1}
