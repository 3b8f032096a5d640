"""A webhook's other end for tests: a real HTTP server, and X's push side asked to deliver to it."""

import base64
import hashlib
import hmac
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.sandbox.stage import DESK_ID, PLAIN_HTTP, Stage

CONSUMER = "sandbox-consumer-secret"
CLIENT = "sandbox-client-secret"


def signature(secret: str, content: bytes) -> str:
    mac = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(mac).decode()


@dataclass(frozen=True)
class Arrival:
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def event_type(self) -> str:
        return str(self.body["data"]["event_type"])

    @property
    def payload(self) -> Any:
        return self.body["data"]["payload"]

    def signed_by(self, header: str, secret: str) -> bool:
        return self.headers.get(header) == signature(secret, self.raw)


@dataclass
class Receiver:
    """Answers challenges with `secret`; each POST with the next of `answers`, then with 200."""

    secret: str = CONSUMER
    challenge_status: int = 200
    answers: list[int] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    cut_off: int = 0
    came: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hooks/x"

    def types(self) -> list[str]:
        return [arrival.event_type for arrival in self.arrivals]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query)["crc_token"][0]
            answer = {"response_token": signature(receiver.secret, token.encode())}
            self._answer(receiver.challenge_status, json.dumps(answer).encode())

        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            raw = self.rfile.read(size)
            if len(raw) < size:
                receiver.cut_off += 1
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.arrivals.append(Arrival(self.path, headers, raw))
            self._answer(receiver.answers.pop(0) if receiver.answers else 200, b"")
            receiver.came.set()

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: Any) -> None:
            pass

    return Handler


@dataclass
class Pushed:
    """A stage whose app has a webhook at the receiver. Nothing goes out until `flush`."""

    stage: Stage
    receiver: Receiver
    app: httpx.Client = field(init=False)
    webhook_id: str = field(init=False)

    def __post_init__(self) -> None:
        bearer = {"Authorization": "Bearer sandbox-bearer"}
        self.app = httpx.Client(
            base_url=self.stage.url, headers=bearer, timeout=20, verify=PLAIN_HTTP
        )
        self.stage.control.post("deliveries/pause")
        answer = self.app.post("/2/webhooks", json={"url": self.receiver.url})
        assert answer.status_code == 200, answer.text
        self.webhook_id = answer.json()["data"]["id"]

    def subscribe(self, *event_types: str, user_id: int = DESK_ID, **more: Any) -> None:
        """With the token of the desk's account for what is private, else the app's."""
        for event_type in event_types:
            public = event_type in ("post.create", "post.delete", "oauth.revoke")
            body = {"event_type": event_type, "filter": {"user_id": str(user_id)}, **more}
            client = self.app if public else self.stage.api
            answer = client.post(
                "/2/activity/subscriptions", json={"webhook_id": self.webhook_id, **body}
            )
            assert answer.status_code == 200, answer.text

    def subscribe_account(self) -> None:
        path = f"/2/account_activity/webhooks/{self.webhook_id}/subscriptions/all"
        answer = self.stage.api.post(path)
        assert answer.json() == {"data": {"subscribed": True}}

    def flush(self) -> list[Arrival]:
        """What arrived by this flush."""
        before = len(self.receiver.arrivals)
        assert self.stage.control.post("deliveries/flush").status_code == 200
        return self.receiver.arrivals[before:]

    def happens_wrong(self, **faults: Any) -> None:
        answer = self.stage.control.post("deliveries/faults", json=faults)
        assert answer.status_code == 200, answer.text

    def log(self) -> list[dict[str, Any]]:
        """Oldest first."""
        answer = self.stage.control.get("deliveries").json()
        return list(reversed(answer["deliveries"]))

    def close(self) -> None:
        self.app.close()
