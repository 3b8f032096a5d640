"""Which text of an answer is sent next."""

from datetime import UTC, datetime, timedelta

import pytest

from support.canned.rotation import Turn, whose_turn

NOW = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)


def ago(minutes):
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("texts", "sent", "turn"),
    [
        (["a"], {}, Turn("a")),
        (["a", "b"], {"a": ago(5)}, Turn("b")),
        (["a", "b", "c"], {"b": ago(5)}, Turn("a")),
        (["a", "b"], {"a": ago(5), "b": ago(12)}, Turn("b", ago(12))),
        (["a", "b"], {"a": ago(12), "b": ago(5)}, Turn("a", ago(12))),
        (["a", "b"], {"a": ago(5), "b": ago(5)}, Turn("a", ago(5))),
        (["a"], {"a": ago(12), "x": ago(1)}, Turn("a", ago(12))),
    ],
    ids=["alone", "the variant", "the first", "longest ago", "round again", "a tie", "no choice"],
)
def test_the_text_that_x_has_seen_least_lately(texts, sent, turn):
    assert whose_turn(texts, sent) == turn
