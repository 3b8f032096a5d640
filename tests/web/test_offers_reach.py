"""An offer is for the account that was chosen, not for all because that one is out of reach."""

from sqlalchemy import func, select

from support.outreach.records import Offer
from tests.outreach.prospecting import WORDING
from tests.web.forms import Browser


def test_an_account_that_is_not_there_makes_no_offer_for_all(ryo, session):
    page = Browser(ryo).post("/outreach/offers", 422, name="速度", text=WORDING, account="4711")
    assert "アカウントを選んでください。" in page
    assert session.scalar(select(func.count(Offer.id))) == 0
