"""The bell rings on an open page, and a hidden page has its browser say so."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from support.agents.records import Agent
from support.alerts.records import AlertNotice, AlertRule, AlertWebhook
from support.sla.records import Calendar
from support.x.tokens import seal
from tests.browser.conftest import sign_in
from tests.cast import MADE_AT, SECRET
from tests.machinery.running import running_desk, until

pytestmark = pytest.mark.one_database
HIDDEN = """
Object.defineProperty(document, "hidden", { get: () => true });
window.said = [];
window.Notification = class {
  static permission = "granted";
  constructor(text, { tag }) { window.said.push([text, tag]); }
};
localStorage.setItem("desk-alerts", "on");
"""


@pytest.fixture
def desk(database_url, tmp_path):
    """Open day and night; the leads are told at once of what nobody took."""
    with running_desk(database_url, tmp_path) as running:
        with running.session() as session:
            calendar = session.get_one(Calendar, running.cast.account.calendar_id)
            calendar.weekly = {str(day): [["00:00", "24:00"]] for day in range(7)}
            calendar.country, calendar.year_end = "", False
            # Of one promise only: the next would be due soon a minute or two later.
            first = {"share": 0.001, "kinds": ["first_reply"]}
            session.add(AlertRule(**first, deed="assignee", made_at=MADE_AT))
            hook = AlertWebhook(
                name="運用チャンネル",
                style="slack",
                problem="status 404",
                made_at=MADE_AT,
                url_sealed=seal("https://hooks.example.com/T1", SECRET),
            )
            session.add(hook)
            session.flush()
            session.add(
                AlertRule(
                    share=2.0,
                    deed="webhook",
                    webhook_id=hook.id,
                    kinds=["first_reply"],
                    any_time=True,
                    made_at=MADE_AT,
                )
            )
            session.commit()
        yield running


def asked(desk):
    """A question on X, an answer to which is due soon after a few seconds."""
    desk.sandbox.post("@hikari_care 夜になると通信が遅いです", by="kakuu_yuuki")
    return 1


def was_told(desk, agent):
    """Whether this colleague was told of something."""
    with desk.session() as session:
        theirs = select(AlertNotice.id).where(AlertNotice.agent_id == agent.id)
        return session.scalars(theirs).first() is not None


def test_the_bell_rings_on_an_open_page_and_leads_to_the_ticket(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.ryo.email)
    page.goto("/me")
    expect(page.locator("#bell .badge")).to_have_count(0)
    number = asked(desk)
    expect(page.locator("#bell .badge")).to_have_text("1")
    expect(page.locator("#bell")).to_have_attribute("aria-label", "期限のお知らせ、未確認1件")
    page.locator("#bell").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts")
    expect(page.locator(".told")).to_contain_text("期限間近")
    page.get_by_role("button", name=f"#{number} を開く").press("Enter")
    page.wait_for_url(f"**/tickets/{number}")
    expect(page.locator("#bell .badge")).to_have_count(0)
    assert window.faults == []


def test_a_hidden_page_has_its_browser_say_which_ticket_and_no_more(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    page.add_init_script(HIDDEN)
    sign_in(page, desk.cast.ryo.email)
    with page.expect_response("**/live?*"):
        page.goto("/me")
    number = asked(desk)
    assert until(lambda: page.evaluate("window.said"), "the browser's word") == [
        [f"返信の期限が近いチケットがあります #{number}", "desk-alert-1"]
    ]
    assert window.faults == []


def test_the_browsers_word_is_asked_for_on_a_click_and_a_refusal_is_explained(desk, open_window):
    window = open_window(desk.url)
    page = window.page
    sign_in(page, desk.cast.ryo.email)
    page.goto("/alerts")
    page.get_by_role("button", name="ブラウザの通知を使う").click()
    expect(page.locator("#browser-alerts")).to_contain_text("ブラウザがこのサイトの通知を止めて")
    page.context.grant_permissions(["notifications"], origin=desk.url)
    page.reload()
    page.get_by_role("button", name="ブラウザの通知を使う").click()
    expect(page.locator("#browser-alerts")).to_contain_text("このブラウザで通知しています")
    page.get_by_role("button", name="ブラウザの通知をやめる").click()
    expect(page.get_by_role("button", name="ブラウザの通知を使う")).to_be_visible()
    assert window.faults == []


def test_the_pages_keep_to_the_rules_of_accessibility(desk, open_window):
    with desk.session() as session:
        session.get_one(Agent, desk.cast.ryo.id).suspended_at = MADE_AT  # it falls to the others
        session.commit()
    asked(desk)
    until(lambda: was_told(desk, desk.cast.hikaru), "the alert that falls to the others")
    for scheme, width in (("light", 1440), ("dark", 1440), ("light", 390)):
        window = open_window(desk.url, scheme=scheme, width=width)
        page = window.page
        sign_in(page, desk.cast.hikaru.email)
        page.goto("/me")
        expect(page.locator("#bell .badge")).to_have_text("1")
        for path in ("/alerts", "/settings/alerts", "/settings/alerts?rule=2"):
            page.goto(path)
            found = Axe().run(page).response["violations"]
            told = [(rule["id"], rule["nodes"][0]["html"]) for rule in found]
            assert told == [], f"{path}, {scheme}, {width}"
            sideways = page.evaluate("document.documentElement.scrollWidth")
            assert sideways <= width, f"{path} scrolls sideways at {width}"
        assert window.faults == []
