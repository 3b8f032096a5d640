"""What is told of the pages of a run."""

import json

from tests.faults import pages
from tests.faults.web import TIMES


def served(path, at, took, cpu=0.02, database=0.01):
    return {"path": path, "at": at, "took": took, "cpu": cpu, "database": database}


def test_pages_are_told_apart_and_only_those_of_the_time_asked_for_count(tmp_path):
    lines = [served("/tickets", at, at / 100) for at in range(1, 41)]
    lines += [served("/tickets/7", 21.0, 0.5), served("/tickets/7/replies", 21.0, 9.0)]
    (tmp_path / TIMES).write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = pages.within(tmp_path, 21, 41)
    parts = {"cpu_p50_ms": 20, "database_p50_ms": 10}
    assert found["queue"] == {"n": 20, "p50_ms": 300, "p95_ms": 390, **parts}
    assert found["ticket"] == {"n": 1, "p50_ms": 500, "p95_ms": 500, **parts}
    assert pages.within(tmp_path, 50, 60) == {"queue": {"n": 0}, "ticket": {"n": 0}}


def test_a_page_nobody_could_open_has_no_ratio():
    calm = {"queue": {"p50_ms": 100, "p95_ms": 200}, "ticket": {"p50_ms": 0, "p95_ms": 10}}
    busy = {"queue": {"p50_ms": 150, "p95_ms": 600}}
    assert pages.ratio(calm, busy) == {"queue_p50": 1.5, "queue_p95": 3.0}
