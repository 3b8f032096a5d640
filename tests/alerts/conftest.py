"""A ladder of three rungs, as a new desk has it, and a way to write further ones."""

import pytest

from support.alerts.records import AlertRule
from tests.cast import MADE_AT


@pytest.fixture
def rung(session, cast):
    """Adds a rung; `deed` at `share` of the target."""

    def add(share, deed, **more):
        rule = AlertRule(share=share, deed=deed, kinds=[], made_at=MADE_AT)
        for name, value in more.items():
            setattr(rule, name, value)
        session.add(rule)
        session.commit()
        return rule

    return add


@pytest.fixture
def ladder(rung):
    return [rung(0.75, "assignee"), rung(1.0, "assignee"), rung(1.0, "leads")]
