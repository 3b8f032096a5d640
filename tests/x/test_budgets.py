"""What X's headers say of its limits is known to every worker before it asks."""

import threading
import time
from datetime import UTC, datetime

import httpx
import pytest
import redis

from support.x.budgets import Budgets
from support.x.client import XClient
from support.x.door import XDoor
from support.x.errors import Meaning, XError
from support.x.families import Count, counts, family, opens_at
from support.x.wire import BearerAuth, Wire
from tests.machinery.sandbox import running_sandbox
from tests.machinery.valkey import valkey_server

DMS = ("GET", "/2/dm_events")
OURS = "X's limit for this call is used up"


@pytest.fixture
def budgets():
    url = valkey_server().url
    redis.Redis.from_url(url).flushall()
    return Budgets(url)


@pytest.fixture
def soon():
    """A reset in the clock of Valkey, which is the machine's."""
    return int(time.time()) + 300


def told(remaining, reset, *, limit=15, prefix="x-rate-limit"):
    return {
        f"{prefix}-limit": str(limit),
        f"{prefix}-remaining": str(remaining),
        f"{prefix}-reset": str(reset),
    }


@pytest.mark.parametrize(
    ("method", "path", "of"),
    [
        ("get", "/2/users/me", "GET /2/users/me"),
        ("GET", "/2/users", "GET /2/users"),
        ("GET", "/2/users/7000000001/mentions", "GET /2/users/:id/mentions"),
        ("GET", "/2/users/7000000001/tweets", "GET /2/users/:id/tweets"),
        ("GET", "/2/users/by/username/hikari2_care", "GET /2/users/by/username/:username"),
        ("GET", "/2/users/by/username/hikari", "GET /2/users/by/username/:username"),
        ("GET", "/2/tweets", "GET /2/tweets"),
        ("POST", "/2/tweets", "POST /2/tweets"),
        ("DELETE", "/2/tweets/1999", "DELETE /2/tweets/:id"),
        ("GET", "/2/dm_events", "GET /2/dm_events"),
        (
            "GET",
            "/2/dm_conversations/with/9000000001/dm_events",
            "GET /2/dm_conversations/with/:id/dm_events",
        ),
        (
            "POST",
            "/2/dm_conversations/with/9000000001/messages",
            "POST /2/dm_conversations/with/:id/messages",
        ),
        (
            "GET",
            "/2/dm_conversations/12-34/dm_events?max_results=5",
            "GET /2/dm_conversations/:id/dm_events",
        ),
        ("POST", "/2/media/upload", "POST /2/media/upload"),
        ("POST", "/2/media/123/append", "POST /2/media/:id/append"),
        ("POST", "/2/media/metadata", "POST /2/media/metadata"),
    ],
)
def test_ids_and_names_do_not_make_a_family_of_their_own(method, path, of):
    assert family(method, path) == of


def test_headers_that_are_no_numbers_tell_nothing():
    assert counts({}) == []
    assert counts(told("x", "1")) == []
    assert counts(told("-1", "1")) == []
    assert counts(told("1", "9" * 15)) == []
    assert counts(told("1", "²")) == []
    assert counts(told(3, 900)) == [Count("window", 15, 3, 900)]


def test_the_count_that_is_used_up_says_when_to_come_back():
    day = Count("user_day", 100, 0, 86_400)
    assert opens_at([Count("window", 15, 7, 900), day]) == 86_400
    assert opens_at([Count("window", 15, 7, 900)]) == 900
    assert opens_at([]) is None


def test_nothing_known_means_go_ahead(budgets):
    assert budgets.of(1, None).take(*DMS) is None


def test_what_is_used_up_is_not_asked_again_before_its_time(budgets, soon):
    mine = budgets.of(1, None)
    mine.note(*DMS, 200, told(1, soon))
    assert mine.take(*DMS) is None
    assert mine.take(*DMS) == datetime.fromtimestamp(soon, UTC)
    (left,) = mine.left()
    assert (left.family, left.count, left.limit, left.remaining) == (
        "GET /2/dm_events",
        "window",
        15,
        0,
    )


def test_one_accounts_refusal_leaves_the_others_alone(budgets, soon):
    budgets.of(1, 7).note(*DMS, 429, told(0, soon))
    assert budgets.of(1, 7).take(*DMS) is not None
    assert budgets.of(2, 7).take(*DMS) is None
    assert budgets.of(1, 7).take("GET", "/2/users/1/mentions") is None


def test_a_refusal_with_something_left_is_believed(budgets, soon):
    budgets.of(1, None).note(*DMS, 429, told(3, soon))
    assert budgets.of(1, None).take(*DMS) is not None


def test_the_days_count_of_an_app_is_shared_by_its_accounts(budgets, soon):
    post = ("POST", "/2/tweets")
    headers = told(50, soon) | told(1, soon + 9_000, prefix="x-app-limit-24hour")
    budgets.of(1, 7).note(*post, 201, headers)
    assert budgets.of(2, 7).take(*post) is None
    assert budgets.of(1, 7).take(*post) == datetime.fromtimestamp(soon + 9_000, UTC)
    assert budgets.of(3, 8).take(*post) is None, "another app"
    assert budgets.of(4, None).take(*post) is None, "no app known"


def test_a_refused_take_uses_up_nothing_elsewhere(budgets, soon):
    mine = budgets.of(1, None)
    mine.note(*DMS, 200, told(5, soon) | told(0, soon + 9, prefix="x-user-limit-24hour"))
    mine.take(*DMS)
    assert {left.count: left.remaining for left in mine.left()} == {"window": 5, "user_day": 0}


def test_answers_that_overtake_each_other_never_raise_what_is_left(budgets, soon):
    mine = budgets.of(1, None)
    mine.note(*DMS, 200, told(2, soon))
    mine.note(*DMS, 200, told(9, soon))
    mine.note(*DMS, 200, told(14, soon - 200))
    (left,) = mine.left()
    assert left.remaining == 2
    mine.note(*DMS, 200, told(14, soon + 900))
    assert mine.left()[0].remaining == 14, "a new window"


def test_a_call_that_never_reached_x_is_given_back(budgets, soon):
    mine = budgets.of(1, None)
    mine.note(*DMS, 200, told(1, soon))
    nowhere = httpx.Client(base_url="http://127.0.0.1:1")
    client = XClient(Wire(nowhere, BearerAuth("t"), mine), "1")
    with pytest.raises(XError, match="cannot be reached"):
        client.dms()
    assert mine.left()[0].remaining == 1


def test_twenty_workers_do_not_all_spend_the_last_calls(budgets, soon):
    budgets.of(1, None).note(*DMS, 200, told(3, soon))
    taken, start = [], threading.Barrier(20)

    def work():
        mine = Budgets(valkey_server().url).of(1, None)
        start.wait()
        taken.append(mine.take(*DMS))

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken.count(None) == 3


def test_when_a_window_is_over_its_old_limit_holds_until_x_says_more(budgets):
    mine = budgets.of(1, None)
    over = int(time.time()) - 1
    line = redis.Redis.from_url(valkey_server().url)
    key = "desk:budget:account-1:window:GET /2/dm_events"
    line.hset(key, mapping={"limit": 2, "remaining": 0, "reset": over, "guessed": 0})
    assert [mine.take(*DMS) is None for _ in range(3)] == [True, True, False]
    mine.note(*DMS, 200, told(1, over + 900, limit=2))
    assert mine.left()[0].remaining == 0, "one is still under way"


def test_with_redis_away_every_call_is_allowed():
    mine = Budgets("redis://127.0.0.1:1/0").of(1, None)
    mine.note(*DMS, 429, told(0, 2_000_000_000))
    mine.give_back(*DMS)
    assert mine.take(*DMS) is None
    assert mine.left() == mine.left("GET /2/dm_events") == []


def test_x_itself_never_has_to_refuse_what_we_know_to_be_used_up(budgets, tmp_path):
    """Twenty threads ask for forty pages where X gives fifteen."""
    refused, given, lock = [], [], threading.Lock()
    with running_sandbox(tmp_path, limits=1.0) as sandbox:
        http = httpx.Client(base_url=sandbox.url, timeout=20)
        mine = budgets.of(1, None)
        client = XClient(Wire(http, BearerAuth("sandbox-hikari_care"), mine), "1")
        client.dms()

        def work():
            for _ in range(2):
                try:
                    client.dms()
                except XError as error:
                    with lock:
                        refused.append(error)
                else:
                    with lock:
                        given.append(1)

        threads = [threading.Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        other = XClient(Wire(http, BearerAuth("sandbox-hikari_care"), budgets.of(2, None)), "1")
        with pytest.raises(XError) as theirs:
            other.dms()
    assert (len(given), len(refused)) == (14, 26)
    assert {(e.meaning, e.status, e.detail) for e in refused} == {(Meaning.NOT_SENT, 429, OURS)}
    assert {e.retry_at for e in refused} == {theirs.value.retry_at}, "the moment X names"
    assert theirs.value.detail != OURS


def test_the_door_gives_each_account_its_own_budget(app, cast, session, budgets, soon):
    from support.settings import load_settings
    from tests.cast import SECRET

    door = XDoor(load_settings({"DESK_REDIS_URL": valkey_server().url, "DESK_SECRET_KEY": SECRET}))
    budgets.of(cast.account.id, None).note(*DMS, 200, told(0, soon))
    with pytest.raises(XError, match="used up"):
        door.for_account(cast.account).dms()
