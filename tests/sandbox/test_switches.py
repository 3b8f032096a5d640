"""Switches: which names X writes, which plan we are on, how it words a refusal, whether we paid."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from support.sandbox import rules
from support.sandbox.app import create_sandbox
from support.sandbox.switches import Switches
from tests.sandbox.stage import Stage


def turn(stage: Stage, **switches: Any) -> None:
    answer = stage.control.post("switches", json=switches)
    assert answer.status_code == 200, answer.text


class TestNewVocabulary:
    def test_answers_have_the_names_of_2_167(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        second = stage.post("@hikari_care まだ" + "長" * 200, in_reply_to=first)
        turn(stage, vocabulary="new")
        found = stage.mentions(
            post_fields="public_metrics,note_post",
            expansions="author_id,referenced_posts",
            user_fields="public_metrics",
        )
        post = found["data"][0]
        assert post["edit_history_post_ids"] == [second]
        assert post["referenced_posts"] == [{"type": "replied_to", "id": first}]
        assert post["public_metrics"]["repost_count"] == 0
        assert post["author_id"] == "900400"
        assert "note_post" in post
        assert found["includes"]["posts"][0]["id"] == first
        assert found["includes"]["users"][0]["public_metrics"]["post_count"] == 2
        assert "tweet" not in str(found)

    def test_old_names_are_not_known(self, stage: Stage) -> None:
        turn(stage, vocabulary="new")
        for wrong in (
            {"tweet.fields": "created_at"},
            {"expansions": "referenced_tweets.id"},
            {"post.fields": "author_id"},
        ):
            answer = stage.api.get("/2/tweets", params={"ids": "1"} | wrong)
            assert answer.status_code == 400
            assert answer.json()["type"] == "https://api.x.com/2/problems/invalid-request"

    def test_problems_inside_an_answer_change_their_host(self, stage: Stage) -> None:
        turn(stage, vocabulary="new")
        error = stage.get("/2/tweets", ids="5")["errors"][0]
        assert error["type"] == "https://api.x.com/2/problems/resource-not-found"

    def test_a_post_created_is_told_in_them(self, stage: Stage) -> None:
        turn(stage, vocabulary="new")
        found = stage.api.post("/2/tweets", json={"text": "お知らせ"}).json()["data"]
        assert found["edit_history_post_ids"] == [found["id"]]


class TestPlan:
    def test_an_enterprise_may_answer_and_quote_anybody(self, stage: Stage) -> None:
        post = stage.post("回線が遅い")
        turn(stage, plan="enterprise")
        assert stage.reply("お困りですか", post).status_code == 201
        body = {"text": "紹介します", "quote_tweet_id": post}
        assert stage.api.post("/2/tweets", json=body).status_code == 201

    def test_but_not_what_is_gone(self, stage: Stage) -> None:
        turn(stage, plan="enterprise")
        assert stage.reply("はい", "12345").json()["detail"] == rules.PARENT_GONE


def test_the_second_wording_of_a_refusal(stage: Stage) -> None:
    turn(stage, refusal="B")
    post = stage.post("回線が遅い")
    quote = stage.api.post("/2/tweets", json={"text": "a", "quote_tweet_id": post})
    for answer in (stage.reply("お困りですか", post), quote):
        assert answer.status_code == 403
        assert answer.json()["detail"] == rules.ONLY_MENTIONED
        assert answer.json()["title"] == "Authorization Error"


def test_the_duplicate_window_can_be_short_or_none(stage: Stage) -> None:
    turn(stage, duplicate_hours=0)
    answers = [stage.api.post("/2/tweets", json={"text": "お知らせ"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]


def test_without_credits_nothing_is_answered(stage: Stage) -> None:
    turn(stage, credits=False)
    answer = stage.api.get("/2/users/me")
    assert (answer.status_code, answer.json()["title"]) == (402, "CreditsDepleted")
    turn(stage, credits=True)
    assert stage.api.get("/2/users/me").status_code == 200


def test_what_is_not_given_stays(stage: Stage) -> None:
    turn(stage, plan="enterprise")
    turn(stage, refusal="B")
    found = stage.control.get("switches").json()
    assert (found["plan"], found["refusal"], found["vocabulary"]) == ("enterprise", "B", "legacy")


@pytest.mark.parametrize(
    "wrong", [{"plan": "gold"}, {"nosuch": 1}, {"credits": "no"}, {"duplicate_hours": -1}], ids=str
)
def test_a_switch_that_is_none_is_explained(stage: Stage, wrong: dict[str, Any]) -> None:
    answer = stage.control.post("switches", json=wrong)
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["error"]


def test_switches_may_be_set_at_the_start(tmp_path: Path) -> None:
    app = create_sandbox(tmp_path / "x.db", switches=Switches(credits=False))
    with httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://x") as x:
        token = {"Authorization": "Bearer sandbox-hikari_care"}
        assert x.get("/2/users/me", headers=token).status_code == 402
