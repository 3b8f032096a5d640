"""The sandbox X over real HTTP, for tests that want X itself and not a stand-in."""

import logging
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from support.sandbox.app import create_sandbox
from support.sandbox.serving import server_for

HANDLE = "hikari_care"
PLAIN_HTTP = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares every client the loading of certificates it never uses."""


class Sandbox:
    """A running sandbox: its address, and the rest of the world played through its control API."""

    def __init__(self, url: str, app: Flask) -> None:
        self.url = url
        self.app = app
        self._control = httpx.Client(base_url=f"{url}/sandbox/api", timeout=60, verify=PLAIN_HTTP)

    def post(self, text: str, *, by: str, answers: str | None = None, **more: Any) -> str:
        """A person posts in public; the post's id."""
        order = {"author": {"username": by}, "text": text, "in_reply_to": answers, **more}
        return self._ask("posts", order)["id"]

    def message(self, text: str, *, by: str) -> str:
        """A person sends the desk's account a direct message; the event's id."""
        return self._ask("dms", {"sender": {"username": by}, "text": text})["id"]

    def fails(self, kind: str, endpoint: str = "create_post", *, times: int = 1) -> None:
        """The next calls to this endpoint go wrong in this way."""
        self._ask("faults", {"kind": kind, "endpoint": endpoint, "times": times})

    def deletes(self, post_id: str) -> None:
        """Whoever wrote the post takes it down."""
        assert self._control.delete(f"/posts/{post_id}").status_code == 200

    def chats(self, *, by: str) -> None:
        """A person writes to the desk's account in encrypted chat."""
        self._ask("chats", {"sender": {"username": by}})

    def revokes(self) -> None:
        """The desk's account takes its consent back from the app."""
        self._ask("revocations", {"username": HANDLE})

    def delivers(self, **faults: float) -> None:
        """From now on webhook deliveries go wrong so often: duplicate=0.1, lose=…, seed=7."""
        self._ask("deliveries/faults", faults)

    def holds_deliveries(self, *, downtime: bool = False) -> None:
        """Only `flush` delivers; with `downtime`, what happens now is tried in vain for good."""
        self._ask("deliveries/pause", {"downtime": downtime})

    def resumes_deliveries(self) -> None:
        self._ask("deliveries/resume", {})

    def flush(self) -> int:
        """Deliver once, now, all that waits, late ones too; how many attempts there were."""
        return int(self._ask("deliveries/flush", {})["attempted"])

    def deliveries(self) -> list[dict[str, Any]]:
        """What was queued for webhooks and what became of it, oldest first."""
        return list(reversed(self._control.get("/deliveries").json()["deliveries"]))

    def challenges(self) -> list[dict[str, Any]]:
        """Ask every webhook for its answer now (CRC), as X does hourly; the webhooks after it."""
        webhooks: list[dict[str, Any]] = self._ask("webhooks/crc", {})
        return webhooks

    def switch(self, **switches: Any) -> None:
        """Changes how this X behaves as a whole: its plan, the wording of its refusals, …"""
        self._ask("switches", switches)

    def sent(self) -> dict[str, Any]:
        """What the desk's account has posted and sent."""
        answer: dict[str, Any] = self._control.get("/sent").json()
        return answer

    def edits(self, post_id: str, text: str) -> str:
        """Whoever wrote the post rewrites it; the id of the new version."""
        answer = self._control.patch(f"/posts/{post_id}", json={"text": text})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def becomes(self, username: str, **change: Any) -> None:
        """Somebody changes: state="suspended", protected=True, accepts_dms=False, …"""
        self._ask("users", {"username": username, **change})

    def turns(self, **switches: Any) -> None:
        """X as a whole changes: vocabulary="new", plan="enterprise", credits=False, …"""
        self._ask("switches", switches)

    def opens_account(self, username: str) -> dict[str, str]:
        """A further account of ours: its id and tokens."""
        tokens: dict[str, str] = self._ask("accounts", {"username": username})
        return tokens

    def expires_tokens(self) -> None:
        """Every access token is worth nothing from now on; refresh tokens are."""
        self._ask("tokens/expire", {})

    def _ask(self, path: str, body: Any) -> Any:
        answer = self._control.post(f"/{path}", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@contextmanager
def running_sandbox(
    folder: Path, *, limits: float = 1000.0, clock: Callable[[], datetime] | None = None
) -> Iterator[Sandbox]:
    app = create_sandbox(folder / "x.db", limits=limits, handle=HANDLE, clock=clock)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = server_for(app)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Sandbox(f"http://127.0.0.1:{server.server_port}", app)
    finally:
        server.shutdown()
        thread.join(timeout=5)
        app.extensions["sandbox_push"].close()
