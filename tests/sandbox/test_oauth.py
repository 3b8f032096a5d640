"""OAuth 2.0 with PKCE: the consent page, codes, tokens that expire and rotate, scopes."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.stage import DESK_ID, Stage

VERIFIER = "v" * 64
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "http://127.0.0.1:5999/x/callback?of=desk"
CLIENT = ("sandbox-client", "sandbox-client-secret")
SCOPES = "tweet.read users.read dm.read offline.access"


def asking(**changed: str) -> dict[str, str]:
    return {
        "response_type": "code", "client_id": CLIENT[0], "redirect_uri": BACK, "scope": SCOPES,
        "state": "st", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changed,
    }  # fmt: skip


def code(stage: Stage, **changed: str) -> str:
    query = asking(**changed) | {"sandbox_approve": "hikari_care"}
    answer = httpx.get(f"{stage.url}/i/oauth2/authorize", params=query)
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def trade(stage: Stage, auth: Any = CLIENT, **form: str) -> httpx.Response:
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, **form}
    return httpx.post(f"{stage.url}/2/oauth2/token", data=form, auth=auth)


def tokens(stage: Stage, **changed: str) -> dict[str, Any]:
    answer = trade(stage, code=code(stage, **changed), code_verifier=VERIFIER)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def refreshed(stage: Stage, token: str) -> httpx.Response:
    return trade(stage, grant_type="refresh_token", refresh_token=token)


def asks(stage: Stage, token: str, path: str = "/2/users/me") -> httpx.Response:
    return httpx.get(f"{stage.url}{path}", headers={"Authorization": f"Bearer {token}"})


class TestConsent:
    def test_the_page_names_the_app_the_accounts_and_the_scopes(self, stage: Stage) -> None:
        stage.control.post("accounts", json={"username": "hikari_shop", "name": "ひかり商店"})
        answer = httpx.get(f"{stage.url}/i/oauth2/authorize", params=asking())
        for words in ("Madoguchi", "hikari_care", "hikari_shop", "dm.read", "offline.access"):
            assert words in answer.text
        assert (
            "form-action 'self' http://127.0.0.1:5999;"
            in (answer.headers["Content-Security-Policy"])
        )

    def test_who_approves_sends_the_app_a_code_and_its_state(self, stage: Stage) -> None:
        form = asking() | {"decision": "approve", "account": "hikari_care"}
        answer = httpx.post(f"{stage.url}/i/oauth2/authorize", data=form)
        assert answer.headers["Location"].startswith(f"{BACK}&state=st&code=")

    def test_who_refuses_sends_an_error(self, stage: Stage) -> None:
        answer = httpx.post(f"{stage.url}/i/oauth2/authorize", data=asking() | {"decision": "deny"})
        assert answer.headers["Location"] == f"{BACK}&state=st&error=access_denied"

    @pytest.mark.parametrize(
        "wrong",
        [
            {"client_id": "nobody"}, {"response_type": "token"}, {"scope": "all"}, {"scope": ""},
            {"code_challenge": "short"}, {"code_challenge_method": "MD5"}, {"state": ""},
            {"redirect_uri": "javascript:alert(1)"}, {"redirect_uri": "http://["},
            {"redirect_uri": "http://a/\r\nb"}, {"redirect_uri": ""},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_request_that_cannot_be_asked_is_explained(
        self, stage: Stage, wrong: dict[str, str]
    ) -> None:
        answer = httpx.get(f"{stage.url}/i/oauth2/authorize", params=asking(**wrong))
        assert answer.status_code == 400
        assert "このままでは許可を求められません" in answer.text

    def test_a_customer_cannot_be_signed_in(self, stage: Stage) -> None:
        stage.post("@hikari_care 遅い")
        query = asking() | {"sandbox_approve": "reidai_400"}
        assert httpx.get(f"{stage.url}/i/oauth2/authorize", params=query).status_code == 400

    def test_an_app_with_callbacks_gets_its_code_there_only(self, stage: Stage) -> None:
        order = {"name": "よその窓口", "callbacks": ["https://desk.example/back"]}
        app = stage.control.post("apps", json=order).json()["client_id"]
        for address, status in ((BACK, 400), ("https://desk.example/back", 200)):
            query = asking(client_id=app, redirect_uri=address)
            answer = httpx.get(f"{stage.url}/i/oauth2/authorize", params=query)
            assert answer.status_code == status


class TestCode:
    def test_buys_a_token_that_speaks_for_the_account(self, stage: Stage) -> None:
        found = tokens(stage)
        assert found["expires_in"] == 7200
        assert found["scope"].split() == sorted(SCOPES.split())
        assert asks(stage, found["access_token"]).json()["data"]["id"] == str(DESK_ID)

    def test_is_good_once(self, stage: Stage) -> None:
        value = code(stage)
        answers = [trade(stage, code=value, code_verifier=VERIFIER) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 400]
        assert answers[1].json()["error"] == "invalid_request"

    def test_lives_thirty_seconds(self, stage: Stage) -> None:
        value = code(stage)
        stage.clock.move(seconds=30)
        assert trade(stage, code=value, code_verifier=VERIFIER).status_code == 400

    @pytest.mark.parametrize(
        "wrong",
        [{"code_verifier": "w" * 64}, {"redirect_uri": "http://127.0.0.1/"}, {"grant_type": "x"}],
        ids=str,
    )
    def test_stays_good_after_a_wrong_try(self, stage: Stage, wrong: dict[str, str]) -> None:
        right = {"code": code(stage), "code_verifier": VERIFIER}
        assert trade(stage, **right | wrong).status_code == 400
        assert trade(stage, **right).status_code == 200

    @pytest.mark.parametrize("auth", [None, ("sandbox-client", "wrong"), ("nobody", "x")], ids=str)
    def test_is_for_the_app_that_asked(self, stage: Stage, auth: Any) -> None:
        answer = trade(stage, auth, code=code(stage), code_verifier=VERIFIER)
        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized_client"

    def test_of_a_public_app_needs_no_secret(self, stage: Stage) -> None:
        app = stage.control.post("apps", json={"name": "電話", "public": True}).json()
        value = code(stage, client_id=app["client_id"])
        form = {"code": value, "code_verifier": VERIFIER, "client_id": app["client_id"]}
        assert trade(stage, None, **form).status_code == 200


class TestTokens:
    def test_an_access_token_lives_two_hours(self, stage: Stage) -> None:
        token = tokens(stage)["access_token"]
        stage.clock.move(hours=2)
        answer = asks(stage, token)
        assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")

    def test_all_of_them_can_be_ended_at_once(self, stage: Stage) -> None:
        found = tokens(stage)
        assert stage.control.post("tokens/expire").json() == {"expired": 1}
        assert asks(stage, found["access_token"]).status_code == 401
        assert asks(stage, "sandbox-hikari_care").status_code == 200
        again = refreshed(stage, found["refresh_token"]).json()
        assert asks(stage, again["access_token"]).status_code == 200

    def test_without_offline_access_nothing_can_be_refreshed(self, stage: Stage) -> None:
        assert "refresh_token" not in tokens(stage, scope="tweet.read users.read")

    def test_a_refresh_token_dies_by_its_use(self, stage: Stage) -> None:
        old = tokens(stage)["refresh_token"]
        new = refreshed(stage, old).json()["refresh_token"]
        again = refreshed(stage, old)
        assert again.status_code == 400
        assert again.json() == {
            "error": "invalid_request",
            "error_description": "Value passed for the token was invalid.",
        }
        assert refreshed(stage, new).status_code == 200

    def test_one_given_back_is_worth_nothing(self, stage: Stage) -> None:
        token = tokens(stage)["access_token"]
        for _ in range(2):
            answer = httpx.post(f"{stage.url}/2/oauth2/revoke", data={"token": token}, auth=CLIENT)
            assert answer.json() == {"revoked": True}
        assert asks(stage, token).status_code == 401

    def test_a_user_who_revokes_ends_every_token_until_asked_again(self, stage: Stage) -> None:
        found = tokens(stage)
        assert stage.control.post("revocations", json={}).status_code == 201
        assert asks(stage, found["access_token"]).status_code == 401
        assert asks(stage, "sandbox-hikari_care").status_code == 401
        assert refreshed(stage, found["refresh_token"]).status_code == 400
        assert asks(stage, tokens(stage)["access_token"]).status_code == 200
        stage.control.post("accounts", json={"username": "hikari_care"})
        assert asks(stage, "sandbox-hikari_care").status_code == 200

    def test_only_an_account_of_ours_can_revoke(self, stage: Stage) -> None:
        stage.post("@hikari_care 遅い")
        answer = stage.control.post("revocations", json={"username": "reidai_400"})
        assert answer.status_code == 400

    def test_a_lost_answer_to_a_refresh_has_rotated_it_all_the_same(self, stage: Stage) -> None:
        old = tokens(stage)["refresh_token"]
        fault = {"kind": "accept_then_cut", "endpoint": "oauth2/token"}
        assert stage.control.post("faults", json=fault).status_code == 201
        with pytest.raises(httpx.TransportError):
            refreshed(stage, old)
        assert refreshed(stage, old).status_code == 400


class TestScopes:
    def test_a_call_beyond_them_is_forbidden(self, stage: Stage) -> None:
        token = tokens(stage, scope="tweet.read users.read")["access_token"]
        assert asks(stage, token).status_code == 200
        answer = asks(stage, token, "/2/dm_events")
        assert (answer.status_code, answer.json()["detail"]) == (403, "Forbidden")

    def test_an_app_alone_reads_in_public(self, stage: Stage) -> None:
        post = stage.post("@hikari_care 遅い")
        path = f"/2/users/{DESK_ID}/mentions"
        assert asks(stage, "sandbox-bearer", path).json()["data"][0]["id"] == post

    @pytest.mark.parametrize("path", ["/2/users/me", "/2/dm_events"])
    def test_and_is_refused_where_a_user_must_speak(self, stage: Stage, path: str) -> None:
        answer = asks(stage, "sandbox-bearer", path)
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/unsupported-authentication")
        assert "OAuth 2.0 User Context" in answer.json()["detail"]


def test_a_second_account_sees_its_own_mentions_only(stage: Stage) -> None:
    order = {"username": "hikari_shop", "name": "ひかり商店"}
    shop = stage.control.post("accounts", json=order).json()
    assert shop["bearer_token"] == "sandbox-hikari_shop"
    post = stage.post("@hikari_shop 在庫は?")
    stage.post("@hikari_care 遅い")
    found = asks(stage, "sandbox-hikari_shop", f"/2/users/{shop['id']}/mentions").json()
    assert [item["id"] for item in found["data"]] == [post]
