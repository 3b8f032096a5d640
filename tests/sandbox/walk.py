"""A stranger's walk through every endpoint of the sandbox, in either of X's vocabularies."""

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.machinery.sandbox import HANDLE, PLAIN_HTTP, Sandbox

USER = "created_at,description,profile_image_url,protected,public_metrics,receives_your_dm"
MEDIA = "alt_text,height,media_key,preview_image_url,type,url,variants,width"
COMMON = (
    "attachments,conversation_id,created_at,display_text_range,edit_controls,entities,lang,"
    "public_metrics,reply_settings,"
)
SHAPES = {
    "legacy": {
        "tweet.fields": COMMON + "author_id,in_reply_to_user_id,referenced_tweets,note_tweet,"
        "edit_history_tweet_ids",
        "expansions": "author_id,in_reply_to_user_id,referenced_tweets.id,attachments.media_keys",
        "user.fields": USER,
        "media.fields": MEDIA,
    },
    "new": {
        "post.fields": COMMON + "note_post,edit_history_post_ids",
        "expansions": "author_id,in_reply_to_user_id,referenced_posts,attachments.media_keys",
        "user.fields": USER,
        "media.fields": MEDIA,
    },
}
DM_FIELDS = "attachments,created_at,dm_conversation_id,entities,event_type,id,text"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@dataclass
class Walk:
    """The answers, in the order in which they were got."""

    sandbox: Sandbox
    words: str
    callback: str
    """An address that answers webhook challenges."""
    answers: list[httpx.Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.control = httpx.Client(
            base_url=f"{self.sandbox.url}/sandbox/api", timeout=20, verify=PLAIN_HTTP
        )
        self.me = self.line(f"sandbox-{HANDLE}")
        self.app = self.line("sandbox-bearer")

    def line(self, token: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.sandbox.url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
            verify=PLAIN_HTTP,
        )

    def go(self) -> None:
        self._switch()
        self._look_around()
        self._speak()
        self._whisper()
        self._hang_pictures()
        self._ask_for_pushes()
        self._count()
        self._be_refused()

    def ask(self, line: httpx.Client, method: str, path: str, **content: Any) -> Any:
        answer = line.request(method, path, **content)
        self.answers.append(answer)
        return answer.json() if answer.content else {}

    def _switch(self) -> None:
        self.control.post("/switches", json={"vocabulary": self.words}).raise_for_status()

    def _look_around(self) -> None:
        shape = SHAPES[self.words]
        photo = [{"type": "photo", "alt_text": "明細の画面"}, {"type": "video"}]
        first = self.sandbox.post(f"@{HANDLE} 明細が 見られません" + "あ" * 200, by="tabi_suki")
        self.asked = self.sandbox.post(f"@{HANDLE} 画面です", by="tabi_suki", media=photo)
        self.sandbox.post("こちらもです", by="mihon_taro", answers=first)
        gone = self.sandbox.post(f"@{HANDLE} やめます", by="mihon_taro")
        self.sandbox.deletes(gone)
        self.control.patch(f"/posts/{self.asked}", json={"text": f"@{HANDLE} 直しました"})
        me = self.ask(self.me, "GET", "/2/users/me", params={"user.fields": USER})["data"]["id"]
        self.my_id = me
        people = {"user.fields": USER}
        person = self.ask(self.me, "GET", "/2/users/by/username/tabi_suki", params=people)
        self.person = person["data"]["id"]
        self.ask(self.app, "GET", f"/2/users/{self.person}", params=people)
        self.ask(self.me, "GET", "/2/users", params=people | {"ids": f"{me},{self.person},99"})
        self.ask(self.me, "GET", "/2/users/by", params={"usernames": f"{HANDLE},nobody_here"})
        self.ask(self.me, "GET", f"/2/users/{me}/mentions", params=shape | {"max_results": "100"})
        self.ask(self.me, "GET", f"/2/users/{me}/mentions", params={"max_results": "5"})
        self.ask(self.me, "GET", "/2/tweets", params=shape | {"ids": f"{first},{gone}"})
        self.ask(self.me, "GET", f"/2/tweets/{self.asked}", params=shape)
        self.ask(self.me, "GET", f"/2/tweets/{gone}")
        search = {"query": "明細", "max_results": "10"}
        self.ask(self.app, "GET", "/2/tweets/search/recent", params=shape | search)
        for size in ("hour", "day"):
            asked = {"query": "明細", "granularity": size}
            self.ask(self.app, "GET", "/2/tweets/counts/recent", params=asked)
        self.ask(self.me, "GET", "/2/tweets/counts/recent", params={"query": "明細"})

    def _speak(self) -> None:
        body = {"text": "ご案内いたします。", "reply": {"in_reply_to_tweet_id": self.asked}}
        mine = self.ask(self.me, "POST", "/2/tweets", json=body)["data"]["id"]
        self.ask(self.me, "GET", f"/2/users/{self.my_id}/tweets", params=SHAPES[self.words])
        answer = self.sandbox.post("ありがとう", by="tabi_suki", answers=mine)
        self.ask(self.me, "PUT", f"/2/tweets/{answer}/hidden", json={"hidden": True})
        self.ask(self.me, "DELETE", f"/2/tweets/{mine}")

    def _whisper(self) -> None:
        self.sandbox.message("こっそり", by="tabi_suki")
        asked = {"dm_event.fields": DM_FIELDS, "expansions": "sender_id,attachments.media_keys"}
        event = self.ask(self.me, "GET", "/2/dm_events", params=asked)["data"][0]
        conversation = event["dm_conversation_id"]
        self.ask(self.me, "GET", f"/2/dm_events/{event['id']}", params=asked)
        for place in (conversation, f"with/{self.person}"):
            self.ask(self.me, "GET", f"/2/dm_conversations/{place}/dm_events", params=asked)
            sent = self.ask(
                self.me, "POST", f"/2/dm_conversations/{place}/messages", json={"text": place}
            )
        self.ask(self.me, "DELETE", f"/2/dm_events/{sent['data']['dm_event_id']}")
        other = self.ask(self.me, "GET", "/2/users/by/username/mihon_taro")["data"]["id"]
        group = {
            "conversation_type": "Group",
            "participant_ids": [self.person, other],
            "message": {"text": "皆さま"},
        }
        self.ask(self.me, "POST", "/2/dm_conversations", json=group)
        for way in ("block", "unblock"):
            self.ask(self.me, "POST", f"/2/users/{self.person}/dm/{way}")

    def _hang_pictures(self) -> None:
        image = {"media": base64.b64encode(PIXEL).decode(), "media_category": "tweet_image"}
        there = self.ask(self.me, "POST", "/2/media/upload", json=image)["data"]["id"]
        described = {"id": there, "metadata": {"alt_text": {"text": "点"}}}
        self.ask(self.me, "POST", "/2/media/metadata", json=described)
        start = {
            "media_category": "tweet_image",
            "media_type": "image/png",
            "total_bytes": len(PIXEL),
        }
        begun = self.ask(self.me, "POST", "/2/media/upload/initialize", json=start)["data"]["id"]
        piece = {"media": base64.b64encode(PIXEL).decode(), "segment_index": 0}
        self.ask(self.me, "POST", f"/2/media/upload/{begun}/append", json=piece)
        self.ask(self.me, "POST", f"/2/media/upload/{begun}/finalize")
        status = {"command": "STATUS", "media_id": begun}
        self.ask(self.me, "GET", "/2/media/upload", params=status)

    def _ask_for_pushes(self) -> None:
        made = self.ask(self.app, "POST", "/2/webhooks", json={"url": self.callback})
        webhook = made.get("data", made)["id"]
        self.ask(self.app, "GET", "/2/webhooks")
        self.ask(self.app, "PUT", f"/2/webhooks/{webhook}")
        wish = {
            "event_type": "post.create",
            "filter": {"user_id": self.my_id},
            "webhook_id": webhook,
        }
        kept = self.ask(self.app, "POST", "/2/activity/subscriptions", json=wish)
        number = kept["data"]["subscription"]["subscription_id"]
        self.ask(self.app, "GET", "/2/activity/subscriptions")
        change = {"tag": "desk", "webhook_id": webhook}
        self.ask(self.app, "PUT", f"/2/activity/subscriptions/{number}", json=change)
        self.ask(self.app, "DELETE", f"/2/activity/subscriptions/{number}")
        again = self.ask(self.app, "POST", "/2/activity/subscriptions", json=wish)["data"]
        several = {"ids": again["subscription"]["subscription_id"]}
        self.ask(self.app, "DELETE", "/2/activity/subscriptions", params=several)
        since = datetime.now(UTC) - timedelta(hours=2)
        window = {
            "webhook_id": webhook,
            "from_date": since.strftime("%Y%m%d%H%M"),
            "to_date": (since + timedelta(hours=1)).strftime("%Y%m%d%H%M"),
        }
        self.ask(self.app, "POST", "/2/webhooks/replay", json=window)
        all_of = f"/2/account_activity/webhooks/{webhook}/subscriptions"
        self.ask(self.me, "POST", f"{all_of}/all", json={})
        self.ask(self.me, "GET", f"{all_of}/all")
        self.ask(self.app, "GET", f"{all_of}/all/list")
        self.ask(self.app, "GET", "/2/account_activity/subscriptions/count")
        self.ask(self.app, "DELETE", f"{all_of}/{self.my_id}/all")
        self.ask(self.app, "DELETE", f"/2/webhooks/{webhook}")

    def _count(self) -> None:
        self.ask(self.app, "GET", "/2/usage/tweets", params={"days": "7"})
        job = self.ask(self.app, "POST", "/2/compliance/jobs", json={"type": "tweets"})["data"]
        self.ask(self.app, "GET", f"/2/compliance/jobs/{job['id']}")
        self.ask(self.app, "GET", "/2/compliance/jobs", params={"type": "tweets"})

    def _be_refused(self) -> None:
        nobody = self.line("nobody")
        self.ask(nobody, "GET", "/2/users/me")
        self.ask(self.app, "GET", "/2/users/me")
        self.ask(self.me, "GET", "/2/tweets", params={"ids": "abc"})
        cold = self.sandbox.post("つながらない", by="tabi_suki")
        for refusal in ("A", "B"):
            self.control.post("/switches", json={"refusal": refusal})
            body = {"text": "お困りですか", "reply": {"in_reply_to_tweet_id": cold}}
            self.ask(self.me, "POST", "/2/tweets", json=body)
        for kind in ("refuse_503", "rate_limited", "rate_limited_day", "no_credits"):
            self.sandbox.fails(kind, "create_post")
            self.ask(self.me, "POST", "/2/tweets", json={"text": kind})
