"""What picked posts may do to the answers they were not picked for, when a matcher is built."""

import numpy as np
import pytest

from support.matching.features import pieces
from support.matching.model import Entry, Model

CANCEL = Entry(["解約したい", "解約の手続き", "解約する方法", "契約の解約", "解約の方法と手続き"])
BILL = ["請求が高い", "料金の内訳", "引き落としの日", "先月の明細", "支払いの期限", "領収書の発行"]


def taken_from_cancel(post, *, own=False):
    """How much less the pieces of a post speak for the answer on cancelling, once it was picked for
    the one on bills, or is one of its own phrasings."""
    return speaking_for_cancel(post, 0.0) - speaking_for_cancel(post, 1.0, own=own)


def speaking_for_cancel(post, weight, *, own=False):
    phrasings, learned = ([*BILL, post], []) if own else (BILL, [(post, weight)])
    model = Model([CANCEL, Entry(phrasings, learned=learned)])
    numbers, values = model.weights_of(0)
    said = np.isin(numbers, model.vocabulary.number(pieces(post)))
    return float(values[said].sum())


def test_a_pick_that_may_be_a_slip_takes_nothing_from_the_answer_it_reads_like():
    assert taken_from_cancel("解約の手続きの方法") == pytest.approx(0.0, abs=1e-9)


def test_a_phrasing_on_the_shelf_is_no_slip():
    assert taken_from_cancel("解約の手続きの方法", own=True) > 0.01


def test_a_pick_that_is_nearly_lost_keeps_a_close_answer_away():
    assert taken_from_cancel("請求と解約") > 0.01


@pytest.mark.parametrize("post", ["解約の手続きの方法", "請求と解約"])
def test_a_pick_speaks_for_its_answer_in_any_case(post):
    untaught = Model([CANCEL, Entry(BILL)]).read(post).scores[1]
    assert Model([CANCEL, Entry(BILL, learned=[(post, 1.0)])]).read(post).scores[1] > untaught
