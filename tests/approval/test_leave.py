"""Which rules want a reply approved: a table, and what holds for any rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.approval.leave import Kind, Pressed, Rule, asking
from tests.fakes import THURSDAY

HALF_AN_HOUR = timedelta(minutes=30)
ORDINARY = Pressed(
    account_id=1,
    private=False,
    tags=frozenset({"請求", "炎上"}),
    answers=True,
    joined_at=THURSDAY,
    clean=3,
    questioned=False,
)


def rule(kind, **more):
    return Rule(number=1, kind=kind, within=HALF_AN_HOUR, **more)


NEW = rule(Kind.NEWCOMER, clean=4, joined_since=THURSDAY)
CASES = {
    "three of four were approved": (NEW, {}, True),
    "the fourth was, too": (NEW, {"clean": 4}, False),
    "joined before": (NEW, {"joined_at": THURSDAY - timedelta(seconds=1)}, False),
    "whenever they joined": (rule(Kind.NEWCOMER, clean=4), {"joined_at": THURSDAY}, True),
    "a lead is no newcomer": (NEW, {"answers": False}, False),
    "a tag": (rule(Kind.TAG, tag="炎上"), {}, True),
    "a tag written otherwise": (rule(Kind.TAG, tag="＃VIP"), {"tags": frozenset({"vip"})}, True),
    "another tag": (rule(Kind.TAG, tag="解約"), {}, False),
    "the guard asked": (rule(Kind.GUARD), {"questioned": True}, True),
    "the guard did not": (rule(Kind.GUARD), {}, False),
    "public": (rule(Kind.PUBLIC), {}, True),
    "a direct message is not public": (rule(Kind.PUBLIC), {"private": True}, False),
    "everything": (rule(Kind.ACCOUNT), {"private": True}, True),
    "everything of this account": (rule(Kind.ACCOUNT, account_id=1), {}, True),
    "everything of another account": (rule(Kind.ACCOUNT, account_id=2), {}, False),
    "public on another account": (rule(Kind.PUBLIC, account_id=2), {}, False),
}


@pytest.mark.parametrize(("one", "facts", "asks"), CASES.values(), ids=CASES)
def test_what_a_rule_asks_for(one, facts, asks):
    assert bool(asking([one], replace(ORDINARY, **facts))) is asks


RULES = st.lists(
    st.builds(
        Rule,
        number=st.integers(1, 9),
        kind=st.sampled_from(Kind),
        within=st.just(HALF_AN_HOUR),
        account_id=st.none() | st.integers(1, 3),
        tag=st.sampled_from(["炎上", "解約", ""]),
        clean=st.integers(0, 5),
        joined_since=st.none() | st.just(THURSDAY),
    ),
    max_size=6,
)
PRESSED = st.builds(
    Pressed,
    account_id=st.integers(1, 3),
    private=st.booleans(),
    tags=st.frozensets(st.sampled_from(["炎上", "解約"])),
    answers=st.booleans(),
    joined_at=st.just(THURSDAY),
    clean=st.integers(0, 6),
    questioned=st.booleans(),
)


@given(rules=RULES, more=RULES, it=PRESSED)
def test_a_further_rule_never_frees_a_reply(rules, more, it):
    asked = asking(rules, it)
    assert asking([*rules, *more], it)[: len(asked)] == asked
    assert all(one in rules for one in asked)


@given(rules=RULES, it=PRESSED)
def test_rules_of_other_accounts_ask_nothing(rules, it):
    assert all(one.account_id in (None, it.account_id) for one in asking(rules, it))
