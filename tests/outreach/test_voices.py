"""Who talks about something, when, where and about what, read out of posts."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.outreach import places, voices
from support.reports.topics import phrases
from support.x.volumes import Volume
from tests.fakes import THURSDAY
from tests.outreach.hearing_aids import stranger


def followed(number, followers, text="遅い"):
    said = stranger(number, text)
    return replace(said, author=replace(said.author, followers=followers))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("東京都で遅い", {"東京都"}),
        ("京都で遅い", {"京都府"}),
        ("東京から京都へ", {"東京都", "京都府"}),
        ("札幌も北海道も", {"北海道"}),
        ("大分遅い", set()),
        ("大分県で遅い", {"大分県"}),
        ("三重県と三重に", {"三重県"}),
        ("山口さんの家は遅い", set()),
        ("山口市は遅い", {"山口県"}),
        ("博多駅", {"福岡県"}),
        ("23区だけ", {"東京都"}),
        ("遅い", set()),
    ],
)
def test_which_prefecture_a_text_names(text, named):
    assert places.named(text) == named


def test_places_are_counted_by_post_the_most_often_named_first():
    texts = ["大阪 大阪 梅田", "大阪も名古屋も", "名古屋", "大阪"]
    assert places.where(texts) == [("大阪府", 3), ("愛知県", 2)]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text):
    assert all(it.endswith(("道", "都", "府", "県")) for it in places.named(text))


def test_people_are_counted_once_by_who_follows_them():
    posts = [followed(1, 50), followed(1, 50), followed(2, 100), followed(3, 250_000)]
    posts.append(replace(stranger(4), author=None))
    found = voices.bands(posts)
    assert [(it.least, it.people) for it in found] == [
        (0, 1), (100, 1), (1_000, 0), (10_000, 0), (100_000, 1), (None, 1),
    ]  # fmt: skip
    assert sum(it.share for it in found) == pytest.approx(1)
    assert voices.reach(posts) == 250_150


def test_the_loudest_are_public_and_come_once():
    hidden = followed(9, 1_000_000)
    hidden = replace(hidden, author=replace(hidden.author, protected=True))
    found = voices.loudest([followed(1, 10), followed(2, 90), followed(2, 90), hidden], most=1)
    assert [(it.person.username, it.posts) for it in found] == [("kakuu_2", 2)]


def test_a_topic_is_what_several_people_say():
    said = ["ルーターの再起動で直らない"] * 3 + ["障害情報はどこ"] * 2
    posts = [followed(n, 1, text) for n, text in enumerate(said)]
    posts += [followed(9, 1, "障害情報") for _ in range(5)]
    found = dict(voices.topics(posts, phrases, ["ルーター"]))
    assert found["障害情報"] == 3, "who says it five times is one"
    assert found["直らない"] == 3, "of what the same people say the longer stands for both"
    assert "ルーター" not in found


def test_hours_are_those_of_the_desk():
    at = THURSDAY.replace(hour=20, minute=0)
    hours = [Volume(at, at + timedelta(hours=1), 7)]
    assert voices.by_hour(hours, ZoneInfo("Asia/Tokyo"))[4][5] == 7, "Friday, five in the morning"


def test_nobody_said_anything():
    assert voices.bands([])[0].share == 0
    assert voices.loudest([]) == []
    assert voices.topics([], phrases) == []
