"""The control API: who plays the world says who writes what, and sees what the desk did."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.stage import CUSTOMER, DESK_ID, MORNING, OTHER, Stage

REFUSED: dict[str, tuple[str, Any, str]] = {
    "not JSON": ("posts", b"{", "not JSON"),
    "not an object": ("posts", [], "not an object"),
    "no author": ("posts", {"text": "a"}, "author is missing"),
    "nameless author": ("posts", {"author": {}, "text": "a"}, "neither id nor username"),
    "odd username": ("posts", {"author": {"username": "あ"}, "text": "a"}, "author.username"),
    "odd id": ("posts", {"author": {"id": 5, "username": "a"}, "text": "a"}, "id is not a string"),
    "no text": ("posts", {"author": OTHER}, "text is missing"),
    "text too long": ("posts", {"author": OTHER, "text": "a" * 25_001}, "25,001"),
    "no such parent": ("posts", {"author": OTHER, "text": "a", "in_reply_to": "5"}, "not there"),
    "no such ref": ("posts", {"author": OTHER, "text": "a", "in_reply_to_ref": "x"}, "nothing"),
    "odd time": ("posts", {"author": OTHER, "text": "a", "created_at": "x"}, "date and time"),
    "no zone": ("posts", {"author": OTHER, "text": "a", "created_at": "2026-01-01T00:00"}, "zone"),
    "future": (
        "posts",
        {"author": OTHER, "text": "a", "created_at": "2030-01-01T00:00Z"},
        "future",
    ),
    "odd flag": ("users", OTHER | {"accepts_dms": "yes"}, "true or false"),
    "odd count": ("users", OTHER | {"followers": -1}, "whole number"),
    "dm too long": ("dms", {"sender": OTHER, "text": "a" * 10_001}, "10,001"),
    "odd fault": ("faults", {"kind": "nosuch", "endpoint": "send_dm"}, "kind is none of"),
    "odd endpoint": ("faults", {"kind": "timeout", "endpoint": "x"}, "endpoint is none of"),
}


@pytest.mark.parametrize(("path", "body", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refusal_says_what_to_change(stage: Stage, path: str, body: Any, why: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = stage.control.post(path, content=content)
    assert answer.status_code == 400
    assert why in answer.json()["error"]


def test_a_person_is_brought_up_to_date_and_keeps_the_rest(stage: Stage) -> None:
    stage.control.post("users", json=CUSTOMER | {"description": "猫が好き"})
    again = {"id": CUSTOMER["id"], "username": "new_name", "followers": 60}
    found = stage.control.post("users", json=again).json()
    assert (found["username"], found["followers"]) == ("new_name", 60)
    assert (found["name"], found["description"]) == (CUSTOMER["name"], "猫が好き")


def test_a_username_belongs_to_one_person(stage: Stage) -> None:
    stage.post("@hikari_care a")
    order = {"author": CUSTOMER | {"id": "77", "username": "REIDAI_400"}, "text": "b"}
    answer = stage.control.post("posts", json=order)
    assert answer.status_code == 400
    assert "belongs to another person" in answer.json()["error"]


def test_a_ref_is_posted_once(stage: Stage) -> None:
    order = {"author": CUSTOMER, "text": "@hikari_care a", "ref": "file:1"}
    first = stage.control.post("posts", json=order)
    again = stage.control.post("posts", json=order | {"text": "changed"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"already": True}
    assert stage.mentions()["meta"]["result_count"] == 1


def test_a_story_is_told_in_one_call_and_refers_to_itself(stage: Stage) -> None:
    hour_ago = (MORNING - timedelta(hours=1)).isoformat()
    story = [
        {"kind": "user", **OTHER},
        {"author": CUSTOMER, "text": "@hikari_care a", "ref": "a", "created_at": hour_ago},
        {"author": {"id": str(DESK_ID)}, "text": "b", "ref": "b", "in_reply_to_ref": "a"},
        {"kind": "dm", "sender": CUSTOMER, "text": "c", "ref": "c"},
        {"kind": "dm", "sender": {"id": str(DESK_ID)}, "to": CUSTOMER, "text": "d"},
    ]
    answers = stage.control.post("story", json=story).json()
    assert answers[2]["conversation_id"] == answers[1]["id"]
    sent = stage.control.get("sent").json()
    assert [(p["text"], p["to"], p["in_reply_to"]) for p in sent["posts"]] == [
        ("b", CUSTOMER["username"], answers[1]["id"])
    ]
    assert [(m["text"], m["to"]) for m in sent["dms"]] == [("d", CUSTOMER["username"])]


@pytest.mark.parametrize("kind", ["fax", [], {}, 1])
def test_a_story_knows_three_kinds(stage: Stage, kind: Any) -> None:
    answer = stage.control.post("story", json=[{"kind": kind}])
    assert answer.status_code == 400
    assert "post, dm, user" in answer.json()["error"]


def test_a_story_with_a_fault_leaves_nothing(stage: Stage) -> None:
    story = [{"author": CUSTOMER, "text": "@hikari_care a"}, {"author": CUSTOMER}]
    answer = stage.control.post("story", json=story)
    assert answer.json()["error"] == "item 1: text is missing"
    assert stage.control.get("state").json()["posts_by_others"] == 0


class TestState:
    def state(self, stage: Stage, stream: str) -> Any:
        return stage.control.get("state").json()[stream]

    def test_what_nobody_has_read_waits(self, stage: Stage) -> None:
        posts = [stage.post(f"@hikari_care {n}") for n in range(3)]
        assert self.state(stage, "mentions") == {
            "total": 3, "waiting": 3, "newest_id": posts[2], "newest_served_id": "0",
        }  # fmt: skip

    def test_a_poll_moves_the_mark_for_good(self, stage: Stage) -> None:
        posts = [stage.post(f"@hikari_care {n}") for n in range(2)]
        stage.mentions()
        stage.mentions(until_id=posts[1])
        stage.post("@hikari_care new")
        found = self.state(stage, "mentions")
        assert (found["newest_served_id"], found["waiting"]) == (posts[1], 1)

    def test_since_id_tells_what_had_been_read(self, stage: Stage) -> None:
        post = stage.post("@hikari_care a")
        stage.mentions(since_id=post)
        assert self.state(stage, "mentions")["waiting"] == 0

    def test_messages_are_marked_by_their_list(self, stage: Stage) -> None:
        stage.dm("一")
        assert self.state(stage, "dms")["waiting"] == 1
        stage.get("/2/dm_events")
        assert self.state(stage, "dms")["waiting"] == 0

    def test_others_posts_and_ours_are_counted_apart(self, stage: Stage) -> None:
        stage.reply("はい", stage.post("@hikari_care a"))
        found = stage.control.get("state").json()
        assert (found["posts_by_others"], found["own_posts"], found["own_dms"]) == (1, 1, 0)


def test_another_sites_page_is_kept_out(stage: Stage) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = httpx.get(f"{stage.url}/sandbox/api/state", headers=headers)
    assert answer.status_code == 403
    form = {"who": "reidai_400", "text": "a"}
    answer = httpx.post(f"{stage.url}/sandbox/posts", data=form, headers=headers)
    assert answer.status_code == 403
