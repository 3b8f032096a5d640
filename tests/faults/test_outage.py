"""An outage while workers are killed, small; `make faults SCENARIO=outage` is the day itself."""

import pytest

from tests.faults import outage


@pytest.mark.timeout(200)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_everybody_is_answered_exactly_once(database, tmp_path):
    options = outage.Options(20, 1, database, minutes=0.1, short=True, web=False)
    outcome = outage.run(options, tmp_path)
    assert outcome.sentences() == []
    assert outcome.waves.answered_once == outcome.waves.people == 18
    assert outcome.waves.linked == 20
    assert outcome.faults["killed"] >= 1
