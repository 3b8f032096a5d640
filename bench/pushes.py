"""Signed events as X would push them, and what pushes them: kept connections, at a pace or without."""

import http.client
import socket
import threading
import time
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
    done = Pushed()
    turn = iter(range(len(requests)))
    lock = threading.Lock()
    begun = time.perf_counter()

    def work() -> None:
        try:
            _work(urlsplit(url).netloc, requests, turn, lock, begun, rate, done)
        except (OSError, http.client.HTTPException):
            return  # the server is gone; what it answered is in `done`

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.took = time.perf_counter() - begun
    return done


def _work(netloc, requests, turn, lock, begun, rate, done):  # type: ignore[no-untyped-def]
    host, port = netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            with lock:
                number = next(turn, None)
            if number is None:
                return
            due = begun + number / rate if rate else time.perf_counter()
            time.sleep(max(0.0, due - time.perf_counter()))
            line.sendall(requests[number])
            if _status(line) == 200:
                done.seconds.append(time.perf_counter() - due)
                done.answered.append(number)


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
