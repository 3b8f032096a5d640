"""Webhooks: registered after a challenge, checked again, removed; named refusals."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from support.sandbox.push import addresses
from tests.sandbox.receiver import CLIENT, Pushed, Receiver
from tests.sandbox.stage import MORNING, PLAIN_HTTP, MovedClock, Stage


@pytest.fixture
def app(stage: Stage) -> Iterator[httpx.Client]:
    bearer = {"Authorization": "Bearer sandbox-bearer"}
    with httpx.Client(base_url=stage.url, headers=bearer, verify=PLAIN_HTTP) as client:
        yield client


def refusal(answer: httpx.Response) -> str:
    assert answer.status_code == 400
    assert answer.json()["title"] == "Invalid Request"
    return str(answer.json()["errors"][0]["message"]).split(":")[0]


def test_a_webhook_that_knows_the_secret_is_registered(
    app: httpx.Client, receiver: Receiver
) -> None:
    made = app.post("/2/webhooks", json={"url": receiver.url}).json()["data"]
    assert made == {
        "created_at": "2026-07-14T01:00:00.000Z",
        "id": made["id"],
        "url": receiver.url,
        "valid": True,
    }
    assert app.get("/2/webhooks").json() == {"data": [made], "meta": {"result_count": 1}}


def test_without_webhooks_the_list_has_no_data(app: httpx.Client) -> None:
    assert app.get("/2/webhooks").json() == {"meta": {"result_count": 0}}


def test_either_secret_answers_a_challenge(app: httpx.Client, receiver: Receiver) -> None:
    receiver.secret = CLIENT
    assert app.post("/2/webhooks", json={"url": receiver.url}).status_code == 200


@pytest.mark.parametrize(("secret", "status"), [("wrong", 200), ("sandbox-consumer-secret", 500)])
def test_who_fails_the_challenge_is_not_registered(
    app: httpx.Client, receiver: Receiver, secret: str, status: int
) -> None:
    receiver.secret, receiver.challenge_status = secret, status
    answer = app.post("/2/webhooks", json={"url": receiver.url})
    assert refusal(answer) == "CrcValidationFailed"
    assert "data" not in app.get("/2/webhooks").json()


def test_nobody_at_the_address_fails_the_challenge(app: httpx.Client, receiver: Receiver) -> None:
    receiver.close()
    answer = app.post("/2/webhooks", json={"url": receiver.url})
    assert refusal(answer) == "CrcValidationFailed"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook",
        "http://192.0.2.7/hook",
        "http://127.0.0.1.example.com/hook",
        "http://u:p@127.0.0.1/hook",
        "http://127.0.0.1:99999/hook",
        "ftp://127.0.0.1/hook",
        "127.0.0.1/hook",
        "http://[/hook",
        "http://127.0.0.1/" + "a" * 200,
    ],
)
def test_this_x_reaches_its_own_machine_only(app: httpx.Client, url: str) -> None:
    answer = app.post("/2/webhooks", json={"url": url})
    assert refusal(answer) == "UrlValidationFailed"


@pytest.mark.parametrize("url", ["http://127.0.0.1:80/x", "http://[::1]/x", "https://localhost/x"])
def test_local_addresses_may_have_ports_and_no_tls(url: str) -> None:
    assert addresses.why_not(url) is None


def test_a_url_is_registered_once_and_self_serve_has_one(pushed: Pushed) -> None:
    again = pushed.app.post("/2/webhooks", json={"url": pushed.receiver.url})
    assert refusal(again) == "DuplicateUrlFailed"
    other = pushed.app.post("/2/webhooks", json={"url": pushed.receiver.url + "/2"})
    assert refusal(other) == "WebhookLimitExceeded"


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_unknown_webhook_is_named_invalid(app: httpx.Client, method: str) -> None:
    assert refusal(app.request(method, "/2/webhooks/5")) == "WebhookIdInvalid"


def test_removing_a_webhook_leaves_its_subscriptions_without_one(pushed: Pushed) -> None:
    pushed.subscribe("post.create")
    answer = pushed.app.delete(f"/2/webhooks/{pushed.webhook_id}")
    assert answer.json() == {"data": {"deleted": True}}
    left = pushed.app.get("/2/activity/subscriptions").json()["data"]
    assert [item.get("webhook_id") for item in left] == [None]


class TestWhoMaySpeak:
    def test_the_account_may_not(self, stage: Stage) -> None:
        answer = stage.api.get("/2/webhooks")
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("/unsupported-authentication")

    @pytest.mark.parametrize("header", ["", "Bearer nobody", "Basic sandbox-bearer"])
    def test_strangers_may_not(self, stage: Stage, header: str) -> None:
        headers = {"Authorization": header} if header else {}
        answer = httpx.get(f"{stage.url}/2/webhooks", headers=headers)
        assert answer.status_code == 401


class TestChecks:
    def valid(self, pushed: Pushed) -> bool:
        return bool(pushed.app.get("/2/webhooks").json()["data"][0]["valid"])

    def check(self, pushed: Pushed) -> None:
        assert pushed.stage.control.post("webhooks/crc").status_code == 200

    def test_a_wrong_token_ends_it_at_once(self, pushed: Pushed) -> None:
        pushed.receiver.secret = "wrong"
        self.check(pushed)
        assert not self.valid(pushed)

    def test_a_redirect_ends_it_at_once(self, pushed: Pushed) -> None:
        pushed.receiver.challenge_status = 302
        self.check(pushed)
        assert not self.valid(pushed)

    def test_faults_of_the_server_are_borne_for_28_hours(
        self, pushed: Pushed, clock: MovedClock
    ) -> None:
        pushed.receiver.challenge_status = 503
        self.check(pushed)
        clock.move(hours=27)
        self.check(pushed)
        assert self.valid(pushed)
        clock.move(hours=1)
        self.check(pushed)
        assert not self.valid(pushed)

    def test_a_good_answer_makes_it_valid_again(self, pushed: Pushed) -> None:
        pushed.receiver.secret = "wrong"
        self.check(pushed)
        path = f"/2/webhooks/{pushed.webhook_id}"
        assert refusal(pushed.app.put(path)) == "CrcValidationFailed"
        pushed.receiver.secret = CLIENT
        assert pushed.app.put(path).json() == {"data": {"attempted": True, "valid": True}}
        assert self.valid(pushed)

    def test_nothing_goes_to_an_invalid_one_but_a_replay_brings_it(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create")
        pushed.receiver.secret = "wrong"
        self.check(pushed)
        pushed.stage.post("@hikari_care a")
        assert pushed.flush() == []
        pushed.receiver.secret = CLIENT
        pushed.app.put(f"/2/webhooks/{pushed.webhook_id}")
        replay(pushed)
        assert [arrival.event_type for arrival in pushed.flush()[:1]] == ["post.mention.create"]


def replay(pushed: Pushed, start: timedelta = timedelta(hours=-23), **more: str) -> httpx.Response:
    body = {
        "webhook_id": pushed.webhook_id,
        "from_date": f"{MORNING + start:%Y%m%d%H%M}",
        "to_date": f"{MORNING + timedelta(minutes=1):%Y%m%d%H%M}",
    }
    return pushed.app.post("/2/webhooks/replay", json=body | more)


class TestReplay:
    def test_all_of_the_window_comes_again_in_its_order(self, pushed: Pushed) -> None:
        pushed.subscribe("post.mention.create", "dm.received")
        pushed.stage.post("@hikari_care a")
        pushed.stage.dm("b")
        first = pushed.flush()
        answer = replay(pushed).json()["data"]
        assert answer["created_at"] == "2026-07-14T01:00:00.000Z"
        again = pushed.flush()
        assert [item.raw for item in again[:2]] == [item.raw for item in first]
        assert again[2].body["replay_job_status"] == {
            "webhook_id": pushed.webhook_id,
            "job_state": "Complete",
            "job_state_description": "Job completed successfully",
            "job_id": answer["job_id"],
        }

    def test_what_came_twice_is_replayed_once(self, pushed: Pushed) -> None:
        pushed.subscribe("dm.received")
        pushed.happens_wrong(duplicate=1)
        pushed.stage.dm("a")
        assert len(pushed.flush()) == 2
        replay(pushed)
        pushed.flush()
        replay(pushed)
        assert len(pushed.flush()) == 2, "the message and the end of the job"

    def test_downtime_is_made_good(self, pushed: Pushed) -> None:
        pushed.subscribe("dm.received")
        pushed.stage.control.post("deliveries/pause", json={"downtime": True})
        pushed.stage.dm("a")
        assert pushed.flush() == []
        pushed.stage.control.post("deliveries/resume")
        replay(pushed)
        pushed.flush()
        assert pushed.receiver.arrivals[0].event_type == "dm.received"

    @pytest.mark.parametrize(
        "dates",
        [
            {"from_date": "202607130058"},
            {"from_date": "202607140102", "to_date": "202607140103"},
            {"from_date": "202607140050", "to_date": "202607140040"},
            {"from_date": "202613140050"},
        ],
        ids=["older than a day", "future", "backwards", "no such month"],
    )
    def test_a_window_that_cannot_be_is_refused(
        self, pushed: Pushed, dates: dict[str, str]
    ) -> None:
        assert refusal(replay(pushed, **dates)) == "QueryParamInvalid"

    def test_one_replay_at_a_time(self, pushed: Pushed) -> None:
        pushed.subscribe("dm.received")
        pushed.stage.dm("a")
        pushed.flush()
        assert replay(pushed).status_code == 200
        assert refusal(replay(pushed)) == "ReplayConflictError"

    def test_an_unknown_webhook_is_not_replayed(self, pushed: Pushed) -> None:
        assert refusal(replay(pushed, webhook_id="5")) == "WebhookIdInvalid"
