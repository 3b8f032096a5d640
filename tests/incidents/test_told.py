"""What a notice says of the next news."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from support.incidents.told import next_news

NOW = datetime(2026, 10, 1, 14, 10, tzinfo=ZoneInfo("Asia/Tokyo"))


@pytest.mark.parametrize(
    ("text", "day", "hour", "minute"),
    [
        ("次の更新は15:00ごろの予定です。", 1, 15, 0),
        ("次回のお知らせは１８時ごろの予定です。", 1, 18, 0),
        ("次のご案内は16時半を予定しています。", 1, 16, 30),
        ("次の更新は9時ごろです。", 2, 9, 0),
        ("次のお知らせは明日10時の予定です。", 2, 10, 0),
        ("次の更新は24時ごろです。", 2, 0, 0),
    ],
)
def test_the_moment_that_is_named(text, day, hour, minute):
    at = next_news(text, NOW)
    assert (at.day, at.hour, at.minute) == (day, hour, minute)


@pytest.mark.parametrize(
    "text",
    [
        "本日18時までの調整を予定しております。",
        "次の更新をお待ちください。18時に終わります。",
        "次の更新は15時、次の次の更新は17時です。",
        "次の更新は25時です。",
        "",
    ],
)
def test_where_none_is_named_nothing_is_promised(text):
    assert next_news(text, NOW) is None
