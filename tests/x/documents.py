"""X's own OpenAPI documents as judges of what goes over the wire.

They are X's, so they are not part of the project: TEST_X_DOCUMENTS names their folder, else
they are looked for beside the checkout; without them the tests are skipped and say so.
"""

import json
import os
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.machinery import notes

ROOT = Path(__file__).resolve().parents[2]
NAME = "X's OpenAPI documents"
VERSION_OF = {"legacy": "2.166", "new": "2.167"}
"""The words X speaks → the version of its document that has them."""
JSON_TYPES = ("application/json", "application/problem+json")

NOT_IN_2_167 = (
    '"about:blank"',
    '"https://api.twitter.com/2/problems/',
    "/problems/client-forbidden",
    "/problems/unsupported-authentication",
)
"""Problems X does send and whose types its newer document leaves out of its union."""


def folder() -> Path:
    named = os.environ.get("TEST_X_DOCUMENTS")
    return Path(named) if named else ROOT.parent / "shared" / "x"


@cache
def _spec(words: str) -> dict[str, Any] | None:
    path = folder() / f"openapi-{VERSION_OF[words]}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def spec(words: str) -> dict[str, Any]:
    """The document, or a skip with notice."""
    found = _spec(words)
    if found is None:
        notes.skip_or_fail(NAME, f"not in {folder()}")
    return _repaired(found)


def _repaired(node: Any) -> Any:
    """2.167 lists a value twice in an enum, which makes it no valid document."""
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            node["enum"] = list(dict.fromkeys(node["enum"]))
        for child in node.values():
            _repaired(child)
    elif isinstance(node, list):
        for child in node:
            _repaired(child)
    return node


@cache
def judge(words: str) -> Any:
    """X's document as something that judges requests and responses."""
    openapi = pytest.importorskip("openapi_core", reason="it has no wheel for this machine")
    config = openapi.Config(extra_media_type_deserializers={JSON_TYPES[1]: json.loads})
    return openapi.OpenAPI.from_dict(spec(words), config=config)


class Asked:
    """One request, as openapi-core reads it; it went to a sandbox and is judged as sent to X."""

    def __init__(self, request: httpx.Request) -> None:
        from openapi_core.datatypes import RequestParameters

        self.host_url = "https://api.x.com"
        self.path = request.url.path
        self.method = request.method.lower()
        self.content_type = _kind(request.headers)
        self.body = _body(request)
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(request.url.params.multi_items()),
            header=Headers(list(request.headers.items())),
            cookie=ImmutableMultiDict(),
            path={},
        )


def _body(request: httpx.Request) -> bytes | None:
    """None for an upload too, which was streamed and is gone."""
    try:
        return request.content or None
    except httpx.RequestNotRead:
        return None


class Answered:
    """One response, as openapi-core reads it."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.content_type = _kind(response.headers)
        self.headers = Headers(list(response.headers.items()))
        self.data = response.content


def _kind(headers: httpx.Headers) -> str:
    return str(headers.get("content-type", "")).split(";")[0]


def fault_in_request(words: str, request: httpx.Request) -> str | None:
    """What X's document has against a request; None where nothing."""
    return _fault(lambda: judge(words).validate_request(Asked(request)))


def fault_in_answer(words: str, response: httpx.Response) -> str | None:
    """What X's document has against an answer; None where nothing, or nothing it is right in."""
    asked, answered = Asked(response.request), Answered(response)
    fault = _fault(lambda: judge(words).validate_response(asked, answered))
    if fault and words == "new" and any(word in response.text for word in NOT_IN_2_167):
        return None
    return fault


def _fault(check: Any) -> str | None:
    from openapi_core.exceptions import OpenAPIError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # OAuth 1.0a is a scheme it does not know
            check()
    except OpenAPIError as error:
        errors = getattr(error.__cause__, "schema_errors", ())
        return f"{error} {[found.message[:300] for found in errors]}"[:1500]
    return None
