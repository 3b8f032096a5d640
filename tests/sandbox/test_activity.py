"""X Activity API: who may subscribe to what, and what each event looks like."""

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from support.sandbox import keys
from support.sandbox.push import apps, subscriptions
from support.sandbox.push.subscriptions import Wanted
from support.sandbox.store import Store
from tests.sandbox.receiver import Pushed
from tests.sandbox.stage import CUSTOMER, DESK_ID, MORNING, OTHER, MovedClock

DESK = {"username": "hikari_care"}
OURS = [
    "post.mention.create", "post.reply.create", "post.quote.create", "post.create", "post.delete",
    "dm.received", "dm.sent", "chat.received", "oauth.revoke",
]  # fmt: skip


def ask(client: httpx.Client, event: str, **more: Any) -> httpx.Response:
    body = {"event_type": event, "filter": {"user_id": str(DESK_ID)}} | more
    return client.post("/2/activity/subscriptions", json=body)


def subscribe_in(file: Path, people: range, now: datetime) -> None:
    """What as many calls would leave behind; only the last ones tell anything new."""
    store = Store(file)
    with store.writing() as db:
        for number in people:
            subscriptions.add(db, Wanted(keys.DEFAULT.client_id, "post.delete", number), now)
    store.close()


def message(answer: httpx.Response) -> str:
    assert answer.status_code == 400
    return str(answer.json()["errors"][0]["message"])


class TestSubscribing:
    def test_the_nine_of_a_desk_are_listed_oldest_first(self, pushed: Pushed) -> None:
        pushed.subscribe(*OURS, tag="desk")
        found = pushed.app.get("/2/activity/subscriptions").json()
        assert [item["event_type"] for item in found["data"]] == OURS
        assert found["meta"] == {"result_count": 9}
        assert found["data"][0] == {
            "subscription_id": found["data"][0]["subscription_id"],
            "event_type": "post.mention.create",
            "filter": {"user_id": str(DESK_ID)},
            "created_at": "2026-07-14T01:00:00.000Z",
            "updated_at": "2026-07-14T01:00:00.000Z",
            "tag": "desk",
            "webhook_id": pushed.webhook_id,
        }

    def test_what_is_private_needs_that_accounts_token(self, pushed: Pushed) -> None:
        assert ask(pushed.app, "dm.received").status_code == 403
        other = {"user_id": "900400"}
        assert ask(pushed.stage.api, "dm.received", filter=other).status_code == 403
        assert ask(pushed.stage.api, "dm.received").status_code == 200

    def test_the_same_event_and_filter_are_refused(self, pushed: Pushed) -> None:
        assert ask(pushed.app, "post.create").status_code == 200
        again = ask(pushed.app, "post.create", tag="another")
        assert message(again).startswith("DuplicateSubscriptionFailed:")

    def test_an_app_has_1500(self, pushed: Pushed, tmp_path: Path, clock: MovedClock) -> None:
        subscribe_in(tmp_path / "x.db", range(1, 1500), clock())
        made = ask(pushed.app, "post.delete", filter={"user_id": "1500"})
        assert made.status_code == 200
        assert made.json()["meta"] == {"total_subscriptions": 1500}
        over = ask(pushed.app, "post.delete", filter={"user_id": "9999"})
        assert message(over).startswith("SubscriptionLimitExceeded:")
        first = pushed.app.get("/2/activity/subscriptions").json()
        token = {"pagination_token": first["meta"]["next_token"]}
        rest = pushed.app.get("/2/activity/subscriptions", params=token).json()
        assert (len(first["data"]), len(rest["data"])) == (1000, 500)
        assert "next_token" not in rest["meta"]

    @pytest.mark.parametrize(
        "wrong",
        [
            {"event_type": "post.nosuch"},
            {"filter": {}},
            {"filter": {"user_id": 5}},
            {"filter": {"user_id": "5", "colour": "red"}},
            {"filter": {"user_id": "5", "direction": "sideways"}},
            {"filter": None},
            {"tag": ""},
            {"tag": "a" * 201},
            {"webhook_id": "x"},
            {"webhook_id": "5"},
            {"colour": "red"},
        ],
    )
    def test_a_body_that_cannot_be_is_refused(self, pushed: Pushed, wrong: dict[str, Any]) -> None:
        assert ask(pushed.app, "post.create", **wrong).status_code == 400

    def test_a_page_that_was_never_named_is_refused(self, pushed: Pushed) -> None:
        for token in ("7140a" + "9" * 5000, "7140a1", "x" * 24, ""):
            page = {"pagination_token": token}
            answer = pushed.app.get("/2/activity/subscriptions", params=page)
            assert answer.status_code == 400

    def test_half_a_character_becomes_a_whole_one(self, pushed: Pushed) -> None:
        raw = b'{"event_type":"post.create","filter":{"user_id":"5"},"tag":"\\ud83d"}'
        answer = pushed.app.post("/2/activity/subscriptions", content=raw)
        assert answer.json()["data"]["subscription"]["tag"] == "\ufffd"

    def test_tag_and_webhook_change_and_nothing_else(self, pushed: Pushed) -> None:
        made = ask(pushed.app, "post.create").json()["data"]["subscription"]
        path = f"/2/activity/subscriptions/{made['subscription_id']}"
        change = {"tag": "new", "webhook_id": pushed.webhook_id}
        changed = pushed.app.put(path, json=change).json()["data"]
        assert changed == {"subscription": made | change, "total_subscriptions": 1}
        assert pushed.app.put(path, json={"event_type": "post.delete"}).status_code == 400

    def test_one_or_several_are_removed_or_none(self, pushed: Pushed) -> None:
        pushed.subscribe("post.create", "post.delete")
        listed = pushed.app.get("/2/activity/subscriptions").json()["data"]
        ids = [item["subscription_id"] for item in listed]
        path = "/2/activity/subscriptions"
        assert pushed.app.delete(path, params={"ids": f"{ids[0]},5"}).status_code == 400
        gone = pushed.app.delete(f"{path}/{ids[0]}").json()
        assert gone == {"data": {"deleted": True}, "meta": {"total_subscriptions": 1}}
        gone = pushed.app.delete(path, params={"ids": ids[1]}).json()
        assert gone["meta"] == {"total_subscriptions": 0}
        assert pushed.app.delete(f"{path}/{ids[0]}").status_code == 400


class TestPosts:
    def test_a_mention_has_the_post_and_its_people(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create", tag="desk")
        post = pushed.stage.post("@hikari_care <遅い>")
        (arrival,) = pushed.flush()
        data = arrival.body["data"]
        assert list(data) == [
            "event_uuid", "filter", "event_type", "tag", "payload", "includes",
        ]  # fmt: skip
        assert (data["event_uuid"], data["payload"]["id"]) == (post, post)
        assert (data["tag"], data["filter"]) == ("desk", {"user_id": str(DESK_ID)})
        assert data["payload"]["text"] == "@hikari_care &lt;遅い&gt;"
        assert data["payload"]["author_id"] == CUSTOMER["id"]
        assert data["payload"]["entities"]["mentions"][0] == {
            "start": 0, "start_str": "0", "end": 12, "end_str": "12",
            "username": "hikari_care", "id": str(DESK_ID),
        }  # fmt: skip
        assert [person["id"] for person in data["includes"]["users"]] == ["900400", str(DESK_ID)]
        assert data["includes"]["tweets"] == [data["payload"]]

    def test_a_handle_that_a_reply_carries_unseen_is_no_mention(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create", "post.reply.create")
        ours = pushed.stage.reply("はい", pushed.stage.post("@hikari_care 遅い"))
        reply = pushed.stage.post("直りました", in_reply_to=ours.json()["data"]["id"])
        mention, answered = pushed.flush()
        assert mention.event_type == "post.mention.create"
        assert answered.event_type == "post.reply.create"
        assert answered.payload["text"] == "@hikari_care 直りました"
        assert answered.payload["in_reply_to_tweet_id"] == ours.json()["data"]["id"]
        assert answered.payload["referenced_tweets"][0]["type"] == "replied_to"
        assert answered.payload["id"] == reply
        assert answered.body["data"]["includes"] == {}, "X names nobody here"

    def test_a_reply_to_somebody_elses_reply_is_not_told(self, pushed: Pushed) -> None:
        """The hole in X's events for which a desk has to poll as well."""
        pushed.subscribe("post.mention.create", "post.reply.create")
        theirs = pushed.stage.post("@hikari_care 遅い")
        pushed.flush()
        pushed.stage.post("うちもです", OTHER, in_reply_to=theirs)
        assert pushed.flush() == []
        assert pushed.stage.mentions()["meta"]["result_count"] == 2

    def test_a_quote_is_of_our_post_only(self, pushed: Pushed) -> None:
        pushed.subscribe("post.quote.create")
        ours = pushed.stage.reply("はい", pushed.stage.post("@hikari_care a")).json()["data"]["id"]
        quote = pushed.stage.post("こうです", OTHER, quotes=ours)
        pushed.stage.post("こうだそうです", CUSTOMER, quotes=quote)
        (arrival,) = pushed.flush()
        assert arrival.payload["id"] == quote
        assert arrival.payload["referenced_tweets"] == [{"type": "quoted", "id": ours}]

    def test_our_own_posts_and_deletions_are_told(self, pushed: Pushed) -> None:
        pushed.subscribe("post.create", "post.delete", "post.reply.create")
        ours = pushed.stage.reply("はい", pushed.stage.post("@hikari_care a")).json()["data"]["id"]
        pushed.stage.reply("もう一つ", ours)
        pushed.stage.api.delete(f"/2/tweets/{ours}")
        pushed.stage.api.delete(f"/2/tweets/{ours}")
        created, second, deleted = pushed.flush()
        assert (created.event_type, second.event_type) == ("post.create", "post.create")
        assert deleted.payload == {"id": ours, "author_id": str(DESK_ID)}
        users = deleted.body["data"]["includes"]["users"]
        assert users[0]["data"]["username"] == "hikari_care"

    def test_a_customers_deletion_is_told_to_who_watches_that_customer(
        self, pushed: Pushed
    ) -> None:
        post = pushed.stage.post("@hikari_care a")
        other = pushed.stage.post("@hikari_care b", OTHER)
        pushed.subscribe("post.delete", user_id=900400)
        for item in (post, other):
            pushed.stage.control.delete(f"posts/{item}")
        (arrival,) = pushed.flush()
        assert arrival.payload["id"] == post

    def test_nothing_of_protected_accounts_is_told(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create")
        pushed.stage.post("@hikari_care a", CUSTOMER | {"protected": True})
        assert pushed.flush() == []

    def test_only_what_happens_after_subscribing_is_told(self, pushed: Pushed) -> None:
        pushed.stage.post("@hikari_care a")
        pushed.subscribe("post.mention.create")
        assert pushed.flush() == []

    def test_a_refused_post_tells_nothing(self, pushed: Pushed) -> None:
        pushed.subscribe("post.create", "post.mention.create")
        story = [{"author": CUSTOMER, "text": "@hikari_care a"}, {"author": CUSTOMER}]
        assert pushed.stage.control.post("story", json=story).status_code == 400
        assert pushed.flush() == []


class TestMessages:
    def test_theirs_and_ours_are_two_kinds_of_event(self, pushed: Pushed) -> None:
        pushed.subscribe("dm.received", "dm.sent")
        message_id = pushed.stage.dm("<一>")
        path = "/2/dm_conversations/with/900400/messages"
        pushed.stage.api.post(path, json={"text": "二"})
        received, sent = pushed.flush()
        (event,) = received.payload["direct_message_events"]
        assert event == {
            "type": "message_create",
            "id": message_id,
            "created_timestamp": str(int(MORNING.timestamp() * 1000)),
            "message_create": {
                "target": {"recipient_id": str(DESK_ID)},
                "sender_id": "900400",
                "message_data": {
                    "text": "<一>",
                    "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []},
                },
            },
        }
        assert received.payload["users"]["900400"]["data"]["username"] == CUSTOMER["username"]
        assert sent.event_type == "dm.sent"
        own = sent.payload["direct_message_events"][0]["message_create"]
        assert (own["sender_id"], own["message_data"]["text"]) == (str(DESK_ID), "二")

    def test_typing_and_reading_come_by_control(self, pushed: Pushed) -> None:
        pushed.subscribe("dm.read", "dm.indicate_typing")
        ours = "77"
        pushed.stage.control.post("typing", json={"by": CUSTOMER})
        pushed.stage.control.post("reads", json={"by": CUSTOMER, "last_read": ours})
        typing, read = pushed.flush()
        assert typing.payload["direct_message_indicate_typing_events"][0]["sender_id"] == "900400"
        assert read.payload["direct_message_mark_read_events"][0]["last_read_event_id"] == ours

    def test_an_encrypted_message_shows_who_and_when_only(self, pushed: Pushed) -> None:
        pushed.subscribe("chat.received", "dm.received")
        answer = pushed.stage.control.post("chats", json={"sender": CUSTOMER})
        assert answer.status_code == 201
        (arrival,) = pushed.flush()
        assert arrival.event_type == "chat.received"
        assert arrival.payload["sender_id"] == "900400"
        assert arrival.payload["conversation_id"] == f"{DESK_ID}:900400"
        assert "text" not in arrival.payload
        assert pushed.stage.get("/2/dm_events")["meta"]["result_count"] == 0


class TestRevocation:
    def test_it_is_told_and_ends_what_was_private(self, pushed: Pushed) -> None:
        pushed.subscribe("post.create", "dm.received")
        assert pushed.stage.control.post("revocations", json=DESK).status_code == 201
        (arrival,) = pushed.flush()
        assert arrival.body["data"]["filter"] == {}
        assert arrival.payload == {
            "date_time": "2026-07-14T01:00:00+00:00",
            "user_id": str(DESK_ID),
            "app_id": apps.number_of(keys.DEFAULT),
        }
        left = pushed.app.get("/2/activity/subscriptions").json()["data"]
        assert [item["event_type"] for item in left] == ["post.create"]
        assert pushed.stage.api.get("/2/users/me").status_code == 401

    def test_it_is_told_to_who_asked_for_nothing_else(self, pushed: Pushed) -> None:
        pushed.subscribe("oauth.revoke", filter={})
        pushed.stage.control.post("revocations", json=DESK)
        assert [arrival.event_type for arrival in pushed.flush()] == ["oauth.revoke"]
