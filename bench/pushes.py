"""Signed events as X would push them, over kept connections, at a pace or without."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from support.x.signatures import CLIENT_HEADER, CONSUMER_HEADER, sign
from tests.x import pushed

CONSUMER, CLIENT = "consumer-secret", "client-secret"
BEGIN = datetime(2026, 10, 1, 1, 0, tzinfo=UTC)


def bodies(count: int, *, after: int = 0) -> list[bytes]:
    """So many mentions, each of its own person and its own moment; no two are the same."""
    return [pushed.body(_mention(number)) for number in range(after, after + count)]


def _mention(number: int) -> dict[str, object]:
    who = {"id": str(9_100_000_000 + number), "username": f"kakuu_{number}", "name": "架空の客"}
    at = BEGIN + timedelta(seconds=number)
    item = pushed.post_item(f"@hikari_care 遅いです（{number:07}）", at=at, by=who["id"])
    includes = {"users": [pushed.person(who)], "tweets": [item]}
    return pushed.activity("post.mention.create", item, includes=includes)


def request(path: str, body: bytes) -> bytes:
    """The whole request, both signatures in its head."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: desk.example.jp",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"{CONSUMER_HEADER}: {sign(CONSUMER, body)}",
        f"{CLIENT_HEADER}: {sign(CLIENT, body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Pushed:
    """What came of a run: seconds of each answer, and which requests were answered 200."""

    seconds: list[float] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.answered) / self.took


def push(url: str, requests: list[bytes], *, connections: int, rate: float | None = None) -> Pushed:
    """Sends them over kept connections; at `rate` a second, or as fast as answers come.

    At a pace a time begins when the request was due, so that waiting in line counts.
    """
    run = _Run(urlsplit(url).netloc, requests, rate)
    threads = [threading.Thread(target=run.work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.done.took = time.perf_counter() - run.begun
    return run.done


class _Run:
    """What the connections of one run share."""

    def __init__(self, netloc: str, requests: list[bytes], rate: float | None) -> None:
        self.done = Pushed()
        self.begun = time.perf_counter()
        self._host, _, self._port = netloc.partition(":")
        self._requests = requests
        self._rate = rate
        self._turn = iter(range(len(requests)))
        self._lock = threading.Lock()

    def work(self) -> None:
        """One connection. Where the server goes away, what it answered stays in `done`."""
        with (
            suppress(OSError),
            socket.create_connection((self._host, int(self._port)), timeout=30) as line,
        ):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while (number := self._next()) is not None:
                self._send(line, number)

    def _next(self) -> int | None:
        with self._lock:
            return next(self._turn, None)

    def _send(self, line: socket.socket, number: int) -> None:
        due = self.begun + number / self._rate if self._rate else time.perf_counter()
        time.sleep(max(0.0, due - time.perf_counter()))
        line.sendall(self._requests[number])
        if _status(line) == 200:
            self.done.seconds.append(time.perf_counter() - due)
            self.done.answered.append(number)


def _status(line: socket.socket) -> int:
    """Of an answer whose body is empty or short; the connection stays in step."""
    told = b""
    while b"\r\n\r\n" not in told:
        part = line.recv(4096)
        if not part:
            raise ConnectionResetError
        told += part
    head, _, rest = told.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
    while len(rest) < length:
        rest += line.recv(4096)
    return int(head.split(b" ", 2)[1])
