"""Editing, passing on, quoting and hiding posts."""

from typing import Any

import httpx

from support.sandbox import rules
from tests.sandbox.stage import CUSTOMER, DESK_ID, OTHER, Stage

FIELDS = "edit_controls,conversation_id,referenced_tweets,public_metrics,reply_settings"


def edit(stage: Stage, post: str, text: str) -> httpx.Response:
    return stage.control.patch(f"posts/{post}", json={"text": text})


def one(stage: Stage, post: str) -> dict[str, Any]:
    return dict(stage.get(f"/2/tweets/{post}", tweet_fields=FIELDS)["data"])


class TestEditing:
    def test_each_edit_is_a_new_id_and_a_longer_history(self, stage: Stage) -> None:
        first = stage.post("@hikari_care おそい")
        second = edit(stage, first, "@hikari_care 遅い").json()["id"]
        third = edit(stage, second, "@hikari_care とても遅い").json()["id"]
        for version, text in ((first, "おそい"), (third, "とても遅い")):
            found = one(stage, version)
            assert found["text"] == f"@hikari_care {text}"
            assert found["edit_history_tweet_ids"] == [first, second, third]
            assert found["conversation_id"] == first

    def test_only_the_last_version_stands_in_timelines(self, stage: Stage) -> None:
        first = stage.post("@hikari_care おそい")
        second = edit(stage, first, "@hikari_care 遅い").json()["id"]
        assert [item["id"] for item in stage.mentions()["data"]] == [second]
        assert stage.mentions(since_id=first)["data"][0]["id"] == second
        found = stage.get("/2/users/900400", user_fields="public_metrics")["data"]
        assert found["public_metrics"]["tweet_count"] == 1

    def test_five_edits_within_an_hour(self, stage: Stage) -> None:
        post = stage.post("@hikari_care 0")
        assert one(stage, post)["edit_controls"] == {
            "edits_remaining": 5,
            "is_edit_eligible": True,
            "editable_until": "2026-07-14T02:00:00.000Z",
        }
        for n in range(1, 6):
            post = edit(stage, post, f"@hikari_care {n}").json()["id"]
        assert one(stage, post)["edit_controls"]["edits_remaining"] == 0
        assert edit(stage, post, "@hikari_care 6").status_code == 400

    def test_none_after_the_hour_and_none_of_an_old_version(self, stage: Stage) -> None:
        first = stage.post("@hikari_care a")
        second = edit(stage, first, "@hikari_care b").json()["id"]
        assert edit(stage, first, "@hikari_care c").status_code == 400
        stage.clock.move(hours=1)
        assert edit(stage, second, "@hikari_care c").status_code == 400

    def test_an_edit_may_name_us_for_the_first_time(self, stage: Stage) -> None:
        first = stage.post("回線が遅い")
        assert "data" not in stage.mentions()
        second = edit(stage, first, "@hikari_care 回線が遅い").json()["id"]
        assert stage.mentions()["data"][0]["id"] == second

    def test_deleting_takes_every_version(self, stage: Stage) -> None:
        first = stage.post("@hikari_care a")
        second = edit(stage, first, "@hikari_care b").json()["id"]
        stage.control.delete(f"posts/{first}")
        assert len(stage.get("/2/tweets", ids=f"{first},{second}")["errors"]) == 2

    def test_our_own_post_is_edited_through_the_api(self, stage: Stage) -> None:
        first = stage.api.post("/2/tweets", json={"text": "おしらせ"}).json()["data"]["id"]
        body = {"text": "お知らせ", "edit_options": {"previous_post_id": first}}
        found = stage.api.post("/2/tweets", json=body).json()["data"]
        assert found["edit_history_tweet_ids"] == [first, found["id"]]
        theirs = stage.post("@hikari_care a")
        body = {"text": "書きかえ", "edit_options": {"previous_post_id": theirs}}
        assert stage.api.post("/2/tweets", json=body).json()["detail"] == rules.NO_EDIT


class TestPassingOn:
    def test_a_repost_says_rt_and_refers_to_the_post(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        again = stage.post("", OTHER, reposts=first)
        found = one(stage, again)
        assert found["text"] == "RT @reidai_400: @hikari_care 遅い"
        assert found["referenced_tweets"] == [{"type": "retweeted", "id": first}]
        assert found["conversation_id"] == again
        assert one(stage, first)["public_metrics"]["retweet_count"] == 1

    def test_it_mentions_whom_the_post_mentioned(self, stage: Stage) -> None:
        again = stage.post("", OTHER, reposts=stage.post("@hikari_care 遅い"))
        assert stage.mentions()["data"][0]["id"] == again

    def test_timelines_can_leave_it_out_and_search_always_does(self, stage: Stage) -> None:
        first = stage.post("障害です")
        stage.post("", {"id": str(DESK_ID)}, reposts=first)
        path = f"/2/users/{DESK_ID}/tweets"
        assert len(stage.get(path)["data"]) == 1
        assert "data" not in stage.get(path, exclude="retweets")
        found = stage.get("/2/tweets/search/recent", query="障害です")["data"]
        assert [item["id"] for item in found] == [first]

    def test_a_quote_is_counted(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        quote = stage.post("うちも", OTHER, quotes=first)
        assert one(stage, quote)["referenced_tweets"] == [{"type": "quoted", "id": first}]
        assert one(stage, first)["public_metrics"]["quote_count"] == 1


class TestHiding:
    def test_a_reply_in_our_own_conversation(self, stage: Stage) -> None:
        ours = stage.api.post("/2/tweets", json={"text": "お知らせ"}).json()["data"]["id"]
        reply = stage.post("広告です", CUSTOMER, in_reply_to=ours)
        for hidden in (True, False):
            answer = stage.api.put(f"/2/tweets/{reply}/hidden", json={"hidden": hidden})
            assert answer.json() == {"data": {"hidden": hidden}}

    def test_nothing_elsewhere(self, stage: Stage) -> None:
        root = stage.post("@hikari_care a")
        reply = stage.post("b", OTHER, in_reply_to=root)
        answer = stage.api.put(f"/2/tweets/{reply}/hidden", json={"hidden": True})
        assert answer.status_code == 403
        assert stage.api.put(f"/2/tweets/{reply}/hidden", json={}).status_code == 400


def test_reply_settings_are_shown(stage: Stage) -> None:
    post = stage.post("@hikari_care a", reply_settings="mentionedUsers")
    assert one(stage, post)["reply_settings"] == "mentionedUsers"
