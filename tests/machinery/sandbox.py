"""The sandbox X over real HTTP, for tests that want X itself and not a stand-in."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from support.sandbox.app import create_sandbox
from support.sandbox.serving import server_for

HANDLE = "hikari_care"


class Sandbox:
    """A running sandbox: its address, and the rest of the world played through its control API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._control = httpx.Client(base_url=f"{url}/sandbox/api", timeout=10)

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

    def sent(self) -> dict[str, Any]:
        """What the desk's account has posted and sent."""
        answer: dict[str, Any] = self._control.get("/sent").json()
        return answer

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
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Sandbox(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        thread.join(timeout=5)
