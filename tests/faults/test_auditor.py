"""The auditor finds each fault that is planted, and none where all is well."""

import pytest

from tests.faults.auditor import audit
from tests.faults.facts import read_desk, read_x
from tests.faults.planted import PART, PLANTED, POST
from tests.faults.small import AT, LEDGER, OURS, make


def looked_at(folder, x="", desk="", said=()):
    file, url = make(folder, x, desk)
    return audit(read_x(file), read_desk(url), [*LEDGER, *said])


def test_where_all_is_well_nothing_is_found(tmp_path):
    found = looked_at(tmp_path)
    assert found.findings == []
    assert (found.parts, found.posted_once, dict(found.stopped)) == (4, 4, {})
    assert (found.expected, found.stored) == (2, 2)


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(tmp_path, planted):
    x, desk, said, kind, words = planted
    found = looked_at(tmp_path, x, desk, said)
    assert any(it.kind == kind and words in it.sentence for it in found.findings), found.findings


VISIBLE = {
    "refused with X's reason": (PART.format("rejected", "断られました") + " = 4", (), "rejected"),
    "taken back by the agent": (
        PART.format("undone", "") + " = 4",
        [{"what": "undone", "reply": 3}],
        "undone",
    ),
    "given up by a person": (
        PART.format("undone", "") + " = 4;"
        " INSERT INTO attempts (part_id, outcome, agent_id) VALUES (4, 'given_up', 1)",
        (),
        "undone",
    ),
    "in doubt and listed": (
        PART.format("unknown", "") + " = 4;"
        " INSERT INTO attempts (part_id, outcome) VALUES (4, 'no_answer')",
        (),
        "unknown",
    ),
    "queued for an account that stands still": (
        PART.format("queued", "") + " = 4; UPDATE accounts SET stopped_at = :at90",
        (),
        "account_stopped",
    ),
}


@pytest.mark.parametrize("stopped", VISIBLE.values(), ids=VISIBLE)
def test_what_is_visibly_stopped_is_counted_not_found(tmp_path, stopped):
    desk, said, why = stopped
    found = looked_at(tmp_path, "DELETE FROM messages WHERE id = 202", desk, said)
    assert found.findings == []
    assert dict(found.stopped) == {why: 1}


def test_what_a_person_typed_on_x_is_not_the_desks(tmp_path):
    typed = f"{POST} (103, {OURS}, '手で送りました', {AT + 99_000}, 100)"
    found = looked_at(tmp_path, typed, said=[{"what": "typed", "x_id": "103"}])
    assert found.findings == []
