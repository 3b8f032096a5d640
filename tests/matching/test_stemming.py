"""English words without their endings."""

import pytest

from support.matching.stemming import FUNCTION_WORDS, stem


@pytest.mark.parametrize(
    ("words", "one"),
    [
        pytest.param("charge charges charged charging", "charg", id="ending in e"),
        pytest.param("fee fees", "fee", id="a doubled e"),
        pytest.param("stop stops stopped stopping", "stop", id="a doubled letter"),
        pytest.param("deliver delivers delivered delivering", "deliver", id="plain"),
        pytest.param("delivery deliveries", "delivery", id="y and ies"),
        pytest.param("address", "address", id="ss is no ending"),
        pytest.param("late lately", "lat", id="ly"),
    ],
)
def test_forms_of_a_word_are_one(words, one):
    assert {stem(word) for word in words.split()} == {one}


@pytest.mark.parametrize("word", ["", "a", "is", "bed", "ring", "gas", "ies", "bus", "10000", "5g"])
def test_short_words_and_numbers_stay(word):
    assert stem(word) == word


def test_function_words_are_known_by_their_stems():
    assert {stem(word) for word in ("the", "have", "does", "please", "this")} <= FUNCTION_WORDS
    assert stem("refund") not in FUNCTION_WORDS
