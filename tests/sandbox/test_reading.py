"""Users, timelines, search and look-up over HTTP, in X's shapes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.sandbox.stage import CUSTOMER, DESK_ID, MORNING, OTHER, Stage

APP = {"Authorization": "Bearer sandbox-bearer"}
FULL = {
    "tweet_fields": "author_id,created_at,conversation_id,entities,referenced_tweets,note_tweet,"
    "in_reply_to_user_id,display_text_range,public_metrics,reply_settings,lang",
    "expansions": "author_id,referenced_tweets.id,in_reply_to_user_id",
    "user_fields": "public_metrics,receives_your_dm",
}


def ids(body: dict[str, Any]) -> list[str]:
    return [item["id"] for item in body.get("data", [])]


class TestToken:
    @pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic c2FuZGJveA==", "Bearer"])
    def test_without_a_good_token_nothing_is_told(self, stage: Stage, header: str | None) -> None:
        headers = {"Authorization": header} if header else {}
        answer = httpx.get(f"{stage.url}/2/users/me", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized",
        }  # fmt: skip

    @pytest.mark.parametrize("path", ["/2/nope", "/2/tweets/1/2", "/nobody/at/all"])
    def test_unknown_paths_are_told_in_problem_json(self, stage: Stage, path: str) -> None:
        answer = stage.api.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "about:blank"


class TestUsers:
    def test_me_has_the_default_fields_only(self, stage: Stage) -> None:
        assert stage.get("/2/users/me")["data"] == {
            "id": str(DESK_ID), "name": "ひかりケア", "username": "hikari_care",
        }  # fmt: skip

    def test_fields_asked_for_are_added(self, stage: Stage) -> None:
        stage.post("@hikari_care a")
        found = stage.get("/2/users/900400", user_fields="public_metrics,created_at")["data"]
        assert found["public_metrics"]["followers_count"] == 52
        assert found["public_metrics"]["tweet_count"] == 1
        assert found["created_at"] == "2026-07-14T01:00:00.000Z"

    def test_some_missing_is_200_with_errors(self, stage: Stage) -> None:
        stage.post("@hikari_care a")
        found = stage.get("/2/users", ids="900400,7")
        assert ids(found) == ["900400"]
        assert found["errors"][0]["resource_id"] == "7"
        assert found["errors"][0]["type"].endswith("/resource-not-found")

    def test_by_username_in_any_case(self, stage: Stage) -> None:
        stage.post("@hikari_care a")
        found = stage.get("/2/users/by", usernames="REIDAI_400,nobody")
        assert (ids(found), found["errors"][0]["parameter"]) == (["900400"], "usernames")
        assert stage.get("/2/users/by/username/Reidai_400")["data"]["id"] == "900400"
        assert "data" not in stage.get("/2/users/by/username/nobody")

    def test_who_wrote_to_us_receives_our_dm(self, stage: Stage) -> None:
        stage.post("@hikari_care a")
        path, fields = "/2/users/900400", {"user_fields": "receives_your_dm"}
        assert stage.get(path, **fields)["data"]["receives_your_dm"] is False
        stage.dm("はじめまして")
        assert stage.get(path, **fields)["data"]["receives_your_dm"] is True


class TestMentions:
    def test_default_fields_are_three(self, stage: Stage) -> None:
        post = stage.post("@hikari_care 遅い")
        assert stage.mentions() == {
            "data": [{"id": post, "text": "@hikari_care 遅い", "edit_history_tweet_ids": [post]}],
            "meta": {"result_count": 1, "newest_id": post, "oldest_id": post},
        }

    def test_nothing_has_no_data_key(self, stage: Stage) -> None:
        assert stage.mentions() == {"meta": {"result_count": 0}}

    def test_whoever_does_not_name_us_is_not_there(self, stage: Stage) -> None:
        stage.post("ひかりケアが遅い")
        stage.post("@hikari_care2 遅い")
        assert ids(stage.mentions()) == []

    def test_a_reply_to_us_is_a_mention_by_its_hidden_prefix(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        ours = stage.reply("ご不便をおかけします", first).json()["data"]["id"]
        second = stage.post("直りました", in_reply_to=ours)
        found = stage.mentions(**FULL)["data"][0]
        assert found["id"] == second
        assert found["text"] == "@hikari_care 直りました"
        assert found["display_text_range"] == [13, 18]
        assert found["entities"]["mentions"][0] == {
            "start": 0, "end": 12, "username": "hikari_care", "id": str(DESK_ID),
        }  # fmt: skip
        assert found["conversation_id"] == first
        assert found["in_reply_to_user_id"] == str(DESK_ID)
        assert found["referenced_tweets"] == [{"type": "replied_to", "id": ours}]

    def test_a_customer_may_take_us_out_of_the_prefix(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        ours = stage.reply("はい", first).json()["data"]["id"]
        stage.post("独り言です", in_reply_to=ours, exclude=[str(DESK_ID)])
        assert ids(stage.mentions()) == [first]

    def test_a_third_person_answering_the_customer_mentions_us_too(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        third = stage.post("うちもです", OTHER, in_reply_to=first)
        assert ids(stage.mentions()) == [third, first]

    def test_linked_posts_and_people_are_included_once(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        stage.post("@hikari_care まだ遅い", in_reply_to=first)
        includes = stage.mentions(**FULL)["includes"]
        assert {user["id"] for user in includes["users"]} == {"900400", str(DESK_ID)}
        assert ids({"data": includes["tweets"]}) == [first]

    def test_a_deleted_parent_is_an_error_beside_the_data(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        stage.post("@hikari_care まだ遅い", in_reply_to=first)
        stage.control.delete(f"posts/{first}")
        found = stage.mentions(**FULL)
        assert len(found["data"]) == 1
        assert found["errors"][0]["value"] == first

    def test_pages_follow_each_other_without_gap_or_repeat(self, stage: Stage) -> None:
        posted = [stage.post(f"@hikari_care {n}") for n in range(23)]
        seen, token = [], {}
        for _ in range(5):
            page = stage.mentions(max_results=5, **token)
            seen += ids(page)
            token = {"pagination_token": page["meta"].get("next_token")}
        assert seen == posted[::-1]
        assert token == {"pagination_token": None}

    def test_since_and_until_leave_out_the_ids_they_name(self, stage: Stage) -> None:
        posted = [stage.post(f"@hikari_care {n}") for n in range(4)]
        found = stage.mentions(since_id=posted[0], until_id=posted[3])
        assert ids(found) == [posted[2], posted[1]]

    def test_start_is_inclusive_and_end_is_not(self, stage: Stage) -> None:
        posted = []
        for n in range(3):
            posted.append(stage.post(f"@hikari_care {n}"))
            stage.clock.move(minutes=1)
        bounds = {"start_time": "2026-07-14T01:00:00Z", "end_time": "2026-07-14T01:02:00Z"}
        assert ids(stage.mentions(**bounds)) == [posted[1], posted[0]]

    def test_only_the_800_newest_can_be_reached(self, stage: Stage) -> None:
        story = [{"author": CUSTOMER, "text": f"@hikari_care {n}"} for n in range(805)]
        posted = [item["id"] for item in stage.control.post("story", json=story).json()]
        found = stage.mentions(max_results=100, until_id=posted[10])
        assert ids(found) == posted[5:10][::-1]

    def test_new_names_are_read_and_old_ones_sent(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        stage.post("@hikari_care まだ遅い", in_reply_to=first)
        found = stage.mentions(
            post_fields="created_at,note_post", expansions="author_id,referenced_posts"
        )
        assert found["data"][0]["referenced_tweets"][0]["id"] == first
        assert found["data"][0]["author_id"] == "900400"

    def test_signs_of_markup_are_escaped_on_the_wire(self, stage: Stage) -> None:
        stage.post('@hikari_care <b> & "quoted"')
        assert stage.mentions()["data"][0]["text"] == '@hikari_care &lt;b&gt; &amp; "quoted"'

    def test_a_long_post_is_cut_in_text_and_whole_in_its_note(self, stage: Stage) -> None:
        words = "@hikari_care " + "長" * 24_987
        stage.post(words)
        found = stage.mentions(**FULL)["data"][0]
        assert found["text"].endswith("…")
        assert len(found["text"]) < 160
        assert found["note_tweet"]["text"] == words

    def test_a_protected_author_is_not_shown(self, stage: Stage) -> None:
        post = stage.post("@hikari_care 遅い", CUSTOMER | {"protected": True})
        assert ids(stage.mentions()) == []
        error = stage.get(f"/2/tweets/{post}")["errors"][0]
        assert error["type"].endswith("/not-authorized-for-resource")


WRONG = {
    "too few": {"max_results": "4"},
    "too many": {"max_results": "101"},
    "no number": {"max_results": "ten"},
    "since_id of letters": {"since_id": "abc"},
    "unknown parameter": {"nosuch": "1"},
    "unknown field": {"tweet.fields": "nosuch"},
    "unknown expansion": {"expansions": "nosuch"},
    "token of another kind": {"pagination_token": "zzz"},
    "time without zone": {"start_time": "2026-07-14T01:00:00"},
    "no such day": {"start_time": "2026-02-30T01:00:00Z"},
}


@pytest.mark.parametrize("params", WRONG.values(), ids=WRONG.keys())
def test_a_bad_parameter_is_named(stage: Stage, params: dict[str, str]) -> None:
    answer = stage.api.get(f"/2/users/{DESK_ID}/mentions", params=params)
    assert answer.status_code == 400
    body = answer.json()
    assert body["title"] == "Invalid Request"
    assert list(body["errors"][0]["parameters"]) == list(params)


class TestLookUp:
    def test_missing_and_deleted_posts_are_errors_of_a_200(self, stage: Stage) -> None:
        kept, gone = stage.post("@hikari_care a"), stage.post("@hikari_care b")
        stage.control.delete(f"posts/{gone}")
        found = stage.get("/2/tweets", ids=f"{kept},{gone},9999999999999999999")
        assert ids(found) == [kept]
        assert [error["value"] for error in found["errors"]] == [gone, "9999999999999999999"]

    def test_a_single_missing_post_is_only_errors(self, stage: Stage) -> None:
        found = stage.get("/2/tweets/12345")
        assert list(found) == ["errors"]
        assert found["errors"][0]["resource_type"] == "tweet"

    def test_a_single_post_is_an_object(self, stage: Stage) -> None:
        post = stage.post("@hikari_care a")
        assert stage.get(f"/2/tweets/{post}")["data"]["id"] == post

    def test_more_than_a_hundred_are_refused(self, stage: Stage) -> None:
        many = ",".join(str(n) for n in range(1, 102))
        assert stage.api.get("/2/tweets", params={"ids": many}).status_code == 400


class TestOwnPosts:
    def test_only_ours_and_with_or_without_replies(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        reply = stage.reply("はい", first).json()["data"]["id"]
        notice = stage.api.post("/2/tweets", json={"text": "お知らせ"}).json()["data"]["id"]
        path = f"/2/users/{DESK_ID}/tweets"
        assert ids(stage.get(path)) == [notice, reply]
        assert ids(stage.get(path, exclude="replies,retweets")) == [notice]

    def test_a_reply_of_ours_carries_its_hidden_prefix(self, stage: Stage) -> None:
        stage.reply("はい", stage.post("@hikari_care 遅い"))
        found = stage.get(f"/2/users/{DESK_ID}/tweets", tweet_fields="display_text_range")["data"]
        assert found[0]["text"] == "@reidai_400 はい"
        assert found[0]["display_text_range"] == [12, 14]


class TestSearch:
    def test_reaches_back_seven_days(self, stage: Stage) -> None:
        old = MORNING - timedelta(days=7, minutes=1)
        stage.post("@hikari_care 遅い 昔", created_at=old.isoformat())
        new = stage.post("回線が遅い")
        assert ids(stage.get("/2/tweets/search/recent", query="遅い")) == [new]

    def test_pages_by_next_token(self, stage: Stage) -> None:
        posted = [stage.post(f"遅い {n}") for n in range(12)]
        first = stage.get("/2/tweets/search/recent", query="遅い", max_results=10)
        token = first["meta"]["next_token"]
        rest = stage.get("/2/tweets/search/recent", query="遅い", next_token=token)
        assert ids(first) + ids(rest) == posted[::-1]

    @pytest.mark.parametrize(
        "params",
        [{"since_id": "1"}, {"start_time": "2026-07-01T00:00:00Z"}, {"query": ""}],
        ids=["old id", "old time", "no query"],
    )
    def test_what_lies_outside_is_refused(self, stage: Stage, params: dict[str, str]) -> None:
        answer = stage.api.get("/2/tweets/search/recent", params={"query": "遅い"} | params)
        assert answer.status_code == 400


class TestCounts:
    """How many a search would find; only the app itself may ask."""

    def counted(self, stage: Stage, **params: Any) -> dict[str, Any]:
        asked = {"query": "遅い"} | params
        answer = httpx.get(f"{stage.url}/2/tweets/counts/recent", params=asked, headers=APP)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def test_by_the_hour_of_the_clock_cut_at_both_ends(self, stage: Stage) -> None:
        stage.post("遅い", created_at=(MORNING - timedelta(hours=3)).isoformat())
        for text in ("遅い", "速い"):
            stage.post(text)
        found = self.counted(stage)
        assert found["meta"] == {"total_tweet_count": 2}
        assert len(found["data"]) == 169, "seven days of hours, and the one that began just now"
        full = [it for it in found["data"] if it["tweet_count"]]
        assert [it["tweet_count"] for it in full] == [1, 1]
        assert all(it["end"].endswith(":00:00.000Z") for it in found["data"][:-1])

    def test_adds_up_to_the_same_in_every_size(self, stage: Stage) -> None:
        for hours in (1, 30, 100, 166):
            stage.post("遅い", created_at=(MORNING - timedelta(hours=hours)).isoformat())
        for size in ("minute", "hour", "day"):
            found = self.counted(stage, granularity=size)
            assert sum(it["tweet_count"] for it in found["data"]) == 4

    def test_shows_no_post_and_what_was_asked_for_only(self, stage: Stage) -> None:
        stage.post("遅い")
        one = self.counted(stage, **{"search_count.fields": "tweet_count"})["data"][-1]
        assert one.keys() == {"tweet_count"}

    def test_refuses_a_users_token_and_another_size(self, stage: Stage) -> None:
        path = "/2/tweets/counts/recent"
        alone = stage.api.get(path, params={"query": "遅い"})
        assert alone.status_code == 403
        assert alone.json()["type"].endswith("unsupported-authentication")
        asked = {"query": "遅い", "granularity": "week"}
        assert httpx.get(f"{stage.url}{path}", params=asked, headers=APP).status_code == 400
