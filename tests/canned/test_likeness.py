"""The matcher finds, explains, stays silent, and takes any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.canned.lessons import Lesson
from support.canned.likeness import LONGEST, Matcher
from support.canned.replies import CannedReply
from support.matching.explanation import Explainer
from support.matching.features import pieces
from support.matching.text import normalise

REPLIES = (
    CannedReply(
        id="down",
        title="つながらない",
        questions=("ネットが全然つながらない", "Wi-Fiに繋がりません", "昨日から接続できない"),
        answer="電源を入れ直してください。",
        tags=("接続",),
    ),
    CannedReply(
        id="bill",
        title="請求額の確認",
        questions=("今月の請求がいつもより高い", "料金の内訳を知りたい", "二重に引き落とされてる"),
        answer="会員ページでご確認ください。",
        tags=("請求", "料金"),
    ),
    CannedReply(
        id="cancel",
        title="解約",
        questions=("解約したい", "やめたいんですけど手続きは？", "退会の方法を教えて"),
        answer="会員ページからお手続きください。",
    ),
    CannedReply(
        id="refund",
        title="Refund",
        questions=("where is my refund", "I want my money back", "refund not showing up"),
        answer="We are looking into it.",
        language="en",
    ),
)
MATCHER = Matcher(REPLIES)
ANY = st.text(st.characters(), max_size=400)  # lone surrogates and NUL included


@pytest.mark.parametrize(
    ("post", "reply", "matched"),
    [
        pytest.param(
            "@hikari_care 昨日からネットがつながらない😭",
            "down",
            "ネットが全然つながらない",
            id="ja",
        ),
        pytest.param("料金の内訳ってどこ？", "bill", "料金の内訳を知りたい", id="another ending"),
        pytest.param("ﾈｯﾄがつながらない", "down", "ネットが全然つながらない", id="half-width"),
        pytest.param("もう解約したいです！", "cancel", "解約したい", id="short"),
        pytest.param(
            "@x hi, where's my refnd?? refund pls", "refund", "where is my refund", id="en"
        ),
    ],
)
def test_the_right_answer_is_first_and_says_why(post, reply, matched):
    first = MATCHER.suggest(post)[0]
    assert (first.reply.id, first.matched) == (reply, matched)
    assert 0.5 < first.confidence <= 1
    assert first.spans


@pytest.mark.parametrize(
    "post",
    [
        "",
        "   ",
        "😭😭😭",
        "@hikari_care",
        "https://x.com/a",
        "明日の天気は晴れるかな",
        "happy birthday to you",
        "ๆ",
        "\0",
    ],
)
def test_nothing_is_offered_where_nothing_fits(post):
    assert MATCHER.suggest(post) == []


def test_no_more_than_asked_for_and_best_first():
    ranked = MATCHER.rank("解約したら請求はどうなる？ネットつながらないし", 2)
    assert len(ranked) == 2
    assert ranked[0].confidence >= ranked[1].confidence
    assert MATCHER.suggest("解約したい", limit=0) == []


def test_an_answer_nobody_asks_for_is_found_by_its_own_words():
    matcher = Matcher(
        [CannedReply(id="a", answer="返却キットを送ります"), CannedReply(id="b", answer="工事日")]
    )
    assert matcher.rank("返却キットはいつ来る")[0].reply.id == "a"


def test_entries_without_answers_are_ranked_too():
    matcher = Matcher([CannedReply(id="a", questions=("工事はいつ",)), CannedReply(id="b")])
    assert matcher.rank("工事の日")[0].reply.id == "a"


def test_an_unrelated_answer_changes_no_winner():
    stranger = CannedReply(
        id="zoo", title="動物園", questions=("キリンに会える時間",), answer="昼です。"
    )
    more = Matcher((*REPLIES, stranger))
    for reply in REPLIES:
        for phrasing in reply.questions:
            assert more.rank(phrasing)[0].reply.id == MATCHER.rank(phrasing)[0].reply.id == reply.id


def test_the_same_answers_make_the_same_matcher():
    post = "解約と請求について"
    assert Matcher(REPLIES).rank(post) == MATCHER.rank(post)


@pytest.mark.parametrize(
    "post",
    [
        pytest.param("つながらない" * 4200, id="25,200 characters"),
        pytest.param("ですか" * 8400, id="nothing but endings"),
        pytest.param("😭" * 25_000, id="nothing but emoji"),
        pytest.param("a" * 25_000, id="one long word"),
        pytest.param("\ud800解約したい\udfff\0", id="lone surrogates and NUL"),
        pytest.param("\u202e解約したい", id="right to left"),
        pytest.param("が\u3099" * 1000 + "解約", id="combining marks"),
    ],
)
def test_odd_posts_are_taken_quietly(post):
    for suggestion in MATCHER.suggest(post):
        assert_inside(suggestion.spans, post)


@pytest.mark.parametrize(
    "post",
    [
        pytest.param("解約したい。請求が高い。" * 2100, id="words"),
        pytest.param("where is my refund? " * 1250, id="English"),
        pytest.param("あ" * LONGEST + "解約したい", id="what it asks comes too late"),
    ],
)
def test_no_more_than_the_longest_is_read_of_a_post(post):
    """Its price is bounded: all past the cut is as if it were not there."""
    assert len(post) > LONGEST
    cut = post[:LONGEST]
    assert MATCHER.suggest(post) == MATCHER.suggest(cut)
    assert MATCHER.rank(post, 5) == MATCHER.rank(cut, 5)
    assert MATCHER.ranking(post, 5) == MATCHER.ranking(cut, 5)
    assert MATCHER.evidence(post) == MATCHER.evidence(cut)


def test_no_more_than_the_longest_is_learnt_of_a_post():
    long, cut = Matcher(REPLIES), Matcher(REPLIES)
    post = "回線の点滅 " * 400 + "異音"
    for matcher, text in ((long, post), (cut, post[:LONGEST])):
        matcher.learn(Lesson(text, "down"))
    asked = "異音がして点滅"
    assert long.rank(asked) == cut.rank(asked) != MATCHER.rank(asked)
    built, built_cut = (Matcher(REPLIES, [Lesson(t, "down")]) for t in (post, post[:LONGEST]))
    assert built.rank(asked) == built_cut.rank(asked)


@pytest.mark.parametrize(
    "post", ["", " \n", "😭" * 25_000, "👨‍👩‍👧‍👦" * 3000, "🇯🇵!?…" * 5000, "\u200b" * 25_000]
)
def test_posts_of_no_words_are_taken_quietly_and_teach_nothing(post):
    matcher = Matcher(REPLIES)
    assert matcher.suggest(post) == matcher.rank(post) == matcher.ranking(post, 3) == []
    assert matcher.evidence(post)[0] is None
    matcher.learn(Lesson(post, "down"))
    matcher.learn(Lesson(post, None, shown=("down",)))
    assert Matcher(REPLIES, [Lesson(post, "down")]).rank("解約") == MATCHER.rank("解約")
    assert matcher.rank("解約したい") == MATCHER.rank("解約したい")


@pytest.mark.parametrize(
    ("clean", "noised"),
    [
        pytest.param(
            "ネットが全然つながらない",
            "@hikari_care お世話になっております。ネットが全然つながらないのですが…😭😭",
            id="handle, greeting, emoji",
        ),
        pytest.param(
            "料金の内訳を知りたい",
            "＠hikari＿care こんにちは！料金の内訳を教えてください🙏 https://t.co/Ab1 #ひかり",
            id="full-width handle, URL, hashtag, another ending",
        ),
        pytest.param(
            "Wi-Fiに繋がりません", "Ｗｉ－Ｆｉに繋がりませんｗｗｗ（泣）", id="full width, laughter"
        ),
        pytest.param("退会の方法", "すみません、退会の方法ですが!!!!笑", id="apology, signs"),
        pytest.param("ﾙｰﾀｰが切れる", "ルーーーターが切れる草", id="half width, drawn out"),
        pytest.param(
            "where is my refund", "@hikari_care hi guys, WHERE IS MY REFUND?!?! 😡 pls", id="en"
        ),
        pytest.param(
            "I want my money back",
            "hello there! I want my money back!!!! thanks https://x.com/a/status/1",
            id="en, URL, thanks",
        ),
    ],
)
def test_noise_changes_no_ranking(clean, noised):
    def told(post):
        return [(one.reply.id, one.confidence, one.matched) for one in MATCHER.rank(post, 4)]

    assert told(noised) == told(clean) != []


def test_marks_in_a_noised_post_leave_the_noise_out():
    post = "@hikari_care お世話になっております。解約したいです😭 https://t.co/refund"
    first = MATCHER.suggest(post)[0]
    marked = {post[start:end] for start, end in first.spans}
    assert "解約" in "".join(marked)
    assert all(mark in "解約したい" for mark in marked)


@given(ANY)
@settings(max_examples=200)
def test_any_post_gets_at_most_three_sound_suggestions(post):
    suggestions = MATCHER.rank(post)
    assert len(suggestions) <= 3
    for suggestion in suggestions:
        assert 0 <= suggestion.confidence <= 1
        assert suggestion.matched in ("", *suggestion.reply.questions, suggestion.reply.title)
        assert_inside(suggestion.spans, post)


@given(st.lists(st.text(st.characters(), max_size=30), max_size=4), ANY)
@settings(max_examples=50)
def test_any_shelf_can_be_matched(phrasings, post):
    matcher = Matcher(
        [CannedReply(id=str(n), questions=(text,)) for n, text in enumerate(phrasings)]
    )
    matcher.suggest(post)
    matcher.suggest("".join(phrasings))


@given(ANY, ANY)
def test_spans_lie_in_the_text_in_order_and_apart(text, phrasing):
    assert_inside(Explainer(text).spans(pieces(normalise(phrasing))), text)


def assert_inside(spans, text):
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(set(edges))
    assert not edges or (edges[0] >= 0 and edges[-1] <= len(text))


@pytest.mark.parametrize(
    ("text", "phrasing", "marked"),
    [
        pytest.param("昨夜からルーターが赤い", "ルーターのランプ", ["ルーター"], id="a word"),
        pytest.param("ﾙｰﾀｰが赤い", "ルーターのランプ", ["ﾙｰﾀｰ"], id="half-width kana as written"),
        pytest.param("ガラｹﾞー", "ゲー", ["ｹﾞー"], id="a letter and its mark"),
        pytest.param(
            "My Refund isn't here", "where is my refund", ["Refund"], id="words that tell"
        ),
        pytest.param("fun funding", "fun", ["fun"], id="not inside another word"),
        pytest.param("天気", "解約", [], id="nothing shared"),
    ],
)
def test_shared_pieces_are_marked_as_written(text, phrasing, marked):
    spans = Explainer(text).spans(pieces(normalise(phrasing)))
    assert [text[start:end] for start, end in spans] == marked
