"""What things cost on X, and prices X changed since."""

import json
from datetime import date

import pytest

from support.settings import SettingsError
from support.x.price_file import prices_from
from support.x.pricing import KINDS, X_PRICES, kind_of_post, kind_of_read, price

TODAY = date(2026, 11, 24)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "prices.json"

    def write(content):
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    return write


@pytest.mark.parametrize(
    ("kind", "micros"),
    [
        ("post_read", 5_000),
        ("owned_read", 1_000),
        ("user_read", 10_000),
        ("dm_read", 10_000),
        ("post", 15_000),
        ("post_with_url", 200_000),
        ("summoned_reply", 10_000),
        ("dm_send", 15_000),
    ],
)
def test_prices_of_the_page(kind, micros):
    assert price(kind, TODAY) == micros


def test_kinds_fit_their_column():
    assert all(len(kind) <= 24 for kind in KINDS)


def test_a_kind_without_a_price_is_a_fault_of_ours():
    with pytest.raises(KeyError):
        price("telegram", TODAY)


@pytest.mark.parametrize(
    ("text", "summoned", "kind"),
    [
        ("承知しました。", True, "summoned_reply"),
        ("承知しました。", False, "post"),
        ("https://www.example.jp/help をご覧ください", False, "post_with_url"),
        ("詳しくはsoftbank.jpへ", False, "post_with_url"),
        ("README.md をお読みください", False, "post_with_url"),
        ("softbank.jp です", True, "summoned_reply_with_url"),
        ("8:30に開きます。3.5倍です", True, "summoned_reply"),
    ],
)
def test_a_bare_domain_is_a_url_and_costs_as_one(text, summoned, kind):
    assert kind_of_post(text, summoned=summoned) == kind


def test_where_the_page_leaves_two_readings_the_dearer_is_reckoned():
    assert price("summoned_reply_with_url", TODAY) == price("post_with_url", TODAY)


def test_our_own_app_reads_our_own_posts_for_less_but_not_our_messages():
    assert kind_of_read("mentions", owned=True) == kind_of_read("own", owned=True) == "owned_read"
    assert kind_of_read("mentions", owned=False) == "post_read"
    assert kind_of_read("dms", owned=True) == "dm_read"


def test_without_a_file_x_s_own_prices_hold():
    assert prices_from(None) is X_PRICES


def test_a_changed_price_holds_from_its_day_on_and_the_rest_stays(file):
    path = file({"as_of": "2026-12-01", "source": "mail of X", "usd": {"post": 0.02, "hide": "0"}})
    prices = prices_from(path)
    assert prices.price("post", date(2026, 11, 30)) == 15_000
    assert prices.price("post", date(2026, 12, 1)) == 20_000
    assert prices.price("hide", date(2026, 12, 1)) == 0
    assert prices.price("dm_send", date(2026, 12, 1)) == 15_000
    assert prices.on(date(2027, 1, 1)).source == "mail of X"


def test_several_lists_follow_each_other_whatever_their_order(file):
    lists = [
        {"as_of": "2027-02-01", "usd": {"post": "0.03"}},
        {"as_of": "2027-01-01", "usd": {"post": "0.02", "hide": "0.1"}},
    ]
    prices = prices_from(file(lists))
    assert [prices.price("post", date(2027, m, 9)) for m in (1, 2)] == [20_000, 30_000]
    assert prices.price("hide", date(2027, 2, 9)) == 100_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "cannot be read"),
        ("[1]", 'needs "as_of"'),
        ({"as_of": "2026-12-01"}, '"usd"'),
        ({"usd": {"post": 1}}, "not a date"),
        ({"as_of": "tomorrow", "usd": {}}, "not a date"),
        ({"as_of": "2026-12-01", "usd": {"tweet": 1}}, "kinds are post_read, "),
        ({"as_of": "2026-12-01", "usd": {"post": -1}}, "price of post"),
        ({"as_of": "2026-12-01", "usd": {"post": "free"}}, "price of post"),
        ({"as_of": "2026-12-01", "usd": {"post": "NaN"}}, "price of post"),
        ({"as_of": "2026-12-01", "usd": {"post": 1e9}}, "price of post"),
    ],
)
def test_a_file_with_a_fault_says_what_to_change(file, content, says):
    with pytest.raises(SettingsError) as refused:
        prices_from(file(content))
    assert says in str(refused.value)
    assert "DESK_X_PRICES" in str(refused.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        prices_from(tmp_path / "nowhere.json")
