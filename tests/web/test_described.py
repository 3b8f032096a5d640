"""What machines ask is answered as docs/openapi.yaml says, whoever asks and however."""

import re
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.described import DOCUMENT, schema
from tests.web.test_report_talk import week as week

AS_DESCRIBED = [
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
EACH = 25
PLAIN = {"Accept-Encoding": "identity"}
"""schemathesis reads nothing that is compressed."""
READS = ("healthz", "readyz", "metrics", "report", "sheet", "askToStop", "stop")
PERIODS = ["", "?period=month", "?from=2026-11-01&to=2026-11-30", "?period=%00", "?from=x&to=y"]


def cookies_of(app, browser):
    name = app.config["SESSION_COOKIE_NAME"]
    return {name: browser.get_cookie(name).value}


@pytest.mark.parametrize("operation", READS)
@pytest.mark.parametrize("who", ["nobody", "agent", "lead"])
def test_whatever_is_asked_the_answer_is_one_of_those_described(
    app, cast, signed_in, history, operation, who
):
    people = {"agent": cast.misaki, "lead": cast.ryo}
    cookies = cookies_of(app, signed_in(people[who])) if who in people else {}

    @given(case=schema.find_operation_by_id(operation).as_strategy())
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        case.cookies = cookies
        answer = case.call(app=app, headers=PLAIN)
        assert answer.status_code < 500 or operation == "readyz"
        case.validate_response(answer, checks=AS_DESCRIBED)
        seen.add(answer.status_code)

    seen = set()
    ask()
    expected = {"report": 200, "sheet": 200} if who == "lead" else {}
    if expected.get(operation):
        assert 200 in seen
    elif operation in ("report", "sheet"):
        assert seen <= {303, 403, 429}


@pytest.mark.parametrize("query", PERIODS)
def test_the_description_names_every_field_of_the_report(app, ryo, query):
    """No field more, none less: `additionalProperties` is false all the way down."""
    case = schema.find_operation_by_id("report").Case(query=dict(parse_qsl(query.lstrip("?"))))
    answer = case.call(app=app, cookies=cookies_of(app, ryo), headers=PLAIN)
    assert answer.status_code in (200, 422)
    case.validate_response(answer, checks=AS_DESCRIBED)


def test_nor_is_one_more_where_something_was_said(app, ryo, week):
    """What an empty desk leaves out: shares, voices, topics."""
    case = schema.find_operation_by_id("report").Case(query={"period": "7d"})
    answer = case.call(app=app, cookies=cookies_of(app, ryo), headers=PLAIN)
    case.validate_response(answer, checks=AS_DESCRIBED)
    told = answer.json()
    assert all(told["conversation"]["shares"].values())
    assert told["conversation"]["voices"]
    assert told["topics"]["found"]


def test_every_address_for_machines_is_described(app):
    told = {re.sub(r"\{\w+\}", "{}", path) for path in DOCUMENT["paths"]}
    there = {re.sub(r"<[^>]+>", "{}", rule.rule) for rule in app.url_map.iter_rules()}
    assert told <= there
    machines = (".json", "z", "/metrics", "/stop/{}")
    for_machines = {path for path in there if path.endswith(machines) or "/x/" in path}
    assert for_machines <= told


def test_every_answer_with_words_says_how_they_are_written(ryo):
    machines = ("/healthz", "/readyz", "/metrics", "/reports.json", "/reports.csv")
    for path in (*machines, "/", "/nowhere"):
        kind = ryo.get(path).headers["Content-Type"]
        assert kind == "application/json" or kind.endswith("; charset=utf-8"), path
