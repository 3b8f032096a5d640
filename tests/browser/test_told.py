"""A hidden page has its browser say what happened to one's own tickets, if it was asked to."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from support.tickets.records import Ticket
from tests.browser.conftest import sign_in
from tests.browser.test_alerts import HIDDEN
from tests.machinery.running import running_desk, until

pytestmark = pytest.mark.one_database


def test_it_is_chosen_on_ones_own_page_and_says_numbers_only(database_url, tmp_path, open_window):
    with running_desk(database_url, tmp_path) as desk:
        window = open_window(desk.url)
        page = window.page
        page.add_init_script(HIDDEN)
        sign_in(page, desk.cast.misaki.email)
        page.goto("/me")
        page.get_by_label("チケットの担当になったとき").check()
        page.get_by_label("担当チケットにお客様から届いたとき").check()
        page.reload()
        expect(page.get_by_label("チケットの担当になったとき")).to_be_checked()

        desk.sandbox.post("@hikari_care 秘密の言葉", by="kakuu_yuuki")
        number = until(lambda: _number(desk), "the ticket")
        other = open_window(desk.url).page
        sign_in(other, desk.cast.ryo.email)
        other.goto(f"/tickets/{number}")
        other.locator("select[data-key=a]").select_option(label="佐藤 美咲")
        until(lambda: page.evaluate("window.said.length"), "the browser's word")
        said = page.evaluate("window.said")
        assert said[0] == [f"チケットの担当になりました #{number}", f"desk-alert-assigned-{number}"]
        assert "秘密" not in str(said)
        assert window.faults == []


def _number(desk):
    with desk.session() as session:
        return session.scalar(select(Ticket.id))
