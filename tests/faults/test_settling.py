"""A run ends when time would change nothing any more, and names what it leaves in doubt."""

from collections import Counter

import pytest

from tests.faults.auditor import Audit, Finding
from tests.faults.facts import story
from tests.faults.report import Outcome
from tests.faults.run import is_settled
from tests.faults.small import make


def audit(kinds=(), **stopped):
    return Audit([Finding(kind, "It is so.") for kind in kinds], 4, 4, Counter(stopped), 2, 2)


# What an audit finds, and whether the run may end with it.
FOUND = {
    "all is out": (audit(), True),
    "a part that waits and nothing keeps it": (audit(["lost"]), False),
    "a part that is looked for": (audit(unknown=1), False),
    "parts of an account that an operator starts again": (audit(account_stopped=3), False),
    "parts with a person": (audit(rejected=1, asking=1, handed=1, undone=1), True),
    "the rest of a reply whose part was refused": (audit(rejected=1, behind_a_part=2), True),
    "what is out twice stays so": (audit(["duplicate"]), True),
    "out twice, and another is looked for": (audit(["duplicate"], unknown=1), False),
}


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
def test_a_run_ends_when_time_would_change_nothing(found):
    assert is_settled(found[0]) is found[1]


def test_a_part_that_stays_in_doubt_fails_the_run_by_name(tmp_path):
    lost = "UPDATE reply_parts SET state = 'unknown' WHERE id = 4; INSERT INTO attempts"
    lost += " (part_id, outcome, happened_at) VALUES (4, 'lost_worker', '2026-09-21 14:14:50.000')"
    url = make(tmp_path, desk=lost)[1]
    outcome = Outcome(audit(unknown=1), 3, [], Counter(), [], [4], [story(url, 4)])
    assert outcome.failed
    said, told = outcome.sentences()
    assert said == "lost: 1 parts of dead workers stay in doubt: 4"
    assert told.startswith("part 4 (unknown): ")
    assert told.endswith("14:14:50.000 lost_worker")
