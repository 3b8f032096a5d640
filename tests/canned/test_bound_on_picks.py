"""Wrong picks, however many, never take its own phrasings from an answer."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.canned.lessons import Lesson
from support.canned.likeness import LONGEST, Matcher
from support.canned.replies import CannedReply
from support.canned.shelf import Shelf
from support.matching.text import normalise

SHIPPED = Shelf(Path(__file__).parents[2] / "canned_replies").replies
TIMES = 5


def own_phrasings(replies):
    """Each phrasing that says something and belongs to one answer only, with that answer."""
    holders = {}
    for reply in replies:
        for phrasing in (reply.title, *reply.questions):
            holders.setdefault(normalise(phrasing), {})[reply.id] = phrasing
    return [
        (phrasing, owner)
        for normal, held in holders.items()
        for owner, phrasing in held.items()
        if normal and len(held) == 1
    ]


def adversarial(replies, times=TIMES):
    """Every phrasing picked for a wrong answer, the same one each time, and its own refused."""
    ids = [reply.id for reply in replies]
    for _ in range(times):
        for phrasing, owner in own_phrasings(replies):
            wrong = ids[(ids.index(owner) + 1) % len(ids)]
            yield Lesson(phrasing, wrong, 1.0, (owner, wrong))
            yield Lesson(phrasing, None, 1.0, (owner,))


def lost(matcher):
    """Phrasings that do not find their own answer first."""
    return [
        (phrasing, owner)
        for phrasing, owner in own_phrasings(matcher.replies)
        if matcher.ranking(phrasing, 1) != [owner]
    ]


def taught(replies, lessons):
    matcher = Matcher(replies)
    for lesson in lessons:
        matcher.learn(lesson)
    return matcher


def test_the_shipped_shelf_finds_its_own_phrasings():
    assert len(own_phrasings(SHIPPED)) > 100
    assert lost(Matcher(SHIPPED)) == []


def test_wrong_picks_on_the_spot_take_no_phrasing_from_its_answer():
    assert lost(taught(SHIPPED, adversarial(SHIPPED))) == []


def test_wrong_picks_in_a_new_build_take_no_phrasing_from_its_answer():
    assert lost(Matcher(SHIPPED, list(adversarial(SHIPPED)))) == []


def test_the_first_suggestion_says_the_phrasing_itself():
    """Not only ranked first: the answer is offered, with its phrasing as the reason."""
    phrasing, owner = own_phrasings(SHIPPED)[0]
    first = Matcher(SHIPPED, list(adversarial(SHIPPED))).rank(phrasing, 1)[0]
    assert (first.reply.id, first.matched) == (owner, phrasing)


def test_the_picks_were_not_without_effect():
    """Else the tests above would show nothing."""
    post = f"至急 {own_phrasings(SHIPPED)[0][0]} 大変困る"
    before, after = Matcher(SHIPPED), taught(SHIPPED, adversarial(SHIPPED))
    assert before.ranking(post, 5) != after.ranking(post, 5)


@pytest.mark.parametrize("size", [LONGEST, LONGEST + 500])
def test_a_phrasing_longer_than_what_is_read_finds_its_answer(size):
    text = "解約したい場合の手続き" * (size // 11 + 1)
    replies = [CannedReply("a", questions=("解約",)), CannedReply("b", questions=(text,))]
    picks = [Lesson(text, "a")] * TIMES
    for matcher in (Matcher(replies), Matcher(replies, picks), taught(replies, picks)):
        assert matcher.ranking(text, 1) == ["b"]


PHRASINGS = st.lists(
    st.sampled_from(
        ["解約", "請求", "ルーター", "の", "がおかしい", " refund ", "late", "😭", "ル"]
    )
    | st.text(max_size=5),
    max_size=4,
).map("".join)


@st.composite
def shelves(draw):
    of_each = draw(st.lists(st.lists(PHRASINGS, max_size=3), min_size=2, max_size=4))
    return [CannedReply(str(n), questions=tuple(texts)) for n, texts in enumerate(of_each)]


@given(shelves(), st.data())
@settings(max_examples=60)
def test_on_any_shelf_no_picks_take_a_phrasing_from_its_answer(replies, data):
    posts = [phrasing for reply in replies for phrasing in reply.questions] or [""]
    ids = [reply.id for reply in replies]
    lesson = st.builds(
        Lesson,
        st.sampled_from(posts),
        st.none() | st.sampled_from(ids),
        st.floats(0, 1),
        st.permutations(ids).map(lambda some: tuple(some[:2])),
    )
    lessons = data.draw(st.lists(lesson, max_size=20)) * 3
    assert lost(taught(replies, lessons)) == []
    assert lost(Matcher(replies, lessons)) == []
    built_and_taught = Matcher(replies, lessons)
    for one in lessons:
        built_and_taught.learn(one)
    assert lost(built_and_taught) == []
