"""Whose turn it is: each reason to pass somebody, and the property that covers them together."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.errors import Refused
from support.incidents import paces, wordings
from support.incidents.paces import Allowed
from support.incidents.starters import STARTERS
from support.incidents.turns import SENTENCES, Case, Course, Do, Stage, Why, next_wording, turn
from support.incidents.wordings import Crowd, Whom
from support.x.eligibility import Verdict
from support.x.eligibility import Why as OnX
from support.x.text import POST_LIMIT, weighted_length
from tests.fakes import THURSDAY

HOUR = timedelta(hours=1)
PLAIN = Case(Stage.FIRST, THURSDAY, THURSDAY - HOUR, Verdict(OnX.MENTIONED))
NEWS = replace(PLAIN, stage=Stage.UPDATE, answered_at=THURSDAY - timedelta(minutes=30))


@pytest.mark.parametrize(
    ("case", "do", "why"),
    [
        (PLAIN, Do.PRESS, None),
        (replace(PLAIN, linked=False), Do.PASS, Why.UNLINKED),
        (replace(PLAIN, resolved=True), Do.PASS, Why.RESOLVED),
        (replace(PLAIN, muted=True), Do.PASS, Why.MUTED),
        (replace(PLAIN, hidden="protected"), Do.PASS, Why.PROTECTED),
        (replace(PLAIN, hidden="suspended"), Do.PASS, Why.GONE),
        (replace(PLAIN, asked_at=None, verdict=None), Do.PASS, Why.NOTHING_SAID),
        (replace(PLAIN, verdict=Verdict(OnX.ONLY_MENTIONED)), Do.PASS, Why.LIMITED),
        (replace(PLAIN, verdict=Verdict(OnX.ENCRYPTED)), Do.PASS, Why.ENCRYPTED),
        (replace(PLAIN, verdict=Verdict(OnX.NOT_SUMMONED)), Do.BY_HAND, None),
        (replace(PLAIN, private=True, receives_dm=False), Do.PASS, Why.DM_CLOSED),
        (replace(PLAIN, private=True, receives_dm=None), Do.PRESS, None),
        (replace(PLAIN, other=Course.MOVING), Do.WAIT, None),
        (replace(PLAIN, other=Course.STUCK), Do.PASS, Why.ON_ITS_WAY),
        (replace(PLAIN, answered_at=THURSDAY), Do.PASS, Why.ANSWERED),
        (replace(PLAIN, answered_at=THURSDAY - 2 * HOUR), Do.PRESS, None),
        (replace(PLAIN, foreign=True), Do.PASS, Why.FOREIGN),
        (replace(PLAIN, unwanted=True), Do.PRESS, None),
        (NEWS, Do.PRESS, None),
        (replace(NEWS, unwanted=True), Do.PASS, Why.UNWANTED),
        (replace(NEWS, by_person_at=THURSDAY + HOUR), Do.PASS, Why.ANSWERED),
        (replace(NEWS, by_person_at=THURSDAY - HOUR), Do.PRESS, None),
    ],
)
def test_a_turn(case, do, why):
    it = turn(case)
    assert (it.do, it.why) == (do, why)
    assert bool(it.sentence) is (do is Do.BY_HAND)


moments = st.integers(-90, 90).map(lambda n: THURSDAY + timedelta(minutes=n))
cases = st.builds(
    Case,
    stage=st.sampled_from(list(Stage)),
    since=moments,
    asked_at=st.none() | moments,
    verdict=st.none() | st.sampled_from(list(OnX)).map(Verdict),
    linked=st.booleans(),
    resolved=st.booleans(),
    muted=st.booleans(),
    unwanted=st.booleans(),
    foreign=st.booleans(),
    hidden=st.sampled_from(["", "protected", "gone"]),
    receives_dm=st.none() | st.booleans(),
    private=st.booleans(),
    answered_at=st.none() | moments,
    by_person_at=st.none() | moments,
    other=st.sampled_from(list(Course)),
)


@given(cases)
def test_nobody_is_written_to_against_a_rule_and_nobody_drops_out_without_a_reason(case):
    it = turn(case)
    if it.do is Do.PASS:
        assert SENTENCES[it.why]
        return
    assert case.linked
    assert not any((case.resolved, case.muted, case.hidden))
    if it.do is Do.WAIT:
        return
    assert case.other is Course.NONE
    assert case.asked_at is not None
    assert not case.foreign
    asked = case.answered_at is None or case.answered_at < case.asked_at
    assert asked or (case.stage is not Stage.FIRST and not case.unwanted)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=8))
def test_wordings_take_turns(used):
    order = next_wording(used)
    assert sorted(order) == list(range(len(used)))
    assert used[order[0]] == min(used)


VALUES = {"incident": "つながりにくい状況", "account_name": "ひかりケア"}
CROWD = Crowd(people=50, public=50, per_minute=6)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ((), "texts"),
        (STARTERS["first"][:2], "texts"),
        ((*STARTERS["first"][:2], STARTERS["first"][0] + "。"), "text-3"),
        ((*STARTERS["first"][:2], "ご迷惑をおかけしております。"), "text-3"),
        ((*STARTERS["first"][:2], "{customer_name}様、{next_opening}からです。"), "text-3"),
        (("{customer_name}様、" + "お詫び" * 60, *STARTERS["first"][:2]), "text-1"),
    ],
    ids=["none", "too few", "alike", "names nobody", "unknown blank", "too long"],
)
def test_wordings_that_cannot_go_to_so_many_are_refused(texts, field):
    with pytest.raises(Refused) as refused:
        wordings.check(texts, CROWD, signature="^高橋", values=VALUES)
    assert refused.value.field == field


@pytest.mark.parametrize("stage", list(Stage))
def test_the_words_to_begin_with_may_go_as_they_are(stage):
    wordings.check(STARTERS[stage], CROWD, signature="担当:長宗我部", values=VALUES)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("ゆうき＠在宅勤務", "ゆうき"),
        ("ゆうき", "ゆうき"),
        ("", "@yuuki"),
        ("あ" * 30, "@yuuki"),
        ("今すぐ example.com へ", "@yuuki"),
        ("#祭り", "@yuuki"),
    ],
)
def test_a_name_calls_nobody_else_and_leads_nowhere(name, called):
    assert wordings.called(name, "yuuki") == called


@given(st.text(max_size=50), st.from_regex(r"[A-Za-z0-9_]{1,15}", fullmatch=True))
def test_whatever_somebody_is_called_there_is_something_to_say_that_fits(name, username):
    texts = STARTERS["restored"]
    whom = Whom(name, username, "^高橋", private=False)
    found = list(wordings.candidates(texts, range(3), whom, VALUES))
    assert found
    assert all(weighted_length(f"{it.text} ^高橋") <= POST_LIMIT for it in found)
    assert len({it.text for it in found}) == len(found)


def test_words_somebody_heard_are_not_said_again():
    whom = Whom("ゆうき", "yuuki", "", private=False)
    texts = ["{customer_name}様、ああ", "{customer_name}様、いい"]
    ways = list(wordings.candidates(texts, [1, 0], whom, VALUES))
    said = [it.text for it in ways]
    assert said == ["ゆうき様、いい", "ゆうき様、ああ", "@yuuki様、いい", "@yuuki様、ああ"]
    assert wordings.first_unsaid(ways, said[:3]) is ways[3]
    assert wordings.first_unsaid(ways, said) is None


@pytest.mark.parametrize(
    ("counts", "most"),
    [([], 6), ([Allowed(100, 90)], 6), ([Allowed(1_000, 900)], 60), ([Allowed(9, 9)], 1),
     ([Allowed(100, 90), Allowed(10_000, 50, window=False)], 6)],
)  # fmt: skip
def test_no_faster_than_x_bears(counts, most):
    assert paces.fastest(counts) == most


def test_what_is_left_is_left_to_agents():
    assert paces.left_for_all([Allowed(100, 13)]) == 3
    assert paces.left_for_all([Allowed(9, 9)]) == 9, "a part of a post is none"
    assert paces.left_for_all([Allowed(100, 10)]) == 0
    assert paces.left_for_all([Allowed(100, 90), Allowed(1_000, 100, window=False)]) == 0


@given(st.integers(1, 600), st.lists(st.integers(0, 4), max_size=200), st.integers(1, 10))
def test_whatever_the_rhythm_no_minute_holds_more(per_minute, waits, at_once):
    pressed, now = [], THURSDAY
    for wait in waits:
        now += timedelta(seconds=wait)
        pressed += [now] * min(at_once, paces.room(pressed, per_minute, 0, now))
    for begin in pressed:
        assert sum(begin <= at < begin + paces.MINUTE for at in pressed) <= per_minute


def test_a_clock_that_was_set_back_does_not_hold_a_wave_up():
    later = [THURSDAY + timedelta(minutes=50)] * 6
    assert paces.room(later, 6, 0, THURSDAY)
    assert not paces.room([THURSDAY] * 6, 6, 0, THURSDAY)
    assert not paces.room([], 6, 6, THURSDAY), "while X takes none, none are added"
