"""What calls to X cost, summed up."""

from datetime import UTC, date, datetime, timedelta

import pytest

from support.x import ledger
from support.x.ledger import Month, charge, month_of
from support.x.pricing import PriceList, Prices

LATE = datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
OCTOBER = Month(date(2026, 10, 1))


@pytest.fixture
def account_id(cast):
    return cast.account.id


def test_a_month_is_a_calendar_month_in_utc():
    assert month_of(LATE) == OCTOBER
    assert month_of(LATE + timedelta(seconds=1)).first == date(2026, 11, 1)
    assert Month(date(2028, 2, 1)).after == date(2028, 3, 1)
    assert len(Month(date(2028, 2, 1)).days) == 29


def test_nothing_read_costs_nothing_and_leaves_no_line(session, account_id):
    assert charge(session, account_id, "post_read", 0, now=LATE) == 0


def test_a_charge_is_made_at_the_price_of_its_day(session, account_id):
    cheap, dear = ({"post": n} for n in (1, 2))
    prices = Prices(
        (PriceList(date(2026, 1, 1), "a", cheap), PriceList(date(2026, 11, 1), "b", dear))
    )
    for now in (LATE, LATE + timedelta(seconds=1)):
        charge(session, account_id, "post", 3, now=now, prices=prices)
    session.flush()
    assert ledger.spent(session, account_id, OCTOBER) == 3
    assert ledger.spent(session, account_id, Month(date(2026, 11, 1))) == 6


def test_the_sums_agree_with_each_other(session, cast, account_id):
    day = LATE - timedelta(days=3)
    charge(session, account_id, "post_read", 100, now=day)
    charge(session, account_id, "summoned_reply", 1, now=day, agent_id=cast.misaki.id)
    charge(session, account_id, "post_with_url", 2, now=LATE, agent_id=cast.ken.id)
    charge(session, account_id, "post_read", 1, now=LATE + timedelta(days=1))
    session.flush()
    assert ledger.by_account(session, OCTOBER) == {account_id: 910_000}
    assert ledger.by_day(session, OCTOBER) == {day.date(): 510_000, LATE.date(): 400_000}
    assert [(it.of, it.items, it.micros) for it in ledger.by_kind(session, OCTOBER)] == [
        ("post_read", 100, 500_000),
        ("post_with_url", 2, 400_000),
        ("summoned_reply", 1, 10_000),
    ]
    assert [(it.of, it.micros) for it in ledger.by_agent(session, OCTOBER)] == [
        (cast.ken.id, 400_000),
        (cast.misaki.id, 10_000),
    ]
    assert ledger.by_answer(session, OCTOBER) == []
    assert sum(line[4] for line in ledger.lines(session, OCTOBER)) == 910_000


def test_without_a_cap_the_pace_is_full(session, cast):
    assert ledger.pace_of(session, cast.account, LATE).factor == 1
