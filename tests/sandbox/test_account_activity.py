"""The deprecated Account Activity API: one account, all that concerns it, objects of v1.1."""

from pathlib import Path
from typing import Any

from support.sandbox.app import create_sandbox
from tests.sandbox.receiver import Arrival, Pushed
from tests.sandbox.stage import CUSTOMER, DESK_ID, MORNING, OTHER


def reason(answer: Any) -> str:
    assert answer.status_code == 400
    return str(answer.json()["errors"][0]["message"]).split(":")[0]


def created(arrival: Arrival) -> Any:
    (status,) = arrival.body["tweet_create_events"]
    return status


class TestSubscribing:
    def path(self, pushed: Pushed, end: str = "all") -> str:
        return f"/2/account_activity/webhooks/{pushed.webhook_id}/subscriptions/{end}"

    def test_an_account_subscribes_itself_once(self, pushed: Pushed) -> None:
        path = self.path(pushed)
        assert pushed.stage.api.get(path).json() == {"data": {"subscribed": False}}
        pushed.subscribe_account()
        assert pushed.stage.api.get(path).json() == {"data": {"subscribed": True}}
        assert reason(pushed.stage.api.post(path)) == "DuplicateSubscriptionFailed"
        assert pushed.app.post(path).status_code == 403

    def test_the_app_lists_counts_and_removes(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        assert pushed.app.get(self.path(pushed, "all/list")).json()["data"] == {
            "application_id": "29000001",
            "webhook_id": pushed.webhook_id,
            "webhook_url": pushed.receiver.url,
            "subscriptions": [{"user_id": str(DESK_ID)}],
        }
        count = pushed.app.get("/2/account_activity/subscriptions/count").json()["data"]
        assert (count["provisioned_count"], count["subscriptions_count_all"]) == ("3", "1")
        ours = self.path(pushed, f"{DESK_ID}/all")
        assert pushed.app.delete(ours).json() == {"data": {"subscribed": False}}
        assert reason(pushed.app.delete(ours)) == "SubscriptionNotFound"

    def test_an_unknown_webhook_is_named(self, pushed: Pushed) -> None:
        path = "/2/account_activity/webhooks/5/subscriptions/all"
        assert reason(pushed.stage.api.post(path)) == "WebhookIdInvalid"

    def test_self_serve_has_three(self, pushed: Pushed, tmp_path: Path) -> None:
        for number in range(3):
            handle = f"brand_{number}"
            give_token(tmp_path, handle)
            headers = {"Authorization": f"Bearer sandbox-{handle}"}
            answer = pushed.stage.api.post(self.path(pushed), headers=headers)
            assert answer.status_code == 200
        answer = pushed.stage.api.post(self.path(pushed))
        assert reason(answer) == "SubscriptionLimitExceeded"


def give_token(folder: Path, handle: str) -> None:
    """A further account of ours: a sandbox opened once for it in the same file."""
    again = create_sandbox(folder / "x.db", handle=handle, clock=lambda: MORNING)
    again.extensions["sandbox"].store.close()


class TestEvents:
    def test_a_mention_is_a_v1_post(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        post = pushed.stage.post("@hikari_care <遅い> #回線")
        (arrival,) = pushed.flush()
        assert arrival.body["for_user_id"] == str(DESK_ID)
        assert arrival.body["user_has_blocked"] is False
        status = created(arrival)
        assert (status["id"], status["id_str"]) == (int(post), post)
        assert status["created_at"] == "Tue Jul 14 01:00:00 +0000 2026"
        assert status["text"] == "@hikari_care &lt;遅い&gt; #回線"
        assert status["user"]["screen_name"] == CUSTOMER["username"]
        assert status["entities"]["user_mentions"][0]["indices"] == [0, 12]
        assert status["entities"]["hashtags"] == [{"text": "回線", "indices": [24, 27]}]
        assert (status["truncated"], "extended_tweet" in status) == (False, False)

    def test_a_long_one_stands_whole_in_extended_tweet(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        words = "@hikari_care " + "とても長い話です。" * 40
        pushed.stage.post(words)
        status = created(pushed.flush()[0])
        assert status["truncated"]
        assert len(status["text"]) == 140
        assert status["extended_tweet"]["full_text"] == words
        (link,) = status["entities"]["urls"]
        assert status["text"][slice(*link["indices"])] == link["url"]

    def test_what_a_reply_carries_unseen_is_told_here(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        theirs = pushed.stage.post("@hikari_care 遅い")
        pushed.stage.post("うちもです", OTHER, in_reply_to=theirs)
        _, arrival = pushed.flush()
        status = created(arrival)
        assert status["in_reply_to_status_id_str"] == theirs
        assert status["in_reply_to_screen_name"] == CUSTOMER["username"]

    def test_a_quote_holds_what_it_quotes(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        ours = pushed.stage.reply("はい", pushed.stage.post("@hikari_care a")).json()["data"]["id"]
        pushed.stage.post("こうです", OTHER, quotes=ours)
        status = created(pushed.flush()[-1])
        assert status["is_quote_status"]
        assert status["quoted_status"]["id_str"] == ours

    def test_our_deletion_is_told_and_theirs_is_not(self, pushed: Pushed) -> None:
        theirs = pushed.stage.post("@hikari_care a")
        ours = pushed.stage.reply("はい", theirs).json()["data"]["id"]
        pushed.subscribe_account()
        pushed.stage.control.delete(f"posts/{theirs}")
        pushed.stage.api.delete(f"/2/tweets/{ours}")
        (arrival,) = pushed.flush()
        (deletion,) = arrival.body["tweet_delete_events"]
        assert deletion["status"] == {"id": ours, "user_id": str(DESK_ID)}

    def test_messages_come_with_their_people(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        message = pushed.stage.dm("一")
        (arrival,) = pushed.flush()
        assert arrival.body["direct_message_events"][0]["id"] == message
        assert arrival.body["users"]["900400"]["screen_name"] == CUSTOMER["username"]

    def test_a_revocation_ends_the_subscription(self, pushed: Pushed) -> None:
        pushed.subscribe_account()
        pushed.stage.control.post("revocations", json={})
        (arrival,) = pushed.flush()
        assert arrival.body["user_event"]["revoke"]["source"] == {"user_id": str(DESK_ID)}
        listed = f"/2/account_activity/webhooks/{pushed.webhook_id}/subscriptions/all/list"
        assert pushed.app.get(listed).json()["data"]["subscriptions"] == []
