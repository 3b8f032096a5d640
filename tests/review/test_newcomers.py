"""Whoever is new stays new until so many replies were found good as they were, whoever said so."""

import pytest

from support.approval import records
from support.review import reviewing
from support.review.agreement import Verdict
from tests.cast import customer_says, post, press
from tests.replies.approvals import rule

WORDS = {"good": "事情に触れている", "idea": ""}


def looked(session, reply, by, now, verdict=""):
    if not verdict:
        reviewing.look(session, reply, now, by=by)
    else:
        reviewing.write(session, reply, now, by=by, verdict=verdict, **WORDS)
    session.commit()


def approved(session, cast, reply, now, outcome="approved"):
    session.add(
        records.Approval(
            reply_id=reply.id, agent_id=reply.agent_id, reasons=[], outcome=outcome,
            decided_at=now, decided_by_id=cast.ryo.id,
        )
    )  # fmt: skip
    session.commit()


@pytest.mark.parametrize(
    ("outcome", "verdicts", "counts"),
    [
        ("", [], 0),
        ("approved", [], 1),
        ("changed", [], 0),
        ("", ["good"], 1),
        ("", [""], 1),
        ("", ["good", ""], 1),
        ("", ["fix"], 0),
        ("", ["talk"], 0),
        ("", ["good", "fix"], 0),
        ("approved", ["good"], 1),
        ("approved", ["fix"], 0),
        ("changed", ["good"], 0),
    ],
)
def test_a_reply_counts_once_where_nobody_wanted_it_otherwise(
    session, cast, sent, clock, outcome, verdicts, counts
):
    reply = sent()
    if outcome:
        approved(session, cast, reply, clock(), outcome)
    for verdict, lead in zip(verdicts, (cast.ryo, cast.hikaru), strict=False):
        looked(session, reply, lead, clock(), verdict)
    assert records.clean_of(session, cast.misaki.id) == counts
    assert records.clean_of(session, cast.ken.id) == 0


def test_each_agents_are_counted_apart(session, cast, sent, clock):
    for agent in (cast.misaki, cast.misaki, cast.ken):
        looked(session, sent(by=agent), cast.ryo, clock(), "good")
    approved(session, cast, sent(), clock())
    sent()
    ids = [cast.misaki.id, cast.ken.id, cast.ryo.id]
    assert records.clean_by_agent(session, ids) == {cast.misaki.id: 3, cast.ken.id: 1}


def test_looked_at_often_enough_the_next_one_waits_for_nobody(session, cast, sent, clock):
    replies = [sent(), sent()]
    rule(session, cast, "newcomer", now=clock(), clean=2)
    looked(session, replies[0], cast.ryo, clock(), "good")
    asked = customer_says(session, cast, post("また", at=clock(), number=9_000))
    waits = press(session, asked, cast.misaki, now=clock())
    assert [it["kind"] for it in waits.approval.reasons] == ["newcomer"]
    looked(session, replies[1], cast.ryo, clock())
    assert sent().approval is None


def test_the_verdicts_that_want_it_otherwise_are_those_a_lead_can_give():
    assert {*records._WANTED_OTHERWISE, "good"} == set(Verdict)
