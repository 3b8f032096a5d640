"""What goes wrong on request: before an endpoint's work, or after it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from flask import g, request

from support.sandbox import problems
from support.sandbox.faults import Fault
from support.sandbox.ground import ground


@contextmanager
def around(family: str) -> Iterator[None]:
    """The oldest misfortune laid for this endpoint family, if any, befalls the block."""
    fault = ground().faults.take(family)
    if fault:
        _strike(fault)
    yield
    if fault and fault.kind == "accept_then_cut":
        _cut()


def _strike(fault: Fault) -> None:
    """What goes wrong before anything is done."""
    if fault.kind == "refuse_503":
        raise problems.unavailable()
    if fault.kind == "rate_limited":
        reset = ceil(ground().clock().timestamp() + fault.seconds)
        g.rate_headers |= {"x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
        raise problems.too_many_requests()
    if fault.kind == "timeout":
        threading.Event().wait(fault.seconds)
        _cut()
        raise problems.unavailable()


def _cut() -> None:
    """Close the connection under the answer, so that none arrives."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(2)
