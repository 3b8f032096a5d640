"""`flask x`: connecting accounts, their apps, how they stand, and sealing keys anew."""

import os
import subprocess
import sys
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from support.demo.loading import APP
from support.settings import load_settings
from support.x.connecting import OAUTH1, OAUTH2
from support.x.errors import DISCONNECTED
from support.x.records import Account, XApp
from support.x.registering import register
from support.x.tokens import TokenUnreadable, seal, unseal
from tests.cast import SECRET
from tests.fakes import THURSDAY
from tests.machinery.running import ROOT
from tests.machinery.sandbox import running_sandbox
from tests.x.granting import approved, door_for

FOUR = (
    "sandbox-consumer-key",
    "sandbox-consumer-secret",
    "sandbox-oauth1-hikari_care",
    "sandbox-oauth1-secret-hikari_care",
)


def test_a_stopped_account_goes_on_once_x_takes_its_token(session, cast, flask):
    cast.account.stopped_at, cast.account.stopped_reason = THURSDAY, "401"
    session.commit()
    assert "stopped: 401" in flask("x", "list").output
    assert flask("x", "resume", "@hikari_care").exit_code == 0
    assert session.scalar(select(Account.stopped_at)) is None


def test_connecting_anew_gives_a_known_account_its_new_token(session, cast, flask):
    before = cast.account.token_sealed
    session.commit()
    assert flask("x", "connect", "--token", "a new token").exit_code == 0
    session.expire_all()
    assert session.scalars(select(Account)).all() == [cast.account]
    assert cast.account.token_sealed != before


def test_how_agents_sign_for_an_account_can_be_changed(session, cast, flask):
    session.commit()
    form = "担当:{family_name}"
    assert flask("x", "set", "hikari_care", "--signature", form, "--undo", "5").exit_code == 0
    session.expire_all()
    assert (cast.account.signature_form, cast.account.undo_seconds) == (form, 5)
    session.commit()
    refused = flask("x", "set", "hikari_care", "--signature", "{nickname}")
    assert refused.exit_code == 1
    assert "family_name" in refused.output


def test_what_an_account_may_cost_can_be_set_and_taken_away(session, cast, flask):
    session.commit()
    words = ["--plan", "enterprise", "--owns-app", "--monthly-cap", "120.5"]
    assert flask("x", "set", "hikari_care", *words).exit_code == 0
    session.expire_all()
    account = cast.account
    assert (account.plan, account.owns_app, account.monthly_cap_micros) == (
        "enterprise",
        True,
        120_500_000,
    )
    session.commit()
    flask("x", "set", "hikari_care", "--no-owns-app", "--monthly-cap", "0")
    session.expire_all()
    assert (account.owns_app, account.monthly_cap_micros) == (False, None)


@pytest.fixture
def sandbox(app, clock, database_url, tmp_path):
    """A sandbox the desk speaks with instead of the small stand-in."""
    with running_sandbox(tmp_path) as running:
        desk = app.extensions["desk"]
        app.extensions["desk"] = replace(desk, x=door_for(running, clock, database_url))
        yield running


def newest(session):
    session.expire_all()
    return session.scalars(select(Account).order_by(Account.id.desc())).first()


def test_four_keys_connect_an_account(session, cast, sandbox, flask):
    session.commit()
    done = flask("x", "connect", "--oauth1", answers="\n".join(FOUR) + "\n")
    assert "@hikari_care is connected" in done.output
    assert newest(session).auth == OAUTH1
    assert newest(session).app.consumer_key == FOUR[0]
    session.commit()
    assert "oauth1 through sandbox-consumer-key" in flask("x", "list").output


def test_a_wrong_key_is_a_sentence(session, cast, sandbox, flask):
    session.commit()
    done = flask("x", "connect", "--oauth1", answers="\n".join([*FOUR[:3], "wrong"]) + "\n")
    assert done.exit_code == 1
    assert session.scalars(select(XApp)).all() == []


@pytest.fixture
def x_app(session, cast, clock):
    app = register(session, APP, secret_key=SECRET, now=clock())
    session.commit()
    return app


def run_in_a_terminal(sandbox, database_url, tmp_path, paste):
    """`flask x connect --oauth2`; what `paste` makes of the address it prints is pasted."""
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DESK_")},
        "DESK_DATABASE_URL": database_url,
        "DESK_DATA_DIR": str(tmp_path),
        "DESK_SECRET_KEY": SECRET,
        "DESK_X_BASE_URL": sandbox.url,
        "DESK_PUBLIC_URL": "https://desk.example",
    }
    words = [sys.executable, "-m", "flask", "x", "connect", "--oauth2"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(words, cwd=ROOT, env=env, text=True, **pipes) as running:
        address = next(line.strip() for line in running.stdout if "/i/oauth2/authorize" in line)
        return running.communicate(f"{paste(address)}\n", timeout=60)[0], running.returncode


def ended_at(address):
    """The address of the browser after the account gave permission."""
    return f"https://desk.example/settings/accounts/callback?{urlencode(approved(address))}"


def test_an_account_is_connected_through_the_page_of_x(
    session, sandbox, x_app, database_url, tmp_path
):
    said, code = run_in_a_terminal(sandbox, database_url, tmp_path, ended_at)
    assert code == 0, said
    assert "@hikari_care is connected" in said
    assert (newest(session).auth, newest(session).app_id) == (OAUTH2, x_app.id)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("pasted", "words"),
    [
        ("https://desk.example/?state=another&code=x", "not the address"),
        ("nonsense", "not the address"),
        ("https://desk.example/?error=access_denied", "no permission"),
    ],
)
def test_another_address_is_a_sentence(sandbox, x_app, database_url, tmp_path, pasted, words):
    said, code = run_in_a_terminal(sandbox, database_url, tmp_path, lambda _: pasted)
    assert code == 1
    assert words in said
    assert "Traceback" not in said


def test_a_way_needs_an_app_and_says_how_to_add_one(session, cast, flask):
    session.commit()
    assert "flask x app add" in flask("x", "connect", "--oauth2").output


def test_two_ways_at_once_are_refused(flask):
    assert flask("x", "connect", "--oauth1", "--oauth2").exit_code == 2


def test_an_app_is_added_and_changed_and_its_secrets_are_asked_for(session, cast, flask):
    session.commit()
    added = flask(
        "x", "app", "add", "本番", "--client-id", "an-id", "--client-secret", answers="hidden\n"
    )
    assert added.exit_code == 0, added.output
    assert "hidden" not in added.output
    assert flask("x", "app", "set", "本番", "--bearer", "b").exit_code == 0
    app = session.scalars(select(XApp)).one()
    assert unseal(app.client_secret_sealed, SECRET) == "hidden"
    assert unseal(app.bearer_sealed, SECRET) == "b"
    session.commit()
    assert "client id, client secret, bearer token" in flask("x", "apps").output
    assert flask("x", "app", "set", "no such app").exit_code == 1


def test_disconnecting_keeps_the_account_and_says_what_is_left_to_do(session, cast, flask, clock):
    session.commit()
    done = flask("x", "disconnect", "@hikari_care")
    assert done.exit_code == 0
    assert "x.com" in done.output, "X cannot be told about a token that was pasted"
    session.expire_all()
    assert cast.account.token_sealed == ""
    assert (cast.account.stopped_at, cast.account.stopped_reason) == (clock(), DISCONNECTED)


@pytest.fixture
def secret(app):
    """Gives the desk another DESK_SECRET_KEY."""

    def change(value):
        desk = app.extensions["desk"]
        settings = load_settings({"DESK_SECRET_KEY": value})
        app.extensions["desk"] = replace(desk, settings=settings)

    return change


def test_keys_are_rotated_in_one_go_and_the_old_secret_can_go(session, cast, x_app, flask, secret):
    cast.account.refresh_sealed = seal("refresh", SECRET)
    session.commit()
    secret(f"a new one,{SECRET}")
    assert flask("x", "rotate-keys").output.startswith("5 sealed anew")
    session.expire_all()
    assert unseal(cast.account.refresh_sealed, "a new one") == "refresh"
    assert unseal(x_app.bearer_sealed, "a new one") == "sandbox-bearer"
    with pytest.raises(TokenUnreadable):
        unseal(cast.account.token_sealed, SECRET)
    session.commit()
    assert flask("x", "rotate-keys").output.startswith("0 sealed anew"), "once is enough"


def test_with_a_wrong_secret_nothing_is_rotated_and_a_sentence_says_why(
    session, cast, x_app, flask, secret
):
    x_app.bearer_sealed = seal("b", "a lost secret")
    session.commit()
    before = cast.account.token_sealed
    session.commit()
    secret(f"a new one,{SECRET}")
    done = flask("x", "rotate-keys")
    assert done.exit_code == 1
    assert "DESK_SECRET_KEY" in done.output
    session.expire_all()
    assert cast.account.token_sealed == before
