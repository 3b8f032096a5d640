"""Creating and deleting posts, with X's refusals."""

import json
from typing import Any

import pytest

from support.sandbox import rules
from tests.sandbox.stage import CUSTOMER, DESK_ID, OTHER, Stage


def detail(answer: Any) -> str:
    assert answer.status_code == 403, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Forbidden"
    return str(answer.json()["detail"])


class TestReplying:
    def test_who_mentions_us_can_be_answered(self, stage: Stage) -> None:
        answer = stage.reply("承知しました", stage.post("@hikari_care 遅い"))
        assert answer.status_code == 201
        assert set(answer.json()["data"]) == {"id", "text", "edit_history_tweet_ids"}

    def test_who_does_not_is_refused_in_xs_words(self, stage: Stage) -> None:
        assert detail(stage.reply("お困りですか", stage.post("回線が遅い"))) == rules.NOT_SUMMONED

    def test_the_author_of_that_very_post_must_mention_us(self, stage: Stage) -> None:
        first = stage.post("@hikari_care 遅い")
        aside = stage.post("大変ですね", OTHER, in_reply_to=first, exclude=[str(DESK_ID)])
        assert detail(stage.reply("はい", aside)) == rules.NOT_SUMMONED

    def test_who_quotes_us_can_be_answered(self, stage: Stage) -> None:
        ours = stage.api.post("/2/tweets", json={"text": "工事のお知らせ"}).json()["data"]["id"]
        assert stage.reply("はい", stage.post("これ困る", quotes=ours)).status_code == 201

    def test_our_own_post_can_be_answered(self, stage: Stage) -> None:
        first = stage.reply("その一", stage.post("@hikari_care 遅い")).json()["data"]["id"]
        assert stage.reply("その二", first).status_code == 201

    def test_a_deleted_post_cannot(self, stage: Stage) -> None:
        post = stage.post("@hikari_care 遅い")
        stage.control.delete(f"posts/{post}")
        assert detail(stage.reply("はい", post)) == rules.PARENT_GONE
        assert detail(stage.reply("はい", "12345")) == rules.PARENT_GONE

    def test_reply_settings_of_the_thread_hold(self, stage: Stage) -> None:
        root = stage.post("どう思う?", OTHER, reply_settings="following")
        post = stage.post("@hikari_care これ本当ですか", in_reply_to=root)
        assert detail(stage.reply("はい", post)) == rules.REPLIES_LIMITED

    def test_a_person_taken_out_of_the_prefix_is_not_mentioned(self, stage: Stage) -> None:
        body = {
            "text": "はい",
            "reply": {
                "in_reply_to_tweet_id": stage.post("@hikari_care 遅い"),
                "exclude_reply_user_ids": [CUSTOMER["id"]],
            },
        }
        assert stage.api.post("/2/tweets", json=body).json()["data"]["text"] == "はい"


class TestDuplicates:
    def test_the_same_text_is_refused_whoever_it_is_for(self, stage: Stage) -> None:
        first, second = stage.post("@hikari_care a"), stage.post("@hikari_care b", OTHER)
        assert stage.reply("ご不便をおかけします", first).status_code == 201
        assert detail(stage.reply("ご不便をおかけします ", second)) == rules.DUPLICATE

    def test_until_the_window_has_passed(self, stage: Stage) -> None:
        post = stage.post("@hikari_care a")
        stage.reply("はい", post)
        stage.clock.move(hours=24, seconds=1)
        assert stage.reply("はい", post).status_code == 201

    def test_a_deleted_one_does_not_count(self, stage: Stage) -> None:
        post = stage.post("@hikari_care a")
        sent = stage.reply("はい", post).json()["data"]["id"]
        stage.api.delete(f"/2/tweets/{sent}")
        assert stage.reply("はい", post).status_code == 201

    def test_customers_may_repeat_themselves(self, stage: Stage) -> None:
        assert stage.post("@hikari_care a") != stage.post("@hikari_care a")


BAD_BODIES: dict[str, Any] = {
    "nothing": b"",
    "not JSON": b"{",
    "not UTF-8": b'{"text": "\xff"}',
    "a list": b"[]",
    "deep": b"[" * 100_000,
    "unknown key": {"text": "a", "nosuch": 1},
    "unknown key of reply": {"text": "a", "reply": {"in_reply_to_tweet_id": "1", "nosuch": 1}},
    "reply to nothing": {"text": "a", "reply": {}},
    "reply to a number": {"text": "a", "reply": {"in_reply_to_tweet_id": 1}},
    "text of a number": {"text": 1},
    "no text": {},
    "empty": {"text": ""},
    "blank": {"text": " \n"},
    "141 kana": {"text": "あ" * 141},
    "281 letters": {"text": "a" * 281},
    "25,001 letters": {"text": "a" * 25_001},
    "unknown reply settings": {"text": "a", "reply_settings": "nobody"},
    "excluded name": {
        "text": "a", "reply": {"in_reply_to_tweet_id": "1", "exclude_reply_user_ids": ["me"]},
    },
}  # fmt: skip


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES.keys())
def test_a_bad_body_is_refused_and_nothing_stored(stage: Stage, body: Any) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = stage.api.post("/2/tweets", content=content)
    assert answer.status_code == 400
    assert answer.json()["title"] == "Invalid Request"
    assert stage.control.get("sent").json()["posts"] == []


FITS = {
    "140 kana": "あ" * 140,
    "280 letters": "a" * 280,
    "a long address weighs 23": "あ" * 128 + "https://example.com/" + "a" * 200,
    "NUL": "a\0b",
    "right to left": "\u202eشكرا",
    "emoji of many parts": "👨‍👩‍👧‍👦" * 10,
}


@pytest.mark.parametrize("words", FITS.values(), ids=FITS.keys())
def test_what_fits_is_posted_as_written(stage: Stage, words: str) -> None:
    assert stage.api.post("/2/tweets", json={"text": words}).status_code == 201
    assert stage.control.get("sent").json()["posts"][0]["text"] == words


def test_lone_surrogates_are_replaced(stage: Stage) -> None:
    answer = stage.api.post("/2/tweets", content=rb'{"text": "a \ud800 b"}')
    assert answer.json()["data"]["text"] == "a \ufffd b"


class TestRefusedKinds:
    def test_quoting_is_for_enterprises(self, stage: Stage) -> None:
        body = {"text": "a", "quote_tweet_id": stage.post("@hikari_care a")}
        assert detail(stage.api.post("/2/tweets", json=body)) == rules.QUOTE_REFUSED

    def test_polls_are_not_for_this_account(self, stage: Stage) -> None:
        body = {"text": "a", "poll": {"options": ["a", "b"], "duration_minutes": 5}}
        assert detail(stage.api.post("/2/tweets", json=body)) == rules.NOT_PERMITTED


class TestDeleting:
    def test_our_post_is_gone_and_again_is_no_error(self, stage: Stage) -> None:
        post = stage.api.post("/2/tweets", json={"text": "a"}).json()["data"]["id"]
        for _ in range(2):
            answer = stage.api.delete(f"/2/tweets/{post}")
            assert (answer.status_code, answer.json()) == (200, {"data": {"deleted": True}})
        assert "errors" in stage.get(f"/2/tweets/{post}")

    def test_somebody_elses_stays(self, stage: Stage) -> None:
        post = stage.post("@hikari_care a")
        assert detail(stage.api.delete(f"/2/tweets/{post}")) == rules.NOT_YOUR_POST
        assert stage.get(f"/2/tweets/{post}")["data"]["id"] == post
