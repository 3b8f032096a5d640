"""Each reason not to offer help, alone, with its sentence and, where time heals it, until when."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.errors import Refused
from support.outreach import sameness, topics
from support.outreach.manners import (
    Candidate,
    History,
    Incident,
    Policy,
    Said,
    may_send_by_api,
    why_not,
)
from support.outreach.policy import LIMITS, changes
from support.outreach.reasons import SENTENCES, Why
from support.sla.hours import BusinessHours
from support.x.eligibility import Verdict
from support.x.eligibility import Why as Eligible
from tests.fakes import THURSDAY

NOW = THURSDAY.astimezone(ZoneInfo("Asia/Tokyo")).replace(hour=11, minute=0)
"""A Thursday, open from 9 to 18."""
HOURS = BusinessHours("Asia/Tokyo", {day: [("09:00", "18:00")] for day in range(5)})
POLICY = Policy()
GOOD = Candidate(
    post_x_id="11",
    author_x_id="22",
    text="ひかりのルーターがつながらない。困った",
    posted_at=NOW - timedelta(hours=1),
    handle="hikari_care",
    verdict=Verdict(Eligible.NOT_SUMMONED),
    approved_at=NOW - timedelta(minutes=10),
    body="架空さん、ひかりケアの佐藤です。ランプの色を教えていただけますか。 ^佐藤",
    names=("架空",),
)
CLEAN = History(is_on=True, zone="Asia/Tokyo", hours=HOURS)


def ago(**span):
    return NOW - timedelta(**span)


def refusals(candidate=GOOD, history=CLEAN, policy=POLICY, now=NOW):
    return why_not(candidate, history, policy, now)


def test_where_nothing_speaks_against_it_it_may_be_done():
    assert refusals() == ()


SAID = Said(sameness.bare(GOOD.body, GOOD.names), ago(hours=3))
MIDNIGHT = (NOW + timedelta(days=1)).replace(hour=0, minute=0)
ALONE = {
    Why.OPTED_OUT: ({}, {"unwanted": True}, "今後連絡しない", None),
    Why.MUTED: ({}, {"muted": True}, "ミュート", None),
    Why.GONE: ({"gone": "deleted"}, {}, "削除", None),
    Why.EDITED: ({"edited": True}, {}, "書き換え", None),
    Why.PROTECTED: ({}, {"hidden": "protected"}, "非公開", None),
    Why.LIMITED: ({"verdict": Verdict(Eligible.LIMITED)}, {}, "限定", None),
    Why.SENSITIVE: ({"text": "祖母が亡くなって解約したい"}, {}, "「亡くな」（死・弔い）", None),
    Why.MINOR: ({"text": "14歳です。ネットが遅い"}, {}, "「14歳」", None),
    Why.OWN_WORD: ({"text": "係争中の件"}, {"words": ("係争",)}, "「係争」", None),
    Why.TICKET_OPEN: ({}, {"open_ticket": 7}, "#7", None),
    Why.TICKET_THERE: ({}, {"thread_ticket": 8}, "#8", None),
    Why.ANSWERED_BY_US: ({}, {"answered_by_us": True}, "当社から", None),
    Why.ANSWERED: ({}, {"answered": True}, "ほかの方が", None),
    Why.UNDER_WAY: ({}, {"under_way": ("田中", "hikari_biz")}, "田中さんが @hikari_biz から", None),
    Why.COOL_DOWN: (
        {},
        {"contacted_at": ago(days=3), "contacted_from": "hikari_biz"},
        "この30日以内に @hikari_biz",
        ago(days=3) + timedelta(days=30),
    ),
    Why.TOO_OLD: ({"posted_at": ago(hours=25)}, {}, "24時間", None),
    Why.WAITED: ({"approved_at": ago(hours=5)}, {}, "4時間", None),
    Why.INCIDENT: (
        {},
        {"incidents": (Incident("東京の通信障害", ("電話", "ルーター")),)},
        "「東京の通信障害」の最中で、投稿に「ルーター」",
        None,
    ),
    Why.CRISIS: ({}, {"crisis": True}, "@hikari_care は、炎上対応", None),
    Why.OFF: ({}, {"is_on": False}, "オフです", None),
    Why.STOPPED: ({}, {"stopped": True}, "受信と送信が止まっています", None),
    Why.CLOSED: ({}, {"hours": None}, "時間の範囲外", None),
    Why.AGENT_DAY: ({}, {"agent_today": 20}, "20人", MIDNIGHT),
    Why.ACCOUNT_DAY: (
        {},
        {"account_today": 60},
        "@hikari_care から今日声をかける方は、60人",
        MIDNIGHT,
    ),
    Why.ACCOUNT_HOUR: (
        {},
        {"account_hour": tuple(ago(minutes=50 - n) for n in range(10))},
        "1時間に声をかける方は、10人",
        ago(minutes=50) + timedelta(hours=1),
    ),
    Why.SAME_WORDS: ({}, {"said": (SAID,)}, "100%同じ", ago(hours=3) + timedelta(hours=24)),
    Why.NOT_BY_API: ({"by_api": True}, {}, "手で送って", None),
}


@pytest.mark.parametrize("why", list(Why))
def test_each_reason_stands_alone_says_itself_and_until_when(why):
    mine, known, words, until = ALONE[why]
    found = refusals(replace(GOOD, **mine), replace(CLEAN, **known))
    assert [it.why for it in found] == [why]
    assert words in str(found[0])
    assert found[0].until == until


def test_every_reason_has_a_sentence():
    assert set(SENTENCES) == set(Why)


TOGETHER = sorted(set(Why) - {Why.SENSITIVE, Why.MINOR, Why.OWN_WORD, Why.PROTECTED})
"""Those of which several can hold at once."""


@given(st.sets(st.sampled_from(TOGETHER)))
def test_all_reasons_are_told_and_always_in_the_same_order(chosen):
    mine, known = {}, {}
    for why in chosen:
        mine.update(ALONE[why][0])
        known.update(ALONE[why][1])
    found = [it.why for it in refusals(replace(GOOD, **mine), replace(CLEAN, **known))]
    assert found == [why for why in Why if why in chosen]


@pytest.mark.parametrize(("span", "free"), [(30, True), (30 - 1 / 86400, False)])
def test_the_cool_down_ends_to_the_second(span, free):
    found = refusals(history=replace(CLEAN, contacted_at=ago(days=span)))
    assert (found == ()) is free


def test_whoever_is_told_until_when_may_indeed_do_it_then():
    for why, (mine, known, _, until) in ALONE.items():
        if until is None:
            continue
        candidate, history = replace(GOOD, **mine), replace(CLEAN, **known)
        if why is Why.AGENT_DAY or why is Why.ACCOUNT_DAY:
            continue  # counted anew on the new day: see test_facts
        later = why_not(
            replace(candidate, posted_at=until, approved_at=until), history, POLICY, until
        )
        assert why not in [it.why for it in later], why


def test_out_of_hours_says_when_it_opens_and_own_hours_take_the_place_of_the_accounts():
    night = NOW.replace(hour=21)
    late = replace(GOOD, posted_at=night, approved_at=night)
    closed = why_not(late, CLEAN, POLICY, night)
    assert [(it.why, it.until) for it in closed] == [
        (Why.CLOSED, NOW.replace(hour=9) + timedelta(days=1))
    ]
    evenings = replace(POLICY, own_hours={day: [("20:00", "22:00")] for day in range(7)})
    assert why_not(late, CLEAN, evenings, night) == ()
    assert [it.why for it in refusals(policy=evenings)] == [Why.CLOSED]


def test_the_hour_frees_a_place_when_enough_have_passed():
    history = replace(CLEAN, account_hour=(ago(minutes=70), ago(minutes=30), ago(minutes=20)))
    policy = replace(POLICY, account_hour=1)
    (found,) = refusals(history=history, policy=policy)
    assert found.until == ago(minutes=20) + timedelta(hours=1)
    assert refusals(history=history, policy=replace(POLICY, account_hour=3)) == ()


BY_API = {
    Eligible.MENTIONED: True,
    Eligible.ENTERPRISE: True,
    Eligible.QUOTED: True,
    Eligible.NOT_SUMMONED: False,
    Eligible.CARRIED: False,
    Eligible.UNKNOWN: False,
    Eligible.LIMITED: False,
}


@pytest.mark.parametrize(("why", "may"), BY_API.items())
def test_the_api_sends_only_where_x_surely_lets_it_and_the_company_does_too(why, may):
    assert may_send_by_api(Verdict(why), replace(POLICY, by_api=True)) is may
    assert not may_send_by_api(Verdict(why), POLICY)


INCIDENTS = {
    "both parts, apart": ("大阪 つながらない", "大阪市内だけどネットがつながらない"),
    "the other kana": ("つながらない", "ネットガツナガラナイ"),
    "another width": ("5g 圏外", "ずっと圏外。５Ｇのはずなのに"),
}


@pytest.mark.parametrize(("word", "text"), INCIDENTS.values(), ids=INCIDENTS)
def test_a_post_is_about_an_incident_as_a_ticket_would_be(word, text):
    """Words that rose for a place or a product ask for both parts, wherever they stand."""
    history = replace(CLEAN, incidents=(Incident("大阪の障害", ("ほかの言葉", word)),))
    (refusal,) = refusals(replace(GOOD, text=text), history)
    assert (refusal.why, refusal.values["word"]) == (Why.INCIDENT, word)
    assert refusals(replace(GOOD, text="京都で遅い"), history) == ()


@pytest.mark.parametrize("name", ["ゆい@高2", "たろう 15歳", "みさき⚽️FC中"])
def test_somebody_whose_name_says_that_they_are_a_minor_is_left_alone(name):
    (refusal,) = refusals(replace(GOOD, called=name))
    assert refusal.why == Why.MINOR
    allowed = replace(POLICY, subjects=POLICY.subjects - {"minors"})
    assert refusals(replace(GOOD, called=name), policy=allowed) == ()
    assert refusals(replace(GOOD, called="選挙に行こう")) == (), "their opinions are not looked for"


SAME = {
    "only the name differs": (
        "架空はなこさん、お困りですか？",
        "架空たろうさん、お困りですか？",
        100,
    ),
    "signature, link, handle": (
        "@a お困りですか？ https://x.example/1 ^佐藤",
        "@bcd お困りですか https://x.example/2 （田中）",
        100,
    ),
    "something else": ("お困りですか？ランプは何色ですか", "請求書の件、確認いたします", 40),
}


@pytest.mark.parametrize(("one", "other", "percent"), SAME.values(), ids=SAME)
def test_texts_are_compared_without_what_always_differs(one, other, percent):
    names = ("架空はなこ", "架空たろう")
    alike = sameness.likeness(sameness.bare(one, names), sameness.bare(other, names))
    assert alike == percent if percent == 100 else alike < percent
    assert sameness.likeness("", "") == 0


def test_words_from_before_the_window_and_none_at_all_are_compared_with_nothing():
    old = replace(CLEAN, said=(Said(SAID.bare, ago(hours=24)),))
    assert refusals(history=old) == ()
    same = replace(CLEAN, said=(SAID,))
    assert refusals(history=same, policy=replace(POLICY, similar_hours=0)) == ()
    assert refusals(replace(GOOD, body=""), same) == ()


numbers = st.fixed_dictionaries({n: st.integers(it.least, it.most) for n, it in LIMITS.items()})


@given(numbers, st.sets(st.sampled_from(sorted(topics.NAMES))), st.booleans())
def test_a_policy_is_the_same_after_it_was_saved(values, subjects, by_api):
    policy = Policy(
        **values,
        subjects=frozenset(subjects),
        by_api=by_api,
        own_hours={3: [("10:00", "12:00")]},
        words=("係争",),
    ).checked()
    assert Policy.from_rules(policy.to_rules()) == policy


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
    ),
    st.sampled_from([*LIMITS, "own_hours", "subjects", "words", "by_api"]),
)
def test_what_cannot_be_read_of_a_saved_policy_is_as_by_default(value, name):
    Policy.from_rules({name: value}).checked()
    assert Policy.from_rules({}) == Policy() == Policy.from_rules(Policy().to_rules())


@pytest.mark.parametrize("name", LIMITS)
def test_each_figure_stays_in_its_limits(name):
    limit = LIMITS[name]
    assert limit.least <= limit.usual <= limit.most
    for value in (limit.least - 1, limit.most + 1):
        with pytest.raises(Refused) as refused:
            replace(POLICY, **{name: value}).checked()
        assert refused.value.field == name
    assert changes(POLICY, replace(POLICY, **{name: limit.most})) == (name,)
