"""Both kinds of OAuth against the sandbox: what X refuses, and what becomes of it."""

import pytest

from support.x.door import XDoor
from support.x.errors import Meaning, XError, reason_not_connected
from support.x.oauth1 import Keys, packed, unpacked
from support.x.oauth2 import OAuth2, new_secret
from support.x.records import XApp
from support.x.scopes import WANTED, allow_dms, lacking
from support.x.tokens import seal
from tests.cast import SECRET
from tests.machinery.sandbox import running_sandbox
from tests.x.granting import BACK, approved, pair_from, settings_for

FOUR = Keys(
    "sandbox-consumer-key",
    "sandbox-consumer-secret",
    "sandbox-oauth1-hikari_care",
    "sandbox-oauth1-secret-hikari_care",
)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("x")) as running:
        yield running


@pytest.fixture
def door(sandbox):
    return XDoor(settings_for(sandbox))


def app(**changed):
    sealed = seal("sandbox-client-secret", SECRET)
    return XApp(**{"client_id": "sandbox-client", "client_secret_sealed": sealed} | changed)


def test_a_code_becomes_a_pair_with_all_we_ask_for(door):
    pair = pair_from(door, app())
    assert lacking(pair.scopes) == []
    assert pair.life.total_seconds() == 7200
    assert door.with_token(pair.access).me().username == "hikari_care"


def test_a_public_app_needs_no_secret(door, sandbox):
    made = sandbox._ask("apps", {"name": "公開", "public": True})
    public = app(client_id=made["client_id"], client_secret_sealed="")
    pair = pair_from(door, public)
    again = door.oauth2(public).refresh(pair.refresh)
    door.oauth2(public).revoke(again.refresh)
    with pytest.raises(XError):
        door.oauth2(public).refresh(again.refresh)


def test_a_refresh_token_is_good_once(door):
    asking, pair = door.oauth2(app()), pair_from(door, app())
    assert asking.refresh(pair.refresh).refresh != pair.refresh
    with pytest.raises(XError, match="Value passed for the token was invalid"):
        asking.refresh(pair.refresh)


def test_a_token_given_back_speaks_no_more(door):
    asking, pair = door.oauth2(app()), pair_from(door, app())
    asking.revoke(pair.access)
    with pytest.raises(XError) as refused:
        door.with_token(pair.access).me()
    assert refused.value.meaning is Meaning.ACCOUNT


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "nonsense"}, "許可の期限"),
        ({"verifier": "w" * 64}, "Xに断られました"),
        ({"callback": "http://127.0.0.1/"}, "コールバックURL"),
    ],
)
def test_a_code_that_is_refused_is_explained(door, wrong, words):
    asking, verifier = door.oauth2(app()), new_secret()
    address = asking.address(callback=BACK, state="s", verifier=verifier)
    right = {"code": approved(address)["code"], "callback": BACK, "verifier": verifier}
    with pytest.raises(XError) as refused:
        asking.exchange(**right | wrong)
    assert words in reason_not_connected(refused.value)


def test_a_wrong_app_secret_points_at_the_keys(door):
    wrong = door.oauth2(app(client_secret_sealed=seal("wrong", SECRET)))
    with pytest.raises(XError) as refused:
        wrong.refresh("any")
    assert "アプリのキー" in reason_not_connected(refused.value)


def test_an_x_that_cannot_be_reached_is_no_refusal(door, sandbox):
    sandbox.fails("refuse_503", "oauth2/token")
    with pytest.raises(XError) as away:
        door.oauth2(app()).refresh("any")
    assert away.value.meaning is Meaning.NOT_SENT


def test_in_production_people_are_asked_on_x_itself(door, sandbox):
    real = settings_for(sandbox).model_copy(update={"x_base_url": "https://api.x.com"})
    address = OAuth2(door._http, real, "id", "").address(callback=BACK, state="s", verifier="v")
    assert address.startswith("https://x.com/i/oauth2/authorize?")


def test_four_keys_read_and_write(door, sandbox):
    asked = sandbox.post("@hikari_care 遅いです", by="kakuu_yuuki")
    client = door.with_keys(FOUR)
    me = client.me()
    assert client.people([me.x_id])[me.x_id].username == "hikari_care"
    made = client.create_post("署名つきの返信 &=+ 100%", in_reply_to=asked)
    assert [post["id"] for post in sandbox.sent()["posts"]] == [made]


def test_a_wrong_signature_is_refused(door):
    with pytest.raises(XError) as refused:
        door.with_keys(Keys(*[*FOUR.__dict__.values()][:3], "wrong")).me()
    assert refused.value.meaning is Meaning.ACCOUNT


def test_an_accounts_two_values_travel_as_one():
    assert unpacked(packed("t", "s")) == ("t", "s")
    for nonsense in ("", "[]", '{"token": "t"}', "x"):
        with pytest.raises(ValueError):
            unpacked(nonsense)


def test_direct_messages_need_both_scopes():
    assert allow_dms(" ".join(WANTED))
    assert allow_dms(""), "a token without scopes may do everything"
    assert not allow_dms("tweet.read dm.read")
