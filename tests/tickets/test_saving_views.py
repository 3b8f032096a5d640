"""Saved views: one's own and shared ones, in order, under clear names, never lost by accident."""

import pytest

from support.errors import Refused
from support.tickets import saving_views
from support.tickets.saving_views import MOST, move, remove, rename, restore, save, views_of
from tests.fakes import THURSDAY


@pytest.fixture
def keep(session, cast):
    def keep(name, words=None, *, shared=False, by=None):
        words = words or {"tag": "速度"}
        return save(session, name, words, shared=shared, by=by or cast.misaki, now=THURSDAY)

    return keep


def names(session, agent):
    session.flush()
    return [view.name for view in views_of(session, agent)]


def test_everyone_sees_the_shared_ones_and_their_own(session, cast, keep):
    keep("自分の")
    keep("田中の", by=cast.ken)
    keep("みんなの", shared=True, by=cast.ryo)
    assert names(session, cast.misaki) == ["みんなの", "自分の"]
    assert names(session, cast.ken) == ["みんなの", "田中の"]


@pytest.mark.parametrize("name", ["", "  \u3000", "あ" * 31])
def test_a_name_that_says_nothing_or_too_much_is_refused(session, keep, name):
    with pytest.raises(Refused, match="1〜30文字"):
        keep(name)


def test_a_name_is_given_once_in_each_list(session, cast, keep):
    keep("請求")
    keep("請求", by=cast.ken)
    keep("請求", shared=True, by=cast.ryo)
    with pytest.raises(Refused, match="同じ名前"):
        keep(" 請求 ")
    other = keep("別")
    with pytest.raises(Refused, match="同じ名前"):
        rename(session, other, "請求", by=cast.misaki)
    rename(session, other, "別", by=cast.misaki)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [({"channel": "mail"}, "読み取れない条件"), ({"view": "all"}, "条件を1つ以上")],
)
def test_a_filter_that_means_nothing_is_refused(session, keep, words, sentence):
    with pytest.raises(Refused, match=sentence):
        keep("名前", words)


def test_there_are_so_many_and_no_more(session, cast, keep):
    for n in range(MOST):
        keep(f"{n}")
    with pytest.raises(Refused, match="20件まで"):
        keep("もう1つ")
    keep("みんなの", shared=True, by=cast.ryo)


def test_they_are_moved_one_step_and_stay_at_the_ends(session, cast, keep):
    first, _, third = keep("1"), keep("2"), keep("3")
    move(session, third, -1, by=cast.misaki)
    assert names(session, cast.misaki) == ["1", "3", "2"]
    move(session, first, -1, by=cast.misaki)
    assert names(session, cast.misaki) == ["1", "3", "2"]
    move(session, first, 1, by=cast.misaki)
    assert names(session, cast.misaki) == ["3", "1", "2"]


def test_what_was_removed_comes_back_where_it_stood(session, cast, keep):
    first = keep("1")
    keep("2")
    remove(first, now=THURSDAY)
    assert names(session, cast.misaki) == ["2"]
    restore(session, first, by=cast.misaki)
    assert names(session, cast.misaki) == ["1", "2"]


def test_it_does_not_come_back_beside_another_of_its_name(session, cast, keep):
    gone = keep("1")
    remove(gone, now=THURSDAY)
    session.flush()
    keep("1")
    with pytest.raises(Refused):
        restore(session, gone, by=cast.misaki)
    assert saving_views.views_of(session, cast.misaki) != []
