"""Events of what the rest of this X can do: edits, reposts, pictures, suspensions, several apps."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox import test_oauth, test_oauth1
from tests.sandbox.receiver import Pushed, Receiver, signature
from tests.sandbox.stage import CUSTOMER, DESK_ID, OTHER, PLAIN_HTTP, Stage

PICTURE = {"type": "photo", "alt_text": "点滅するルーター"}
HEADER = "x-twitter-webhooks-signature"


class TestVersions:
    def test_an_edit_is_told_as_a_post_that_names_its_history(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create")
        first = pushed.stage.post("@hikari_care 速い")
        edited = pushed.stage.control.patch(f"posts/{first}", json={"text": "@hikari_care 遅い"})
        second = edited.json()["id"]
        before, after = pushed.flush()
        assert before.payload["edit_history_tweet_ids"] == [first]
        assert after.payload["edit_history_tweet_ids"] == [first, second]
        assert (after.payload["id"], after.payload["text"]) == (second, "@hikari_care 遅い")

    def test_an_edited_post_is_deleted_as_one(self, pushed: Pushed) -> None:
        pushed.subscribe("post.delete", user_id=900400)
        first = pushed.stage.post("@hikari_care 速い")
        edited = pushed.stage.control.patch(f"posts/{first}", json={"text": "@hikari_care 遅い"})
        pushed.stage.control.delete(f"posts/{first}")
        (arrival,) = pushed.flush()
        assert arrival.payload["id"] == edited.json()["id"]


class TestReposts:
    def test_a_repost_of_ours_is_no_mention(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create", "post.repost.create")
        ours = pushed.stage.reply("はい", pushed.stage.post("@hikari_care a")).json()["data"]["id"]
        repost = pushed.stage.post("", OTHER, reposts=ours)
        _, arrival = pushed.flush()
        assert (arrival.event_type, arrival.payload["id"]) == ("post.repost.create", repost)
        assert arrival.payload["referenced_tweets"] == [{"type": "retweeted", "id": ours}]

    def test_account_activity_holds_what_is_passed_on(self, pushed: Pushed) -> None:
        ours = pushed.stage.reply("はい", pushed.stage.post("@hikari_care a")).json()["data"]["id"]
        pushed.subscribe_account()
        pushed.stage.post("", OTHER, reposts=ours)
        (arrival,) = pushed.flush()
        status = arrival.body["tweet_create_events"][0]
        assert status["retweeted_status"]["id_str"] == ours


class TestPictures:
    def test_a_mentions_pictures_are_included(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create")
        pushed.stage.post("@hikari_care これです", media=[PICTURE])
        (arrival,) = pushed.flush()
        (key,) = arrival.payload["attachments"]["media_keys"]
        (media,) = arrival.body["data"]["includes"]["media"]
        assert (media["media_key"], media["type"]) == (key, "photo")
        assert httpx.get(media["url"]).headers["content-type"].startswith("image/")

    def test_account_activity_shows_them_too(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        pushed.stage.post("@hikari_care これです", media=[PICTURE])
        status = pushed.flush()[0].body["tweet_create_events"][0]
        (media,) = status["extended_entities"]["media"]
        assert status["text"][slice(*media["indices"])] == media["url"]
        assert httpx.get(media["media_url_https"]).status_code == 200

    def test_a_messages_picture_needs_a_token(self, pushed: Pushed) -> None:
        pushed.subscribe("dm.received")
        pushed.stage.dm("これです", media=[PICTURE])
        (arrival,) = pushed.flush()
        data = arrival.payload["direct_message_events"][0]["message_create"]["message_data"]
        url = data["attachment"]["media"]["media_url_https"]
        assert data["attachment"]["media"]["type"] == "photo"
        assert httpx.get(url).status_code in (401, 403)


def test_nothing_of_a_suspended_account_is_told(pushed: Pushed) -> None:
    pushed.subscribe("post.mention.create")
    pushed.stage.post("@hikari_care a", CUSTOMER | {"state": "suspended"})
    assert pushed.flush() == []


class TestScopes:
    PATH = "/2/activity/subscriptions"

    def ask(self, event_type: str) -> dict[str, object]:
        return {"event_type": event_type, "filter": {"user_id": str(DESK_ID)}}

    def test_oauth1_is_not_enough_for_private_events(self, stage: Stage) -> None:
        with test_oauth1.client(stage) as signing:
            assert signing.post(self.PATH, json=self.ask("dm.received")).status_code == 403
            assert signing.post(self.PATH, json=self.ask("post.create")).status_code == 200

    @pytest.mark.parametrize(
        ("event_type", "status"), [("dm.received", 403), ("post.mention.create", 200)]
    )
    def test_a_token_needs_the_scope_of_the_event(
        self, stage: Stage, event_type: str, status: int
    ) -> None:
        token = test_oauth.tokens(stage, scope="tweet.read users.read")["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx.post(stage.url + self.PATH, json=self.ask(event_type), headers=headers)
        assert answer.status_code == status

    def test_account_activity_takes_signed_requests(self, pushed: Pushed) -> None:
        path = f"/2/account_activity/webhooks/{pushed.webhook_id}/subscriptions/all"
        with test_oauth1.client(pushed.stage) as signing:
            assert signing.post(path).json() == {"data": {"subscribed": True}}


class TestFurtherApps:
    @pytest.fixture
    def keys(self, stage: Stage) -> dict[str, str]:
        return dict(stage.control.post("apps", json={"name": "Staging"}).json())

    @pytest.fixture
    def other(self, stage: Stage, keys: dict[str, str]) -> Iterator[httpx.Client]:
        bearer = {"Authorization": f"Bearer {keys['bearer']}"}
        with httpx.Client(base_url=stage.url, headers=bearer, verify=PLAIN_HTTP) as client:
            yield client

    def test_each_has_its_own_webhooks_and_secrets(
        self, pushed: Pushed, other: httpx.Client, keys: dict[str, str]
    ) -> None:
        second = Receiver(secret=keys["consumer_secret"])
        try:
            made = other.post("/2/webhooks", json={"url": second.url}).json()["data"]
            body = {"event_type": "post.create", "filter": {"user_id": str(DESK_ID)}}
            body |= {"webhook_id": made["id"]}
            assert other.post("/2/activity/subscriptions", json=body).status_code == 200
            pushed.stage.api.post("/2/tweets", json={"text": "お知らせ"})
            pushed.flush()
            (arrival,) = second.arrivals
        finally:
            second.close()
        assert arrival.headers[HEADER] == signature(keys["consumer_secret"], arrival.raw)
        assert pushed.receiver.arrivals == []

    def test_none_sees_or_changes_anothers(self, pushed: Pushed, other: httpx.Client) -> None:
        pushed.subscribe("post.create")
        mine = pushed.app.get("/2/activity/subscriptions").json()["data"][0]["subscription_id"]
        assert "data" not in other.get("/2/webhooks").json()
        assert "data" not in other.get("/2/activity/subscriptions").json()
        assert other.delete(f"/2/webhooks/{pushed.webhook_id}").status_code == 400
        assert other.delete(f"/2/activity/subscriptions/{mine}").status_code == 400
