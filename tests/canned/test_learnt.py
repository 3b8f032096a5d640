"""What lessons changed is told weight by weight, in words people read."""

import pytest

from support.canned.learnt import KINDS, changes, words_of
from support.canned.lessons import Lesson
from support.canned.likeness import Matcher
from support.canned.replies import CannedReply
from support.matching.features import WEIGHTS, pieces
from support.matching.synonyms import Synonyms, built_in

SHELF = [
    CannedReply("down", questions=("ネットがつながらない", "接続できない")),
    CannedReply("bill", questions=("請求が高い", "why was I charged twice")),
    CannedReply("cancel", questions=("解約したい", "退会の方法")),
]
LESSONS = [
    Lesson("ルーターの赤いランプが点滅", "down"),
    Lesson("ルーターのランプが赤", "down", 0.5),
    Lesson("you are charging my card again", "bill"),
    Lesson("退会のランプ", None, 1.0, ("cancel",)),
]


def told(answer_id, lessons):
    plain, taught = Matcher(SHELF), Matcher(SHELF, lessons)
    return changes(plain.weights(answer_id), taught.weights(answer_id))


def test_every_kind_of_piece_has_a_name():
    assert set(KINDS) == set(WEIGHTS)


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("k:料金", "料金"),
        ("t:クレジットカード", "クレジットカード"),
        ("w:charg", "charging"),
        ("w:wifi", "wifi"),
        ("p:charg card", "charging + card"),
        ("q:card charg", "card + charging"),
        ("y:料金 card", "料金 + card"),
        ("c: ch", "ch…"),
        ("c:ge ", "…ge"),
        ("c: fee ", "fee"),
        ("x:画が", "…画が…"),
        ("h:ている", "…ている…"),
    ],
)
def test_a_piece_is_shown_in_words(piece, words):
    assert words_of(piece, {"charg": "charging"}) == words


def test_a_meaning_is_shown_by_words_of_its_list_as_they_are_written():
    (japanese,) = built_in().found("解約")[:1]
    assert words_of(f"m:{japanese}") == "・".join(built_in().words(japanese)[:3])
    (english,) = built_in().found("charges")[:1]
    assert "charge" in built_in().words(english)
    both = words_of(f"z:{japanese} {english}")
    assert both == f"{words_of(f'm:{japanese}')} + {words_of(f'm:{english}')}"


def test_a_list_keeps_its_words_as_they_are_written():
    lists = Synonyms([[" missing", "cannot find", "！"], ["解約", "やめたい"]])
    assert [lists.words(it) for it in ("0", "1", "2")] == [
        ["missing", "cannot find"],
        ["解約", "やめたい"],
        [],
    ]


def test_english_words_are_shown_as_they_stand_in_the_texts():
    found = changes({}, {"w:charg": 1.0, "w:refund": 0.5}, ["Charged twice!", "charged, charges"])
    assert [it.words for it in found] == ["charged", "refund"]


@pytest.mark.parametrize("answer_id", ["down", "bill", "cancel"])
def test_every_weight_that_differs_is_listed_the_greatest_change_first(answer_id):
    before, after = Matcher(SHELF).weights(answer_id), Matcher(SHELF, LESSONS).weights(answer_id)
    found = told(answer_id, LESSONS)
    listed = {it.piece: (it.before, it.after) for it in found}
    for piece in {*before, *after}:
        two = before.get(piece, 0.0), after.get(piece, 0.0)
        assert listed.get(piece, two) == two
        assert (piece in listed) == (abs(two[1] - two[0]) >= 0.0005)
    sizes = [abs(it.by) for it in found]
    assert sizes == sorted(sizes, reverse=True)


def test_lessons_are_told_as_words_that_speak_for_the_answer_or_against_it():
    for_down = {it.words: it.by for it in told("down", LESSONS)}
    assert for_down["ランプ"] > 0
    against = {it.words: it.by for it in told("cancel", LESSONS)}
    assert against["ランプ"] < 0


def test_what_was_learnt_on_the_spot_is_told_too():
    taught = Matcher(SHELF)
    taught.learn(LESSONS[0])
    found = changes(Matcher(SHELF).weights("down"), taught.weights("down"))
    assert {it.piece for it in found} == set(pieces("ルーターの赤いランプが点滅"))


def test_without_lessons_nothing_is_told():
    assert told("down", []) == []
