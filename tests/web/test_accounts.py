"""The settings of our X accounts: connecting them through X, with keys, and taking them off."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from support.audit.records import AuditEntry
from support.db import db
from support.demo.loading import APP
from support.inbox.records import Cursor
from support.x.connecting import OAUTH1, OAUTH2, stop
from support.x.errors import DISCONNECTED, RECONNECT
from support.x.records import Account, XApp
from support.x.registering import register
from support.x.tokens import unseal
from tests.cast import SECRET
from tests.machinery.sandbox import running_sandbox
from tests.web.forms import post
from tests.x.granting import approved, door_for, refreshes

PLACE = "/settings/accounts"
FOUR = {
    "consumer_key": "sandbox-consumer-key",
    "consumer_secret": "sandbox-consumer-secret",
    "token": "sandbox-oauth1-hikari_care",
    "token_secret": "sandbox-oauth1-secret-hikari_care",
}


@pytest.fixture
def sandbox(tmp_path):
    with running_sandbox(tmp_path) as running:
        yield running


@pytest.fixture
def on_sandbox(app, sandbox, clock, database_url):
    """The desk speaks with a sandbox instead of the small stand-in."""
    desk = app.extensions["desk"]
    app.extensions["desk"] = replace(desk, x=door_for(sandbox, clock, database_url))


@pytest.fixture
def hikaru(cast, signed_in, session, on_sandbox):
    """The browser of the administrator."""
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


@pytest.fixture
def x_app(app, cast, clock):
    """The number of the app every sandbox knows."""
    with app.app_context():
        number = register(db.session(), APP, secret_key=SECRET, now=clock()).id
        db.session.commit()
    return number


def goes_to_x(browser, app, **more):
    """Where the browser is sent to give permission."""
    query = "&".join(f"{name}={value}" for name, value in {"app": app, **more}.items())
    answer = browser.get(f"{PLACE}/connection?{query}")
    assert answer.status_code == 303
    return answer.location


def comes_back(browser, answer):
    """The browser opens the address X sends it to."""
    return browser.get(f"{PLACE}/callback", query_string=answer)


def accounts(session):
    session.rollback()
    return session.scalars(select(Account).order_by(Account.id)).all()


@pytest.mark.parametrize("who", ["misaki", "ryo"])
@pytest.mark.parametrize(
    "path", ["", "/keys", "/connection?app=1", "/callback", "/1/disconnection"]
)
def test_only_administrators_manage_accounts(cast, signed_in, who, path):
    browser = signed_in(getattr(cast, who))
    assert browser.get(PLACE + path).status_code == 403
    assert browser.get("/settings/apps/new").status_code == 403
    assert post(browser, f"{PLACE}/1/disconnection").status_code == 403


def test_the_page_tells_how_each_account_is_connected(hikaru, x_app):
    page = hikaru.get(PLACE).text
    for words in ("@hikari_care", "貼り付けたトークン", "DMの読み書き", "正常", "練習用のX"):
        assert words in page


def test_an_account_is_connected_through_the_page_of_x(session, hikaru, x_app, clock):
    address = goes_to_x(hikaru, x_app)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert set(asked["scope"][0].split()) >= {"dm.write", "offline.access", "tweet.moderate.write"}
    assert asked["redirect_uri"] == [f"http://localhost{PLACE}/callback"]
    done = comes_back(hikaru, approved(address))
    assert (done.status_code, done.location) == (303, PLACE)
    assert "@hikari_care を接続しました" in hikaru.get(PLACE).text
    new = accounts(session)[-1]
    assert (new.auth, new.app_id, new.stopped_at) == (OAUTH2, x_app, None)
    assert "offline.access" in new.scopes
    assert new.token_expires_at > clock()
    assert session.scalars(select(Cursor).where(Cursor.account_id == new.id)).all()


def test_connecting_stands_in_the_audit_log(session, hikaru, x_app, cast):
    comes_back(hikaru, approved(goes_to_x(hikaru, x_app)))
    session.rollback()
    noted = session.scalars(select(AuditEntry).where(AuditEntry.deed == "settings_changed")).one()
    assert (noted.agent_id, noted.data) == (cast.hikaru.id, {"page": "accounts.callback"})


def test_a_second_account_is_connected_beside_the_first(session, hikaru, x_app, sandbox):
    sandbox._ask("accounts", {"username": "hikari_shop", "name": "ひかり商店"})
    for handle in ("hikari_care", "hikari_shop"):
        comes_back(hikaru, approved(goes_to_x(hikaru, x_app), handle))
    handles = [account.handle for account in accounts(session)]
    assert handles[-2:] == ["hikari_care", "hikari_shop"]


def test_who_refuses_on_x_changes_nothing(session, hikaru, x_app):
    before = [account.token_sealed for account in accounts(session)]
    state = parse_qs(urlsplit(goes_to_x(hikaru, x_app)).query)["state"][0]
    answer = comes_back(hikaru, {"state": state, "error": "access_denied"})
    assert answer.status_code == 422
    assert "Xで許可されませんでした" in answer.text
    assert [account.token_sealed for account in accounts(session)] == before


def test_a_code_that_is_too_old_is_a_sentence(hikaru, x_app):
    state = parse_qs(urlsplit(goes_to_x(hikaru, x_app)).query)["state"][0]
    answer = comes_back(hikaru, {"state": state, "code": "much-too-old"})
    assert answer.status_code == 422
    assert "許可の期限" in answer.text


def test_a_state_of_another_browser_is_not_taken(session, hikaru, x_app):
    answer = approved(goes_to_x(hikaru, x_app))
    refused = comes_back(hikaru, answer | {"state": "of somebody else"})
    assert refused.status_code == 422
    assert "このブラウザで始めたものではありません" in refused.text
    assert len(accounts(session)) == 1


def test_an_answer_counts_once(hikaru, x_app):
    answer = approved(goes_to_x(hikaru, x_app))
    assert comes_back(hikaru, answer).status_code == 303
    assert comes_back(hikaru, answer).status_code == 422


def test_connecting_anew_takes_no_other_account(session, hikaru, x_app, sandbox):
    sandbox._ask("accounts", {"username": "hikari_shop", "name": "ひかり商店"})
    comes_back(hikaru, approved(goes_to_x(hikaru, x_app)))
    number = accounts(session)[-1].id
    answer = comes_back(hikaru, approved(goes_to_x(hikaru, x_app, account=number), "hikari_shop"))
    assert answer.status_code == 422
    assert "@hikari_shop として許可されました" in answer.text
    assert "hikari_shop" not in [account.handle for account in accounts(session)]


def test_four_keys_connect_an_account(session, hikaru):
    assert post(hikaru, f"{PLACE}/keys", FOUR).status_code == 303
    new = accounts(session)[-1]
    assert (new.handle, new.auth, new.app.consumer_key) == (
        "hikari_care",
        OAUTH1,
        FOUR["consumer_key"],
    )
    assert "4つのキー" in hikaru.get(PLACE).text


@pytest.mark.parametrize("wrong", FOUR)
def test_a_wrong_key_connects_nothing_and_is_not_shown_again(session, hikaru, wrong):
    answer = post(hikaru, f"{PLACE}/keys", FOUR | {wrong: "mistyped"})
    assert answer.status_code == 422
    assert "受け付けられませんでした" in answer.text
    assert FOUR["token_secret"] not in answer.text
    assert len(accounts(session)) == 1
    assert session.scalars(select(XApp)).all() == []


def test_keys_of_an_app_are_kept_sealed_and_never_shown(session, hikaru):
    keys = {"name": "本番", "client_id": "an-id", "client_secret": "a-secret", "bearer": "a-bearer"}
    assert post(hikaru, "/settings/apps/new", keys).status_code == 303
    session.rollback()
    app = session.scalars(select(XApp)).one()
    assert unseal(app.client_secret_sealed, SECRET) == "a-secret"
    page = hikaru.get(f"/settings/apps/{app.id}").text
    assert "設定済み" in page
    assert "an-id" in page
    assert "a-secret" not in page
    assert app.client_secret_sealed not in page


def test_an_empty_secret_leaves_the_one_that_is_there(session, hikaru, x_app):
    changed = {"name": "別の名前", "client_id": "another", "consumer_key": "sandbox-consumer-key"}
    post(hikaru, f"/settings/apps/{x_app}", changed)
    session.rollback()
    app = session.get_one(XApp, x_app)
    assert (app.name, app.client_id) == ("別の名前", "another")
    assert unseal(app.client_secret_sealed, SECRET) == "sandbox-client-secret"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "名前を入力"),
        ({"client_id": "x" * 101}, "長すぎる"),
        ({"consumer_key": "only-this"}, "両方とも"),
    ],
)
def test_an_app_that_cannot_be_kept_says_why(session, hikaru, wrong, words):
    answer = post(hikaru, "/settings/apps/new", {"name": "本番", "client_id": "id"} | wrong)
    assert answer.status_code == 422
    assert words in answer.text
    session.rollback()
    assert session.scalars(select(XApp)).all() == []


def test_disconnecting_tells_x_and_forgets_the_tokens(session, hikaru, x_app, sandbox, clock):
    comes_back(hikaru, approved(goes_to_x(hikaru, x_app)))
    account = accounts(session)[-1]
    token = unseal(account.token_sealed, SECRET)
    number = account.id
    assert "送信待ちの返信は残り" in hikaru.get(f"{PLACE}/{number}/disconnection").text
    assert post(hikaru, f"{PLACE}/{number}/disconnection").status_code == 303
    session.rollback()
    account = session.get_one(Account, number)
    assert (account.token_sealed, account.refresh_sealed) == ("", "")
    assert (account.stopped_at, account.stopped_reason) == (clock(), DISCONNECTED)
    assert not speaks(sandbox, token)


def speaks(sandbox, token):
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{sandbox.url}/2/users/me", headers=headers).status_code == 200


def test_a_disconnected_account_cannot_be_resumed_before_it_is_connected(session, hikaru, x_app):
    post(hikaru, f"{PLACE}/1/disconnection")
    answer = post(hikaru, f"{PLACE}/1/resumption")
    assert answer.status_code == 422
    assert "接続が解除されています" in answer.text
    assert accounts(session)[0].stopped_at is not None


def stands_still(app, at):
    """The cast's account has stopped."""
    with app.app_context():
        stop(db.session.get(Account, 1), RECONNECT, at)
        db.session.commit()


def test_a_stopped_account_goes_on_once_x_takes_its_token(session, hikaru, app, clock):
    stands_still(app, clock())
    assert "再開" in hikaru.get(PLACE).text
    assert post(hikaru, f"{PLACE}/1/resumption").status_code == 303
    assert accounts(session)[0].stopped_at is None


def test_x_is_asked_to_renew_what_a_person_resumes(session, hikaru, x_app, clock, tmp_path):
    comes_back(hikaru, approved(goes_to_x(hikaru, x_app)))
    number = accounts(session)[-1].id
    session.rollback()
    clock.forward(hours=1, minutes=58)
    assert post(hikaru, f"{PLACE}/{number}/resumption").status_code == 303
    assert refreshes(tmp_path) == 1


def test_what_stopped_is_said_in_words(hikaru, app, clock):
    stands_still(app, clock())
    page = hikaru.get("/me").text
    assert "@hikari_care の受信と送信が止まっています" in page
    assert f'href="{PLACE}"' in page


@pytest.mark.parametrize("path", ["/connection?app=99", "/connection?app=x", "/99/disconnection"])
def test_what_is_not_there_is_not_found(hikaru, path):
    assert hikaru.get(PLACE + path).status_code == 404
