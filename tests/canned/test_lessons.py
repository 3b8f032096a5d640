"""What a decision weighs: by its age, and by how much of the answer was sent as prepared."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned.lessons import AS_WRITTEN, HALF_LIFE, weight_of

NOW = timedelta(0)


@pytest.mark.parametrize(
    ("kept", "age", "weight"),
    [
        pytest.param(1.0, NOW, 1.0, id="as prepared, now"),
        pytest.param(None, NOW, 1.0, id="nothing said of edits"),
        pytest.param(AS_WRITTEN, NOW, 1.0, id="a few words changed"),
        pytest.param(AS_WRITTEN - 0.01, NOW, 0.5, id="much edited"),
        pytest.param(0.0, NOW, 0.5, id="written anew"),
        pytest.param(1.0, HALF_LIFE, 0.5, id="after a half-life"),
        pytest.param(0.0, 2 * HALF_LIFE, 0.125, id="edited and old"),
        pytest.param(1.0, -HALF_LIFE, 1.0, id="from the future, a clock set back"),
    ],
)
def test_weight(kept, age, weight):
    assert weight_of(kept, age) == pytest.approx(weight)


@given(st.none() | st.floats(0, 1), st.timedeltas(timedelta(-9), timedelta(9999)))
def test_never_more_than_one_and_less_with_age(kept, age):
    assert 0 <= weight_of(kept, age + timedelta(1)) <= weight_of(kept, age) <= 1
