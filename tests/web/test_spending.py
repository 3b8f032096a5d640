"""What X costs, as leads see it; the cap they set; what a URL in a draft costs."""

from datetime import timedelta

import pytest

from support.web.accounts.money import cap_of, usd
from support.x import ledger
from support.x.records import Account
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.web import forms
from tests.web.talk import Talk, path

PAGE = "/settings/spending"


@pytest.fixture
def spent(database_url, cast):
    """A month with some charges; a session of its own, since it writes."""
    from sqlalchemy.orm import Session

    from support.db import engine_for

    engine = engine_for(database_url)
    with Session(engine) as session:
        for kind, items, agent in (
            ("post_read", 100, None),
            ("post_with_url", 2, cast.misaki.id),
        ):
            ledger.charge(session, cast.account.id, kind, items, now=THURSDAY, agent_id=agent)
        ledger.charge(session, cast.account.id, "dm_read", 7, now=THURSDAY - timedelta(days=1))
        session.commit()
    engine.dispose()


def set_cap(browser, cast, cap):
    return forms.post(browser, f"{PAGE}/{cast.account.id}/cap", {"cap": cap})


@pytest.mark.parametrize(
    ("micros", "words"),
    [(0, "$0.00"), (15_000, "$0.015"), (999_999, "$1.000"), (1_234_567_890, "$1,234.57")],
)
def test_money_is_written_as_x_bills_it(micros, words):
    assert usd(micros) == words


def test_a_cap_is_read_as_people_write_it():
    assert (cap_of(" $1,250.5 "), cap_of(""), cap_of("0")) == (1_250_500_000, None, 0)


def test_a_lead_sees_the_month_by_day_kind_and_agent(ryo, spent):
    page = ryo.get(PAGE).text
    assert "$0.900" in page, "October, and nothing of September"
    for words in ("投稿の読み取り", "URLを含む投稿", "佐藤 美咲", "2026-10-01", "2026-08-22"):
        assert words in page
    assert "$0.070" in ryo.get(f"{PAGE}?month=2026-09").text


def test_a_month_that_is_none_or_yet_to_come_is_this_one(ryo, spent):
    for month in ("2027-01", "last", "0000-00", ""):
        assert "2026-10の合計" in ryo.get(f"{PAGE}?month={month}").text


def test_an_agent_sees_neither_the_page_nor_the_table(misaki, cast):
    assert misaki.get(PAGE).status_code == 403
    assert misaki.get(f"{PAGE}.csv").status_code == 403
    assert set_cap(misaki, cast, "5").status_code == 403


def test_a_lead_finds_it_in_the_settings(ryo):
    there = ryo.get("/settings", follow_redirects=True)
    assert there.status_code == 200
    assert f'href="{PAGE}"' in there.text


def test_the_table_holds_a_line_for_each_day_account_and_kind(ryo, spent):
    lines = ryo.get(f"{PAGE}.csv").text.splitlines()
    assert lines[1] == "2026-10-01,hikari_care,投稿の読み取り,100,0.500000"
    assert len(lines) == 3


def test_a_cap_is_set_changed_and_taken_away(ryo, cast, session):
    for written, micros in (("0.5", 500_000), ("120", 120_000_000), ("", None)):
        assert set_cap(ryo, cast, written).status_code == 303
        session.rollback()
        assert session.get(Account, cast.account.id).monthly_cap_micros == micros


@pytest.mark.parametrize("written", ["much", "-1", "NaN", "1e99"])
def test_a_cap_that_is_no_amount_is_refused_beside_its_field(ryo, cast, session, written):
    answer = set_cap(ryo, cast, written)
    assert answer.status_code == 422
    assert "米ドルで入力してください" in answer.text
    assert f'value="{written}"' in answer.text
    session.rollback()
    assert session.get(Account, cast.account.id).monthly_cap_micros is None


def test_a_cap_for_an_account_that_is_gone_is_not_found(ryo):
    assert forms.post(ryo, f"{PAGE}/{2**40}/cap", {"cap": "1"}).status_code == 404


def test_near_the_cap_the_page_says_what_rests(ryo, cast, spent):
    set_cap(ryo, cast, "1")
    page = ryo.get(PAGE).text
    assert "90%" in page
    assert "自社の投稿は読んでいません" in page


def test_at_the_cap_a_waiting_answer_says_why(ryo, misaki, cast, session, clock, x, spent):
    session.rollback()  # what it saw is older than what was spent
    talk = Talk(session, cast, clock, x)
    talk.says()
    talk.presses()
    set_cap(ryo, cast, "0.9")
    talk.delivers(talk.replies()[0])
    assert x.ours == []
    assert "今月のX利用料金の上限に達しています" in misaki.get(path(talk.ticket)).text


def preview(browser, ticket, text):
    return forms.post(browser, path(ticket, "preview"), {"body": text}, headers=forms.PART).text


def test_a_bare_domain_in_a_draft_says_what_it_costs(misaki, cast, session, clock, x):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    said = preview(misaki, ticket, "softbank.jp をご覧ください")
    assert '<span class="flagged-word">softbank.jp</span>' in said
    assert "送信に$0.200かかります（URLなしなら$0.010）" in said
    assert "2026-08-22" in said
    assert "かかります" not in preview(misaki, ticket, "承知しました。3.5倍です")


def test_in_a_direct_message_a_url_costs_nothing_more(misaki, cast, session):
    ticket = customer_says(session, cast, post("DM", at=THURSDAY, private=True))
    assert "かかります" not in preview(misaki, ticket, "softbank.jp をご覧ください")
