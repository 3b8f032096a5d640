"""What may become what, which wording comes next, and which figures are spoken of."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.errors import Refused
from support.outreach import course, offers, results
from support.outreach.course import Deed, Stage, State, leads_to, may
from support.outreach.offers import Used, check_body, check_wording, in_turn
from support.outreach.results import Line, Tally
from tests.fakes import THURSDAY

ALLOWED = {
    Deed.APPROVE: {"found"},
    Deed.TAKE_BACK: {"approved"},
    Deed.HAND_OVER: {"approved"},
    Deed.GIVE_BACK: {"handed"},
    Deed.SEE: {"found", "approved", "handed", "skipped"},
    Deed.SKIP: {"found", "approved"},
    Deed.BRING_BACK: {"skipped"},
}


@pytest.mark.parametrize("deed", Deed)
def test_each_deed_leads_from_these_states_only(deed):
    assert {state for state in State if may(state, deed)} == ALLOWED[deed]


def test_who_was_seen_stays_seen_whatever_anybody_presses():
    assert not any(may(State.SEEN, deed) for deed in Deed)


@given(st.lists(st.sampled_from(Deed), max_size=12))
def test_nobody_is_handed_over_without_having_been_approved(deeds):
    state, approved = State.FOUND, False
    for deed in deeds:
        if may(state, deed):
            state = leads_to(deed)
            approved = (approved or state == State.APPROVED) and state != State.FOUND
            assert state != State.HANDED or approved


@pytest.mark.parametrize(
    ("state", "answered", "solved", "stage"),
    [
        ("found", False, False, Stage.FOUND),
        ("handed", False, False, Stage.SENT),
        ("seen", False, False, Stage.SENT),
        ("seen", True, False, Stage.ANSWERED),
        ("seen", True, True, Stage.SOLVED),
        ("skipped", False, True, Stage.SKIPPED),
    ],
)
def test_the_board_follows_from_the_state_and_the_ticket(state, answered, solved, stage):
    assert course.stage(state, answered=answered, solved=solved) is stage


def test_only_what_was_handed_long_ago_is_in_doubt():
    at = THURSDAY
    assert not course.is_doubtful("handed", at, at + course.DOUBT_AFTER - timedelta(seconds=1))
    assert course.is_doubtful("handed", at, at + course.DOUBT_AFTER)
    assert not course.is_doubtful("seen", at, at + course.DOUBT_AFTER)


ONE = "ご不便をおかけしております。ひかりケアの{agent_name}です。"
TWO = "お困りのご様子と拝見しました。{agent_name}と申します。"


def test_the_wording_used_longest_ago_leads_and_unused_ones_before_it():
    hours = [30, 50, 40]
    used = [Used(n, f"{n}" * 9, THURSDAY - timedelta(hours=h)) for n, h in enumerate(hours)]
    assert [it.id for it in in_turn([*used, Used(9, "新しい言い回し")], THURSDAY)] == [9, 1, 2, 0]


def test_near_identical_words_of_the_last_day_stand_behind_all_others():
    lately = Used(1, ONE, THURSDAY - timedelta(hours=2))
    alike = Used(2, ONE + "！", THURSDAY - timedelta(days=90))
    other = Used(3, TWO, THURSDAY - timedelta(hours=30))
    assert in_turn([lately, alike, other], THURSDAY)[0] is other
    assert in_turn([lately], THURSDAY) == [lately]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=6))
def test_no_wording_is_lost_in_turning(hours):
    used = [Used(n, str(n) * 5, THURSDAY - timedelta(hours=h)) for n, h in enumerate(hours)]
    assert sorted(it.id for it in in_turn(used, THURSDAY)) == list(range(len(hours)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ご不便をおかけしております。",
        "{agent_name}です。{contract}を教えてください",
        "{agent_name}です。今なら割引キャンペーン中です",
        "{agent_name}です。https://example.com をご覧ください",
        "{agent_name}" + "あ" * 250,
    ],
)
def test_a_wording_introduces_itself_and_sells_nothing(text):
    with pytest.raises(Refused):
        check_wording(text)


def test_short_names_of_blanks_are_spelt_out():
    assert check_wording("{name}様、{account}の{agent}です") == (
        "{customer_name}様、{account_name}の{agent_name}です"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "お調べします",
        "佐藤です。{dm_link}",
        "佐藤です。お得なプランがあります",
        "佐藤" + "あ" * 140,
    ],
)
def test_what_is_approved_can_stand_on_x_as_it_is(text):
    with pytest.raises(Refused):
        check_body(text, family_name="佐藤")


def test_the_link_for_a_direct_message_may_stand_in_it():
    link = "https://x.com/messages/compose?recipient_id=1"
    assert check_body(f"佐藤です。{link}", family_name="佐藤", dm_link=link)


def test_no_rate_is_given_of_a_few():
    assert results.rate(3, results.FEW - 1) is None
    assert results.rate(3, results.FEW) == 0.3
    assert results.rate(12, 10) == 1.0


def test_lines_add_up():
    lines = [Line("a", Tally(5, 2, 1)), Line("b", Tally(1, 1, 1, 1))]
    assert results.summed(lines) == Tally(6, 3, 2, 1)
    assert offers.sells("無料でお試しください")
