"""Who asked not to be written to is answered only; a number is one however it is typed."""

import pytest

from support.conversations.contact import Occasion, folded_number, is_number, may_write, spelt


def test_uninvited_words_are_refused_and_answers_say_so():
    assert not may_write(Occasion.UNINVITED, unwanted=True).may
    answer = may_write(Occasion.ANSWER, unwanted=True)
    assert answer.may
    assert answer.sentence
    for occasion in Occasion:
        assert may_write(occasion, unwanted=False) == may_write(Occasion.ANSWER, unwanted=False)
        assert may_write(occasion, unwanted=False).may


@pytest.mark.parametrize("typed", ["AB-1234-567", "ａｂ１２３４５６７", "ab 1234 567", "AB1234567"])
def test_one_number_has_one_spelling(typed):
    assert folded_number(typed) == "AB1234567"
    assert is_number(typed)


@pytest.mark.parametrize("typed", ["", "  ", "123", "abcdef", "1" * 41, "---", "㌖" * 10 + "1"])
def test_what_is_no_number(typed):
    assert not is_number(typed)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("番号はAB-1234-567です", True),
        ("ab1234567ですね", True),
        ("AB 1234 567", True),
        ("XAB1234567", False),
        ("AB12345678", False),
        ("AB-1234", False),
    ],
)
def test_it_is_found_whole_only(text, found):
    assert bool(spelt("AB-1234-567").search(text)) is found
