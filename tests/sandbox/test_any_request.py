"""Whatever is asked of the sandbox, it answers as X's own document says, and never breaks."""

import copy
import re

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings

from tests.machinery.sandbox import HANDLE, PLAIN_HTTP, running_sandbox
from tests.x import documents

EXAMPLES = 6
"""A path and method; more with HYPOTHESIS_PROFILE is not wanted: there are many paths."""


def blank(path: str) -> str:
    """A path with its variables unnamed: Flask and X call them differently."""
    return re.sub(r"<[^>]+>|\{[^}]+\}", "{}", path)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    with running_sandbox(tmp_path_factory.mktemp("any"), limits=1e6) as running:
        running.post(f"@{HANDLE} 届きましたか", by="tabi_suki")
        running.message("届きましたか", by="tabi_suki")
        yield running


@pytest.fixture(scope="module")
def operations(sandbox):
    """What X's document describes and the sandbox has."""
    document = copy.deepcopy(documents.spec("legacy"))
    there = {blank(rule.rule) for rule in sandbox.app.url_map.iter_rules()}
    document["paths"] = {p: it for p, it in document["paths"].items() if blank(p) in there}
    schema = schemathesis.openapi.from_dict(document)
    return [found.ok() for found in schema.get_all_operations()]


def test_any_request_gets_an_answer_x_could_have_given(sandbox, operations):
    faults: list[str] = []
    token = {"Authorization": f"Bearer sandbox-{HANDLE}"}
    with httpx.Client(base_url=sandbox.url, headers=token, timeout=20, verify=PLAIN_HTTP) as line:
        for operation in operations:
            _try(operation, line, faults)
    assert len(operations) > 10
    assert faults == []


def _try(operation, line, faults):
    @seed(20261124)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def asked(case):
        sent = case.as_transport_kwargs(base_url=str(line.base_url))
        sent.pop("cookies", None)
        answer = line.request(**{**sent, "headers": _plain(sent.get("headers"))})
        if answer.status_code >= 500:
            faults.append(f"{operation.label}: {answer.status_code}")
        elif fault := documents.fault_in_answer("legacy", answer):
            faults.append(f"{operation.label}: {answer.status_code} {fault}")

    asked()


def _plain(headers):
    """Headers HTTP can carry; who asks is said by the line itself."""
    return {
        name: value
        for name, value in (headers or {}).items()
        if name.lower() != "authorization" and value.isascii() and value.isprintable()
    }
