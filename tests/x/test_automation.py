"""Only whoever turned to us is answered by itself, and never after they asked us to stop."""

from datetime import timedelta

import pytest

from support.x.automation import TOO_OLD, Quiet, asks_to_stop, quiet
from support.x.eligibility import Verdict, Why

NOW = timedelta(0)


@pytest.mark.parametrize("why", Why)
def test_only_a_mention_or_a_direct_message_is_answered(why):
    allowed = why in (Why.MENTIONED, Why.PRIVATE)
    assert quiet(Verdict(why), ["届きません"], NOW) is (None if allowed else Quiet.NOT_ASKED)


@pytest.mark.parametrize(
    "text",
    ["STOP", "@hikari_care stop!", "配信停止", "自動返信は不要です", "ＳＴＯＰ", "unsubscribe"],
)
def test_they_may_ask_us_to_stop(text):
    assert asks_to_stop(text)
    assert quiet(Verdict(Why.PRIVATE), ["はい", text], NOW) is Quiet.TOLD_TO_STOP


@pytest.mark.parametrize("text", ["画面が stop して動きません", "配信停止の方法を教えてください"])
def test_a_matter_that_is_about_stopping_is_none(text):
    assert not asks_to_stop(text)


def test_a_backlog_is_not_answered():
    assert quiet(Verdict(Why.PRIVATE), [], TOO_OLD) is None
    late = TOO_OLD + timedelta(seconds=1)
    assert quiet(Verdict(Why.PRIVATE), [], late) is Quiet.TOO_OLD
