"""Misfortunes on request: what the client sees, and what was done."""

import httpx
import pytest

from tests.sandbox.stage import Stage


def lay(stage: Stage, kind: str, endpoint: str = "create_post", **more: float) -> None:
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
