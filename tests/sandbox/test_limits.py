"""Rate limits: so many calls in a window, told in headers."""

from datetime import timedelta

import pytest

from support.sandbox.limits import PER_DAY, Rates
from tests.sandbox.stage import DESK_ID, MORNING, Stage


def test_the_window_opens_with_the_first_call_and_ends_after_its_length() -> None:
    rates = Rates(1 / 15)
    assert rates.take("t", "dm_events", MORNING)[0].allowed
    assert not rates.take("t", "dm_events", MORNING + timedelta(minutes=14, seconds=59))[0].allowed
    assert rates.take("t", "dm_events", MORNING + timedelta(minutes=15))[0].allowed


def test_tokens_and_families_do_not_share() -> None:
    rates = Rates(1 / 15)
    rates.take("t", "dm_events", MORNING)
    assert rates.take("other", "dm_events", MORNING)[0].allowed
    assert rates.take("t", "send_dm", MORNING)[0].allowed


def test_a_call_refused_by_the_quarter_uses_nothing_of_the_day() -> None:
    rates = Rates(1.0)
    for _ in range(20):
        _, day = rates.take("t", "send_dm", MORNING)
    assert day is not None
    assert day.remaining == PER_DAY["send_dm"] - 15


def test_the_day_ends_it_though_quarters_pass() -> None:
    rates, now = Rates(1.0), MORNING
    for _ in range(96):
        for _ in range(15):
            rates.take("t", "send_dm", now)
        now += timedelta(minutes=15)
    now = MORNING + timedelta(hours=23, minutes=59)
    _, day = rates.take("t", "send_dm", now)
    assert day is not None
    assert not day.allowed


class TestAsX:
    @pytest.fixture
    def limits(self) -> float:
        return 1.0

    def test_headers_count_down_and_429_says_when(self, stage: Stage) -> None:
        answers = [stage.api.get("/2/dm_events") for _ in range(16)]
        left = [answer.headers["x-rate-limit-remaining"] for answer in answers]
        assert left == [str(n) for n in range(14, -1, -1)] + ["0"]
        refused = answers[-1]
        assert refused.status_code == 429
        assert refused.json()["title"] == "Too Many Requests"
        assert refused.headers["x-rate-limit-limit"] == "15"
        reset = int((MORNING + timedelta(minutes=15)).timestamp())
        assert refused.headers["x-rate-limit-reset"] == str(reset)
        stage.clock.move(minutes=15)
        assert stage.api.get("/2/dm_events").status_code == 200

    def test_creating_a_post_shows_its_day(self, stage: Stage) -> None:
        headers = stage.api.post("/2/tweets", json={"text": "お知らせ"}).headers
        assert headers["x-rate-limit-limit"] == "100"
        assert headers["x-user-limit-24hour-remaining"] == "9999"
        assert headers["x-app-limit-24hour-limit"] == "10000"

    def test_a_refused_request_counts_and_carries_headers(self, stage: Stage) -> None:
        answer = stage.api.get(f"/2/users/{DESK_ID}/mentions", params={"max_results": "4"})
        assert answer.status_code == 400
        assert answer.headers["x-rate-limit-remaining"] == "299"
