"""How times, spans, names and numbers are written."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.web import words

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 7, 14, 6, 47, tzinfo=UTC)  # Tuesday 15:47 in Tokyo


def at(*parts):
    return datetime(*parts, tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        pytest.param(0, "0:00", id="nothing"),
        pytest.param(59, "0:00", id="a minute is not full"),
        pytest.param(6120, "1:42", id="hours and minutes"),
        pytest.param(360_000, "100:00", id="more than a day stays in hours"),
        pytest.param(-65, "−0:01", id="the past"),
        pytest.param(-5, "0:00", id="no minus before nothing"),
    ],
)
def test_a_span_is_written_in_hours_and_full_minutes(seconds, written):
    assert words.duration(timedelta(seconds=seconds)) == written


@pytest.mark.parametrize(
    ("seconds", "ja", "en"),
    [
        pytest.param(-1, "0.0秒", "0.0 s", id="the clocks of two machines"),
        pytest.param(0.42, "0.4秒", "0.4 s", id="tenths of a few seconds"),
        pytest.param(12.9, "12秒", "12 s", id="full seconds"),
        pytest.param(185, "3分", "3 min", id="minutes"),
        pytest.param(7300, "2時間", "2 h", id="hours"),
        pytest.param(90_000, "1日", "1 d", id="days"),
    ],
)
def test_an_age_is_written_in_its_largest_unit(seconds, ja, en):
    amount = timedelta(seconds=seconds)
    assert (words.brief(amount, "ja"), words.brief(amount, "en")) == (ja, en)


def test_a_log_tells_the_time_to_the_second():
    assert words.exact(at(2026, 7, 14, 9, 2, 5), TOKYO) == "09:02:05"


@pytest.mark.parametrize(
    ("when", "ja", "en"),
    [
        pytest.param(at(2026, 7, 14, 9, 5), "9:05", "9:05", id="today the time alone"),
        pytest.param(at(2026, 7, 13, 17, 20), "昨日 17:20", "yesterday 17:20", id="yesterday"),
        pytest.param(
            at(2026, 7, 15, 0, 0), "明日 0:00", "tomorrow 0:00", id="midnight is tomorrow"
        ),
        pytest.param(at(2026, 7, 10, 9, 0), "7月10日", "10 Jul", id="this year the day alone"),
        pytest.param(at(2025, 7, 14, 9, 0), "2025年7月14日", "14 Jul 2025", id="another year"),
    ],
)
def test_a_moment_is_as_short_as_it_stays_plain(when, ja, en):
    assert words.moment(when, NOW, TOKYO, "ja") == ja
    assert words.moment(when, NOW, TOKYO, "en") == en


def test_a_day_is_that_of_the_desk_not_of_utc():
    late = datetime(2026, 7, 13, 15, 30, tzinfo=UTC)  # half past midnight of the 14th in Tokyo
    assert words.day(late, NOW, TOKYO, "ja") == "今日"


@pytest.mark.parametrize(
    ("when", "written"),
    [
        pytest.param(at(2026, 7, 14, 18, 0), "今日 18:00", id="later today"),
        pytest.param(at(2026, 7, 15, 9, 45), "明日 9:45", id="tomorrow"),
        pytest.param(at(2026, 7, 20, 9, 45), "月 9:45", id="within a week its weekday"),
        pytest.param(at(2026, 7, 21, 9, 45), "7月21日（火） 9:45", id="a week away the day"),
    ],
)
def test_the_next_opening_is_named_by_its_weekday_within_a_week(when, written):
    assert words.opening(when, NOW, TOKYO, "ja") == written


def test_an_opening_ends_within_its_day():
    assert words.span(at(2026, 7, 14, 9, 45), at(2026, 7, 14, 18, 0), TOKYO) == "9:45–18:00"
    assert words.span(at(2026, 7, 14, 0, 0), at(2026, 7, 15, 0, 0), TOKYO) == "0:00–24:00"


@pytest.mark.parametrize(
    ("passed", "written"),
    [
        pytest.param(timedelta(seconds=-30), "たった今", id="a clock that is ahead"),
        pytest.param(timedelta(seconds=59), "たった今", id="less than a minute"),
        pytest.param(timedelta(minutes=59), "59分前", id="minutes"),
        pytest.param(timedelta(hours=23), "23時間前", id="hours"),
        pytest.param(timedelta(days=6), "6日前", id="days"),
        pytest.param(timedelta(days=7), "7月7日", id="from a week on the day"),
    ],
)
def test_what_passed_is_said_in_its_largest_unit(passed, written):
    assert words.ago(NOW - passed, NOW, TOKYO, "ja") == written


@pytest.mark.parametrize(
    ("number", "ja", "en"),
    [
        pytest.param(0, "0", "0", id="nobody"),
        pytest.param(9_999, "9,999", "9,999", id="below ten thousand as it is"),
        pytest.param(10_000, "1万", "10K", id="ten thousand"),
        pytest.param(12_999, "1.2万", "12K", id="never more than there are"),
        pytest.param(123_456, "12万", "123K", id="no tenth from ten units on"),
        pytest.param(1_250_000, "125万", "1.2M", id="a million"),
        pytest.param(340_000_000, "3.4億", "340M", id="hundreds of millions"),
    ],
)
def test_followers_are_rounded_down(number, ja, en):
    assert words.how_many(number, "ja") == ja
    assert words.how_many(number, "en") == en


@pytest.mark.parametrize(
    ("name", "sign"),
    [
        pytest.param("深夜のラジオ好き", "深", id="kanji"),
        pytest.param("  kazu", "k", id="space before"),
        pytest.param("か\u3099くや", "が", id="a voiced kana in two code points"),
        pytest.param("👨‍👩‍👧かぞく", "👨‍👩‍👧", id="a family is one sign"),
        pytest.param("👍🏽いいね", "👍🏽", id="a skin tone belongs to its sign"),
        pytest.param("🇯🇵日本", "🇯🇵", id="a flag is two letters"),
        pytest.param("1️⃣番", "1️⃣", id="a keycap"),
        pytest.param("\u202e逆さ", "逆", id="marks that turn the writing are left out"),
        pytest.param("", "?", id="no name"),
        pytest.param("\u200b", "?", id="an invisible name"),
    ],
)
def test_an_avatar_shows_the_first_sign_of_a_name(name, sign):
    assert words.initial(name) == sign


@given(st.text())
def test_any_name_has_an_initial(name):
    assert words.initial(name)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        pytest.param(
            "Mozilla/5.0 (Windows NT 10.0) Chrome/156 Safari/537 Edg/156", "Edge — Windows"
        ),
        pytest.param(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/18 Safari/605", "Safari — macOS"
        ),
        pytest.param(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18 like Mac OS X) Safari/604", "Safari — iPhone"
        ),
        pytest.param("curl/8.0", "curl/8.0", id="unknown"),
        pytest.param("", "?", id="silent"),
    ],
)
def test_a_browser_is_named_by_what_people_call_it(said, written):
    assert words.browser(said) == written
