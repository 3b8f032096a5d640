"""Renewing user tokens: once at a time, kept before use, and nothing called lost too early."""

import os
import threading
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from support.x.connecting import Start, by_oauth2, connect
from support.x.errors import RECONNECT, Meaning, XError
from support.x.records import Account
from support.x.refreshing import held_of
from support.x.tokens import seal, unseal
from tests.cast import SECRET
from tests.machinery import processes
from tests.machinery.sandbox import running_sandbox
from tests.x.granting import ALMOST_OVER, connect_by_oauth2, door_for, pair_from, refreshes

TOGETHER = 8


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def door(sandbox, clock, database_url):
    return door_for(sandbox, clock, database_url)


@pytest.fixture
def account(session, cast, door, clock):
    return connect_by_oauth2(session, cast, door, clock)


@pytest.fixture
def speak(session, door, account):
    """Asks X who the account is, as a job with an account read just now would."""

    def asks():
        session.refresh(account)
        client = door.for_account(account)
        session.rollback()
        return client.me().username

    return asks


def ends_tokens(sandbox):
    """Every access token on X ends now."""
    httpx.post(f"{sandbox.url}/sandbox/api/tokens/expire").raise_for_status()


def held(session, account):
    session.expire_all()
    found = held_of(account, SECRET)
    session.rollback()
    return found


def test_a_token_with_time_left_is_used_as_it_is(speak, tmp_path):
    assert speak() == "hikari_care"
    assert refreshes(tmp_path) == 0


def test_a_token_about_to_end_is_renewed_before_the_call(session, account, speak, clock, tmp_path):
    before = held(session, account)
    clock.forward(seconds=ALMOST_OVER.total_seconds())
    assert speak() == "hikari_care"
    after = held(session, account)
    assert after.access != before.access
    assert after.expires_at == clock() + timedelta(hours=2)
    assert refreshes(tmp_path) == 1


def test_a_token_x_refuses_is_renewed_once_and_the_call_made_again(speak, sandbox, tmp_path):
    ends_tokens(sandbox)
    assert speak() == "hikari_care"
    assert refreshes(tmp_path) == 1


def test_one_renewal_leads_to_the_next(speak, clock, tmp_path):
    for _ in range(3):
        clock.forward(seconds=ALMOST_OVER.total_seconds())
        assert speak() == "hikari_care"
    assert refreshes(tmp_path) == 3


def all_at_once(asks):
    """Lets threads ask at the same moment; what each got or ran into."""
    found, start = [], threading.Barrier(len(asks))

    def run(ask):
        start.wait()
        try:
            found.append(ask())
        except XError as error:
            found.append(error)

    threads = [threading.Thread(target=run, args=(ask,)) for ask in asks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("why", ["about to end", "refused"])
def test_threads_that_need_a_new_token_at_once_renew_it_once(
    session, sandbox, account, clock, database_url, tmp_path, why
):
    doors = [door_for(sandbox, clock, database_url) for _ in range(TOGETHER)]
    clients = [door.for_account(account) for door in doors]
    session.rollback()
    if why == "refused":
        ends_tokens(sandbox)
    else:
        clock.forward(seconds=ALMOST_OVER.total_seconds())
    found = all_at_once([lambda client=client: client.me().username for client in clients])
    assert found == ["hikari_care"] * TOGETHER
    assert refreshes(tmp_path) == 1
    session.expire_all()
    assert account.stopped_at is None


def test_two_processes_renew_it_once(session, sandbox, account, database_url, tmp_path, clock):
    session.rollback()
    ends_tokens(sandbox)
    words = ["tests.x.speaking", database_url, sandbox.url]
    said = processes.said_by({"one": words, "other": words}, dict(os.environ), tmp_path)
    assert [words.count("hikari_care") for words in said] == [4, 4]
    assert refreshes(tmp_path) == 1


def test_who_lost_the_race_takes_what_the_other_kept(session, account, door, speak, sandbox):
    late = door.for_account(account)
    session.rollback()
    ends_tokens(sandbox)
    speak()
    assert late.me().username == "hikari_care"


def test_while_another_renews_a_token_with_time_left_is_used(
    session, account, speak, clock, tmp_path
):
    clock.forward(seconds=ALMOST_OVER.total_seconds())
    account.refreshing_until = clock() + timedelta(seconds=40)
    session.commit()
    assert speak() == "hikari_care"
    assert refreshes(tmp_path) == 0


def test_a_claim_whose_holder_died_is_taken_over(session, account, speak, clock, tmp_path):
    clock.forward(seconds=ALMOST_OVER.total_seconds())
    account.refreshing_until = clock() - timedelta(seconds=1)
    session.commit()
    assert speak() == "hikari_care"
    assert refreshes(tmp_path) == 1


def spend_elsewhere(session, account):
    """Somebody outside this desk, or a process that died before it kept the answer, renewed."""
    account.refresh_sealed = seal("spent already", SECRET)
    session.commit()


def test_a_refused_renewal_stops_the_account_with_a_sentence(
    session, account, speak, sandbox, clock
):
    spend_elsewhere(session, account)
    ends_tokens(sandbox)
    with pytest.raises(XError) as refused:
        speak()
    assert refused.value.meaning is Meaning.ACCOUNT
    session.expire_all()
    assert (account.stopped_at, account.stopped_reason) == (clock(), RECONNECT)


def test_a_refusal_after_somebody_connected_it_anew_stops_nothing(
    session, account, door, clock, sandbox
):
    client = door.for_account(account)
    ends_tokens(sandbox)
    pair = pair_from(door, account.app)
    given = by_oauth2(pair, app_id=account.app_id, now=clock())
    connect(session, door.with_token(pair.access).me(), given, Start(0, 0), secret_key=SECRET)
    session.commit()
    assert client.me().username == "hikari_care"
    session.expire_all()
    assert account.stopped_at is None


def test_who_is_refused_while_somebody_connects_it_anew_reads_again_before_giving_up(
    session, account, door, clock
):
    before = held(session, account)
    claim = door._refresher._claim(before)
    door.oauth2(account.app).refresh(claim.refresh)  # spent: X will refuse it
    pair = pair_from(door, account.app)
    given = by_oauth2(pair, app_id=account.app_id, now=clock())
    connect(session, door.with_token(pair.access).me(), given, Start(0, 0), secret_key=SECRET)
    session.commit()
    assert door._refresher._spend(claim, before, refused=True).access == pair.access
    session.expire_all()
    assert account.stopped_at is None


def test_a_lost_answer_leaves_the_account_at_work_while_its_token_lasts(
    session, account, speak, sandbox, clock
):
    clock.forward(seconds=ALMOST_OVER.total_seconds())
    sandbox.fails("accept_then_cut", "oauth2/token")
    assert speak() == "hikari_care"
    session.expire_all()
    assert account.stopped_at is None
    assert account.refreshing_until > clock(), "X is left alone for a moment"


def test_then_the_spent_token_is_refused_and_somebody_has_to_connect_anew(
    session, account, speak, sandbox, clock
):
    clock.forward(seconds=ALMOST_OVER.total_seconds())
    sandbox.fails("accept_then_cut", "oauth2/token")
    speak()
    clock.forward(minutes=2)
    with pytest.raises(XError, match="Value passed for the token was invalid"):
        speak()
    session.expire_all()
    assert account.stopped_reason == RECONNECT


def test_an_x_that_is_away_stops_nothing(session, account, speak, sandbox):
    ends_tokens(sandbox)
    sandbox.fails("refuse_503", "oauth2/token")
    with pytest.raises(XError) as away:
        speak()
    assert away.value.meaning is Meaning.NOT_SENT
    assert speak() == "hikari_care"


def test_a_pair_that_comes_late_is_kept_and_the_account_goes_on(
    session, account, door, clock, sandbox, database_url
):
    """The holder of a claim that ran out comes back after another was refused for its sake."""
    clock.forward(seconds=ALMOST_OVER.total_seconds())
    refresher = door._refresher
    before = held(session, account)
    claim = refresher._claim(before)
    pair = door.oauth2(account.app).refresh(claim.refresh)
    clock.forward(minutes=2)
    late = door_for(sandbox, clock, database_url).for_account(account)
    session.rollback()
    with pytest.raises(XError):
        late.me()
    assert session.scalar(select(Account.stopped_reason)) == RECONNECT
    session.rollback()
    assert refresher._keep(before.account_id, claim, pair).access == pair.access
    session.expire_all()
    assert account.stopped_at is None
    assert unseal(account.refresh_sealed, SECRET) == pair.refresh


def test_an_account_whose_user_took_the_permission_back_stops(session, account, speak, sandbox):
    httpx.post(f"{sandbox.url}/sandbox/api/revocations", json={"username": "hikari_care"})
    with pytest.raises(XError):
        speak()
    session.expire_all()
    assert account.stopped_reason == RECONNECT


def test_an_unreadable_token_names_the_key(session, account, door):
    account.token_sealed = seal("x", "another key")
    with pytest.raises(XError, match="DESK_SECRET_KEY"):
        door.for_account(account)
