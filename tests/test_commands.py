"""The command line: what an operator may do, and sentences instead of tracebacks."""

import json
from datetime import timedelta

from sqlalchemy import select

from support.agents.records import Agent, SignIn
from support.agents.signing_in import password_fits, sign_in
from support.jobs import reading
from support.x.errors import Meaning, XError
from tests.cast import PASSWORD, customer_says, make_cast, post, press
from tests.fakes import THURSDAY


def test_an_operator_enrols_somebody_who_can_then_sign_in(session, cast, flask):
    words = ["agents", "add", "Yamada@hikari-care.example", "--family-name", "山田"]
    done = flask(*words, answers="a long bicycle ride\na long bicycle ride\n")
    assert done.exit_code == 0
    entered = sign_in(
        session, "yamada@hikari-care.example", "a long bicycle ride", browser="", now=THURSDAY
    )
    assert entered is not None


def test_a_password_that_is_too_short_is_refused_with_a_sentence(session, cast, flask):
    words = ["agents", "add", "yamada@hikari-care.example", "--family-name", "山田"]
    done = flask(*words, answers="short\nshort\n")
    assert done.exit_code == 1
    assert "10文字以上" in done.output


def test_a_new_password_ends_the_sign_ins_made_with_the_old_one(session, cast, flask):
    email = cast.ken.email
    sign_in(session, email, PASSWORD, browser="", now=THURSDAY)
    session.commit()
    flask("agents", "password", email, answers="another bicycle\n" * 2)
    session.expire_all()
    assert password_fits("another bicycle", cast.ken.password_hash)
    assert session.scalar(select(SignIn.ended_at)) is not None


def test_somebody_suspended_is_out_and_can_be_let_in_again(session, cast, flask):
    email = cast.ken.email
    session.commit()
    flask("agents", "suspend", email)
    assert session.scalar(select(Agent.suspended_at).where(Agent.email == email)) is not None
    session.commit()
    flask("agents", "suspend", email, "--undo")
    assert session.scalar(select(Agent.suspended_at).where(Agent.email == email)) is None


def test_an_unknown_address_is_a_sentence(session, cast, flask):
    session.commit()
    done = flask("agents", "suspend", "nobody@x")
    assert done.exit_code == 1
    assert "nobody@x" in done.output


def test_a_rate_limit_is_left_alone_until_x_opens_it_again(session, app, clock, x):
    cast = make_cast(session)
    account_id, until = cast.account.id, clock() + timedelta(minutes=9)
    asked = []

    def limited(**_page):
        asked.append(clock())
        raise XError(Meaning.NOT_SENT, 429, "Too Many Requests", until)

    x.dms = limited
    session.commit()
    with app.app_context():
        for _ in range(3):
            reading.read_dms(account_id)
            clock.forward(minutes=2)
        assert len(asked) == 1
        clock.forward(minutes=5)
        reading.read_dms(account_id)
        assert (account_id, "mentions") in reading.due_reads(), "other streams go on"
    assert len(asked) == 2
    assert cast.account.stopped_at is None


def test_status_tells_how_the_desk_stands(session, cast, flask, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    press(session, ticket, cast.misaki, now=clock())
    told = json.loads(flask("status", "--json").output)
    assert told["messages"] == 1
    assert told["tickets"] == {"open": 1}
    assert told["replies"] == {"held": 1}
    assert told["promises"]["running"] == 2
    assert told["oldest_queued"] is not None
    assert (told["unknown"], told["intake_refused"], told["workers_alive"]) == (0, 0, {})
    assert told["x_spent_usd"] == {"hikari_care": 0.0}


def test_doctor_names_each_fault_and_ends_with_one(session, cast, flask):
    session.commit()
    done = flask("doctor")
    assert done.exit_code == 1
    assert "FAULT valkey" in done.output
    assert "ok   database" in done.output


def test_replies_that_do_not_go_out_are_a_finding(session, cast, app, clock):
    from support import checkup
    from support.replies import standing

    ticket = customer_says(session, cast, post(at=THURSDAY))
    reply = press(session, ticket, cast.misaki, now=clock())
    with app.app_context():
        assert checkup._sending(session, clock()).ok
        finding = checkup._sending(session, reply.held_until + 2 * standing.LATE)
    assert (finding.ok, "1 held" in finding.words) == (False, True)


def test_an_account_near_its_cap_is_a_finding(session, cast, app, clock):
    from support import checkup
    from support.x import ledger

    cast.account.monthly_cap_micros = 1_000_000
    ledger.charge(session, cast.account.id, "post_read", 200, now=clock())
    session.commit()
    desk = app.extensions["desk"]
    (near,) = checkup._accounts(session, desk)
    assert not near.ok
    assert near.words == (
        "100 percent of the monthly cap is spent: dms, mentions, own and answers rest "
        "until it is raised"
    )


def test_the_shelf_is_checked(session, cast, flask):
    session.commit()
    assert "30 answers" in flask("canned", "check").output


def test_the_matcher_is_judged_on_files(flask, tmp_path):
    shelf, queries = tmp_path / "shelf.jsonl", tmp_path / "queries.jsonl"
    shelf.write_text(
        '{"id": "a", "questions": ["夜に遅い"], "answer": null}\n'
        '{"id": "b", "questions": ["請求額が高い"], "answer": "x"}\nnonsense\n'
    )
    queries.write_text(
        '{"id": "1", "text": "夜がとても遅い", "gold": {"a": 2}}\n'
        '{"id": "2", "text": "犬が好き", "gold": {}}\n'
    )
    files = ["--shelf", str(shelf), "--queries", str(queries), "--json"]
    done = flask("canned", "evaluate", *files)
    figures = json.loads(done.output.strip().splitlines()[-1])
    assert figures["top1"] == 1.0
    wanted = {"n", "top1", "top3", "top5", "mrr", "auroc", "p50_ms", "p95_ms", "build_s"}
    assert wanted <= figures.keys()
    assert "line 3" in done.output


def test_the_matcher_is_judged_after_it_was_taught(flask, tmp_path):
    shelf, queries, picks = (tmp_path / name for name in ("shelf", "queries", "picks"))
    shelf.write_text(
        '{"id": "a", "questions": ["夜に遅い"]}\n{"id": "b", "questions": ["請求が高い"]}\n'
    )
    queries.write_text('{"id": "1", "text": "モデムが点滅", "gold": {"a": 2}}\n')
    picks.write_text('{"id": "2", "text": "モデムの点滅", "gold": {"a": 2}}\n{\n')
    files = ["--shelf", str(shelf), "--queries", str(queries), "--json"]
    untaught = flask("canned", "evaluate", *files)
    taught = flask("canned", "evaluate", *files, "--learn", str(picks))
    assert json.loads(untaught.output)["top1"] == 0.0
    assert "line 2: this is not JSON." in taught.output
    figures = json.loads(taught.output.strip().splitlines()[-1])
    assert (figures["picks"], figures["online_top1"], figures["top1"]) == (1, 1.0, 1.0)


def test_the_demo_is_never_loaded_over_data(session, cast, flask):
    session.commit()
    done = flask("demo", "load")
    assert done.exit_code == 1
    assert "empty" in done.output
    assert flask("demo", "load", "--if-empty").exit_code == 0


def test_a_database_without_tables_is_a_sentence(app, flask):
    from support.db import Base, db

    with app.app_context():
        Base.metadata.drop_all(db.engine)
    try:
        done = flask("status")
        assert done.exit_code == 1
        assert "flask doctor" in done.output
    finally:
        with app.app_context():
            Base.metadata.create_all(db.engine)
