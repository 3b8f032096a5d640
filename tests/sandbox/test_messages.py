"""Direct messages over HTTP."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from support.sandbox import rules
from tests.sandbox.stage import CUSTOMER, DESK_ID, MORNING, OTHER, Stage

ALL = {"dm_event_fields": "id,text,event_type,created_at,dm_conversation_id,sender_id"}


def send(stage: Stage, text: Any, to: str = "900400") -> httpx.Response:
    return stage.api.post(f"/2/dm_conversations/with/{to}/messages", json={"text": text})


def test_the_list_is_newest_first_with_three_fields(stage: Stage) -> None:
    first, second = stage.dm("一"), stage.dm("二")
    assert stage.get("/2/dm_events") == {
        "data": [
            {"id": second, "event_type": "MessageCreate", "text": "二"},
            {"id": first, "event_type": "MessageCreate", "text": "一"},
        ],
        "meta": {"result_count": 2},
    }


def test_fields_and_sender_come_when_asked_for(stage: Stage) -> None:
    stage.dm("<一>")
    found = stage.get("/2/dm_events", expansions="sender_id", **ALL)
    assert found["data"][0]["dm_conversation_id"] == f"900400-{DESK_ID}"
    assert found["data"][0]["sender_id"] == "900400"
    assert found["data"][0]["text"] == "<一>"
    assert found["includes"]["users"][0]["username"] == CUSTOMER["username"]


def test_ours_and_theirs_stand_in_one_conversation(stage: Stage) -> None:
    stage.dm("一")
    stage.dm("よその話", OTHER)
    answer = send(stage, "二")
    assert answer.status_code == 201
    assert answer.json()["data"]["dm_conversation_id"] == f"900400-{DESK_ID}"
    found = stage.get("/2/dm_conversations/with/900400/dm_events")
    assert [item["text"] for item in found["data"]] == ["二", "一"]
    assert found["data"][0]["id"] == answer.json()["data"]["dm_event_id"]


def test_other_peoples_messages_are_not_shown(stage: Stage) -> None:
    stage.control.post("users", json=OTHER)
    stage.dm("ふたりの話", CUSTOMER, to=OTHER)
    assert stage.get("/2/dm_events") == {"meta": {"result_count": 0}}


def test_pages_follow_each_other(stage: Stage) -> None:
    sent = [stage.dm(str(n)) for n in range(5)]
    first = stage.get("/2/dm_events", max_results=3)
    rest = stage.get("/2/dm_events", pagination_token=first["meta"]["next_token"])
    assert [item["id"] for item in first["data"] + rest["data"]] == sent[::-1]
    assert "next_token" not in rest["meta"]


def test_x_looks_back_thirty_days(stage: Stage) -> None:
    stage.dm("昔", created_at=(MORNING - timedelta(days=30, seconds=1)).isoformat())
    recent = stage.dm("今", created_at=(MORNING - timedelta(days=29)).isoformat())
    assert [item["id"] for item in stage.get("/2/dm_events")["data"]] == [recent]


def test_there_is_no_since_id(stage: Stage) -> None:
    assert stage.api.get("/2/dm_events", params={"since_id": "1"}).status_code == 400


def test_only_messages_happen_between_two(stage: Stage) -> None:
    stage.dm("一")
    assert stage.get("/2/dm_events", event_types="ParticipantsJoin")["meta"]["result_count"] == 0


class TestPermission:
    def refused(self, answer: httpx.Response) -> bool:
        return answer.status_code == 403 and answer.json()["detail"] == rules.DM_REFUSED

    def test_nobody_is_written_to_uninvited(self, stage: Stage) -> None:
        stage.post("@hikari_care 遅い")
        assert self.refused(send(stage, "こんにちは"))

    def test_who_wrote_first_is(self, stage: Stage) -> None:
        stage.dm("一")
        assert send(stage, "二").status_code == 201

    @pytest.mark.parametrize("flag", ["accepts_dms", "follows_us"])
    def test_an_open_door_is(self, stage: Stage, flag: str) -> None:
        stage.control.post("users", json=CUSTOMER | {flag: True})
        assert send(stage, "こんにちは").status_code == 201

    def test_nobody_and_ourselves_are_not(self, stage: Stage) -> None:
        assert self.refused(send(stage, "こんにちは", to="12345"))
        assert self.refused(send(stage, "こんにちは", to=str(DESK_ID)))


@pytest.mark.parametrize(
    ("text", "status"),
    [("", 400), (" ", 400), (1, 400), ("長" * 10_001, 400), ("長" * 10_000, 201), ("a\0b", 201)],
    ids=["empty", "blank", "number", "10,001", "10,000", "NUL"],
)
def test_length_of_a_message(stage: Stage, text: Any, status: int) -> None:
    stage.dm("一")
    assert send(stage, text).status_code == status
