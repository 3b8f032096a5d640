"""Targets: what may be promised, and when the warning comes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from support.sla.hours import BusinessHours
from support.sla.levels import LevelError, PromiseKind, Targets, reachable, warn_at

HOUR = timedelta(hours=1)


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Tokyo"))


def test_each_kind_has_its_own_target() -> None:
    targets = Targets(first_reply=HOUR, next_reply=2 * HOUR, resolution=8 * HOUR, update=3 * HOUR)
    found = [targets.of(kind) for kind in PromiseKind]
    assert found == [HOUR, 2 * HOUR, 8 * HOUR, 3 * HOUR]


def test_unset_target_promises_nothing() -> None:
    assert all(Targets().of(kind) is None for kind in PromiseKind)


@pytest.mark.parametrize("kind", PromiseKind)
@pytest.mark.parametrize("target", [timedelta(0), -HOUR], ids=["zero", "negative"])
def test_target_of_nothing_is_refused_beside_its_field(
    kind: PromiseKind, target: timedelta
) -> None:
    with pytest.raises(LevelError) as refusal:
        Targets(**{kind.value: target})
    assert refusal.value.field == kind.value
    assert "0より長く" in str(refusal.value)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 75.0, float("nan")])
def test_warning_at_the_start_or_the_end_is_refused(share: float) -> None:
    with pytest.raises(LevelError) as refusal:
        Targets(warn_share=share)
    assert refusal.value.field == "warn_share"


def test_warning_is_counted_in_open_time(reference: BusinessHours) -> None:
    assert warn_at(reference, jst("2026-10-01 10:00"), 4 * HOUR) == jst("2026-10-01 14:00")
    assert warn_at(reference, jst("2026-10-01 16:00"), 6 * HOUR, 0.5) == jst("2026-10-02 10:00")


def test_warning_never_comes_before_the_desk_opens(reference: BusinessHours) -> None:
    found = warn_at(reference, jst("2026-10-01 20:00"), timedelta(microseconds=1), 0.1)
    assert found == jst("2026-10-02 09:00:00.000001")


def test_target_is_reachable_only_if_it_comes_due(reference: BusinessHours) -> None:
    now = datetime(2026, 10, 1, tzinfo=UTC)
    assert reachable(reference, 4000 * HOUR, now)
    assert not reachable(BusinessHours("Asia/Tokyo", {}), HOUR, now)


def test_target_longer_than_all_openings_left_is_not_reachable() -> None:
    day = {datetime(2026, 10, 1).date(): [("09:00", "12:00")]}
    hours = BusinessHours("Asia/Tokyo", {}, special=day)
    assert reachable(hours, 3 * HOUR, jst("2026-10-01 09:00"))
    assert not reachable(hours, 3 * HOUR, jst("2026-10-01 09:01"))
