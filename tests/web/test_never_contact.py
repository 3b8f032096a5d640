"""The list of those who want no words of ours: read and searched by leads, lifted with a reason."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.audit.records import AuditEntry
from support.conversations.records import Customer
from support.db import engine_for
from support.outreach import refusing
from tests.web.forms import Browser

PAGE = "/outreach/never"


@pytest.fixture
def two(cast, database_url, clock):
    """One said so themselves, one to a colleague; the second writes markup into their name."""
    engine = engine_for(database_url)
    with Session(engine) as session:
        for x_id, name, by, reason in (
            ("9100000001", "架空はなこ", None, refusing.ANSWERED_SO),
            ("9100000002", "<b>架空</b>", cast.misaki, "お電話で"),
        ):
            at = clock.forward(minutes=1)
            refusing.never_again(
                session, x_id, f"kakuu_{x_id[-1]}", by=by, reason=reason, now=at, name=name
            )
        session.commit()
    engine.dispose()


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


def test_a_lead_sees_who_since_when_why_and_who_noted_it(lead, two):
    page = lead.get(PAGE)
    assert "2人" in page
    assert page.index("&lt;b&gt;架空") < page.index("架空はなこ"), "the newest first"
    for words in (
        "@kakuu_1",
        "お電話で",
        "佐藤 美咲",
        "ご本人のお返事から",
        "お声がけへのご本人のお返事",
    ):
        assert words in page
    found = lead.get(f"{PAGE}?q=はなこ")
    assert "架空はなこ" in found
    assert "お電話で" not in found
    assert "見つかりません" in lead.get(f"{PAGE}?q=だれか")
    assert "まだいません" not in found


def test_nobody_yet_says_how_somebody_comes_there(lead):
    assert "まだいません" in lead.get(PAGE)


def test_it_is_lifted_with_a_reason_only_and_noted(lead, two, session):
    session.rollback()
    who = session.scalars(select(Customer).where(Customer.name == "架空はなこ")).one()
    refused = lead.post(f"{PAGE}/{who.id}/lift", 422, wish_reason=" ", q="はなこ")
    assert "理由を入力してください" in refused
    assert "お電話で" not in refused, "the search stays as it was"
    long = "長" * 201
    assert long in lead.post(f"{PAGE}/{who.id}/lift", 422, wish_reason=long)
    page = lead.post(f"{PAGE}/{who.id}/lift", wish_reason="DMで再開のお申し出")
    assert "1人" in page
    assert "架空はなこ" not in page
    session.rollback()
    assert not refusing.is_unwanted(session, "9100000001")
    assert refusing.is_unwanted(session, "9100000002")
    noted = session.scalars(select(AuditEntry).where(AuditEntry.deed == "contact_lifted")).one()
    assert (noted.about, noted.about_id) == ("customer", who.id)
    assert "DMで再開のお申し出" in lead.get(f"/customers/{who.id}")
    lead.post(f"{PAGE}/999/lift", 404, wish_reason="x")


def test_agents_do_not_see_the_list(misaki, two):
    Browser(misaki).get(PAGE, 403)
