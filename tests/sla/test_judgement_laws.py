"""Laws of judgement and of its explanation, over random histories of one promise."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from support.sla.explanation import RowKind, explain
from support.sla.hours import BusinessHours
from support.sla.judgement import Obligation, breach_at, due_at, elapsed
from support.sla.levels import PromiseKind

ZERO = timedelta(0)
START = datetime(2026, 9, 14, tzinfo=UTC)
MOMENTS = st.integers(0, 30 * 86_400_000_000).map(lambda n: START + timedelta(microseconds=n))
OBLIGATIONS = st.builds(
    Obligation,
    kind=st.sampled_from(PromiseKind),
    started_at=MOMENTS,
    target=st.integers(1, 40 * 3600).map(lambda n: timedelta(seconds=n)),
    kept_at=st.none() | MOMENTS,
    withdrawn_at=st.none() | MOMENTS,
    paused=st.lists(st.tuples(MOMENTS, st.none() | MOMENTS), max_size=5).map(tuple),
)
law = settings(max_examples=150, deadline=None)


@law
@given(o=OBLIGATIONS, now=MOMENTS)
def test_counted_rows_add_up_to_the_sum(
    reference: BusinessHours, o: Obligation, now: datetime
) -> None:
    found = explain(o, reference, now)
    counted = [row.open_time for row in found.rows if row.kind is RowKind.COUNTED]
    assert sum(counted, ZERO) == found.elapsed


@law
@given(o=OBLIGATIONS, now=MOMENTS)
def test_rows_cover_the_time_without_gap_or_overlap(
    reference: BusinessHours, o: Obligation, now: datetime
) -> None:
    found = explain(o, reference, now)
    edges = [row.start for row in found.rows] + [found.until]
    if found.rows:
        assert edges == [o.started_at] + [row.end for row in found.rows]
    else:
        assert found.until <= o.started_at


@law
@given(o=OBLIGATIONS)
def test_target_is_used_up_at_due_and_exceeded_from_the_breach(
    reference: BusinessHours, o: Obligation
) -> None:
    due, breach, tick = due_at(o, reference), breach_at(o, reference), timedelta(microseconds=1)
    if due is not None:
        assert elapsed(o, reference, due) == o.target
        assert elapsed(o, reference, due - tick) < o.target
    if breach is not None:
        assert due is not None
        assert elapsed(o, reference, breach) == o.target
        assert elapsed(o, reference, breach + tick) > o.target


@law
@given(o=OBLIGATIONS, now=MOMENTS, at=MOMENTS)
def test_one_more_pause_makes_nothing_earlier(
    reference: BusinessHours, o: Obligation, now: datetime, at: datetime
) -> None:
    longer = replace(o, paused=(*o.paused, (now, at)))
    before, after = due_at(o, reference), due_at(longer, reference)
    assert after is None or (before is not None and after >= before)
