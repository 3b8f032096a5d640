"""Who is given the next ticket: the fewest open ones, then the longest wait, up to a ceiling."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from support.tickets.shares import Hand, share_out, whom
from tests.fakes import THURSDAY


def test_the_one_with_the_fewest_is_given_it():
    assert whom([Hand(1, 3), Hand(2, 1), Hand(3, 2)], 10) == Hand(2, 1)


def test_of_equals_the_one_who_has_waited_longest():
    early, late = THURSDAY, THURSDAY + timedelta(minutes=5)
    assert whom([Hand(1, 1, late), Hand(2, 1, early)], 10) == Hand(2, 1, early)
    assert whom([Hand(1, 1, late), Hand(2, 1)], 10) == Hand(2, 1), "never given any: first"


def test_nobody_is_given_more_than_the_ceiling():
    assert whom([Hand(1, 2), Hand(2, 3)], 2) is None
    assert whom([], 2) is None


loads = st.lists(st.integers(0, 12), max_size=6)


@given(loads, st.integers(0, 40), st.integers(1, 10))
def test_sharing_out_leaves_nobody_over_the_ceiling_and_nothing_over_while_there_is_room(
    loads, tickets, ceiling
):
    hands = [Hand(n, load) for n, load in enumerate(loads)]
    given_ = share_out(range(tickets), hands, ceiling, THURSDAY)
    after = {hand.agent_id: hand.open for hand in hands}
    for _, hand in given_:
        assert hand.open == after[hand.agent_id] == min(after.values())
        after[hand.agent_id] += 1
    room = sum(max(0, ceiling - load) for load in loads)
    assert [ticket for ticket, _ in given_] == list(range(min(tickets, room)))
