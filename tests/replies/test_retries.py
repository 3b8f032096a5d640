"""Only what surely preceded acceptance is repeated by machine."""

from datetime import timedelta

import pytest

from support.replies.retries import (
    LEEWAY,
    LOOK_AGAIN,
    SKEW,
    after_absence,
    after_error,
    backoff,
    comparable,
    find,
    look_since,
)
from support.replies.states import MOVES, PartState, may_become, together
from support.x.errors import Meaning, XError
from tests.cast import post
from tests.fakes import THURSDAY, snowflake


@pytest.mark.parametrize(
    ("meaning", "state"),
    [
        (Meaning.NOT_SENT, PartState.QUEUED),
        (Meaning.ACCOUNT, PartState.QUEUED),
        (Meaning.NO_ANSWER, PartState.UNKNOWN),
        (Meaning.DUPLICATE, PartState.UNKNOWN),
        (Meaning.REFUSED, PartState.REJECTED),
        (Meaning.BY_HAND, PartState.HANDED),
    ],
)
def test_each_meaning_leads_to_one_state_the_table_allows(meaning, state):
    follows = after_error(XError(meaning, 0, "x"), 1, THURSDAY)
    assert follows.state is state
    assert (PartState.POSTING, state) in MOVES
    assert follows.stops_account is (meaning is Meaning.ACCOUNT)


def test_waits_grow_and_end_at_five_minutes():
    waits = [backoff(n) for n in range(30)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(minutes=5)


def test_a_reset_in_the_past_means_now():
    error = XError(Meaning.NOT_SENT, 429, "x", THURSDAY - timedelta(hours=1))
    assert after_error(error, 0, THURSDAY).not_before == THURSDAY


def test_what_a_person_posted_is_known_by_target_and_time_and_rather_by_its_words():
    changed = post("確認しました", at=THURSDAY, answers="42")
    same = post("確認します ^佐藤", at=THURSDAY + timedelta(minutes=1), answers="42", number=1)
    words = {"text": "確認します ^佐藤", "targets": {"42"}, "taken": set()}
    handed = {**words, "since": THURSDAY, "handed_at": THURSDAY}
    assert find([changed], **handed) is changed
    assert find([changed, same], **handed) is same
    before = {**handed, "handed_at": THURSDAY + timedelta(minutes=3)}
    assert find([changed], **before) is None, "other words from before are another answer"
    assert find([changed], **words, since=THURSDAY) is None


def test_absence_is_proved_by_two_looks_with_time_between_them_by_xs_clock():
    first, later = THURSDAY, THURSDAY + LOOK_AGAIN

    def state(absent_at, shown_at, **more):
        return after_absence(absent_at, shown_at, THURSDAY, **{"duplicate": False, **more}).state

    assert state(None, first) is PartState.UNKNOWN
    assert state(first, later - timedelta(seconds=1)) is PartState.UNKNOWN
    assert state(first, later) is PartState.QUEUED
    assert state(first, later, duplicate=True) is PartState.REJECTED


@pytest.mark.parametrize("hours", [0, 1, -1])
def test_a_look_reaches_back_to_an_id_of_xs_whatever_our_clock_says(hours):
    told = THURSDAY + timedelta(hours=hours)
    assert look_since(snowflake(THURSDAY), told) == THURSDAY - LEEWAY
    assert look_since("", told) == told - SKEW, "by our clock only where no id is known"


def test_ours_is_known_by_target_words_and_time_and_is_never_taken_twice():
    ours = post("確認します ^佐藤", at=THURSDAY, answers="42")
    words = {"text": "確認します ^佐藤", "targets": {"41", "42"}}
    wanted = {**words, "since": THURSDAY, "taken": set()}
    assert find([ours], **wanted) is ours
    assert find([ours], **(wanted | {"targets": {"43"}})) is None
    assert find([ours], **(wanted | {"text": "別の言葉"})) is None
    assert find([ours], **(wanted | {"taken": {ours.x_id}})) is None
    assert find([ours], **(wanted | {"since": THURSDAY + timedelta(hours=1)})) is None


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("見て https://a.example/x", "見て https://t.co/abc"),
        ("はい\n\nどうぞ", "はい どうぞ"),
        ("か\u3099", "が"),
        ("はい", "@kakuu_yuuki はい"),
    ],
)
def test_words_are_compared_as_far_as_x_leaves_them_alone(sent, shown):
    assert comparable(sent) == comparable(shown)


@pytest.mark.parametrize("state", PartState)
def test_what_is_posted_or_undone_stays_so(state):
    for final in (PartState.POSTED, PartState.UNDONE):
        assert may_become(final, state) is (state is final)


def test_what_x_may_have_is_never_taken_back_or_sent_without_a_look():
    assert not may_become(PartState.UNKNOWN, PartState.UNDONE)
    assert not may_become(PartState.UNKNOWN, PartState.POSTING)
    assert not may_become(PartState.POSTING, PartState.UNDONE)


def test_what_a_person_may_have_posted_is_looked_for_before_the_api_sends_it():
    assert may_become(PartState.HANDED, PartState.UNKNOWN)
    assert not may_become(PartState.HANDED, PartState.QUEUED)
    assert not may_become(PartState.HANDED, PartState.POSTING)


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        (["posted", "posted"], "posted"),
        (["posted", "rejected"], "rejected"),
        (["posted", "unknown"], "unknown"),
        (["handed", "queued"], "handed"),
        (["posted", "handed"], "handed"),
        (["posted", "undone"], "posted"),
        (["held", "held"], "held"),
        (["undone"], "undone"),
    ],
)
def test_a_reply_shows_the_part_an_agent_should_know_of_first(parts, whole):
    assert together(parts) == whole
