"""A run is drawn from its seed, and leaves out nothing that can go wrong."""

from collections import Counter
from random import Random

import pytest

from tests.faults import plan
from tests.faults.conductor import LAID
from tests.faults.steps import STEPS


def test_the_same_seed_draws_the_same_run():
    def drawn(seed):
        random = Random(seed)
        return plan.errands(random, 60, web=True), plan.acts(random, 60, short=False)

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


@pytest.mark.parametrize("seed", range(5))
def test_every_kind_of_reply_is_pressed(seed):
    kinds = Counter(errand.kind for errand in plan.errands(Random(seed), 40, web=True))
    assert set(kinds) == set(plan.KINDS)
    assert min(kinds.values()) >= 2


@pytest.mark.parametrize("short", [True, False])
def test_everything_that_can_go_wrong_does(short):
    acts = plan.acts(Random(1), 60, short=short)
    left_out = plan.NOT_IN_SHORT if short else ()
    assert {act.what for act in acts} == set(plan.ACTS) - set(left_out)
    assert set(LAID) <= set(plan.ACTS)


def test_workers_die_at_the_steps_that_were_met_least():
    met = Counter(dict.fromkeys(STEPS, 1)) | Counter({STEPS[0]: 2})
    del met[STEPS[3]]
    assert plan.death(Random(1), met, short=True).startswith(f"{STEPS[3]}:")
    assert plan.death(Random(1), Counter(dict.fromkeys(STEPS, 1)), short=True) == ""
    assert plan.death(Random(1), Counter(dict.fromkeys(STEPS, 1)), short=False) != ""
