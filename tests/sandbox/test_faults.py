"""Misfortunes on request: what the client sees, and what was done."""

from typing import Any

import httpx
import pytest

from tests.sandbox.stage import Stage


def lay(stage: Stage, kind: str, endpoint: str = "create_post", **more: Any) -> None:
    order = {"kind": kind, "endpoint": endpoint, **more}
    assert stage.control.post("faults", json=order).status_code == 201


def sent(stage: Stage) -> list[str]:
    return [post["text"] for post in stage.control.get("sent").json()["posts"]]


def create(stage: Stage, text: str = "お知らせ") -> httpx.Response:
    return stage.api.post("/2/tweets", json={"text": text})


def test_accepted_and_cut_is_done_without_an_answer(stage: Stage) -> None:
    lay(stage, "accept_then_cut")
    with pytest.raises(httpx.TransportError):
        create(stage)
    assert sent(stage) == ["お知らせ"]


def test_a_timeout_is_silence_and_nothing_done(stage: Stage) -> None:
    lay(stage, "timeout", seconds=0.1)
    with pytest.raises(httpx.TransportError):
        create(stage)
    assert sent(stage) == []


def test_503_is_answered_before_anything_is_done(stage: Stage) -> None:
    lay(stage, "refuse_503")
    assert create(stage).status_code == 503
    assert sent(stage) == []


def test_a_rate_limit_names_its_reset(stage: Stage) -> None:
    lay(stage, "rate_limited", seconds=90)
    answer = create(stage)
    assert answer.status_code == 429
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert int(answer.headers["x-rate-limit-reset"]) == stage.clock().timestamp() + 90


def test_a_fault_lasts_as_often_as_asked(stage: Stage) -> None:
    lay(stage, "refuse_503", times=2)
    assert [create(stage, f"{n}").status_code for n in range(3)] == [503, 503, 201]
    assert stage.control.get("faults").json() == []


def test_faults_can_be_cleared(stage: Stage) -> None:
    lay(stage, "refuse_503", times=9)
    stage.control.delete("faults")
    assert create(stage).status_code == 201


def test_a_fault_of_one_call_leaves_the_other_alone(stage: Stage) -> None:
    lay(stage, "accept_then_cut", "send_dm")
    assert create(stage).status_code == 201
    stage.dm("一")
    with pytest.raises(httpx.TransportError):
        stage.api.post("/2/dm_conversations/with/900400/messages", json={"text": "二"})
    assert [dm["text"] for dm in stage.control.get("sent").json()["dms"]] == ["二"]


def test_a_cut_connection_without_a_word_did_nothing(stage: Stage) -> None:
    lay(stage, "cut")
    with pytest.raises(httpx.TransportError):
        create(stage)
    assert sent(stage) == []


def test_a_slow_answer_comes_all_the_same(stage: Stage) -> None:
    lay(stage, "slow", seconds=0.05)
    assert create(stage).status_code == 201


@pytest.mark.parametrize(
    ("kind", "status", "title"),
    [("unauthorized", 401, "Unauthorized"), ("no_credits", 402, "CreditsDepleted")],
)
def test_one_call_may_be_refused_for_another_reason(
    stage: Stage, kind: str, status: int, title: str
) -> None:
    lay(stage, kind)
    answer = create(stage)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert create(stage).status_code == 201


def test_a_day_used_up_is_told_in_its_own_headers(stage: Stage) -> None:
    lay(stage, "rate_limited_day", seconds=3600)
    answer = create(stage)
    assert answer.status_code == 429
    assert answer.headers["x-user-limit-24hour-remaining"] == "0"
    assert int(answer.headers["x-user-limit-24hour-reset"]) == stage.clock().timestamp() + 3600
    assert answer.headers["x-rate-limit-remaining"] != "0"


def test_any_endpoint_can_fail_and_all_can(stage: Stage) -> None:
    lay(stage, "refuse_503", "users/me")
    assert stage.api.get("/2/users/me").status_code == 503
    lay(stage, "refuse_503", "*", times=2)
    assert stage.api.get("/2/dm_events").status_code == 503
    assert create(stage).status_code == 503
    assert create(stage).status_code == 201


def test_a_fault_may_wait_for_its_call(stage: Stage) -> None:
    lay(stage, "refuse_503", after=2)
    lay(stage, "unauthorized", after=1)
    assert [create(stage, f"{n}").status_code for n in range(4)] == [201, 401, 503, 201]


class TestPartial:
    def test_a_page_keeps_its_posts_and_loses_what_they_link_to(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        second = stage.post("@hikari_care まだ", in_reply_to=first)
        lay(stage, "partial", "users/:id/mentions")
        found = stage.mentions(expansions="author_id,referenced_tweets.id")
        assert [item["id"] for item in found["data"]] == [second, first]
        assert "includes" not in found
        assert {error["resource_id"] for error in found["errors"]} == {"900400", first}

    def test_a_look_up_finds_half(self, stage: Stage) -> None:
        posts = [stage.post(f"@hikari_care {n}") for n in range(4)]
        lay(stage, "partial", "tweets")
        found = stage.get("/2/tweets", ids=",".join(posts))
        assert [item["id"] for item in found["data"]] == posts[:2]
        assert [error["value"] for error in found["errors"]] == posts[2:]


class TestSeed:
    def seeded(self, stage: Stage, seed: int = 7, **more: Any) -> list[dict[str, Any]]:
        stage.control.delete("faults")
        answer = stage.control.post("faults/seed", json={"seed": seed, **more})
        assert answer.status_code == 201, answer.text
        return list(answer.json())

    def test_the_same_seed_is_the_same_luck(self, stage: Stage) -> None:
        order = {"share": 0.3, "endpoints": ["create_post", "send_dm"], "calls": 50}
        first = self.seeded(stage, **order)
        assert self.seeded(stage, **order) == first
        assert self.seeded(stage, seed=8, **order) != first
        assert 10 <= len(first) <= 50

    def test_its_faults_fall_on_the_calls_they_were_drawn_for(self, stage: Stage) -> None:
        kinds = ["refuse_503"]
        laid = self.seeded(stage, share=0.5, kinds=kinds, endpoints=["create_post"], calls=12)
        unlucky = {fault["after"] for fault in laid}
        answers = [create(stage, f"{n}").status_code for n in range(12)]
        assert {n for n, status in enumerate(answers) if status == 503} == unlucky
        assert stage.control.get("faults").json() == []

    @pytest.mark.parametrize(
        "wrong", [{"seed": "a"}, {"share": 2}, {"kinds": ["x"]}, {"endpoints": ["x"]}], ids=str
    )
    def test_what_cannot_be_drawn_is_explained(self, stage: Stage, wrong: dict[str, Any]) -> None:
        answer = stage.control.post("faults/seed", json={"seed": 1} | wrong)
        assert answer.status_code == 400
        assert next(iter(wrong)).rstrip("s") in answer.json()["error"]
