"""The rules of approval under the settings: made, ended, noted."""

import pytest
from sqlalchemy import select

from support.approval.records import ApprovalRule
from support.audit.records import AuditEntry
from tests.web.forms import Browser

PAGE = "/settings/approval"
USUAL = {"minutes": "30", "account": "", "tag": "", "clean": "20", "since": ""}


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


def rules(session):
    session.rollback()
    return list(session.scalars(select(ApprovalRule).order_by(ApprovalRule.id)))


def add(lead, kind, status=200, **more):
    return lead.post(PAGE, status, **{**USUAL, "kind": kind, **more})


def test_a_lead_makes_a_rule_for_newcomers_and_sees_who_they_are(session, lead):
    page = add(lead, "newcomer", since="２０２６-０９-０１", minutes="４５")
    rule = rules(session)[0]
    assert (rule.clean, rule.minutes, rule.account_id) == (20, 45, None)
    assert "新しい担当の返信（直しのない承認・見守りが20件になるまで）" in page
    assert "直しのない承認・見守り 0 / 20件" in page
    assert rule.joined_since.isoformat() == "2026-08-31T15:00:00+00:00", "midnight in Tokyo"


def test_every_public_word_of_one_account(session, lead, cast):
    add(lead, "public", account=str(cast.account.id))
    assert (rules(session)[0].kind, rules(session)[0].account_id) == ("public", cast.account.id)


WRONG = {
    "no tag": ("tag", {}, "タグを入力してください。"),
    "a tag too long": ("tag", {"tag": "長" * 31}, "タグは30文字以内で入力してください。"),
    "no number": ("guard", {"minutes": "soon"}, "分数は1から10080までの数字"),
    "none at all": ("newcomer", {"clean": "0"}, "件数は1から500までの数字"),
    "no day": ("newcomer", {"since": "きのう"}, "日付は 2026-10-01 のように入力してください。"),
    "unheard of": ("everything", {}, "承認が必要な返信を一覧から選んでください。"),
    "no such account": ("public", {"account": "99"}, "アカウントを一覧から選んでください。"),
}


@pytest.mark.parametrize(("kind", "fields", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant_says_why_and_keeps_the_form(session, lead, kind, fields, words):
    page = add(lead, kind, 422, **fields)
    assert words in page
    for written in fields.values():
        assert f'value="{written}"' in page or kind in ("everything", "public")
    assert rules(session) == []


def test_the_same_rule_twice_is_refused(session, lead):
    add(lead, "guard")
    assert "同じ内容のルールがすでにあります。" in add(lead, "guard", 422)
    assert len(rules(session)) == 1


def test_it_is_ended_and_both_stand_in_the_audit_log(session, lead, cast):
    add(lead, "tag", tag="#炎上")
    page = lead.post(f"{PAGE}/{rules(session)[0].id}/end")
    assert "終えたルール（1）" in page
    assert rules(session)[0].ended_by_id == cast.ryo.id
    noted = session.scalars(select(AuditEntry).where(AuditEntry.about == "approval_rule")).all()
    assert [it.deed for it in noted] == ["approval_rule_made", "approval_rule_ended"]
    assert "炎上" not in str([it.data for it in noted]), "ids and kinds, no words"


def test_a_desk_with_one_approver_is_told_so(lead, cast, history):
    cast = history.cast
    cast.hikaru.suspended_at = history.session.get_one(type(cast.ryo), cast.ryo.id).created_at
    history.session.commit()
    assert "承認できる方が1人です。" in lead.get(PAGE)


def test_an_agent_reads_no_rules(misaki):
    assert misaki.get(PAGE).status_code == 403


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("account", "abc"),
        ("account", "999"),
        ("account", str(10**12)),
        ("since", "0001-01-01"),
        ("since", "9999-12-31"),
    ],
)
def test_what_is_no_account_or_no_day_makes_no_rule_for_everybody(session, lead, field, written):
    page = add(lead, "newcomer", 422, **{field: written})
    assert f'id="{field}-error"' in page
    assert rules(session) == []
