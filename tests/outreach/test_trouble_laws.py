"""What holds of every post, whatever people write."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from support.outreach.explanation import SENTENCES
from support.outreach.lessons import MOST_POINTS
from support.outreach.trouble import HIGH, Words, judge, learn
from tests.outreach.labelled import AGE, TELECOM, posts

WRITTEN = """
    ひかり回線 ﾋｶﾘ回線 ひかりケア 光ケア あおぞら光 ミナト光 他社 ひかりルータ
    つながらない ﾂﾅｶﾞﾗﾝ 遅い おっっっそ 切れ 落ちた できません 困って のに down
    わけではない くない くない？ らしい 人は たら より に乗り換え 直った と思ったら また
    さすが 神回線 (笑) www 草 最高 もう3日 至急 😭😭 👨‍👩‍👧 🇯🇵 か\u3099 ﬁ ㌔ ½
    。 、 ！ … ーーー https://t.co/x #PR @a 0.8Mbps \u200b \ufe0f
"""
PIECES = st.sampled_from([*WRITTEN.split(), " ", "\n", "\ud83d", "is down", "http://"])
POSTS = st.one_of(
    st.lists(PIECES, max_size=12).map("".join),
    st.text(st.characters(codec=None, exclude_categories=()), max_size=80),
    st.sampled_from([post.text for post in posts()]),
)
AGES = st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=30))
FOLLOWERS = st.none() | st.integers(0, 10**9)
DECISIONS = st.lists(st.tuples(POSTS, st.booleans()), max_size=12)


def judged(text, words=TELECOM, learned=None):
    return judge(text, words=words, age=AGE, followers=None, learned=learned)


@given(POSTS, AGES, FOLLOWERS)
def test_any_post_has_a_score_with_reasons_that_lie_within_it(text, age, followers):
    trouble = judge(text, words=TELECOM, age=age, followers=followers)
    assert 0 <= trouble.score <= 100
    assert trouble.score == max(0, min(100, sum(reason.points for reason in trouble.reasons)))
    for reason in trouble.reasons:
        assert SENTENCES[reason.kind] % reason.values
        for start, end in reason.spans:
            assert 0 <= start < end <= len(text)


@given(POSTS)
def test_the_words_a_reason_names_are_those_it_marks(text):
    for reason in judged(text).reasons:
        if "words" in reason.values:
            marked = dict.fromkeys(text[start:end] for start, end in reason.spans)
            assert reason.values["words"] == "・".join(marked)


@given(POSTS, DECISIONS)
def test_the_same_post_is_always_judged_the_same(text, decisions):
    assert judged(text, learned=learn(decisions)) == judged(text, learned=learn(decisions))


@given(POSTS, DECISIONS)
def test_in_which_order_decisions_came_does_not_matter(text, decisions):
    backwards = learn(reversed(decisions))
    assert judged(text, learned=learn(decisions)) == judged(text, learned=backwards)


NAMES = """ひかり 回線 ひかりモバイル あおぞら つばめネット光 光ケア Net"""
MORE_PRODUCTS = st.sampled_from(NAMES.split())


@given(POSTS, MORE_PRODUCTS)
def test_one_more_product_word_never_lowers_a_score(text, word):
    fewer = Words(("ひかり回線",), {}, TELECOM.competitors)
    more = Words(("ひかり回線", word), {}, TELECOM.competitors)
    assert judged(text, more).score >= judged(text, fewer).score


@given(POSTS)
def test_naming_our_product_at_the_end_never_lowers_a_score(text):
    words = Words(("ひかり回線",))
    assert judged(f"{text[:200]} ひかり回線", words).score >= judged(text[:200], words).score


@given(POSTS, DECISIONS, st.integers(1, 50))
def test_what_is_learned_moves_a_score_by_a_bounded_number_of_points(text, decisions, times):
    learned = learn(decisions * times)
    assert abs(judged(text, learned=learned).score - judged(text).score) <= MOST_POINTS


@given(POSTS, st.integers(1, 200))
def test_what_is_learned_alone_never_makes_a_post_high(text, times):
    nameless = Words(("いわない名前",))
    learned = learn([(text, True)] * times + [("おはよう", False)] * 5)
    assert judged(text, nameless, learned).score < HIGH
