"""A running sandbox as tests see it: the desk's side, the world's side, a clock to move."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.machinery.sandbox import PLAIN_HTTP

MORNING = datetime(2026, 7, 14, 1, 0, tzinfo=UTC)
DESK_ID = 4_000_000
CUSTOMER = {"id": "900400", "username": "reidai_400", "name": "こはる", "followers": 52}
OTHER = {"id": "900401", "username": "mihon_taro", "name": "見本たろう"}


@dataclass
class MovedClock:
    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Stage:
    """The desk's side (`api`) and the world's side (the methods) of one running sandbox."""

    url: str
    clock: MovedClock
    api: httpx.Client = field(init=False)
    control: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        token = {"Authorization": "Bearer sandbox-hikari_care"}
        self.api = httpx.Client(base_url=self.url, headers=token, timeout=20, verify=PLAIN_HTTP)
        self.control = httpx.Client(
            base_url=f"{self.url}/sandbox/api/", timeout=20, verify=PLAIN_HTTP
        )

    def post(self, text: str, author: dict[str, Any] = CUSTOMER, **more: Any) -> str:
        answer = self.control.post("posts", json={"author": author, "text": text, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def dm(self, text: str, sender: dict[str, Any] = CUSTOMER, **more: Any) -> str:
        answer = self.control.post("dms", json={"sender": sender, "text": text, **more})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def mentions(self, **params: Any) -> dict[str, Any]:
        return self.get(f"/2/users/{DESK_ID}/mentions", **params)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        answer = self.api.get(path, params=dotted(params))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def reply(self, text: str, to: str) -> httpx.Response:
        return self.api.post(
            "/2/tweets", json={"text": text, "reply": {"in_reply_to_tweet_id": to}}
        )

    def close(self) -> None:
        self.api.close()
        self.control.close()


def dotted(params: dict[str, Any]) -> dict[str, str]:
    """tweet_fields → tweet.fields, as X writes them."""
    fields = ("tweet_fields", "post_fields", "user_fields", "dm_event_fields", "media_fields")
    names = {name: name.replace("_fields", ".fields") for name in fields}
    return {names.get(name, name): str(value) for name, value in params.items()}
