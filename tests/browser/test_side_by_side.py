"""Two agents at one ticket: each sees the other; the second answer is refused, its words stay."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from support.drafts.records import KeptDraft
from tests.browser.conftest import sign_in
from tests.machinery.running import until

pytestmark = pytest.mark.one_database


def kept(desk):
    with desk.session() as session:
        return sorted(session.scalars(select(KeptDraft.text)))


def test_two_agents_see_each_other_and_only_one_answers(desk, open_window):
    desk.sandbox.post("@hikari_care 請求額が高いです", by="mihon_mikan")
    number = desk.ticket_saying("請求額")
    first, second, third = (open_window(desk.url) for _ in range(3))
    for window, agent in ((first, "misaki"), (second, "ken"), (third, "ryo")):
        sign_in(window.page, getattr(desk.cast, agent).email)
    third.page.goto("/")
    row = third.page.locator(f"#here-{number}")
    expect(row).to_be_hidden()
    first.page.goto(f"/tickets/{number}")
    second.page.goto(f"/tickets/{number}")
    here = [window.page.locator("#ticket-presence") for window in (first, second)]

    # Seen both ways, without a reload, in the queue too.
    expect(here[0]).to_contain_text("田中 閲覧中")
    expect(here[1]).to_contain_text("佐藤 閲覧中")
    second.page.locator("#body").press_sequentially("田中の下書き")
    expect(here[0]).to_contain_text("田中 返信中")
    expect(row).to_contain_text("田中 返信中")
    expect(row).to_contain_text("佐藤 閲覧中")
    first.page.fill("#body", "佐藤が先に答えます。")
    expect(here[1]).to_contain_text("佐藤 返信中")
    first.page.keyboard.press("Control+Enter")
    until(lambda: desk.sandbox.sent()["posts"], "the first answer on X")

    # The second is told who was first, with the words; their own stay, on the server too.
    second.page.locator("#body").focus()
    second.page.keyboard.press("Control+Enter")
    fault = second.page.locator("#reply-fault")
    expect(fault).to_contain_text("佐藤")
    expect(fault).to_contain_text("佐藤が先に答えます。")
    expect(second.page.locator("#body")).to_have_value("田中の下書き")
    assert len(desk.sandbox.sent()["posts"]) == 1
    until(lambda: kept(desk) == ["田中の下書き"], "the draft of the second, and no other")

    # Who leaves is gone at once.
    second.page.goto("/")
    expect(here[0]).to_be_hidden()
    expect(row).not_to_contain_text("田中")
    faults = [it for it in first.faults + second.faults + third.faults if "409" not in it]
    assert faults == []
