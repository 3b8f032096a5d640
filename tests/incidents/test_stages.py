"""What may follow what."""

import pytest

from support.incidents.stages import STEPS, Stage, follows, may_follow, next_step


@pytest.mark.parametrize("stage", STEPS)
def test_an_open_incident_goes_on_by_one_step_and_never_closes_by_going_on(stage):
    assert Stage.CLOSED not in may_follow(stage)
    onward = STEPS[STEPS.index(stage) + 1 :]
    assert next_step(stage) == (onward[0] if onward else None)
    assert set(onward) <= set(may_follow(stage))


def test_what_broke_again_goes_back_to_be_mended_but_not_to_where_it_stands():
    assert follows(Stage.RESTORED, Stage.RESTORING)
    assert not any(follows(stage, stage) for stage in Stage)


def test_nothing_follows_the_end():
    assert may_follow(Stage.CLOSED) == ()
