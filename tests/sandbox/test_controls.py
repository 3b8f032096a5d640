"""The page of switches: what a person turns there, a client then meets."""

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.stage import PLAIN_HTTP, Stage

CALM = {"vocabulary": "legacy", "plan": "self_serve", "refusal": "A", "duplicate_hours": "24"}
FAULT = {"kind": "refuse_503", "endpoint": "create_post", "times": "2", "seconds": "30"}


@pytest.fixture
def page(stage: Stage) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=f"{stage.url}/sandbox/controls", follow_redirects=True, verify=PLAIN_HTTP
    ) as client:
        yield client


def test_switches_turn_and_stay_shown(page: httpx.Client, stage: Stage) -> None:
    answer = page.post("/switches", data=CALM | {"plan": "enterprise", "credits": "on"})
    assert '<option value="enterprise" selected>' in answer.text
    assert stage.reply("お困りですか", stage.post("遅い")).status_code == 201


def test_an_unticked_box_takes_the_credits(page: httpx.Client, stage: Stage) -> None:
    page.post("/switches", data=CALM)
    assert stage.api.get("/2/users/me").status_code == 402


def test_a_fault_is_laid_listed_and_cleared(page: httpx.Client, stage: Stage) -> None:
    assert "待っている障害（1件）" in page.post("/faults", data=FAULT).text
    assert stage.api.post("/2/tweets", json={"text": "a"}).status_code == 503
    assert "待っている障害はありません" in page.post("/faults/clearing").text
    assert stage.api.post("/2/tweets", json={"text": "a"}).status_code == 201


def test_a_draw_lays_what_the_same_number_laid_before(page: httpx.Client, stage: Stage) -> None:
    form = {"seed": "7", "percent": "30", "calls": "20", "endpoint": "dm_events"}
    laid = []
    for _ in range(2):
        page.post("/faults/clearing")
        page.post("/faults/seed", data=form | {"kinds": "unauthorized"})
        laid.append(stage.control.get("faults").json())
    assert laid[0] == laid[1]
    assert {fault["kind"] for fault in laid[0]} == {"unauthorized"}


@pytest.mark.parametrize("wrong", [{"times": "x"}, {"seconds": "-1"}, {"times": "inf"}], ids=str)
def test_a_wrong_number_is_said_and_lays_nothing(
    page: httpx.Client, stage: Stage, wrong: dict[str, str]
) -> None:
    answer = page.post("/faults", data=FAULT | wrong)
    assert answer.status_code == 422
    assert "数値を確かめてください" in answer.text
    assert stage.control.get("faults").json() == []


def test_a_permission_is_taken_away_and_given_again(page: httpx.Client, stage: Stage) -> None:
    shown = page.post("/accounts/hikari_care/revocation").text
    assert "許可が取り消されています" in shown
    assert stage.api.get("/2/users/me").status_code == 401
    assert "sandbox-oauth1-hikari_care" in page.post("/accounts/hikari_care/tokens").text
    assert stage.api.get("/2/users/me").status_code == 200
    assert page.post("/accounts/nobody/revocation").status_code == 404


def test_another_sites_page_is_kept_out(page: httpx.Client) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert page.post("/faults", data=FAULT, headers=headers).status_code == 403


def test_every_kind_and_endpoint_can_be_chosen(page: httpx.Client, stage: Stage) -> None:
    shown = page.get("/").text
    for name in ("accept_then_cut", "partial", "oauth2/token", "users/:id/mentions", "dm_media"):
        assert f'value="{name}"' in shown
