"""OAuth 1.0a: requests signed with the keys of an app and a user."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from authlib.oauth1 import ClientAuth

from tests.sandbox.stage import DESK_ID, PLAIN_HTTP, Stage

KEYS = {
    "client_id": "sandbox-consumer-key",
    "client_secret": "sandbox-consumer-secret",
    "token": "sandbox-oauth1-hikari_care",
    "token_secret": "sandbox-oauth1-secret-hikari_care",
}


class Signing(httpx.Auth):
    """Signs what httpx is about to send."""

    def __init__(self, keys: dict[str, str]) -> None:
        self.signer = ClientAuth(**keys)

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:
        _, headers, _ = self.signer.prepare(request.method, str(request.url), {}, b"")
        request.headers["Authorization"] = headers["Authorization"]
        yield request


def client(stage: Stage, **changed: str) -> httpx.Client:
    return httpx.Client(base_url=stage.url, auth=Signing(KEYS | changed), verify=PLAIN_HTTP)


def test_a_signed_request_is_the_users(stage: Stage) -> None:
    with client(stage) as x:
        assert x.get("/2/users/me").json()["data"]["id"] == str(DESK_ID)


def test_the_query_is_part_of_what_is_signed(stage: Stage) -> None:
    post = stage.post("遅い & 困る+α 100%")
    with client(stage) as x:
        found = x.get("/2/tweets/search/recent", params={"query": '"遅い & 困る+α 100%"'})
    assert found.json()["data"][0]["id"] == post


def test_a_json_body_is_not(stage: Stage) -> None:
    with client(stage) as x:
        assert x.post("/2/tweets", json={"text": "お知らせ"}).status_code == 201


@pytest.mark.parametrize("wrong", KEYS)
def test_a_wrong_key_is_no_key(stage: Stage, wrong: str) -> None:
    with client(stage, **{wrong: "wrong"}) as x:
        assert x.get("/2/users/me").status_code == 401


def test_a_request_changed_on_the_way_is_refused(stage: Stage) -> None:
    headers: Any
    _, headers, _ = ClientAuth(**KEYS).prepare("GET", f"{stage.url}/2/users/me", {}, b"")
    found = stage.api.get("/2/users/me", headers=headers)
    assert found.status_code == 200
    assert stage.api.get("/2/users/4000000", headers=headers).status_code == 401
    query = {"user.fields": "created_at"}
    assert stage.api.get("/2/users/me", params=query, headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["OAuth", "OAuth a", 'OAuth oauth_token="x"', "OAuth ,,=,"])
def test_a_header_without_its_parts_is_unauthorised(stage: Stage, header: str) -> None:
    assert stage.api.get("/2/users/me", headers={"Authorization": header}).status_code == 401


def test_a_further_app_has_keys_of_its_own(stage: Stage) -> None:
    app = stage.control.post("apps", json={"name": "二号"}).json()
    order = {"username": "hikari_care", "client_id": app["client_id"]}
    given = stage.control.post("accounts", json=order).json()
    keys = {
        "client_id": app["consumer_key"],
        "client_secret": app["consumer_secret"],
        "token": given["oauth1_token"],
        "token_secret": given["oauth1_token_secret"],
    }
    with client(stage, **keys) as x:
        assert x.get("/2/users/me").status_code == 200
    with client(stage, **keys | {"token": KEYS["token"]}) as x:
        assert x.get("/2/users/me").status_code == 401
