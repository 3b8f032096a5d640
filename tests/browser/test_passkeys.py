"""A passkey of a real browser: made, signed in with, confirmed with, removed."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.cast import PASSWORD

pytestmark = pytest.mark.one_database

IN = re.compile(r"^[^?]*/tickets$")
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def faultless(page):
    """Of the page that is meant: look for something of it first, or the one before is judged."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(it["id"], [node["html"] for node in it["nodes"]]) for it in found] == []


def device(page, **more):
    """What answers for the person in front of this page: a telephone's lock, say."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **more}})
    return tools, made["authenticatorId"]


def prove(page, button):
    page.goto("/me")
    page.locator("#passkey-password").fill(PASSWORD)
    page.get_by_role("button", name=button).click()


def test_made_signed_in_with_confirmed_with_and_removed(desk, open_window):
    window = open_window(desk.url.replace("127.0.0.1", "localhost"))
    page = window.page
    tools, number = device(page)
    sign_in(page, desk.cast.misaki.email)
    prove(page, "登録を始める")
    expect(page.get_by_label("パスキーの名前")).to_be_visible()
    faultless(page)
    page.get_by_label("パスキーの名前").fill("会社の電話")
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("heading")).to_have_text("予備のコード")
    page.get_by_role("link", name="控えました").click()
    expect(page.locator("#passkeys")).to_contain_text("会社の電話")
    faultless(page)

    # The same device holds one already: the browser says so, and nothing is lost.
    prove(page, "パスキーを追加")
    expect(page.get_by_label("パスキーの名前")).to_be_visible()
    page.wait_for_load_state()  # the script of the page answers from then on
    page.get_by_label("パスキーの名前").fill("もう1つ")
    page.get_by_role("button", name="パスキーを作る").click()
    expect(page.get_by_role("alert")).to_contain_text("すでに登録されています")
    expect(page.get_by_label("パスキーの名前")).to_have_value("もう1つ")

    # Without a name and a password.
    page.goto("/me")
    page.get_by_role("button", name="サインアウト").last.click()
    expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_visible()
    faultless(page)
    page.get_by_role("button", name="パスキーでサインイン").click()
    page.wait_for_url(IN)

    # As the second step, after it was refused once.
    page.goto("/me")
    page.get_by_role("button", name="サインアウト").last.click()
    page.fill("input[name=email]", desk.cast.misaki.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/sign-in/code**")
    faultless(page)
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": False})
    page.get_by_role("button", name="パスキーで確認する").click()
    expect(page.get_by_role("alert")).to_contain_text("もう一度お試しください")
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": number, "isUserVerified": True})
    page.get_by_role("button", name="パスキーで確認する").click()
    page.wait_for_url(IN)

    prove(page, "会社の電話を削除")
    expect(page.locator("#passkeys")).not_to_contain_text("会社の電話")
    assert window.faults == []


def test_a_browser_without_passkeys_is_told_and_the_password_still_works(desk, open_window):
    window = open_window(desk.url.replace("127.0.0.1", "localhost"))
    page = window.page
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/sign-in")
    expect(page.get_by_role("button", name="パスキーでサインイン")).to_be_disabled()
    expect(page.get_by_role("alert")).to_contain_text("対応していません")
    sign_in(page, desk.cast.ken.email)
    page.wait_for_url(IN)
    assert window.faults == []
