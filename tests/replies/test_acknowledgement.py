"""The next opening in the customer's words."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from support.replies.acknowledgement import opening, received, words

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 10, 1, 20, 0, tzinfo=TOKYO)
BOTH = "担当者が{{next_opening}}お返事します。\n---\nWe reply {{ next_opening }}."


@pytest.mark.parametrize(
    ("day", "clock", "japanese", "english"),
    [
        (1, (23, 0), "今日23時から", "from 23:00 today"),
        (2, (9, 0), "明日9時から", "from 9:00 tomorrow"),
        (5, (9, 45), "月曜日の9時45分から", "from 9:45 on Monday"),
        (13, (9, 0), "10月13日（火）9時から", "from 9:00 on Tuesday 13 Oct"),
    ],
)
def test_the_nearer_the_plainer(day, clock, japanese, english):
    at = datetime(2026, 10, day, *clock, tzinfo=TOKYO)
    assert opening(at, NOW, TOKYO, "ja") == japanese
    assert opening(at, NOW, TOKYO, "en") == english


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", "担当者が明日9時からお返事します。"),
        ("", "担当者が明日9時からお返事します。"),
        ("qme", "担当者が明日9時からお返事します。"),
        ("en", "We reply from 9:00 tomorrow."),
        ("fr", "We reply from 9:00 tomorrow."),
    ],
)
def test_the_customers_language_chooses_the_part(language, expected):
    at = datetime(2026, 10, 2, 9, 0, tzinfo=TOKYO)
    assert words(BOTH, language, at, NOW, TOKYO) == expected


def test_a_text_in_one_language_stays_in_it_throughout():
    at = datetime(2026, 10, 2, 9, 0, tzinfo=TOKYO)
    assert words("営業は{next_opening}です。", "en", at, NOW, TOKYO) == "営業は明日9時からです。"


def test_the_time_of_receipt_tells_public_answers_apart():
    assert received(NOW, "またあした。", TOKYO) == "またあした。\n（受付 10月1日 20:00）"
    assert received(NOW, "Later.", TOKYO) == "Later.\n(Received 1 Oct, 20:00)"
