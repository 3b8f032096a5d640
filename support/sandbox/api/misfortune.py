"""What goes wrong on request: before an endpoint's work, or after it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

from flask import g, request

from support.sandbox import problems
from support.sandbox.faults import Fault
from support.sandbox.ground import ground


@contextmanager
def around(family: str) -> Iterator[Fault | None]:
    """The oldest misfortune due for this endpoint family, if any, befalls the block."""
    fault = ground().faults.take(family)
    if fault:
        _strike(fault)
    yield fault
    if fault and fault.kind == "accept_then_cut":
        _cut()


def _strike(fault: Fault) -> None:
    """What goes wrong before anything is done."""
    if fault.kind in ("timeout", "slow"):
        threading.Event().wait(fault.seconds)
    if fault.kind in ("timeout", "cut"):
        _cut()
    if fault.kind.startswith("rate_limited"):
        _run_dry(fault)
    refuse = _REFUSALS.get(fault.kind)
    if refuse:
        raise refuse()


_REFUSALS = {
    "refuse_503": problems.unavailable,
    "timeout": problems.unavailable,
    "cut": problems.unavailable,
    "rate_limited": problems.too_many_requests,
    "rate_limited_day": problems.too_many_requests,
    "unauthorized": problems.unauthorized,
    "no_credits": problems.no_credits,
}


def _run_dry(fault: Fault) -> None:
    """The headers of a bucket that is empty for so many seconds."""
    reset = str(ceil(ground().clock().timestamp() + fault.seconds))
    day = fault.kind == "rate_limited_day"
    for prefix in ("x-user-limit-24hour", "x-app-limit-24hour") if day else ("x-rate-limit",):
        g.rate_headers |= {f"{prefix}-remaining": "0", f"{prefix}-reset": reset}
        g.rate_headers.setdefault(f"{prefix}-limit", "10000")


def reduced(answer: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
    """Under "partial": of a look-up half the data, of a page what it links to, become errors."""
    if fault is None or fault.kind != "partial" or request.method != "GET":
        return answer
    kept = dict(answer)
    if "meta" in answer:
        lost = kept.pop("includes", {})
    else:
        data = answer.get("data")
        items = data if isinstance(data, list) else [data] if data else []
        cut = len(items) // 2
        kept = {"data": items[:cut]} if cut else {}
        kind = "users" if items and "username" in items[0] else "tweets"
        lost = {kind: items[cut:]}
    errors = [*answer.get("errors", []), *_lost(lost)]
    return kept | ({"errors": errors} if errors else {})


def _lost(linked: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    users = [problems.not_found("user", "ids", item["id"]) for item in linked.get("users", [])]
    gone = [problems.not_visible("ids", item["id"]) for item in linked.get("tweets", [])]
    return [*users, *gone]


def _cut() -> None:
    """Close the connection under the answer, so that none arrives."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(2)
