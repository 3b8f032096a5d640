"""How events travel: signed, in order, again when refused; and what goes wrong on request."""

from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.sandbox.app import create_sandbox
from support.sandbox.push.mishaps import Dice, Mishaps
from support.sandbox.push.office import RETRIES
from tests.sandbox.receiver import CLIENT, CONSUMER, Pushed, Receiver
from tests.sandbox.stage import MovedClock, Stage

CONSUMER_HEADER = "x-twitter-webhooks-signature"
CLIENT_HEADER = "x-twitter-webhooks-signature-oauth2"


@pytest.fixture
def mentioned(pushed: Pushed) -> Pushed:
    pushed.subscribe("post.mention.create")
    return pushed


def say(pushed: Pushed, count: int) -> list[str]:
    return [pushed.stage.post(f"@hikari_care {number}") for number in range(count)]


def ids(pushed: Pushed) -> list[str]:
    return [arrival.payload["id"] for arrival in pushed.flush()]


class TestSignatures:
    def test_both_secrets_sign_the_raw_body(self, mentioned: Pushed) -> None:
        mentioned.stage.post("@hikari_care 「遅い」😀 </a>")
        (arrival,) = mentioned.flush()
        assert arrival.signed_by(CONSUMER_HEADER, CONSUMER)
        assert arrival.signed_by(CLIENT_HEADER, CLIENT)
        assert arrival.headers["content-type"] == "application/json"
        assert arrival.path == "/hooks/x"

    @pytest.mark.parametrize(
        ("named", "headers"), [("consumer", [CONSUMER_HEADER]), ("client", [CLIENT_HEADER])]
    )
    def test_one_of_them_can_be_left_out(
        self, mentioned: Pushed, named: str, headers: list[str]
    ) -> None:
        mentioned.stage.control.post("deliveries/signing", json={"headers": [named]})
        say(mentioned, 1)
        (arrival,) = mentioned.flush()
        assert [name for name in arrival.headers if "signature" in name] == headers

    def test_which_are_asked_for_is_checked(self, stage: Stage) -> None:
        for wrong in ({"headers": ["both"]}, {"headers": "client"}, {}):
            assert stage.control.post("deliveries/signing", json=wrong).status_code == 400


class TestTrying:
    def test_events_come_in_the_order_they_happened(self, mentioned: Pushed) -> None:
        assert say(mentioned, 20) == ids(mentioned)

    def test_what_is_refused_comes_again_and_is_given_up_at_last(
        self, mentioned: Pushed, clock: MovedClock
    ) -> None:
        mentioned.receiver.answers = [500] * 99
        say(mentioned, 1)
        for _ in range(len(RETRIES) + 3):
            mentioned.flush()
        (line,) = mentioned.log()
        assert (line["state"], line["outcome"]) == ("given_up", "500")
        assert line["attempts"] == len(mentioned.receiver.arrivals) == len(RETRIES) + 1

    def test_an_answer_other_than_200_is_a_refusal(self, mentioned: Pushed) -> None:
        mentioned.receiver.answers = [204, 302, 200]
        say(mentioned, 1)
        for _ in range(5):
            mentioned.flush()
        assert len(mentioned.receiver.arrivals) == 3
        assert mentioned.log()[0]["state"] == "delivered"

    def test_nobody_there_is_a_refusal(self, mentioned: Pushed) -> None:
        mentioned.receiver.close()
        say(mentioned, 1)
        mentioned.flush()
        (line,) = mentioned.log()
        assert (line["state"], line["attempts"]) == ("waiting", 1)
        assert line["outcome"].startswith("broken: Connect")

    def test_without_a_flush_the_office_delivers_by_itself(self, mentioned: Pushed) -> None:
        say(mentioned, 1)
        assert mentioned.stage.control.post("deliveries/resume").status_code == 200
        assert mentioned.receiver.came.wait(60)

    def test_the_queue_outlives_the_process(
        self, mentioned: Pushed, clock: MovedClock, tmp_path: Path
    ) -> None:
        say(mentioned, 2)
        mentioned.receiver.came.clear()
        again = create_sandbox(tmp_path / "x.db", clock=clock)
        assert mentioned.receiver.came.wait(60)
        assert again.test_client().post("/sandbox/api/deliveries/flush").status_code == 200
        again.extensions["sandbox_push"].close()
        again.extensions["sandbox"].store.close()
        assert mentioned.receiver.types() == ["post.mention.create"] * 2


class TestMishaps:
    def test_duplicates_are_the_same_bytes(self, mentioned: Pushed) -> None:
        mentioned.happens_wrong(duplicate=1)
        say(mentioned, 1)
        one, other = mentioned.flush()
        assert one.raw == other.raw
        assert [line["origin"] for line in mentioned.log()] == ["event", "duplicate"]

    def test_the_lost_are_in_the_log_only(self, mentioned: Pushed) -> None:
        mentioned.happens_wrong(lose=1)
        say(mentioned, 1)
        assert mentioned.flush() == []
        assert mentioned.log()[0]["state"] == "lost"

    def test_the_late_wait_for_their_time(self, mentioned: Pushed, clock: MovedClock) -> None:
        mentioned.happens_wrong(late=1, late_seconds=60)
        say(mentioned, 1)
        (line,) = mentioned.log()
        assert (line["happened_at"][11:19], line["due_at"][11:19]) == ("01:00:00", "01:01:00")
        clock.move(seconds=61)
        mentioned.stage.control.post("deliveries/resume")
        assert mentioned.receiver.came.wait(60)

    def test_the_reordered_come_in_another_order_and_all_of_them(self, mentioned: Pushed) -> None:
        mentioned.happens_wrong(reorder=0.5, seed=7)
        said = say(mentioned, 20)
        came = ids(mentioned)
        assert came != said
        assert sorted(came) == sorted(said)

    @pytest.mark.parametrize("fault", ["bad_signature", "wrong_secret"])
    def test_a_wrong_signature_comes_once_and_then_the_right_one(
        self, mentioned: Pushed, fault: str
    ) -> None:
        mentioned.happens_wrong(**{fault: 1})
        mentioned.receiver.answers = [401]
        say(mentioned, 1)
        mentioned.flush()
        mentioned.flush()
        wrong, right = mentioned.receiver.arrivals
        assert not wrong.signed_by(CONSUMER_HEADER, CONSUMER)
        assert not wrong.signed_by(CLIENT_HEADER, CLIENT)
        assert right.signed_by(CONSUMER_HEADER, CONSUMER)
        assert right.raw == wrong.raw

    def test_a_cut_delivery_ends_in_the_middle_and_comes_again(self, mentioned: Pushed) -> None:
        mentioned.happens_wrong(cut=1)
        say(mentioned, 1)
        assert mentioned.flush() == []
        assert mentioned.log()[0]["outcome"] == "cut"
        assert len(mentioned.flush()) == 1
        assert mentioned.receiver.cut_off == 1

    def test_they_end_when_cleared(self, mentioned: Pushed) -> None:
        mentioned.happens_wrong(lose=1)
        mentioned.stage.control.delete("deliveries/faults")
        say(mentioned, 1)
        assert len(mentioned.flush()) == 1

    @pytest.mark.parametrize(
        "wrong",
        [{"lose": 1.1}, {"lose": "1"}, {"lose": True}, {"eat": 1}, {"seed": 0.5}, {"late": -1}],
    )
    def test_a_rate_that_cannot_be_is_explained(
        self, stage: Stage, wrong: dict[str, object]
    ) -> None:
        answer = stage.control.post("deliveries/faults", json=wrong)
        assert answer.status_code == 400
        assert next(iter(wrong)) in answer.json()["error"]


RATE = st.floats(0, 1)


@given(seed=st.integers(), rates=st.fixed_dictionaries({"lose": RATE, "late": RATE, "cut": RATE}))
@settings(max_examples=50)
def test_one_seed_is_one_fate(seed: int, rates: dict[str, float]) -> None:
    one, other = (Dice(Mishaps(seed=seed, **rates)) for _ in range(2))
    assert [one.fate() for _ in range(20)] == [other.fate() for _ in range(20)]


@given(seed=st.integers(), rate=RATE)
@settings(max_examples=50)
def test_a_further_fault_moves_no_other(seed: int, rate: float) -> None:
    alone = Dice(Mishaps(seed=seed, duplicate=0.3))
    beside = Dice(Mishaps(seed=seed, duplicate=0.3, late=rate))
    for _ in range(20):
        assert len(alone.fate().delays) == len(beside.fate().delays)


def test_no_faults_change_nothing() -> None:
    dice = Dice(Mishaps())
    assert {dice.fate() for _ in range(50)} == {Dice().fate()}


class TestPage:
    def test_it_shows_hooks_events_and_faults(self, mentioned: Pushed) -> None:
        mentioned.happens_wrong(duplicate=0.25)
        say(mentioned, 1)
        mentioned.flush()
        page = httpx.get(f"{mentioned.stage.url}/sandbox/webhooks").text
        for words in (mentioned.receiver.url, "post.mention.create", "配信済み", 'value="25"'):
            assert words in page
        assert "style=" not in page
        assert "<script" not in page

    def test_faults_are_set_in_percent(self, mentioned: Pushed) -> None:
        url = f"{mentioned.stage.url}/sandbox/webhooks/faults"
        form = {"lose": "12.5", "seed": "7", "late_seconds": "4"}
        assert httpx.post(url, data=form).status_code == 303
        faults = mentioned.stage.control.get("deliveries").json()["faults"]
        assert (faults["lose"], faults["seed"], faults["late_seconds"]) == (0.125, 7, 4.0)

    @pytest.mark.parametrize("form", [{"lose": "101"}, {"lose": "x"}, {"seed": "0.5"}])
    def test_a_wrong_number_is_explained(self, stage: Stage, form: dict[str, str]) -> None:
        answer = httpx.post(f"{stage.url}/sandbox/webhooks/faults", data=form)
        assert answer.status_code == 422
        assert "0から100" in answer.text

    def test_its_buttons_do_what_they_say(self, mentioned: Pushed, receiver: Receiver) -> None:
        base = f"{mentioned.stage.url}/sandbox/webhooks"
        say(mentioned, 1)
        assert "配信を再開する" in httpx.get(base).text
        assert httpx.post(f"{base}/flush").status_code == 303
        assert receiver.types() == ["post.mention.create"]
        receiver.secret = "wrong"
        httpx.post(f"{base}/check")
        assert "無効" in httpx.get(base).text
        httpx.post(f"{base}/resume")
        assert "配信を止める" in httpx.get(base).text
        httpx.post(f"{base}/pause", data={"downtime": "1"})
        assert "届け先が止まっている" in httpx.get(base).text
