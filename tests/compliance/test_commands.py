"""`flask compliance`: the log, and what a person takes back by hand."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from support.compliance.records import ComplianceEntry
from support.conversations.records import Customer, Message
from support.inbox.records import PassedPost
from support.x.records import Account
from tests.cast import HANAKO, YUUKI, customer_says, post
from tests.fakes import THURSDAY


@pytest.fixture
def flask(app, session):
    runner = app.test_cli_runner()

    def run(*words, answers=""):
        session.commit()  # a command must not wait for the test's own look at the database
        done = runner.invoke(args=list(words), input=answers)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return run


@pytest.fixture
def said(session, cast):
    for number, (person, private) in enumerate(((YUUKI, False), (YUUKI, True), (HANAKO, False))):
        said = post(f"{number}番です", at=THURSDAY, by=person, private=private, number=number)
        customer_says(session, cast, said)
    session.add(
        PassedPost(
            x_id="12",
            account_id=cast.account.id,
            author_x_id="9",
            reason="hashtag",
            posted_at=THURSDAY,
            decided_at=THURSDAY,
            raw={"text": "words"},
        )
    )
    session.commit()


def texts(session):
    session.expire_all()
    return list(session.scalars(select(Message.text).order_by(Message.id)))


def test_of_two_who_had_a_name_after_each_other_nobody_is_taken_for_the_other(
    session, cast, said, flask
):
    """Names change hands on X; whoever wrote here under one before is still called so."""
    other = session.scalars(select(Customer).where(Customer.x_id == HANAKO.x_id)).one()
    other.username = "Kakuu_Yuuki"
    session.commit()
    for words in (("compliance", "person"), ("customers", "erase"), ("customers", "export")):
        more = ("--to", "never.zip") if words[1] == "export" else ("--yes",)
        done = flask(*words, "kakuu_yuuki", "--by", cast.hikaru.email, *more)
        assert done.exit_code == 1
        assert f"id:{YUUKI.x_id}" in done.output
        assert f"id:{HANAKO.x_id}" in done.output
    assert "" not in texts(session)
    done = flask("compliance", "person", f"id:{HANAKO.x_id}", "--by", cast.ken.email, "--yes")
    assert done.exit_code == 0, done.output
    assert [it == "" for it in texts(session)] == [False, False, True]
    assert "Nobody here" in flask("customers", "erase", "id:x", "--by", cast.hikaru.email).output


def test_a_person_who_asks_for_it_is_forgotten_and_it_is_logged_by_whom(
    session, cast, said, flask, news
):
    done = flask("compliance", "person", "@KAKUU_yuuki", "--by", cast.ken.email, answers="y\n")
    assert done.exit_code == 0, done.output
    assert "0 replies, 0 notes, no memo" in done.output
    assert texts(session) == ["", "", "2番です"]
    entry = session.scalars(select(ComplianceEntry)).one()
    assert (entry.kind, entry.reason, entry.noticed_by) == ("person", "purged", "person")
    assert entry.agent_id == cast.ken.id
    assert len(news.told) == 2
    again = flask("compliance", "person", "kakuu_yuuki", "--by", cast.ken.email, "--yes")
    assert "Nobody here is called @kakuu_yuuki" in again.output


def test_an_account_that_goes_leaves_nothing_of_its_customers(session, cast, said, flask):
    words = ["compliance", "purge", "hikari_care", "--by", cast.hikaru.email]
    done = flask(*words, answers="y\n")
    assert done.exit_code == 0, done.output
    assert texts(session) == ["", "", ""]
    assert session.scalars(select(PassedPost.raw)).one() == {}
    assert set(session.scalars(select(Customer.name))) == {""}
    assert session.scalars(select(Account.stopped_at)).one() is not None
    entry = session.scalars(select(ComplianceEntry)).one()
    assert (entry.kind, entry.items) == ("account", 6)
    assert entry.agent_id == cast.hikaru.id
    flask(*words, "--yes")
    items = select(ComplianceEntry.items).order_by(ComplianceEntry.id)
    assert session.scalars(items).all() == [6, 0], "the second run found nothing"


def test_nothing_happens_without_a_yes_or_a_known_person(session, cast, said, flask):
    for words, sentence in (
        (["purge", "hikari_care", "--by", cast.ken.email], "Nothing was changed"),
        (["person", "kakuu_yuuki", "--by", cast.ken.email], "Nothing was changed"),
        (["person", "kakuu_yuuki", "--by", "who@example.com", "--yes"], "Nobody here has"),
        (["purge", "nosuch", "--by", cast.ken.email, "--yes"], "No account here"),
    ):
        done = flask("compliance", *words, answers="n\n")
        assert done.exit_code == 1
        assert sentence in done.output
    assert "0番です" in texts(session)


def test_the_log_is_printed_for_people_and_machines(session, cast, said, flask):
    flask("compliance", "person", "kakuu_yuuki", "--by", cast.ken.email, "--yes")
    lines = list(csv.reader(io.StringIO(flask("compliance", "log", "--csv").output)))
    assert lines[0][:5] == ["noticed_at", "emptied_at", "seconds", "reason", "kind"]
    assert lines[1][3:6] == ["purged", "person", YUUKI.x_id]
    assert cast.ken.email in lines[1]
    assert "purged     person" in flask("compliance", "log").output


def test_status_tells_how_far_behind_the_desk_is(cast, flask):
    facts = json.loads(flask("status", "--json").output)
    assert facts["taken_back"] == {"waiting_seconds": 0, "last_check": None, "problem": ""}
