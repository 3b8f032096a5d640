"""How much of a prepared answer was sent."""

import pytest

from support.canned.kept import kept, own_words

ANSWER = "ルーターの電源を抜き、1分待ってから入れ直してください。"
VARIANT = "お手数ですが、ルーターを再起動してお試しいただけますか。"


@pytest.mark.parametrize(
    ("body", "least", "most"),
    [
        (ANSWER, 1, 1),
        (f"\n{ANSWER}  \r\n", 1, 1),
        (VARIANT, 1, 1),
        (ANSWER.replace("1分", "2分"), 0.9, 0.99),
        (ANSWER + "それでも直らないときはお知らせください。", 0.6, 0.85),
        ("Thank you for your patience.", 0, 0.1),
        ("", 0, 0),
    ],
    ids=["word for word", "space around", "a variant", "one word", "more added", "own", "nothing"],
)
def test_the_nearest_text_is_what_was_kept(body, least, most):
    assert least <= kept([ANSWER, VARIANT], body) <= most


def test_an_answer_without_words_keeps_nothing():
    assert kept([], "はい") == 0


@pytest.mark.parametrize(("share", "own"), [(0.29, True), (0.3, False), (1.0, False)])
def test_what_dropped_the_words_is_ones_own(share, own):
    assert own_words(share) is own
