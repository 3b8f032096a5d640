"""The figures of `flask canned evaluate`: what counts as right, and what bad lines say."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned import evaluation
from support.canned.evaluation import Query, auroc, evaluate, read_entries, read_queries, teach
from support.canned.lessons import Lesson
from support.canned.likeness import Matcher
from support.canned.replies import CannedReply

SHELF = [
    CannedReply(id="down", questions=("ネットがつながらない", "接続できない")),
    CannedReply(id="bill", questions=("請求が高い", "料金の内訳")),
    CannedReply(id="cancel", questions=("解約したい", "退会の方法")),
]


def lines(*objects):
    return [json.dumps(one, ensure_ascii=False) for one in objects]


def test_the_figures_of_a_perfect_run():
    queries = [
        Query("1", "ネットつながらない", {"down": 2}),
        Query("2", "料金の内訳は", {"bill": 2}),
        Query("3", "キリンの首", {}),
    ]
    figures = evaluate(SHELF, queries)
    assert list(figures) == [
        "n",
        "top1",
        "top3",
        "top5",
        "mrr",
        "auroc",
        "ece",
        "p50_ms",
        "p95_ms",
        "build_s",
    ]
    assert figures["n"] == 3
    assert [figures[k] for k in ("top1", "top3", "top5", "mrr", "auroc")] == [1.0] * 5


def test_a_second_place_counts_half_for_mrr():
    figures = evaluate(SHELF, [Query("1", "料金の内訳、解約したいし", {"cancel": 2, "bill": 1})])
    first = evaluate(SHELF, [Query("1", "料金の内訳、解約したいし", {"bill": 2})])
    assert {figures["mrr"], first["mrr"]} == {1.0, 0.5}
    assert {figures["top1"], first["top1"]} == {1.0, 0.0}
    assert figures["top3"] == first["top3"] == 1.0


def test_nothing_judged_is_said_as_nothing():
    figures = evaluate([], [])
    assert figures["n"] == 0
    assert figures["top1"] is None
    assert figures["auroc"] is None
    assert "top1        -" in evaluation.report(figures)


@pytest.mark.parametrize(
    ("gold", "right"),
    [
        pytest.param({"a": 2, "b": 1}, {"a"}, id="2 is right, 1 beside it is not"),
        pytest.param({"a": 1, "b": 1}, {"a", "b"}, id="1 where there is no 2"),
        pytest.param({"a": 0}, set(), id="0 never"),
        pytest.param({}, set(), id="nothing fits"),
    ],
)
def test_which_grades_are_right(gold, right):
    assert Query("1", "", gold).right == right


def test_lines_are_read_as_written():
    entries, faults = read_entries(
        ["", *lines({"id": "a", "questions": ["x"], "answer": None, "tags": ["t"]}, {"id": 7})]
    )
    assert faults == []
    assert entries == [
        CannedReply(id="a", questions=("x",), tags=("t",)),
        CannedReply(id="7"),
    ]
    queries, faults = read_queries(
        lines({"id": "q", "text": "x", "gold": {"a": 2}, "split": "dev"})
    )
    assert (queries, faults) == ([Query("q", "x", {"a": 2})], [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("{", "line 2: this is not JSON.", id="not JSON"),
        pytest.param("[" * 100_000, "line 2: this is not JSON.", id="too deep"),
        pytest.param("[]", "line 2: this is not an object with an id.", id="not an object"),
        pytest.param('{"id": ""}', "line 2: id must be a text.", id="empty id"),
        pytest.param(
            '{"id": "a", "questions": "x"}',
            "line 2: questions must be a list of phrasings.",
            id="list",
        ),
        pytest.param(
            '{"id": "a", "questions": [1]}',
            "line 2: questions and tags hold texts only.",
            id="texts",
        ),
        pytest.param(
            '{"id": "kept"}',
            "line 2: a second entry with the id 'kept'; the first is kept.",
            id="twice",
        ),
    ],
)
def test_a_bad_shelf_line_is_named_and_the_others_are_read(line, says):
    entries, faults = read_entries(['{"id": "kept"}', line, '{"id": "last"}'])
    assert [entry.id for entry in entries] == ["kept", "last"]
    assert faults == [says]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param('{"id": "a"}', "line 1: text must be a text.", id="no text"),
        pytest.param(
            '{"id": "a", "text": "", "gold": []}', "entry ids with their grades", id="gold"
        ),
        pytest.param('{"id": "a", "text": "", "gold": {"a": "2"}}', "a whole number", id="grade"),
    ],
)
def test_a_bad_query_line_is_named(line, says):
    queries, faults = read_queries([line])
    assert queries == []
    assert says in faults[0]


SCORES = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=12)


@given(SCORES, SCORES)
def test_auroc_is_the_share_of_pairs_told_apart(fitting, foreign):
    pairs = [(f > o) + 0.5 * (f == o) for f in fitting for o in foreign]
    assert auroc(fitting, foreign) == pytest.approx(sum(pairs) / len(pairs), abs=1e-4)


MODEM = Query("1", "モデムの点滅", {"down": 2})
UNKNOWN = Query("2", "モデムが点滅している", {"down": 2})


def test_picks_are_taught_in_order_each_with_what_was_shown_then():
    matcher = Matcher(SHELF)
    picks = [MODEM, Query("3", "点滅の請求", {"bill": 1}), Query("4", "キリンの首", {})]
    lessons = teach(matcher, picks).lessons
    assert [lesson.post for lesson in lessons] == [pick.text for pick in picks]
    assert lessons[0].shown == ()  # the shelf knew none of its words
    assert "down" in lessons[1].shown  # 点滅 was learnt by the first


@pytest.mark.parametrize(
    ("gold", "taught"),
    [
        pytest.param({"bill": 1, "down": 2}, "down", id="the highest grade"),
        pytest.param({"bill": 1}, "bill", id="grade 1 where there is no 2"),
        pytest.param({}, None, id="none of these"),
        pytest.param({"bill": 0}, None, id="grade 0 is none of these"),
    ],
)
def test_what_a_pick_teaches(gold, taught):
    (lesson,) = teach(Matcher(SHELF), [Query("1", "料金の内訳", gold)]).lessons
    assert lesson == Lesson("料金の内訳", taught, 1.0, ("bill",))


def test_none_of_these_makes_the_shown_answers_less_likely():
    post = "請求書の紙"
    matcher = Matcher(SHELF)
    sure = matcher.rank(post)[0].confidence
    teach(matcher, [Query("1", post, {})] * 3)
    assert matcher.rank(post)[0].confidence < sure


def test_figures_tell_what_picks_are_worth_on_the_spot_and_in_a_new_build():
    ticks = iter(range(10_000))
    figures = evaluate(SHELF, [UNKNOWN], lambda: float(next(ticks)), picks=[MODEM])
    assert evaluate(SHELF, [UNKNOWN])["top1"] == 0.0
    assert figures["picks"] == 1
    assert figures["online_top1"] == figures["online_top3"] == figures["top1"] == 1.0
    assert figures["pick_ms"] == 1000.0  # one tick


def test_teaching_leaves_nothing_behind_for_the_next_run():
    evaluate(SHELF, [UNKNOWN], picks=[MODEM])
    assert evaluate(SHELF, [UNKNOWN])["top1"] == 0.0


@pytest.mark.parametrize(
    ("told", "error"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([(1.0, True), (0.0, False)], 0.0, id="sure and right"),
        pytest.param([(1.0, False)], 1.0, id="sure and wrong"),
        pytest.param([(0.75, True)] * 3 + [(0.75, False)], 0.0, id="three of four"),
        pytest.param([(0.71, True), (0.79, True), (0.15, False)], 0.65 / 3, id="tenths by weight"),
        pytest.param([(0.55, True), (0.65, False)], 0.55, id="tenths make no good for each other"),
    ],
)
def test_calibration_error(told, error):
    assert evaluation.calibration_error(told) == (error and pytest.approx(error, abs=1e-4))


def test_one_bad_pick_line_is_named_as_a_bad_query_line_is():
    picks, faults = read_queries([*lines({"id": "1", "text": "x", "gold": {}}), "{"])
    assert len(picks) == 1
    assert faults == ["line 2: this is not JSON."]
