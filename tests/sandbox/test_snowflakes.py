"""Ids carry their moment, are unique, and of the present only ever grow."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from support.sandbox import snowflakes
from tests.sandbox.stage import DESK_ID, MORNING, Stage

moments = st.datetimes(datetime(2011, 1, 1), datetime(2070, 1, 1)).map(
    lambda at: at.replace(tzinfo=UTC)
)


@given(moments)
def test_an_id_gives_back_its_millisecond(at: datetime) -> None:
    ms = snowflakes.milliseconds(at)
    assert snowflakes.time_of(snowflakes.first_id(ms)) == snowflakes.moment(ms)
    assert snowflakes.time_of(snowflakes.last_id(ms)) == snowflakes.moment(ms)
    assert snowflakes.last_id(ms) + 1 == snowflakes.first_id(ms + 1)


def test_x_counts_from_its_own_epoch() -> None:
    assert snowflakes.time_of(1346889436626259968) == datetime(
        2021, 1, 6, 18, 40, 40, 344000, tzinfo=UTC
    )


def test_ids_grow_within_one_millisecond_over_posts_and_messages(stage: Stage) -> None:
    ids = [int(stage.post("@hikari_care a")), int(stage.dm("b")), int(stage.post("@hikari_care c"))]
    assert ids == sorted(set(ids))
    assert {snowflakes.time_of(number) for number in ids} == {MORNING}


def test_ids_grow_when_the_clock_is_set_back(stage: Stage) -> None:
    first = int(stage.post("@hikari_care a"))
    stage.clock.move(minutes=-5)
    assert int(stage.post("@hikari_care b")) > first


def test_a_reply_is_taken_though_the_clock_was_set_back(stage: Stage) -> None:
    first = stage.post("@hikari_care a")
    stage.clock.move(minutes=-5)
    assert stage.reply("はい", first).status_code == 201


def test_posts_of_a_past_moment_carry_it_and_stay_unique(stage: Stage) -> None:
    past = MORNING - timedelta(days=3)
    ids = [int(stage.post(f"@hikari_care {n}", created_at=past.isoformat())) for n in range(3)]
    assert {snowflakes.time_of(number) for number in ids} == {past}
    assert len(set(ids)) == 3
    assert int(stage.post("@hikari_care now")) > max(ids)


def test_an_id_of_ones_own_is_kept_and_gives_the_time(stage: Stage) -> None:
    past = MORNING - timedelta(hours=1)
    wanted = str(snowflakes.first_id(snowflakes.milliseconds(past)) + 7)
    assert stage.post("@hikari_care a", id=wanted) == wanted
    found = stage.mentions(tweet_fields="created_at")["data"][0]
    assert found["created_at"] == "2026-07-14T00:00:00.000Z"


def test_an_id_that_is_taken_or_to_come_is_refused(stage: Stage) -> None:
    taken = stage.post("@hikari_care a")
    later = str(int(taken) + (1 << 40))
    for number in (taken, later):
        order = {"author": {"username": "a"}, "text": "b", "id": number}
        assert stage.control.post("posts", json=order).status_code == 400


def test_a_given_user_id_is_kept(stage: Stage) -> None:
    assert stage.get("/2/users/me")["data"]["id"] == str(DESK_ID)
