"""The page that says who works on an account."""

import re

import pytest
from sqlalchemy import select

from support.agents.records import AccountGrant, AccountLimit
from support.audit.records import AuditEntry
from tests.web.forms import Browser


@pytest.fixture
def hikaru(cast, signed_in):
    return Browser(signed_in(cast.hikaru))


def page_of(cast):
    return f"/settings/accounts/{cast.account.id}/people"


def form_on(text):
    """What the form says as it was drawn."""
    was = re.findall(r'name="(was-\d+)" value="(\w+)"', text)
    return dict(was) | {name.replace("was", "grant"): word for name, word in was}


def test_an_account_is_limited_granted_and_opened_and_the_log_tells(hikaru, cast, session):
    form = form_on(hikaru.get(page_of(cast)))
    form |= {f"grant-{cast.hikaru.id}": "dm", f"grant-{cast.misaki.id}": "public"}
    assert "見られる人を保存しました" in hikaru.post(page_of(cast), closed="on", dms="on", **form)
    session.rollback()
    grants = {it.agent_id: it.private for it in session.scalars(select(AccountGrant))}
    assert grants == {cast.hikaru.id: True, cast.misaki.id: False}
    assert "公開の投稿だけ" in hikaru.get(f"/settings/people/{cast.misaki.id}")
    assert "見られません" in hikaru.get(f"/settings/people/{cast.ken.id}")
    form = form_on(hikaru.get(page_of(cast))) | {f"grant-{cast.misaki.id}": "none"}
    hikaru.post(page_of(cast), **form)
    session.rollback()
    assert not session.scalars(select(AccountLimit).where(AccountLimit.closed)).all()
    told = session.execute(select(AuditEntry.deed, AuditEntry.about_id).order_by(AuditEntry.id))
    assert [tuple(it) for it in told if it.deed.startswith(("account", "grant"))] == [
        ("account_limited", cast.account.id),
        ("granted", cast.hikaru.id),
        ("granted", cast.misaki.id),
        ("account_limited", cast.account.id),
        ("grant_withdrawn", cast.misaki.id),
    ]
    log = hikaru.get("/settings/audit")
    assert "アカウントを限定、DMを限定" in log
    assert "限定なし" in log


def test_an_account_for_nobody_is_refused_and_the_form_keeps_what_was_chosen(hikaru, cast):
    form = form_on(hikaru.get(page_of(cast))) | {f"grant-{cast.misaki.id}": "dm"}
    said = hikaru.post(page_of(cast), 422, closed="on", **form)
    assert "管理者または責任者がいなくなる" in said
    assert '<option value="dm" selected>' in said
    assert re.search(r'name="closed" checked', said)


def test_what_a_form_did_not_change_stays_as_somebody_else_saved_it(hikaru, cast, session):
    old = form_on(hikaru.get(page_of(cast)))
    hikaru.post(page_of(cast), **(old | {f"grant-{cast.ken.id}": "dm"}))
    hikaru.post(page_of(cast), **(old | {f"grant-{cast.misaki.id}": "public"}))
    session.rollback()
    grants = {it.agent_id: it.private for it in session.scalars(select(AccountGrant))}
    assert grants == {cast.ken.id: True, cast.misaki.id: False}
