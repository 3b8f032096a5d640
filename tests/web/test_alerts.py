"""The bell, the list behind it, and the page of the ladder."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.alerts.raising import raise_due
from support.alerts.records import AlertRule, AlertWebhook
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.web.forms import Browser


@pytest.fixture
def admin(cast, signed_in, session):
    browser = Browser(signed_in(cast.hikaru))
    session.rollback()
    return browser


@pytest.fixture
def told(session, cast, clock):
    """The lead was told of a ticket that is due soon."""
    rule = AlertRule(
        share=0.75, kinds=["first_reply"], deed="leads", made_at=THURSDAY - timedelta(days=1)
    )
    session.add(rule)
    ticket = customer_says(session, cast, post(at=THURSDAY))
    raise_due(session, THURSDAY + timedelta(minutes=50))
    session.commit()
    clock.forward(minutes=50)
    return ticket


def test_the_bell_counts_what_was_not_seen_and_the_list_names_it(told, ryo):
    lead = Browser(ryo)
    assert "未読のお知らせ 1件" in lead.get("/")
    page = lead.get("/alerts")
    assert f"#{told.id}</a>" in page
    assert "期限が近づいています" in page
    assert "夜になると" not in page
    assert ryo.get("/alerts/newest").json["ticket"] == told.id
    lead.post("/alerts/seen")
    assert "未読のお知らせ" not in lead.get("/alerts/bell")
    assert ryo.get("/alerts/newest").status_code == 204


def test_nobody_sees_what_another_was_told(told, misaki):
    agent = Browser(misaki)
    assert "お知らせはありません" in agent.get("/alerts")
    assert misaki.get("/alerts/newest").status_code == 204


def test_a_rung_is_added_and_removed(admin, session):
    admin.post("/settings/alerts/rules", share="150", deed="priority", priority="urgent")
    session.rollback()
    rule = session.scalars(select(AlertRule)).one()
    assert (rule.share, rule.deed, rule.priority) == (1.5, "priority", "urgent")
    assert "150%" in admin.get("/settings/alerts")
    admin.post(f"/settings/alerts/rules/{rule.id}/removal")
    assert "お知らせは何も届きません" in admin.get("/settings/alerts")


REFUSED = {
    "no share": ({"share": "たくさん", "deed": "leads"}, "share"),
    "nothing to do": ({"share": "100", "deed": "bogus"}, "deed"),
    "no address to post to": ({"share": "100", "deed": "webhook"}, "webhook"),
    "no priority to raise to": ({"share": "100", "deed": "priority"}, "priority"),
}


@pytest.mark.parametrize(("fields", "place"), REFUSED.values(), ids=REFUSED)
def test_a_rung_that_cannot_be_meant_is_refused_beside_its_field(admin, session, fields, place):
    page = admin.post("/settings/alerts/rules", status=422, **fields)
    assert re.search(rf'id="{place}-error"', page)
    assert session.scalars(select(AlertRule)).all() == []


def test_a_webhook_is_kept_sealed_and_says_what_is_wrong_with_it(admin, session):
    address = "/settings/alerts/webhooks"
    assert "https://" in admin.post(address, status=422, webhook_name="当番", url="ftp://x")
    admin.post(address, webhook_name="当番", url="https://hooks.invalid/secret", style="slack")
    session.rollback()
    hook = session.scalars(select(AlertWebhook)).one()
    assert "secret" not in hook.url_sealed
    assert "secret" not in admin.get("/settings/alerts")
    page = admin.post(f"{address}/{hook.id}/trial")
    assert "接続できませんでした" in page
    admin.post(f"{address}/{hook.id}/removal")
    assert "Webhookはまだありません" in admin.get("/settings/alerts")


def test_a_lead_looks_at_the_ladder_and_does_not_change_it(ryo):
    lead = Browser(ryo)
    assert "段を加える" not in lead.get("/settings/alerts")
    lead.post("/settings/alerts/rules", status=403, share="100", deed="leads")
