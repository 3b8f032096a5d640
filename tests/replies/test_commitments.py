"""Commitments in our own words: which sentences commit us, and to which moment."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.replies.commitment_times import due_at, settled
from support.replies.commitments import commitments
from support.replies.commitments_ja import LONGEST_CLAUSE
from support.sla.hours import BusinessHours
from tests.replies.committing import EN, EN_NEW, JA, JA_NEW, labelled

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING_AND_AFTERNOON = [("09:00", "12:00"), ("13:00", "18:00")]
REFERENCE = BusinessHours(
    "Asia/Tokyo",
    {**dict.fromkeys(range(5), MORNING_AND_AFTERNOON), 5: [("10:00", "12:00")]},
    closed=[date(2026, 10, 12)],
)
"""As in the table of the service levels: closed on Sundays and on Monday the 12th."""


def judged(sentences):
    """How many of those found commit us, and how many of those that do were found."""
    found = [(ours, bool(commitments(text))) for text, ours in sentences]
    right = sum(ours and seen for ours, seen in found)
    return right / sum(seen for _, seen in found), right / sum(ours for ours, _ in found)


@pytest.mark.parametrize(
    ("sentences", "precision", "recall"),
    [(JA, 1.0, 1.0), (EN, 1.0, 1.0), (labelled(JA_NEW), 1.0, 0.9), (labelled(EN_NEW), 1.0, 0.8)],
    ids=["ja", "en", "ja, not tuned on", "en, not tuned on"],
)
def test_sentences_that_commit_us_are_told_from_those_that_do_not(sentences, precision, recall):
    wrong = [text for text, ours in sentences if ours is not bool(commitments(text))]
    assert judged(sentences) >= (precision, recall), wrong
    assert judged(sentences)[1] >= recall, wrong


def test_the_labelled_sentences_are_as_many_as_they_should_be():
    for sentences, least in ((JA, 150), (EN, 50)):
        assert len(set(sentences)) >= least
        assert 0.4 < sum(ours for _, ours in sentences) / len(sentences) < 0.6


def at(written):
    return datetime.fromisoformat(written).replace(tzinfo=TOKYO).astimezone(UTC)


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        # Thursday 2026-10-01
        ("2026-10-01 10:00", "本日中にご連絡いたします。", "2026-10-01 18:00"),
        ("2026-10-01 18:30", "本日中にご連絡いたします。", "2026-10-02 18:00"),
        ("2026-10-01 10:00", "今日の夕方までにご連絡いたします。", "2026-10-01 18:00"),
        ("2026-10-01 10:00", "明日までにご連絡いたします。", "2026-10-02 18:00"),
        ("2026-10-01 10:00", "明日の午前中にご連絡いたします。", "2026-10-02 12:00"),
        ("2026-10-01 10:00", "明日の15時半にご連絡いたします。", "2026-10-02 15:30"),
        ("2026-10-03 11:00", "明日までにご連絡いたします。", "2026-10-05 18:00"),  # Sunday: Monday
        (
            "2026-10-10 11:00",
            "明日までにご連絡いたします。",
            "2026-10-13 18:00",
        ),  # Monday is closed
        ("2026-10-01 10:00", "15時までにご連絡いたします。", "2026-10-01 15:00"),
        ("2026-10-01 10:00", "3時までにご連絡いたします。", "2026-10-01 15:00"),
        ("2026-10-01 10:00", "午後3時ごろにご連絡いたします。", "2026-10-01 15:00"),
        ("2026-10-01 16:00", "15時までにご連絡いたします。", "2026-10-02 15:00"),
        ("2026-10-01 10:00", "20時までにご連絡いたします。", "2026-10-01 18:00"),  # nobody is there
        ("2026-10-01 10:00", "12時半までにご連絡いたします。", "2026-10-01 12:00"),  # at lunch
        ("2026-10-01 10:00", "1時間以内にご連絡いたします。", "2026-10-01 11:00"),
        ("2026-10-01 17:30", "1時間以内にご連絡いたします。", "2026-10-01 18:00"),
        ("2026-10-01 20:00", "1時間以内にご連絡いたします。", "2026-10-02 10:00"),
        ("2026-10-01 10:00", "30分ほどお待ちください。", "2026-10-01 10:30"),
        ("2026-10-01 10:00", "1〜2時間以内にご連絡いたします。", "2026-10-01 12:00"),
        ("2026-10-01 10:00", "2営業日以内にご連絡いたします。", "2026-10-03 12:00"),
        ("2026-10-01 10:00", "3日以内にご連絡いたします。", "2026-10-03 12:00"),  # the 4th: Sunday
        ("2026-10-01 10:00", "今週中にご連絡いたします。", "2026-10-03 12:00"),
        ("2026-10-03 15:00", "今週中にご連絡いたします。", "2026-10-10 12:00"),
        ("2026-10-01 10:00", "来週中にご連絡いたします。", "2026-10-10 12:00"),
        ("2026-10-01 10:00", "週明けにご連絡いたします。", "2026-10-05 18:00"),
        ("2026-10-08 10:00", "週明けにご連絡いたします。", "2026-10-13 18:00"),
        ("2026-10-01 10:00", "月曜日にご連絡いたします。", "2026-10-05 18:00"),
        (
            "2026-10-08 10:00",
            "月曜日にご連絡いたします。",
            "2026-10-10 12:00",
        ),  # that one is closed
        ("2026-10-05 10:00", "来週月曜日にご連絡いたします。", "2026-10-10 12:00"),
        ("2026-10-01 10:00", "10月6日までにご連絡いたします。", "2026-10-06 18:00"),
        ("2026-10-01 10:00", "10/6の15:30までにご連絡いたします。", "2026-10-06 15:30"),
        ("2026-10-01 10:00", "5日までにご連絡いたします。", "2026-10-05 18:00"),
        ("2026-12-20 10:00", "1月5日までにご連絡いたします。", "2027-01-05 18:00"),
        ("2026-10-01 10:00", "今月中にご連絡いたします。", "2026-10-31 12:00"),
        ("2026-10-01 10:00", "We'll reply by end of day.", "2026-10-01 18:00"),
        ("2026-10-01 10:00", "We'll reply by tomorrow.", "2026-10-02 18:00"),
        ("2026-10-01 10:00", "We'll reply within 2 hours.", "2026-10-01 12:00"),
        ("2026-10-01 10:00", "We'll reply by 3pm.", "2026-10-01 15:00"),
        ("2026-10-01 10:00", "We'll reply by noon tomorrow.", "2026-10-02 12:00"),
        ("2026-10-01 10:00", "We'll reply on Monday.", "2026-10-05 18:00"),
        ("2026-10-01 10:00", "We'll reply by December 3.", "2026-12-03 18:00"),
        ("2026-10-01 10:00", "We'll reply by the end of the week.", "2026-10-03 12:00"),
    ],
)
def test_words_are_due_in_business_hours_and_never_after_what_was_said(said, text, due):
    (found,) = commitments(text)
    assert due_at(found.when, REFERENCE, at(said)) == at(due)
    assert settled(REFERENCE, at(said), at(due)), "it can be judged by open time alone"


def test_what_has_no_time_is_due_by_the_levels_target_for_an_update_if_there_is_one():
    (found,) = commitments("確認次第ご連絡いたします。")
    assert due_at(found.when, REFERENCE, at("2026-10-01 10:00")) is None
    due = due_at(found.when, REFERENCE, at("2026-10-01 17:00"), timedelta(hours=2))
    assert due == at("2026-10-02 10:00")


def test_a_time_beside_a_later_makes_the_later_needless():
    found = commitments("確認次第ご連絡いたします。15時までにはお電話いたします。")
    assert [it.words for it in found] == ["15時までには"]


def test_the_words_are_shown_as_they_were_typed():
    (found,) = commitments("ご連絡が遅れました。１５時までに、必ずお返事いたします。")
    assert found.words == "１５時までに"


def test_the_hours_of_the_night_belong_to_the_day_before():
    bar = BusinessHours("Asia/Tokyo", dict.fromkeys(range(7), [("22:00", "26:00")]))
    (found,) = commitments("本日中にご連絡いたします。")
    assert due_at(found.when, bar, at("2026-10-01 21:00")) == at("2026-10-02 02:00")


def test_a_desk_that_never_closes_ends_its_day_at_midnight():
    always = BusinessHours("Asia/Tokyo", dict.fromkeys(range(7), [("00:00", "24:00")]))
    (found,) = commitments("本日中にご連絡いたします。")
    assert due_at(found.when, always, at("2026-10-01 21:00")) == at("2026-10-02 00:00")


def test_a_desk_that_never_opens_owes_no_moment():
    never = BusinessHours("Asia/Tokyo", {})
    for text, _ in JA:
        for found in commitments(text):
            assert due_at(found.when, never, at("2026-10-01 21:00")) is None


@given(
    st.sampled_from([text for text, ours in [*JA, *EN] if ours]),
    st.integers(0, 60 * 24 * 400),
)
def test_whenever_it_is_said_it_is_due_later_and_in_business_hours(text, minutes):
    said = at("2026-01-01 00:00") + timedelta(minutes=minutes)
    for found in commitments(text):
        due = due_at(found.when, REFERENCE, said, timedelta(hours=4))
        assert due is not None
        assert settled(REFERENCE, said, due)


@given(
    st.text(
        alphabet="本日中明日までに一二三四時間分以内ご連絡いたします。、0123456789:/月火日（）> \n",
        max_size=60,
    )
)
def test_no_text_is_too_strange_to_be_read(text):
    for found in commitments(text):
        assert text[found.start : found.end].strip() == found.words
        due_at(found.when, REFERENCE, at("2026-10-01 10:00"))


def test_a_clause_without_an_end_is_read_only_so_far():
    assert commitments("明日、" + "あ" * 100 + "ご連絡いたします。")
    assert commitments("明日、" + "あ" * LONGEST_CLAUSE + "ご連絡いたします。") == []
