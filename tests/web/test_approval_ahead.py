"""Whoever writes reads before they press that it will wait for approval, and why."""

import pytest

from support.approval.records import ApprovalRule
from tests.web import forms
from tests.web.counting import queries
from tests.web.talk import Talk, path

AHEAD = "承認のあとに送られます："


@pytest.fixture
def talk(session, cast, clock, x):
    it = Talk(session, cast, clock, x)
    it.says()
    return it


@pytest.fixture
def rule(talk, clock):
    def make(kind, **more):
        made = ApprovalRule(kind=kind, minutes=30, made_at=clock(), **more)
        talk.session.add(made)
        talk.session.commit()
        return made

    return make


def preview(browser, ticket, text):
    answer = forms.post(browser, path(ticket, "preview"), {"body": text}, headers=forms.PART)
    assert answer.status_code == 200
    return answer.text


def test_it_is_said_to_whom_it_is_true_for(talk, rule, misaki, ryo):
    assert AHEAD not in misaki.get(path(talk.ticket)).text
    rule("newcomer", clean=5)
    assert f"{AHEAD}新しい担当のため" in misaki.get(path(talk.ticket)).text
    assert AHEAD not in ryo.get(path(talk.ticket)).text, "a lead is no newcomer"


def test_it_is_said_while_one_writes_what_the_guard_will_ask_about(talk, rule, misaki):
    rule("guard")
    assert AHEAD not in misaki.get(path(talk.ticket)).text
    assert AHEAD not in preview(misaki, talk.ticket, "確認いたします。")
    asks = "お客様の山田様にご確認いただく必要があります。電話番号を教えてください。"
    assert f"{AHEAD}指摘があるため" in preview(misaki, talk.ticket, asks)


def test_a_tag_that_is_put_on_meanwhile_is_said_at_once(talk, rule, misaki):
    rule("tag", tag="炎上")
    assert AHEAD not in misaki.get(path(talk.ticket)).text
    answer = forms.post(misaki, path(talk.ticket, "tags"), {"tag": "炎上"}, headers=forms.PART)
    assert f"{AHEAD}タグ「炎上」のため" in answer.text
    assert 'id="approval-ahead"' in answer.text


def test_where_there_is_no_rule_it_asks_the_database_nothing(app, talk, rule, misaki, clock):
    def page():
        return misaki.get(path(talk.ticket))

    without = queries(app, page)
    made = rule("tag", tag="炎上")
    assert queries(app, page) == without + 3, (
        "the rules, a crisis, and the tags that were taken off"
    )
    made.ended_at = clock()
    talk.session.commit()
    assert queries(app, page) == without
