"""Never twice, never lost: a short run in which everything breaks; `make faults` is longer."""

import pytest

from tests.faults.run import Options, run
from tests.machinery import notes, postgres

REPLIES = 27


@pytest.mark.timeout(240)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_every_reply_is_out_once_or_visibly_stopped(database, tmp_path):
    if database == "postgresql" and postgres.postgres_server() is None:
        notes.skip_or_fail("PostgreSQL", postgres.why_not())
    outcome = run(Options(REPLIES, seed=1, database=database, short=True, web=False), tmp_path)
    assert outcome.sentences() == []
    assert outcome.pressed >= REPLIES - 2, (
        "a clock that jumps may make a chosen time one that is past"
    )
    assert outcome.audit.posted_once > REPLIES / 2
    assert outcome.faults["killed"] >= 1
