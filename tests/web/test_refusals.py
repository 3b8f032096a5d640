"""A refusal leaves a line in the log: why, which page, whose; ids and nothing anybody typed."""

import pytest
from structlog.testing import capture_logs

from support.agents.records import AccountLimit
from support.web.limits import DEAR
from tests.cast import customer_says
from tests.cast import post as said
from tests.web.forms import post

SECRET_WORDS = "秘密の言葉"


def refusals(lines):
    return [
        {k: v for k, v in line.items() if k not in ("event", "log_level", "request_id")}
        for line in lines
        if line["event"] == "refused"
    ]


def test_a_role_that_may_not_is_told_with_who_and_where(misaki, cast):
    with capture_logs() as lines:
        assert misaki.get(f"/settings/people/{cast.ken.id}?q={SECRET_WORDS}").status_code == 403
    assert refusals(lines) == [
        {
            "reason": "not_allowed",
            "status": 403,
            "method": "GET",
            "endpoint": "people.person",
            "agent": cast.misaki.id,
            "ids": {"number": cast.ken.id},
        }
    ]
    assert lines[-1]["log_level"] == "warning"
    assert SECRET_WORDS not in str(lines)


def test_what_is_out_of_reach_is_told_as_not_there(misaki, cast, session, clock):
    ticket = customer_says(session, cast, said(at=clock())).id
    session.add(AccountLimit(account_id=cast.account.id, closed=True, dms_closed=True))
    session.commit()
    with capture_logs() as lines:
        assert misaki.get(f"/tickets/{ticket}").status_code == 404
    [told] = refusals(lines)
    assert (told["reason"], told["agent"]) == ("not_there", cast.misaki.id)
    assert told["ids"] == {"ticket_id": ticket}


@pytest.mark.parametrize(
    ("headers", "token", "reason", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, True, "other_site", 403),
        ({"Origin": "https://evil.example"}, True, "other_site", 403),
        ({}, False, "no_token", 400),
    ],
)
def test_a_form_of_another_page_is_told(misaki, headers, token, reason, status):
    form = {"locale": SECRET_WORDS}
    with capture_logs() as lines:
        if token:
            answer = post(misaki, "/me/language", form, headers=headers)
        else:
            answer = misaki.post("/me/language", data=form, headers=headers)
    assert answer.status_code == status
    [told] = refusals(lines)
    assert (told["reason"], told["endpoint"]) == (reason, "agents.choose_language")
    assert SECRET_WORDS not in str(lines)


def test_asking_too_often_is_told(ryo, cast, monkeypatch):
    monkeypatch.setitem(DEAR, "reports.json", 1)
    with capture_logs() as lines:
        assert [ryo.get("/reports.json").status_code for _ in range(2)] == [200, 429]
    [told] = refusals(lines)
    assert (told["reason"], told["endpoint"]) == ("too_often", "reports.json")
    assert told["agent"] == cast.ryo.id


def test_whoever_is_not_signed_in_is_told_without_a_name(client):
    with capture_logs() as lines:
        assert client.get("/tickets", headers={"HX-Request": "true"}).status_code == 401
    [told] = refusals(lines)
    assert (told["reason"], told["agent"]) == ("unproven", None)


def test_what_is_answered_or_is_no_page_of_ours_is_no_refusal(misaki):
    with capture_logs() as lines:
        assert misaki.get("/tickets").status_code == 200
        assert misaki.get("/wp-admin").status_code == 404
        assert misaki.get("/static/nothing.css").status_code == 404
    assert refusals(lines) == []
