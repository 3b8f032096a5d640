"""アウトリーチ in figures: the table, the results, the rail, and what the page costs."""

import re

import pytest

from tests.outreach import prospecting
from tests.web.counting import queries
from tests.web.forms import Browser


@pytest.fixture
def misaki(misaki):
    return Browser(misaki)


@pytest.fixture
def ryo(ryo):
    return Browser(ryo)


def test_the_table_is_filtered_and_paged(candidate, misaki):
    for number in range(1, 23):
        candidate(number, score=number)
    first, second = misaki.get("/outreach/table"), misaki.get("/outreach/table?page=2")
    assert "架空22" in first
    assert "架空22" not in second
    assert "当てはまる方はいません" in misaki.get("/outreach/table?stage=solved")
    assert "架空1" in misaki.get("/outreach/table?days=7&agent=&stage=found&listening=1")
    misaki.get("/outreach/table?days=x&agent=99999999999&stage=nonsense&page=0")


def test_results_are_for_leads_and_speak_of_rates_only_with_enough(candidate, misaki, ryo):
    misaki.get("/outreach/results", 403)
    numbers = [candidate(n) for n in range(1, 13)]
    for number in numbers[:2]:
        misaki.post(f"/outreach/{number}/approve", text=prospecting.saying(number))
    page = ryo.get("/outreach/results")
    assert "困りごとの言葉ごと" in page
    assert "見つけたの17%" in page
    assert "割合を出すには少なすぎます" in page
    lines = ryo.get("/outreach/results.csv").splitlines()
    assert lines[1].startswith("全体,12,2,0,0,0,0,0,0.167,")
    assert any(line.startswith("佐藤 美咲,0,2,") for line in lines)


def test_the_rail_counts_what_nobody_has_looked_at(candidate, misaki):
    candidate(1)
    number = candidate(2)
    count = re.compile(r"見ていない候補</span>(\d+)<")
    assert count.search(misaki.get("/me"))[1] == "2"
    misaki.post(f"/outreach/{number}/skip", reason="joke")
    assert count.search(misaki.get("/me"))[1] == "1"


def test_the_page_costs_the_same_however_many_wait(candidate, misaki, app):
    candidate(1)

    def visit():
        return misaki.client.get("/outreach")

    few = queries(app, visit)
    for number in range(2, 15):
        candidate(number)
    assert queries(app, visit) == few
