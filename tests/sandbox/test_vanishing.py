"""People who protect, lose or give up their account, and the batch jobs that tell of it."""

from typing import Any

import httpx
import pytest

from support.sandbox import rules
from tests.sandbox.stage import CUSTOMER, DESK_ID, OTHER, Stage

APP = {"Authorization": "Bearer sandbox-bearer"}


def become(stage: Stage, **change: Any) -> None:
    assert stage.control.post("users", json=CUSTOMER | change).status_code == 201


@pytest.mark.parametrize(
    ("change", "post_error", "user_error"),
    [
        ({"state": "suspended"}, "not-authorized-for-resource", "resource-not-found"),
        ({"state": "deactivated"}, "resource-not-found", "resource-not-found"),
        ({"protected": True}, "not-authorized-for-resource", None),
    ],
)
def test_what_they_wrote_is_gone_and_says_why(
    stage: Stage, change: dict[str, Any], post_error: str, user_error: str | None
) -> None:
    post = stage.post("@hikari_care 遅い")
    become(stage, **change)
    assert "data" not in stage.mentions()
    assert "data" not in stage.get("/2/tweets/search/recent", query="遅い")
    found = stage.get("/2/tweets", ids=post)
    assert found["errors"][0]["type"].endswith(post_error)
    assert "errors" in stage.get("/2/users/900400/tweets")
    person = stage.get("/2/users", ids="900400")
    assert ("errors" in person) == (user_error is not None)
    if user_error:
        assert person["errors"][0]["type"].endswith(user_error)
    assert stage.reply("はい", post).json()["detail"] == rules.PARENT_GONE


def test_a_suspension_is_named(stage: Stage) -> None:
    become(stage, state="suspended")
    error = stage.get("/2/users/by", usernames="reidai_400")["errors"][0]
    assert error["detail"] == "User has been suspended: [reidai_400]."


def test_who_comes_back_brings_everything(stage: Stage) -> None:
    post = stage.post("@hikari_care 遅い")
    become(stage, state="deactivated")
    become(stage, state="active")
    assert stage.mentions()["data"][0]["id"] == post


def test_nobody_gone_takes_messages(stage: Stage) -> None:
    stage.dm("一")
    become(stage, state="suspended")
    answer = stage.api.post("/2/dm_conversations/with/900400/messages", json={"text": "二"})
    assert answer.json()["detail"] == rules.DM_REFUSED


def test_a_suspended_account_of_ours_cannot_speak(stage: Stage) -> None:
    stage.control.post("users", json={"id": str(DESK_ID), "state": "suspended"})
    assert stage.api.get("/2/users/me").status_code == 401


def test_a_state_there_is_not_is_explained(stage: Stage) -> None:
    answer = stage.control.post("users", json=CUSTOMER | {"state": "asleep"})
    assert "state is none of" in answer.json()["error"]


class TestJobs:
    def job(self, stage: Stage, kind: str, *ids: str) -> list[dict[str, Any]]:
        body = {"type": kind, "name": "nightly"}
        made = httpx.post(f"{stage.url}/2/compliance/jobs", json=body, headers=APP).json()["data"]
        assert made["status"] == "created"
        assert httpx.put(made["upload_url"], content="\n".join(ids)).status_code == 200
        path = f"{stage.url}/2/compliance/jobs/{made['id']}"
        assert httpx.get(path, headers=APP).json()["data"]["status"] == "complete"
        lines = httpx.get(made["download_url"]).iter_lines()
        return [httpx.Response(200, content=line).json() for line in lines]

    def test_name_the_posts_that_must_go(self, stage: Stage) -> None:
        kept, gone = stage.post("@hikari_care a"), stage.post("@hikari_care b")
        theirs = stage.post("@hikari_care c", OTHER)
        stage.control.delete(f"posts/{gone}")
        stage.control.post("users", json=OTHER | {"state": "suspended"})
        found = self.job(stage, "tweets", kept, gone, theirs, "junk")
        assert {(item["id"], item["action"], item["reason"]) for item in found} == {
            (gone, "delete", "deleted"),
            (theirs, "delete", "suspended"),
        }

    def test_name_the_people(self, stage: Stage) -> None:
        become(stage, protected=True)
        found = self.job(stage, "users", "900400", str(DESK_ID))
        assert [(item["id"], item["action"]) for item in found] == [("900400", "protect")]

    def test_are_listed_by_kind_and_status(self, stage: Stage) -> None:
        self.job(stage, "tweets")
        place = f"{stage.url}/2/compliance/jobs"
        for query, number in (
            ({"type": "tweets", "status": "complete"}, 1),
            ({"type": "tweets", "status": "created"}, 0),
            ({"type": "users"}, 0),
        ):
            found = httpx.get(place, params=query, headers=APP).json()
            assert found["meta"]["result_count"] == number

    def test_are_the_apps_business(self, stage: Stage) -> None:
        answer = stage.api.post("/2/compliance/jobs", json={"type": "tweets"})
        assert answer.json()["type"].endswith("/unsupported-authentication")

    def test_cannot_be_read_without_their_address(self, stage: Stage) -> None:
        body = {"type": "users"}
        made = httpx.post(f"{stage.url}/2/compliance/jobs", json=body, headers=APP).json()["data"]
        place = made["download_url"].rsplit("/", 2)[0]
        assert httpx.get(f"{place}/0000/results").status_code == 404


def test_what_was_read_is_counted_by_the_day(stage: Stage) -> None:
    stage.post("@hikari_care a")
    stage.mentions()
    found = httpx.get(f"{stage.url}/2/usage/tweets", headers=APP).json()["data"]
    assert found["project_usage"] == 1
    assert found["daily_project_usage"]["usage"][0] == {
        "date": "2026-07-14T00:00:00.000Z",
        "usage": 1,
    }
