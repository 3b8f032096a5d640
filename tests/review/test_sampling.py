"""What makes a reply worth a look, and a sample that picks on nobody."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.review.sampling import (
    A_WEEKS_SAMPLE,
    Facts,
    marks_complaint,
    risk,
    sample,
    sounds_angry,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "kinds"),
    [
        (Facts(), []),
        (Facts(angry=True), ["angry"]),
        (Facts(overridden=1), ["overridden"]),
        (Facts(complaint="苦情"), ["complaint"]),
        (Facts(word_broken="本日中"), ["word"]),
        (Facts(late=True), ["late"]),
        (Facts(wrote_again=1), []),
        (Facts(wrote_again=2), ["again"]),
        (Facts(agent_for=89 * DAY), ["new"]),
        (Facts(agent_for=90 * DAY), []),
        (Facts(urgency="urgent"), ["urgent"]),
        (Facts(followers=9_999), []),
        (Facts(followers=10_000), ["reach"]),
        (Facts(automatic=True), ["automatic"]),
        (Facts(late=True, angry=True, automatic=True), ["angry", "late", "automatic"]),
    ],
)
def test_each_reason_is_named_the_heaviest_first(facts, kinds):
    assert [it.kind for it in risk(facts).reasons] == kinds


def test_every_reason_can_be_said_and_the_score_is_their_sum():
    everything = Facts(9, True, 5, "苦情", "high", True, "本日中", DAY, 200_000, True)
    found = risk(everything)
    assert len(found.reasons) == 10
    assert found.score == sum(it.points for it in found.reasons)
    said = [it.sentence % it.values if it.values else it.sentence for it in found.reasons]
    assert "約束「本日中」が守られていません" in said
    assert "フォロワー200,000人" in said
    assert "優先度「高」" in said


@given(st.integers(0, 50), st.integers(0, 50))
def test_more_overrides_never_weigh_less(one, more):
    assert risk(Facts(overridden=one)).score <= risk(Facts(overridden=one + more)).score


@pytest.mark.parametrize(
    ("text", "angry"),
    [
        ("いい加減にしてください", True),
        ("ありえないんですけど", True),
        ("何回も言ってますよね", True),
        ("This is UNACCEPTABLE", True),
        ("ありがとうございます、直りました", False),
        ("最低気温は何度ですか", True),
        ("夜になると遅いです", False),
        ("How are you doing", False),
    ],
)
def test_words_of_anger_are_a_sign_to_look(text, angry):
    """A word may mislead: it moves a reply up the list and says nothing about anybody."""
    assert sounds_angry(text) is angry


@pytest.mark.parametrize(
    ("tag", "is_one"),
    [("苦情", True), ("クレーム一次", True), ("Complaint", True), ("回線", False)],
)
def test_tags_of_complaints(tag, is_one):
    assert marks_complaint(tag) is is_one


WEEKS = st.sampled_from(["2026-W39", "2026-W40"])
REPLIES = st.lists(
    st.tuples(st.integers(1, 10_000), st.integers(1, 5), WEEKS), unique_by=lambda it: it[0]
)


@given(REPLIES, st.integers(1, 8))
def test_of_every_agent_and_week_the_same_number_is_drawn(sent, each):
    drawn = sample(sent, each)
    there = Counter((agent, week) for _, agent, week in sent)
    found = Counter((agent, week) for reply, agent, week in sent if reply in drawn)
    assert found == {group: min(each, number) for group, number in there.items()}


@given(REPLIES, st.randoms())
def test_whoever_asks_in_whatever_order_draws_the_same(sent, random):
    mixed = list(sent)
    random.shuffle(mixed)
    assert sample(mixed) == sample(sent)


def test_the_draw_is_fair_over_time():
    """Each of a week's replies is as likely as any other, the first and the last too."""
    drawn = Counter[int]()
    for week in range(2_000):
        drawn.update(sample(((reply, 1, str(week)) for reply in range(20)), each=5))
    assert all(400 < drawn[reply] < 600 for reply in range(20)), drawn


def test_a_reply_that_is_not_drawn_is_not_made_to_be_by_who_wrote_it():
    sent = [(reply, 1, "2026-W40") for reply in Random(1).sample(range(1_000), 60)]
    other = [(reply, 2, week) for reply, _, week in sent]
    assert sample(sent) == sample(other)
    assert len(sample(sent)) == A_WEEKS_SAMPLE
