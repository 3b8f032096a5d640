"""An outage while workers are killed, small; `make faults SCENARIO=outage` is the day itself."""

import pytest

from tests.faults import outage


@pytest.mark.timeout(200)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_everybody_is_answered_exactly_once_although_a_sender_dies(database, tmp_path):
    """It dies with a reply that X took and whose answer it never read. Each of the senders would
    die with its second one: of nine, one of them has two."""
    options = outage.Options(
        10, 1, database, minutes=0.03, short=True, web=False, one_death="sent:2"
    )
    outcome = outage.run(options, tmp_path)
    assert outcome.sentences() == []
    assert outcome.waves.answered_once == outcome.waves.people == 9
    assert outcome.waves.linked == 10
    assert set(outcome.faults) == {"killed"}
