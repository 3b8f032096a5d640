"""A customer's page and what agents write on it; splitting, context, look-alikes, translation."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.compliance.emptying import hide_person
from support.conversations.records import (
    ContactWish,
    Customer,
    CustomerNumber,
    KnownAccount,
    SeenPost,
    Translator,
)
from support.inbox.records import ThreadFetch
from support.inbox.splitting import movable
from support.tickets.records import Ticket
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import snowflake
from tests.web import forms
from tests.web.forms import PART, Browser
from tests.web.talk import Talk, hidden, path

SECRET = "AB-1234-567"


@pytest.fixture
def talk(session, cast, clock, x):
    it = Talk(session, cast, clock, x)
    it.says(ago=20)
    return it


@pytest.fixture
def browser(misaki):
    return Browser(misaki)


@pytest.fixture
def number(session, talk, browser):
    given = {"number": SECRET, "how": "dm", "given": "2026-01-01", "consent": "1"}
    browser.post("/customers/1/numbers", **given)
    session.rollback()
    return session.scalars(select(CustomerNumber)).one()


def person(session):
    session.rollback()
    return session.get_one(Customer, 1)


def test_the_page_shows_all_there_was_and_who_answered(session, talk, browser, cast):
    talk.answers(by=cast.misaki)
    talk.says("DMです", private=True, number=3)
    page = browser.get("/customers/1")
    assert "全2件" in page
    assert page.count('class="past-row"') == 2
    assert "返信 佐藤" in page
    assert "ここからの返信なし" in page
    assert 'href="/customers/1"' in browser.get(path(talk.ticket))
    assert browser.get("/customers/99", 404)
    assert browser.get("/customers/99999999999", 404)


def test_a_long_history_is_read_page_by_page_without_a_gap(session, cast, clock, browser):
    for n in range(65):
        said = post(f"件{n}", at=clock() - timedelta(minutes=n), number=n)
        customer_says(session, cast, said, seen=clock())
    address, seen = "/customers/1", []
    while address:
        page = browser.get(address)
        seen += re.findall(r'class="past-row"><a href="/tickets/(\d+)"', page)
        following = re.search(r'href="(/customers/1\?after=[^"]+)"', page)
        address = following[1] if following else ""
    assert len(seen) == len(set(seen)) == 65
    assert browser.get("/customers/1?after=%F0nonsense")


def test_a_number_is_kept_with_how_and_when_it_was_given(session, number, browser, cast):
    assert (number.folded, number.given_how, number.noted_by_id) == (
        "AB1234567",
        "dm",
        cast.misaki.id,
    )
    page = browser.get("/customers/1")
    assert SECRET in page
    assert "佐藤 美咲" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("number", "abc"), ("how", "guess"), ("given", "2999-01-01"), ("given", "x"), ("consent", "")],
)
def test_without_consent_or_facts_no_number_is_kept(session, talk, browser, field, value):
    given = {"number": SECRET, "how": "phone", "given": "2026-01-01", "consent": "1"}
    page = browser.post("/customers/1/numbers", 422, **{**given, field: value})
    assert f'id="{field}-error"' in page
    if field != "number":
        assert f'value="{SECRET}"' in page, "nothing typed is lost"
    session.rollback()
    assert session.scalars(select(CustomerNumber)).all() == []


def test_a_number_is_found_whole_and_however_it_is_typed(talk, number, browser):
    for typed in (SECRET, "ab1234567", "ＡＢ１２３４５６７"):
        assert 'id="person-1"' in browser.get(f"/search?q={typed}"), typed
    assert 'id="person-1"' not in browser.get("/search?q=AB1234")


def test_a_number_never_goes_out_in_public(session, talk, number, misaki):
    fields = hidden(misaki.get(path(talk.ticket)).text)
    fields["body"] = "お客様番号ab1234567を確認しました。"
    refused = forms.post(misaki, path(talk.ticket, "replies"), fields, on=path(talk.ticket))
    assert refused.status_code == 422
    assert "記録してあるお客様番号です" in refused.text
    assert talk.replies() == []


def test_a_number_taken_off_is_gone_from_everywhere(session, talk, number, browser):
    browser.post(f"/customers/1/numbers/{number.id}/removal")
    session.rollback()
    row = session.scalars(select(CustomerNumber)).one()
    assert (row.number, row.folded, row.removed_by_id) == ("", "", 1)
    assert SECRET not in browser.get("/customers/1")
    assert 'id="person-1"' not in browser.get(f"/search?q={SECRET}")
    browser.post(f"/customers/2/numbers/{number.id}/removal", 404)


@pytest.mark.parametrize(
    ("reason", "kept"), [("purged", False), ("gone", False), ("protected", True)]
)
def test_what_is_known_of_a_person_goes_with_them(
    session, talk, number, browser, clock, reason, kept
):
    browser.post("/customers/1/contact", wish_reason="お電話で")
    browser.post("/customers/1/memo", memo="午前は不在")
    session.rollback()
    hide_person(
        session, YUUKI.x_id, reason=reason, noticed_by="person", noticed_at=clock(), now=clock()
    )
    session.commit()
    wish, row = (
        session.scalars(select(ContactWish)).one(),
        session.scalars(select(CustomerNumber)).one(),
    )
    assert bool(row.number) is bool(row.folded) is bool(wish.reason) is kept
    assert bool(person(session).memo) is kept
    assert person(session).unwanted_at is not None, "it holds should they come back"


def test_do_not_contact_is_marked_everywhere_kept_and_lifted(session, talk, browser, cast):
    assert "wish_reason-error" in browser.post("/customers/1/contact", 422, wish_reason=" ")
    browser.post("/customers/1/contact", wish_reason="DMでお申し出")
    assert person(session).unwanted_at is not None
    ticket = browser.get(path(talk.ticket))
    assert ticket.count("今後連絡しない") >= 2, "card and composer"
    assert "お返事だけを書き" in ticket
    assert "連絡しない" in browser.get("/")
    page = browser.get("/customers/1")
    assert "DMでお申し出" in page
    browser.post("/customers/1/contact", do="lift", wish_reason="ご本人から再開のご希望")
    assert person(session).unwanted_at is None
    page = browser.get("/customers/1")
    assert page.index("ご本人から再開") < page.index("DMでお申し出")
    assert "今後連絡しない" not in browser.get(path(talk.ticket))


def test_answering_who_asked_not_to_be_contacted_stays_possible(talk, browser):
    browser.post("/customers/1/contact", wish_reason="DMで")
    assert talk.answers().parts[0].x_id


def test_who_changed_the_memo_stands_beside_it(session, talk, browser, cast):
    browser.post("/customers/1/memo", memo="午前は不在")
    assert (person(session).memo, person(session).memo_by_id) == ("午前は不在", cast.misaki.id)
    assert "memo-error" in browser.post("/customers/1/memo", 422, memo="あ" * 2001)
    browser.post("/customers/1/segment", segment="法人")
    assert person(session).segment == "法人"


def test_a_ticket_is_split_and_taken_back(session, talk, browser, news):
    old = talk.ticket.id
    talk.says("請求の件です", ago=10, number=2)
    session.rollback()
    _, bill = movable(session, session.get_one(Ticket, old))
    page = browser.get(f"/tickets/{old}/split?from={bill.id}")
    assert len(re.findall(r'name="message"[^>]* checked', page)) == 1
    assert "split-error" in browser.post(f"/tickets/{old}/split", 422)
    page = browser.post(f"/tickets/{old}/split", message=bill.id)
    session.rollback()
    new = session.scalars(select(Ticket).where(Ticket.split_from_id == old)).one()
    assert f"#{old} から分けた" in page
    assert f"#{new.id} に分けた" in browser.get(f"/tickets/{old}")
    assert {("ticket", old), ("ticket", new.id)} <= set(news.told)
    browser.post(f"/tickets/{new.id}/split/undo")
    session.rollback()
    assert session.get_one(Ticket, new.id).merged_into_id == old
    browser.post(f"/tickets/{old}/split/undo", 400)


def test_the_posts_around_are_asked_for_with_the_price_said_before(
    session, talk, browser, later, misaki
):
    part = misaki.get(path(talk.ticket, "context"), headers=PART).text
    assert "最大50件" in part
    assert "$0.25" in part
    assert "<html" not in part
    page = browser.post(path(talk.ticket, "context"))
    assert "Xに問い合わせています" in page
    session.rollback()
    fetch = session.scalars(select(ThreadFetch)).one()
    assert ("fetch_thread", str(fetch.id)) in later.rung


def test_why_it_cannot_be_asked_for_is_said(session, cast, clock, x, browser):
    old = Talk(session, cast, clock, x)
    old.says(ago=8 * 24 * 60)
    assert "直近7日間" in browser.get(path(old.ticket, "context"))
    assert "直近7日間" in browser.post(path(old.ticket, "context"), 422)
    session.rollback()
    assert session.scalars(select(ThreadFetch)).all() == []


@pytest.fixture
def false_face(session, talk, clock):
    """Somebody who looks like us answered in the thread, and somebody who does not."""
    session.rollback()
    for n, (x_id, handle, name) in enumerate(
        (
            ("9000000099", "hikari__care", "ひかりケア公式"),
            (HANAKO.x_id, HANAKO.username, HANAKO.name),
        )
    ):
        session.add(
            SeenPost(
                x_id=snowflake(clock(), 900 + n),
                author_x_id=x_id,
                username=handle,
                name=name,
                text="DMで番号を教えてください",
                thread_x_id=talk.ticket.thread_x_id,
                posted_at=clock(),
                seen_at=clock(),
            )
        )
    session.commit()


def test_who_looks_like_us_is_marked_until_a_lead_knows_them(
    session, talk, false_face, browser, ryo
):
    page = browser.get(path(talk.ticket))
    assert page.count("公式アカウントに似た別人です") == 1
    assert page.count("公式に似た別人がいます") == 1
    assert "forms/authenticity/impersonation" in page
    deed = path(talk.ticket, "lookalikes/9000000099/harmless")
    assert deed not in page, "a lead decides"
    browser.post(deed, 403)
    Browser(ryo).post(deed)
    session.rollback()
    assert session.scalars(select(KnownAccount.username)).one() == "hikari__care"
    assert "公式アカウントに似た別人です" not in browser.get(path(talk.ticket))
    Browser(ryo).post(path(talk.ticket, "lookalikes/123/harmless"), 404)


def test_the_way_to_a_translator_is_closed_until_it_is_opened(
    session, talk, cast, signed_in, browser
):
    session.rollback()
    talk.ticket.latest_message.language = "en"
    talk.ticket.latest_message.text = 'My line & "phone" is down'
    session.commit()
    assert "翻訳サイトで開く" not in browser.get(path(talk.ticket))
    admin, form = Browser(signed_in(cast.hikaru)), "/settings/translation"
    url = "https://translate.example.com/?to={to}&text={text}"
    assert "url-error" in admin.post(form, 422, url="http://x.example.com/{text}", agreed="1")
    assert "agreed-error" in admin.post(form, 422, url=url)
    admin.post(form, url=url, agreed="1")
    page = browser.get(path(talk.ticket))
    assert (
        'href="https://translate.example.com/?to=ja&amp;text=My%20line%20%26%20%22phone%22%20is%20down"'
        ' target="_blank" rel="noopener noreferrer"'
    ) in page
    session.rollback()
    talk.says("My line has been down since noon", private=True, number=5)
    assert "翻訳サイトで開く" not in browser.get(path(talk.ticket)), "private words stay here"
    admin.post(form, url=url, agreed="1", private="1")
    assert "翻訳サイトで開く" in browser.get(path(talk.ticket))
    admin.post(form, do="off")
    assert "翻訳サイトで開く" not in browser.get(path(talk.ticket))
    session.rollback()
    assert len(session.scalars(select(Translator)).all()) == 3
    browser.get(form, 403)
