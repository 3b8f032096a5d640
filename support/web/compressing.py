"""Pages and static text go over the wire compressed where the browser can read that.

Without it a first look at the queue is 300 kB, with it a third of a hundred. See docs/adr/0018.
"""

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TEXT = frozenset(
    {
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "text/css",
        "text/csv",
        "text/html",
        "text/javascript",
    }
)
WORTH_IT = 1_000
"""Bytes; what is shorter fits one packet either way."""
QUICK, ONCE = 4, 9
"""How hard to try: for an answer that is made each time, and for a file that is kept."""


def init_app(app: Flask) -> None:
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Runs after everything else has looked at the answer; streams are left as they come."""
    if response.mimetype not in TEXT:
        return response
    response.vary.add("Accept-Encoding")
    if response.status_code in (206, 304) or "Content-Encoding" in response.headers:
        return response
    static = request.endpoint == "static"
    if not _can_read() or (response.is_streamed and not static):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < WORTH_IT:
        return response
    response.set_data(_packed(body) if static else gzip.compress(body, QUICK, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)  # ranges would be of the other bytes
    tag, _ = response.get_etag()
    if tag:
        response.set_etag(tag, weak=True)  # the same content, not the same bytes
    return response


def _can_read() -> bool:
    """Not where another site sent the browser here: from the length of a page that holds its
    words beside our secrets it might learn these (BREACH).
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and request.endpoint != "static":
        return False
    return request.accept_encodings.quality("gzip") > 0


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, ONCE, mtime=0)
