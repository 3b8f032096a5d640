"""Direct messages one by one, by conversation, in groups; deleted for oneself; blocked."""

from typing import Any

import httpx

from support.sandbox import rules
from tests.sandbox.stage import CUSTOMER, DESK_ID, OTHER, Stage

PAIR = f"900400-{DESK_ID}"


def texts(found: dict[str, Any]) -> list[str]:
    return [item["text"] for item in found.get("data", [])]


def send_in(stage: Stage, conversation: str, text: str) -> httpx.Response:
    return stage.api.post(f"/2/dm_conversations/{conversation}/messages", json={"text": text})


def test_a_conversation_has_a_name_to_read_and_write_by(stage: Stage) -> None:
    stage.dm("一")
    stage.dm("よその話", OTHER)
    assert send_in(stage, PAIR, "二").json()["data"]["dm_conversation_id"] == PAIR
    assert texts(stage.get(f"/2/dm_conversations/{PAIR}/dm_events")) == ["二", "一"]


def test_that_of_two_others_is_empty_and_closed(stage: Stage) -> None:
    stage.dm("ふたりの話", CUSTOMER, to=OTHER)
    assert texts(stage.get("/2/dm_conversations/900400-900401/dm_events")) == []
    assert send_in(stage, "900400-900401", "割りこみ").json()["detail"] == rules.DM_REFUSED


def test_a_name_that_is_none_is_refused(stage: Stage) -> None:
    assert stage.api.get("/2/dm_conversations/abc/dm_events").status_code == 400


class TestOneEvent:
    def test_is_read_by_its_id(self, stage: Stage) -> None:
        event = stage.dm("一")
        found = stage.get(f"/2/dm_events/{event}", expansions="sender_id")
        assert found["data"]["text"] == "一"
        assert found["includes"]["users"][0]["id"] == "900400"

    def test_of_others_is_not_found(self, stage: Stage) -> None:
        event = stage.dm("ふたりの話", CUSTOMER, to=OTHER)
        assert list(stage.get(f"/2/dm_events/{event}")) == ["errors"]

    def test_deleted_is_gone_for_us_and_stays_for_them(self, stage: Stage) -> None:
        event = stage.dm("一")
        assert stage.api.delete(f"/2/dm_events/{event}").json() == {"data": {"deleted": True}}
        assert texts(stage.get("/2/dm_events")) == []
        assert list(stage.get(f"/2/dm_events/{event}")) == ["errors"]
        stage.control.post("accounts", json=CUSTOMER)
        stage.api.headers["Authorization"] = "Bearer sandbox-reidai_400"
        assert texts(stage.get("/2/dm_events")) == ["一"]


class TestGroups:
    def open(self, stage: Stage, *others: str) -> httpx.Response:
        body = {
            "conversation_type": "Group",
            "participant_ids": list(others),
            "message": {"text": "ご案内です"},
        }
        return stage.api.post("/2/dm_conversations", json=body)

    def test_hold_who_takes_our_messages(self, stage: Stage) -> None:
        stage.dm("一")
        stage.control.post("users", json=OTHER | {"accepts_dms": True})
        answer = self.open(stage, "900400", "900401")
        assert answer.status_code == 201, answer.text
        group = answer.json()["data"]["dm_conversation_id"]
        assert send_in(stage, group, "つづき").status_code == 201
        found = stage.get(f"/2/dm_conversations/{group}/dm_events")
        assert texts(found) == ["つづき", "ご案内です"]
        assert texts(stage.get(f"/2/dm_conversations/{PAIR}/dm_events")) == ["一"]

    def test_nobody_else(self, stage: Stage) -> None:
        stage.dm("一")
        stage.control.post("users", json=OTHER)
        assert self.open(stage, "900400", "900401").json()["detail"] == rules.DM_REFUSED
        assert self.open(stage, "900400").status_code == 400


class TestBlocking:
    def test_ends_messages_both_ways_until_undone(self, stage: Stage) -> None:
        stage.dm("一")
        blocked = stage.api.post("/2/users/900400/dm/block")
        assert blocked.json() == {"data": {"blocked": True}}
        assert send_in(stage, PAIR, "二").json()["detail"] == rules.DM_REFUSED
        answer = stage.control.post("dms", json={"sender": CUSTOMER, "text": "まだ"})
        assert "takes no messages" in answer.json()["error"]
        stage.api.post("/2/users/900400/dm/unblock")
        assert send_in(stage, PAIR, "二").status_code == 201
