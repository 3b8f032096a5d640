"""`python -m support.sandbox.replay FILE --url URL`: a posts file becomes life on the sandbox X.

Every line is posted once, now, in file order, by the same people in the same threads. Feeding a
file again goes on where the last time ended.
"""

import argparse
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from support.sandbox import pacing
from support.sandbox.lines import Line, Malformed, parse

POLL_SECONDS = 0.25


class Stopped(Exception):
    """The feeding cannot go on; the message is one sentence."""


@dataclass
class Posted:
    """An earlier line as the sandbox knows it."""

    sandbox_id: str
    kind: str


@dataclass
class Counts:
    read: int = 0
    accepted: int = 0
    refused: int = 0
    already: int = 0

    def __str__(self) -> str:
        counts = f"read {self.read} / accepted {self.accepted} / refused {self.refused}"
        return f"{counts} / already {self.already}" if self.already else counts


@dataclass
class Feeder:
    http: httpx.Client
    name: str
    """Of the file; part of what the sandbox remembers each line by."""
    speed: float | None = None
    patience: timedelta = pacing.PATIENCE
    counts: Counts = field(default_factory=Counts)
    posted: dict[str, Posted | None] = field(default_factory=dict)
    """By the line's id; None: the line was refused."""
    ahead: pacing.Ahead = field(default_factory=lambda: pacing.Ahead(0, 0))
    desk: dict[str, str] = field(default_factory=dict)
    before: datetime | None = None
    """When the line before was written; None while lines are posted already."""

    def begin(self) -> None:
        """Ask the sandbox how things stand. Raises Stopped."""
        self._look()

    def feed(self, number: int, raw: bytes) -> None:
        """One line; a malformed one is reported and skipped. Raises Stopped."""
        self.counts.read += 1
        line = None
        try:
            line = parse(raw)
            self._check(line)
            self._post(line)
        except Malformed as reason:
            self.counts.refused += 1
            if line:
                self.posted.setdefault(line.id, None)
            print(f"line {number}: {reason}", file=sys.stderr, flush=True)

    def _check(self, line: Line) -> None:
        """What only earlier lines and the sandbox can tell."""
        if line.id in self.posted:
            raise Malformed(f"id was used by an earlier line: {line.id[:40]}")
        if self.desk["id"] == line.author["id"] or (
            self.desk["username"].lower() == line.author["username"].lower()
        ):
            raise Malformed("author is the desk's own account")
        if line.in_reply_to is None:
            return
        if line.in_reply_to not in self.posted:
            raise Malformed(f"in_reply_to names no earlier line: {line.in_reply_to[:40]}")
        parent = self.posted[line.in_reply_to]
        if parent is None:
            raise Malformed(f"in_reply_to names a line that was refused: {line.in_reply_to[:40]}")
        if parent.kind != line.kind:
            raise Malformed(f"in_reply_to names a line of another kind: {line.in_reply_to[:40]}")

    def _post(self, line: Line) -> None:
        self._wait(line)
        path, order = self._order(line)
        answer = self._ask("POST", path, json=order)
        if answer.status_code >= 400:
            raise Malformed(_error(answer))
        body = answer.json()
        self.posted[line.id] = Posted(body["id"], line.kind)
        self.counts.accepted += 1
        self.before = None if body["already"] else line.created_at
        if body["already"]:
            self.counts.already += 1
        else:
            self.ahead = self.ahead.after(line.kind)

    def _order(self, line: Line) -> tuple[str, dict[str, Any]]:
        order: dict[str, Any] = {"text": line.text, "ref": f"{self.name}:{line.id}"}
        if line.kind == "dm":
            return "dms", order | {"sender": line.author}
        parent = self.posted[line.in_reply_to] if line.in_reply_to else None
        target = {"in_reply_to": parent.sandbox_id} if parent else {}
        return "posts", order | target | {"author": line.author, "mention": True}

    def _wait(self, line: Line) -> None:
        time.sleep(pacing.gap(self.before, line.created_at, self.speed).total_seconds())
        if not self.ahead.full(line.kind):
            return
        since, seen = time.monotonic(), self._look()
        while self.ahead.full(line.kind):
            time.sleep(POLL_SECONDS)
            now_seen = self._look()
            if now_seen != seen:
                since, seen = time.monotonic(), now_seen
            if time.monotonic() - since > self.patience.total_seconds():
                raise Stopped(
                    f"The desk has read nothing from the sandbox for"
                    f" {self.patience.total_seconds():.0f} seconds; is it running?"
                    " Feed the same file again to go on."
                )

    def _look(self) -> tuple[str, str]:
        """Bring `ahead` up to date; returns how far the desk has read."""
        state = self._ask("GET", "state").json()
        self.desk = state["account"]
        self.ahead = pacing.Ahead(state["mentions"]["waiting"], state["dms"]["waiting"])
        return state["mentions"]["newest_served_id"], state["dms"]["newest_served_id"]

    def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            answer = self.http.request(method, f"/sandbox/api/{path}", **content)
        except httpx.HTTPError as error:
            raise Stopped(
                f"The sandbox at {self.http.base_url} does not answer ({type(error).__name__}):"
                " is it running there? Feed the same file again to go on."
            ) from error
        if answer.status_code in (403, 404) or answer.status_code >= 500:
            raise Stopped(
                f"What answers at {self.http.base_url} is not the sandbox ({answer.status_code})."
            )
        return answer


def _error(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"the sandbox answered {answer.status_code}"


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    try:
        with (
            Path(options.file).open("rb") as file,
            httpx.Client(base_url=options.url, timeout=60) as http,
        ):
            feeder = Feeder(http, Path(options.file).name, options.speed)
            return run(feeder, file)
    except OSError as error:
        print(f"The posts file {options.file} cannot be read: {error.strerror}.", file=sys.stderr)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol):
        print(f"{options.url} is not the address of a sandbox.", file=sys.stderr)
    return 2


def run(feeder: Feeder, file: Iterable[bytes]) -> int:
    """Feed every line that is not blank. 0: all of them; 1: stopped on the way."""
    code = 0
    try:
        feeder.begin()
        for number, raw in enumerate(file, start=1):
            raw = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            if raw.strip():
                feeder.feed(number, raw)
    except Stopped as reason:
        print(reason, file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        code = 130
    print(feeder.counts, flush=True)
    return code


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m support.sandbox.replay", description=__doc__)
    parser.add_argument("file", metavar="FILE", help="posts file, a JSON object a line")
    parser.add_argument("--url", required=True, help="where the sandbox listens")
    parser.add_argument(
        "--speed",
        type=_speed,
        help="original pauses divided by this, at most 5 s; default: no pauses",
    )
    return parser.parse_args(arguments)


def _speed(value: str) -> float:
    speed = float(value)
    if not 0 < speed < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return speed


if __name__ == "__main__":
    sys.exit(main())
