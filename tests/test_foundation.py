"""What stands without a page: a worker writes letters, a command hands out what is held."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import click
import pytest
from flask.cli import FlaskGroup
from sqlalchemy import select

from app import create_app
from support import foundation
from support.agents.records import Agent
from support.conversations.records import Customer
from support.db import db
from support.digests import mailing
from support.digests.records import DigestSending
from support.web.customers.data_words import sheet
from support.web.reports.report_letter import draft_of
from tests.cast import YUUKI, customer_says, post
from tests.fakes import THURSDAY
from tests.machinery.desks import let_go

TOKYO = ZoneInfo("Asia/Tokyo")
pytestmark = pytest.mark.one_database


@pytest.fixture
def bare(desk_settings, stand_ins, cast):
    """The desk as a worker has it."""
    app = foundation.lay(desk_settings, **vars(stand_ins))
    with app.app_context():
        yield app
        let_go(db.engine)


@pytest.mark.parametrize(("locale", "words"), [("ja", "週次レポート"), ("en", "Weekly report")])
def test_a_worker_writes_the_weekly_letter_in_its_readers_language(bare, locale, words):
    session = db.session()
    ryo = session.scalars(select(Agent).where(Agent.role == "lead")).one()
    mailing.order(session, ryo, 3, 10, locale, THURSDAY - timedelta(days=7))
    assert mailing.make_due(session, THURSDAY, TOKYO)
    session.commit()
    with bare.app_context():
        letter = draft_of(db.session.scalars(select(DigestSending.id)).one())
    assert words in letter.subject
    assert words in letter.text
    assert "<table" in letter.html


def test_a_command_writes_the_sheet_of_what_is_held(bare, session, cast):
    customer_says(session, cast, post(at=THURSDAY))
    session.commit()
    customer = db.session.scalars(select(Customer)).one()
    assert YUUKI.username in sheet(customer, "2026-01-08T10:00", "ja", {})


def test_no_page_answers_on_it(bare):
    assert bare.test_client().get("/sign-in").status_code == 404


def test_the_command_line_has_pages_for_its_own_commands_only(desk_settings, stand_ins):
    """`flask x` looks for our command; `flask run` has been found, and asks for the desk."""
    flask = FlaskGroup()
    run = flask.commands["run"]
    with click.Context(flask):
        assert "/sign-in" not in addresses(create_app(desk_settings, **vars(stand_ins)))
    with click.Context(flask) as whole, click.Context(run, parent=whole):
        assert "/sign-in" in addresses(create_app(desk_settings, **vars(stand_ins)))
    assert "/sign-in" in addresses(create_app(desk_settings, **vars(stand_ins)))


def addresses(app):
    return {rule.rule for rule in app.url_map.iter_rules()}
