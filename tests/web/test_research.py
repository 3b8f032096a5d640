"""調査する: X is asked on the button only, its price is said before, and nothing is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support.db import Base
from support.x.errors import Meaning, XError
from support.x.records import Charge
from tests.fakes import THURSDAY
from tests.outreach.hearing_aids import Searched, stranger
from tests.web.forms import Browser

PAGE = "/outreach/research"


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


@pytest.fixture
def searched(x):
    said = [
        stranger(
            n, f"大阪でひかり回線が遅い、再起動しても直らない {n}", at=THURSDAY - timedelta(hours=n)
        )
        for n in range(1, 5)
    ]
    found = Searched(said)
    x.search = found.search
    return found


def asking(cast, **more):
    return {"query": "ひかり回線 lang:ja", "account_id": str(cast.account.id), "size": "50"} | more


def test_nothing_is_asked_until_the_button_is_pressed(lead, counting, searched):
    page = lead.get(f"{PAGE}?query=ひかり回線")
    assert "今回の料金は最大 $0.255" in page
    assert "今回の料金は最大 $0.505" in page
    assert counting.asked == searched.asked == []


def test_where_when_by_whom_and_about_what(lead, cast, counting, searched):
    page = lead.post(PAGE, **asking(cast))
    assert "直近7日に336件" in page
    assert "新しい4件（4人）を読みました" in page
    assert "大阪府" in page
    assert "Xは場所を知らせません" in page
    assert "再起動" in page
    assert 'class="chart heat"' in page
    assert "@kakuu_1" in page
    assert "/outreach/listenings/new?query=" in page


def test_it_is_paid_for_and_nothing_of_it_is_kept(
    lead,
    cast,
    counting,
    searched,
    session,
):
    def rows():
        session.rollback()
        counts = {t.name: session.scalar(select(func.count()).select_from(t)) for t in TABLES}
        return {name: n for name, n in counts.items() if name not in ("charges", "sign_ins")}

    before = rows()
    lead.post(PAGE, **asking(cast))
    assert rows() == before
    assert sorted(it.items for it in session.scalars(select(Charge))) == [1, 4]


TABLES = Base.metadata.sorted_tables


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"query": "ひかり -("}, "かっこごと"),
        ({"query": ""}, "検索式を入力してください"),
    ],
)
def test_what_x_would_refuse_is_said_without_asking(
    lead,
    cast,
    counting,
    searched,
    more,
    sentence,
):
    assert sentence in lead.post(PAGE, 422, **asking(cast, **more))
    assert counting.asked == searched.asked == []


def test_a_failure_midway_is_paid_for_and_said(
    lead,
    cast,
    counting,
    searched,
    session,
):
    searched.error = XError(Meaning.NOT_SENT, 429, "Too Many Requests")
    page = lead.post(PAGE, 422, **asking(cast))
    assert "Xから答えがありません" in page
    assert "ひかり回線 lang:ja" in page
    session.rollback()
    assert [it.items for it in session.scalars(select(Charge))] == [1]


def test_another_account_is_not_found(lead, counting, searched):
    lead.post(PAGE, 404, query="ひかり", account_id="99", size="50")
