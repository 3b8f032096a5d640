"""What was done to people and settings is read by administrators only, and cannot be missed."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from support.agents.signing_in import sign_in
from support.audit.noting import verify
from support.audit.records import AuditEntry
from support.db import db
from support.tickets.records import Team
from support.web import noted
from tests.cast import PASSWORD
from tests.web.forms import post, try_to_sign_in

pytestmark = pytest.mark.both_databases


@pytest.fixture
def hikaru(cast, signed_in, session):
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


def told(session):
    session.rollback()
    rows = session.query(AuditEntry).order_by(AuditEntry.id)
    return [(it.deed, it.agent_id, it.about, it.about_id) for it in rows]


def test_coming_in_failing_and_going_out_are_noted(session, cast, client):
    one = cast.misaki.id
    session.rollback()
    try_to_sign_in(client, "misaki@hikari-care.example", "wrong")
    try_to_sign_in(client, "nobody@desk.example", "wrong")
    try_to_sign_in(client, "misaki@hikari-care.example")
    post(client, "/sign-out")
    assert told(session) == [
        ("sign_in_failed", None, "agent", one),
        ("sign_in_failed", None, "", None),
        ("signed_in", one, "agent", one),
        ("signed_out", one, "agent", one),
    ]
    last = session.get_one(AuditEntry, 4)
    assert (last.address, last.sign_in_id) == ("127.0.0.1", 1)
    assert "nobody@desk.example" not in str([it.link for it in session.query(AuditEntry)])


def test_a_change_of_the_settings_is_noted_with_it_by_the_name_of_its_page(session, cast, hikaru):
    post(hikaru, "/settings/teams", {"name": "夜間"}, on="/settings/teams")
    assert told(session)[-1] == ("settings_changed", cast.hikaru.id, "", None)
    number = session.query(Team).one().id
    change = {"name": "夜間", "do": "close"}
    post(hikaru, f"/settings/teams/{number}", change, on="/settings/teams")
    session.rollback()
    last = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert last.data == {"page": "teams.change", "team_id": number}
    assert verify(session)[0] == 3


def test_what_is_kept_half_way_is_noted_when_all_is_kept(session, app, cast, clock):
    session.rollback()
    with app.test_request_context("/settings/teams", method="POST"):
        noted.expect_settings()
        with db.session.begin_nested():
            db.session.add(Team(name="夜間", made_at=clock()))
        assert db.session.query(AuditEntry).count() == 0
        db.session.commit()
    assert [it[0] for it in told(session)] == ["settings_changed"]


def test_settings_that_were_refused_leave_no_entry(session, cast, hikaru):
    post(hikaru, "/settings/teams", {"name": ""}, on="/settings/teams")
    assert [it[0] for it in told(session)] == ["signed_in"]


def test_a_setting_whose_entry_cannot_be_kept_is_not_kept_either(session, hikaru, database):
    if database == "sqlite":
        full = (
            "CREATE TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, ''); END"
        )
        again = "DROP TRIGGER full"
    else:
        full = "ALTER TABLE audit_entries ADD CONSTRAINT none_more CHECK (id < 2)"
        again = "ALTER TABLE audit_entries DROP CONSTRAINT none_more"
    session.execute(text(full))
    session.commit()
    with pytest.raises(IntegrityError):
        post(hikaru, "/settings/teams", {"name": "夜間"}, on="/settings/teams")
    session.rollback()
    assert session.query(Team).count() == 0
    session.execute(text(again))
    session.commit()


def test_the_page_filters_and_goes_on_where_it_ended(session, cast, hikaru, clock):
    for _ in range(60):
        sign_in(session, cast.ken.email, PASSWORD, browser="", now=clock())
    session.rollback()
    for number in range(55):
        post(hikaru, "/settings/teams", {"name": f"組{number}"}, on="/settings/teams")
    page = hikaru.get("/settings/audit").text
    assert page.count("<tr>") == 51
    assert "teams.add" in page
    assert 'before=7"' in page
    older = hikaru.get("/settings/audit?before=7").text
    assert older.count("<tr>") == 7
    assert "さらに前の記録" not in older
    signed = hikaru.get("/settings/audit?deed=signed_in").text
    assert signed.count("<tr>") == 2
    assert "当てはまる記録はありません" in hikaru.get(f"/settings/audit?who={cast.ken.id}").text
    day = (clock() + timedelta(days=1)).date().isoformat()
    assert "当てはまる記録はありません" in hikaru.get(f"/settings/audit?since={day}").text


@pytest.mark.parametrize("asked", ["since=yesterday", "until=0001-01-01", "since=9999-12-31"])
def test_a_day_that_is_none_gets_a_sentence(hikaru, asked):
    assert "のように入力してください" in hikaru.get(f"/settings/audit?{asked}").text


def test_the_command_says_how_far_the_log_reaches_and_finds_what_was_altered(
    session, hikaru, flask, database
):
    done = flask("audit", "verify")
    assert done.exit_code == 0
    kept = done.output.split()[-1]
    assert done.output.startswith("1 entries")
    assert flask("audit", "verify", "--kept", kept).exit_code == 0
    more = flask("audit", "verify", "--kept", f"9:{'0' * 64}")
    assert "Entry 2 missing" in more.output
    assert "NUMBER:DIGEST" in flask("audit", "verify", "--kept", "x").output
    session.rollback()
    if database == "sqlite":
        session.execute(text("DROP TRIGGER audit_entries_not_changed"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    session.execute(text("UPDATE audit_entries SET address = '192.0.2.9'"))
    session.commit()
    found = flask("audit", "verify")
    assert found.exit_code == 1
    assert "Entry 1 was altered." in found.output


def test_the_command_line_notes_what_it_does(session, cast, flask):
    number = cast.ken.id
    session.rollback()
    new = ["--family-name", "山田", "--password", "long enough 1"]
    assert flask("agents", "add", "new@desk.example", *new).exit_code == 0
    for words in (("suspend",), ("suspend", "--undo")):
        assert flask("agents", words[0], cast_email := "ken@hikari-care.example", *words[1:])
    assert flask("agents", "password", cast_email, "--password", "long enough 2").exit_code == 0
    assert [it[0] for it in told(session)] == [
        "enrolled", "suspended", "restored", "password_changed",
    ]  # fmt: skip
    assert told(session)[1][2:] == ("agent", number)
    last = flask("agents", "suspend", "hikaru@hikari-care.example")
    assert last.exit_code == 1
    assert "管理者がいなくなる" in last.output
