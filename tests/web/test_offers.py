"""ひな型: agents read them, leads write them; a wording never changes under what was said."""

import pytest
from sqlalchemy.orm import Session

from support.db import engine_for
from support.outreach.records import OfferWording
from support.x.records import Account
from tests.outreach import prospecting
from tests.web.forms import Browser


@pytest.fixture
def misaki(misaki):
    return Browser(misaki)


@pytest.fixture
def ryo(ryo):
    return Browser(ryo)


@pytest.fixture
def on(cast, database_url, clock):
    engine = engine_for(database_url)
    with Session(engine) as session:
        account = session.get_one(Account, cast.account.id)
        prospecting.lists(session, account, session.merge(cast.hikaru), clock())
        session.commit()
    engine.dispose()


def test_agents_read_offers_and_leads_write_them(on, misaki, ryo, session):
    assert "速度低下" in misaki.get("/outreach/offers")
    misaki.post("/outreach/offers", 403, name="新しい", text="{agent_name}です")
    page = ryo.post("/outreach/offers", name="ルーター", text="{agent}です。お調べします。")
    assert "ルーター" in page
    page = ryo.post("/outreach/offers", 422, name="", text="{agent}です。")
    assert "名前は1〜60文字" in page
    page = ryo.post("/outreach/offers/1", 422, do="add", text="名乗らない文面です")
    assert "名乗りを入れてください" in page
    assert "名乗らない文面です" in page
    ryo.post("/outreach/wordings/1", do="edit", text="{agent_name}です。書き直しました。")
    session.rollback()
    assert session.get_one(OfferWording, 1).retired_at
    ryo.post("/outreach/offers/1", do="rename", name="速度")
    ryo.post("/outreach/offers/1", do="retire")
    assert "速度" not in ryo.get("/outreach/offers").split("<main")[1].split("新しいひな型")[0]
