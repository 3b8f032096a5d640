"""The ladder as a table of rules, and the webhooks it tells."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from support.alerts.records import AlertRule, AlertWebhook
from support.x.tokens import unseal
from tests.alerts.receiver import receiving
from tests.cast import MADE_AT, SECRET
from tests.web.forms import post

PAGE = "/settings/alerts"


@pytest.fixture
def hikaru(cast, signed_in, session):
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


@pytest.fixture
def rule(session, cast):
    rule = AlertRule(share=0.75, deed="assignee", made_at=MADE_AT)
    session.add(rule)
    session.commit()
    return rule


@pytest.fixture
def receiver(app):
    desk = app.extensions["desk"]
    settings = desk.settings.model_copy(update={"private_addresses": True})
    app.extensions["desk"] = replace(desk, settings=settings)
    with receiving() as here:
        yield here


def add_hook(hikaru, url, **more):
    form = {"name": "運用", "url": url, "style": "json", **more}
    return post(hikaru, f"{PAGE}/webhooks", form, on=PAGE)


def rules(session):
    session.rollback()
    found = select(AlertRule).where(AlertRule.retired_at.is_(None)).order_by(AlertRule.id)
    return list(session.scalars(found))


def test_the_ladder_stands_there_in_words(rule, ryo):
    page = ryo.get(PAGE).text
    assert "目標の75%を使ったとき" in page
    assert "担当者に知らせる" in page


def test_leads_look_and_change_nothing(rule, ryo, misaki):
    assert "ルールを変えられるのは管理者です" in ryo.get(PAGE).text
    assert post(ryo, f"{PAGE}/rules", {"share": "90", "deed": "leads"}).status_code == 403
    assert post(ryo, f"{PAGE}/rules/{rule.id}/removal").status_code == 403
    assert misaki.get(PAGE).status_code == 403


def test_a_rung_is_added(session, cast, hikaru):
    form = {"share": "150%", "deed": "reassign", "agent": str(cast.ken.id), "kinds": ["resolution"]}
    assert post(hikaru, f"{PAGE}/rules", form, on=PAGE).status_code == 303
    (made,) = rules(session)
    assert (made.share, made.deed, made.agent_id) == (1.5, "reassign", cast.ken.id)
    assert (made.kinds, made.any_time, made.made_by_id) == (["resolution"], False, cast.hikaru.id)


def test_a_changed_rung_takes_the_place_of_the_other(session, rule, hikaru):
    assert 'value="75"' in hikaru.get(f"{PAGE}?rule={rule.id}").text
    form = {"rule": str(rule.id), "share": "80", "deed": "assignee", "any_time": "1"}
    post(hikaru, f"{PAGE}/rules", form, on=PAGE)
    (made,) = rules(session)
    assert (made.share, made.any_time, made.replaces_id) == (0.8, True, rule.id)


def test_a_removed_rung_is_gone_and_what_is_gone_cannot_be_changed(session, rule, hikaru):
    post(hikaru, f"{PAGE}/rules/{rule.id}/removal", on=PAGE)
    assert rules(session) == []
    form = {"rule": str(rule.id), "share": "80", "deed": "assignee"}
    assert post(hikaru, f"{PAGE}/rules", form, on=PAGE).status_code == 404


@pytest.mark.parametrize("share", ["", "0", "1001", "いくつか", "１", "-5", "9" * 30])
def test_a_share_that_cannot_be_meant_is_refused_beside_the_field(session, hikaru, share):
    answer = post(hikaru, f"{PAGE}/rules", {"share": share, "deed": "leads"}, on=PAGE)
    if share == "１":
        assert answer.status_code == 303, "a digit of full width is a digit"
        return
    assert answer.status_code == 422
    assert 'id="share-error"' in answer.text
    assert rules(session) == []


def test_a_webhook_needs_to_be_chosen(hikaru):
    answer = post(hikaru, f"{PAGE}/rules", {"share": "100", "deed": "webhook"}, on=PAGE)
    assert answer.status_code == 422
    assert 'id="webhook-error"' in answer.text


def test_the_address_of_a_webhook_is_sealed_and_never_shown(session, hikaru, receiver):
    assert add_hook(hikaru, receiver.url).status_code == 303
    hook = session.scalars(select(AlertWebhook)).one()
    assert receiver.url not in hook.url_sealed
    assert unseal(hook.url_sealed, SECRET) == receiver.url
    assert receiver.url not in hikaru.get(PAGE).text


def test_what_is_wrong_with_a_webhook_is_said_beside_each_field(session, hikaru):
    answer = add_hook(hikaru, "javascript:alert(1)", name=" ", style="xml")
    assert answer.status_code == 422
    for field in ("name", "url", "style"):
        assert f'id="{field}-error"' in answer.text


def test_the_trial_says_whether_it_was_taken(session, hikaru, receiver):
    add_hook(hikaru, receiver.url, style="slack")
    done = post(hikaru, f"{PAGE}/webhooks/1/trial", on=PAGE, follow_redirects=True)
    assert "テストを送信しました" in done.text
    assert list(receiver.got[0]) == ["text"]
    receiver.answers = [410]
    done = post(hikaru, f"{PAGE}/webhooks/1/trial", on=PAGE, follow_redirects=True)
    assert "届きませんでした" in done.text
    assert "相手のサーバーが断りました（410）" in done.text[done.text.index('id="webhooks"') :]


def test_a_webhook_goes_with_its_rungs(session, hikaru, receiver):
    add_hook(hikaru, receiver.url)
    post(hikaru, f"{PAGE}/rules", {"share": "100", "deed": "webhook", "webhook": "1"}, on=PAGE)
    assert len(rules(session)) == 1
    post(hikaru, f"{PAGE}/webhooks/1/removal", on=PAGE)
    assert rules(session) == []
    assert "Webhookはありません" in hikaru.get(PAGE).text
