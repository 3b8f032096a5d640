"""What the database says of a failure reaches logs and failed jobs; what people wrote must not."""

import traceback

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

WORDS = "秘密の合言葉"
TWICE = text(
    "INSERT INTO teams (id, name, made_at) VALUES (1, :words, '2026-01-01'), "
    "(2, :words, '2026-01-01')"
)
MISSING = text("INSERT INTO teams (id, name, made_at) VALUES (1, :words, NULL)")


@pytest.mark.parametrize("statement", [TWICE, MISSING], ids=["not unique", "missing"])
def test_an_error_of_the_database_says_nothing_of_what_stands_in_a_row(session, statement):
    with pytest.raises(IntegrityError) as failed:
        session.execute(statement, {"words": WORDS})
    told = "".join(traceback.format_exception(failed.value)) + repr(failed.value)
    assert "teams" in told, "what failed is still said"
    assert WORDS not in told
