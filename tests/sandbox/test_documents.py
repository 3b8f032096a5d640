"""What the sandbox answers is what X's own documents allow, in both of X's vocabularies."""

import re
from contextlib import closing

import pytest

from tests.machinery.sandbox import running_sandbox
from tests.sandbox.receiver import Receiver
from tests.sandbox.walk import Walk
from tests.x import documents

AS_X_SAYS_ELSEWHERE = {
    "legacy": {
        "POST /2/webhooks": "X's guide and 2.167 put the webhook under data, 2.166 does not",
        "POST /2/webhooks/replay": "the same",
        "GET /2/media/upload": "2.166 demands a type of processing_info and describes none",
    },
    "new": {},
}
"""Where a document is not followed, and why."""


@pytest.fixture(scope="module", params=["legacy", "new"])
def walk(request, tmp_path_factory):
    documents.spec(request.param)
    receiver = Receiver()
    with running_sandbox(tmp_path_factory.mktemp("walk")) as sandbox, closing(receiver):
        walk = Walk(sandbox, request.param, receiver.url)
        walk.go()
        yield walk


def named(answer) -> str:
    path = re.sub(r"\d+-\d+|\d+", ":id", answer.request.url.path.removeprefix("/2"))
    return f"{answer.request.method} /2{path}"


def test_every_answer_is_one_that_xs_document_allows(walk):
    known = AS_X_SAYS_ELSEWHERE[walk.words]
    faults = [
        f"{named(answer)} {answer.status_code}: {fault}"
        for answer in walk.answers
        if named(answer) not in known and (fault := documents.fault_in_answer(walk.words, answer))
    ]
    assert not faults, "\n".join(faults)


def test_the_walk_goes_through_every_endpoint_the_sandbox_shares_with_xs_document(walk):
    document = documents.spec(walk.words)["paths"]
    rules = [r for r in walk.sandbox.app.url_map.iter_rules() if r.rule.startswith("/2/")]
    shared = {
        f"{method} {blank(rule.rule)}"
        for rule in rules
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if blank(rule.rule) in {blank(path) for path in document}
    }
    walked = {blank(named(answer)) for answer in walk.answers}
    assert shared - walked <= {"GET /2/dm_conversations/media/{}/{}/{}"}


def blank(path: str) -> str:
    return re.sub(r"<[^>]+>|\{[^}]+\}|:id|tabi_suki|mihon_taro", "{}", path)
