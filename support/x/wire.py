"""One authorised line to X: asks, and turns whatever goes wrong into an XError."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from support.x.budgets import Budget
from support.x.errors import Meaning, XError, meaning_of
from support.x.families import counts, opens_at
from support.x.media import File, fetch, place_of


class Wire:
    """Calls with one identity. Every method raises XError and nothing else.

    With a `budget` a call X would surely refuse is not made: it fails as X's refusal would.
    """

    def __init__(self, http: httpx.Client, auth: httpx.Auth, budget: Budget | None = None) -> None:
        self._http = http
        self._auth = auth
        self._budget = budget
        self.told_at: datetime | None = None
        """X's own time, as its last answer said it; whole seconds."""

    def get(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        return self.call("GET", path, params=dict(params))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self.call("POST", path, json=dict(body))

    def call(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """The JSON object X answers; `content` is what httpx takes: params, json, data, files."""
        return _json_of(self.ask(method, path, **content))

    def file(self, url: str, *, limit: int, part: str = "") -> File:
        """A picture or film X named, as it comes; raises NotShown for anything else."""
        place = place_of(url, str(self._http.base_url).rstrip("/"))
        return fetch(self._http, place, self._auth, limit=limit, part=part)

    def ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        """X's answer, which is no refusal."""
        opens = self._budget.take(method, path) if self._budget else None
        if opens is not None:
            raise XError(Meaning.NOT_SENT, 429, "X's limit for this call is used up", opens)
        answer = self._asked(method, path, **content)
        self.told_at = _date(answer) or self.told_at
        if self._budget:
            self._budget.note(method, path, answer.status_code, answer.headers)
        if answer.status_code >= 400:
            raise refusal_of(answer)
        return answer

    def _asked(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            with plainly():
                return self._http.request(method, path, auth=self._auth, **content)
        except XError as error:
            if self._budget and error.meaning is Meaning.NOT_SENT:
                self._budget.give_back(method, path)
            raise


class BearerAuth(httpx.Auth):
    """A user's or an app's token in the header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


@contextmanager
def plainly() -> Iterator[None]:
    """Whatever the network does to a call becomes an XError."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise XError(Meaning.NOT_SENT, 0, f"X cannot be reached: {error}") from error
    except httpx.HTTPError as error:
        raise XError(Meaning.NO_ANSWER, 0, f"no answer from X: {type(error).__name__}") from error


def _json_of(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise XError(Meaning.NO_ANSWER, answer.status_code, "X's answer is not JSON") from error
    return body if isinstance(body, dict) else {}


def refusal_of(answer: httpx.Response) -> XError:
    detail = _detail(answer)
    meaning = meaning_of(answer.status_code, detail)
    return XError(meaning, answer.status_code, detail, _reset(answer))


def _detail(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return answer.text[:200]
    if not isinstance(body, dict):
        return str(body)[:200]
    words = [
        body.get("detail"),
        body.get("title"),
        body.get("reason"),
        body.get("error_description"),
    ]
    errors = body.get("errors")
    for error in errors if isinstance(errors, list) else []:
        words.append(error.get("message") if isinstance(error, dict) else None)
    return " / ".join(str(word) for word in words if word)[:300]


def _date(answer: httpx.Response) -> datetime | None:
    try:
        told = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def _reset(answer: httpx.Response) -> datetime | None:
    """When the limit that refused the call opens again, as the headers say."""
    opens = opens_at(counts(answer.headers)) if answer.status_code == 429 else None
    return datetime.fromtimestamp(opens, UTC) if opens is not None else None


def id_in(body: Mapping[str, Any], name: str) -> str:
    """The id X gave what it accepted; without one it is not known what became of it."""
    data = body.get("data")
    found = data.get(name) if isinstance(data, dict) else None
    if not (isinstance(found, str) and found.isdigit()):
        raise XError(Meaning.NO_ANSWER, 201, "X accepted, but its answer names no id")
    return found
