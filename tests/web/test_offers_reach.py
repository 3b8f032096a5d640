"""An offer is for the account that was chosen, not for all because that one is out of reach; and
what holds for every account is changed by who sees every account."""

import pytest
from sqlalchemy import func, select

from support.audit.records import AuditEntry
from support.lexicon import naming
from support.lexicon.records import LexiconWord
from support.lexicon.words import Purpose
from support.outreach import offering
from support.outreach.records import Offer
from tests.outreach.prospecting import WORDING
from tests.web.forms import Browser

FOR_ALL = "すべてのアカウントに関わるため、見られないアカウントのある方は変えられません。"


def test_an_account_that_is_not_there_makes_no_offer_for_all(ryo, session):
    page = Browser(ryo).post("/outreach/offers", 422, name="速度", text=WORDING, account="4711")
    assert "アカウントを選んでください。" in page
    assert session.scalar(select(func.count(Offer.id))) == 0


@pytest.fixture
def few(cast, scene, signed_in):
    """A lead who was granted nothing of the limited account."""
    return Browser(signed_in(cast.ryo))


@pytest.fixture
def for_all(scene, history, clock):
    """An offer and a product word for every account; the ids of it, of its wording, of the word."""
    session, by = history.session, history.cast.hikaru
    offer = offering.make(session, "みんなの", WORDING, None, by=by, now=clock())
    product = (Purpose.PRODUCT, "ひかり回線", "", None)
    word = naming.add_word(session, *product, by=by, now=clock())
    made = offer.id, offer.wordings[0].id, word.id
    session.commit()
    return made


def test_an_offer_for_all_is_not_changed_by_who_does_not_see_all(few, for_all, session):
    offer, wording, _ = for_all
    page = few.get("/outreach/offers")
    assert "みんなの" in page
    assert f"/outreach/wordings/{wording}" not in page
    for do in ("retire", "rename", "add"):
        said = few.post(f"/outreach/offers/{offer}", 403, do=do, name="別の名前", text=WORDING)
        assert FOR_ALL in said
    for do in ("retire", "edit"):
        assert FOR_ALL in few.post(f"/outreach/wordings/{wording}", 403, do=do, text=WORDING)
    session.rollback()
    kept = session.get_one(Offer, offer)
    assert (kept.name, kept.retired_at, len(offering.live(kept))) == ("みんなの", None, 1)


def test_who_does_not_see_all_makes_offers_and_words_for_what_they_see(few, for_all, session, cast):
    page = few.post("/outreach/offers", 422, name="速度", text=WORDING, account="")
    assert FOR_ALL in page
    assert 'value="速度"' in page
    few.post("/outreach/offers", name="速度", text=WORDING, account=cast.account.id)
    word = {"purpose": "product", "text": "ひかりテレビ"}
    assert FOR_ALL in few.post("/outreach/words", 422, **word, account_id="")
    few.post("/outreach/words", **word, account_id=cast.account.id)
    session.rollback()
    assert session.scalars(select(Offer.account_id).where(Offer.name == "速度")).all() == [
        cast.account.id
    ]


def test_a_word_for_all_stays_where_somebody_does_not_see_all(few, for_all, session):
    word = for_all[2]
    assert f"/outreach/words/{word}/remove" not in few.get("/outreach/words")
    assert FOR_ALL in few.post(f"/outreach/words/{word}/remove", 403)
    session.rollback()
    assert session.get_one(LexiconWord, word).retired_at is None


def test_words_of_an_account_out_of_reach_are_not_there(few, scene, history, clock):
    session, by = history.session, history.cast.hikaru
    product = (Purpose.PRODUCT, "ひみつ回線", "", scene.account_id)
    word = naming.add_word(session, *product, by=by, now=clock()).id
    session.commit()
    for page in ("/outreach/words", "/settings/spikes", "/outreach/listenings/new"):
        assert "ひみつ回線" not in few.get(page)
    few.post(f"/outreach/words/{word}/remove", 404)


def test_every_edit_of_an_offer_stands_in_the_log_without_its_words(ryo, session, cast):
    browser, deeds = Browser(ryo), "offer_changed"
    browser.post("/outreach/offers", name="速度", text=WORDING)
    offer = session.scalars(select(Offer)).one()
    address = f"/outreach/offers/{offer.id}"
    first = f"/outreach/wordings/{offer.wordings[0].id}"
    session.rollback()
    browser.post(address, do="rename", name="遅いとき")
    other = "回線の件でお困りでしょうか。{account_name}の{agent_name}がうかがいます。"
    browser.post(address, do="add", text=other)
    browser.post(first, do="edit", text=f"{WORDING}ご返信をお待ちします。")
    browser.post(f"/outreach/wordings/{_newest(session)}", do="retire")
    browser.post(address, do="retire")
    session.rollback()
    found = session.scalars(
        select(AuditEntry).where(AuditEntry.deed == deeds).order_by(AuditEntry.id)
    ).all()
    assert [it.data["did"] for it in found] == [
        "made", "renamed", "wording_added", "wording_changed", "wording_retired", "retired",
    ]  # fmt: skip
    assert {it.agent_id for it in found} == {cast.ryo.id}
    assert "困り" not in str([it.data for it in found])


def _newest(session):
    session.rollback()
    return max(it.id for it in session.scalars(select(Offer)).one().wordings)
