"""Browsers of the cast, a session beside theirs, and a shelf of the test's own."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from support.agents.records import AccountGrant, Agent
from support.canned.shelf import Shelf
from support.db import engine_for
from support.outreach.records import Listening
from support.x.records import Account, XApp
from support.x.tokens import seal
from tests.authenticator import Authenticator
from tests.cast import SECRET as SEALED_WITH
from tests.fakes import THURSDAY
from tests.machinery.desks import engine_beside, let_go
from tests.outreach import prospecting
from tests.provider import CLIENT, SECRET, running_provider
from tests.reports.history import History
from tests.web.forms import post
from tests.web.listening_aids import Counting
from tests.web.passkey_talk import enrol
from tests.web.reach_queries import watched
from tests.web.reach_scene import grant, limited_desk


@pytest.fixture
def session(app, database_url):
    """Outside any application context, which requests would share: `g` is theirs alone.

    It begins by reading, so that it keeps no writer waiting; `rollback` shows what is new.
    """
    engine = engine_beside(database_url)
    with Session(engine.execution_options(readonly=True)) as session:
        yield session
    let_go(engine)


@pytest.fixture
def history(cast, database_url):
    """What happened on the desk, told beside the requests by a session that writes."""
    engine = engine_for(database_url)
    with Session(engine) as session:
        cast = type(cast)(*(session.merge(person, load=True) for person in vars(cast).values()))
        yield History(session, cast)
    engine.dispose()


@pytest.fixture
def misaki(cast, signed_in, session):
    """The browser of an agent."""
    browser = signed_in(cast.misaki)
    session.rollback()
    return browser


@pytest.fixture
def ryo(cast, signed_in, session):
    """The browser of a lead."""
    browser = signed_in(cast.ryo)
    session.rollback()
    return browser


@pytest.fixture
def shelf_dir(app, tmp_path) -> Path:
    """The folder of the shelf; it is looked at anew each time."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    app.extensions["desk"] = replace(app.extensions["desk"], shelf=Shelf(folder, every=0))
    return folder


@pytest.fixture
def keys():
    return Authenticator()


@pytest.fixture
def told(app):
    """Tells the desk a setting."""

    def on(**settings):
        desk = app.extensions["desk"]
        changed = desk.settings.model_copy(update=settings)
        app.extensions["desk"] = replace(desk, settings=changed)

    return on


@pytest.fixture
def enrolled(misaki, keys):
    """The browser of Misaki, who has a passkey and is signed out."""
    assert enrol(misaki, keys, "電話").status_code == 200
    post(misaki, "/sign-out")
    return misaki


@pytest.fixture
def provider(clock):
    with running_provider(clock) as running:
        yield running


@pytest.fixture
def with_provider(app, cast, provider, told):
    """A desk that knows the provider; more settings may be told."""

    def knows(**more):
        told(
            oidc_issuer=provider.url,
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
            oidc_name="会社ID",
            oidc_roles="desk-admins=admin,desk-leads=lead,desk=agent",
            **more,
        )

    knows()
    return knows


@pytest.fixture
def scene(cast, database_url, clock, x):
    engine = engine_for(database_url)
    with Session(engine) as session:
        cast = type(cast)(*(session.merge(person, load=True) for person in vars(cast).values()))
        made = limited_desk(session, cast, clock, x)
    engine.dispose()
    return made


@pytest.fixture
def granted(scene, cast, database_url):
    def give(private):
        engine = engine_for(database_url)
        with Session(engine) as session:
            grant(session, scene, (cast.misaki, cast.ryo, cast.hikaru), private)
        engine.dispose()

    return give


@pytest.fixture
def within_reach():
    """No question of a page may read a table of theirs as if all were everybody's."""
    with watched() as found:
        yield
    assert found == set()


@pytest.fixture
def granted_one(scene, database_url):
    """Grants one person the limited account, with its direct messages or without; None: nothing."""

    def give(person, private, role=""):
        engine = engine_for(database_url)
        with Session(engine) as session:
            session.execute(delete(AccountGrant).where(AccountGrant.agent_id == person.id))
            if role:
                session.get_one(Agent, person.id).role = role
            grant(session, scene, [person], private)
        engine.dispose()

    return give


@pytest.fixture
def counting(x, cast, database_url):
    """The account has an app with a token of its own."""
    engine = engine_for(database_url)
    with Session(engine) as session:
        app = XApp(name="練習用", bearer_sealed=seal("bearer", SEALED_WITH), made_at=THURSDAY)
        session.add(app)
        session.flush()
        session.get_one(Account, cast.account.id).app_id = app.id
        session.commit()
    engine.dispose()
    counting = Counting()
    x.for_app = lambda app: counting
    return counting


@pytest.fixture
def writing(cast, database_url):
    """A session that writes beside the requests, for what X shows the desk."""
    engine = engine_for(database_url)

    def write(does):
        with Session(engine) as session:
            made = does(session, session.get_one(Account, cast.account.id))
            session.commit()
            return made

    yield write
    engine.dispose()


@pytest.fixture
def outreach_on(cast, writing, clock):
    def begin(session, account):
        prospecting.lists(session, account, session.merge(cast.hikaru), clock())

    writing(begin)


@pytest.fixture
def candidate(outreach_on, writing, clock):
    def make(number=1, **more):
        def does(session, account):
            lists = prospecting.Lists(session.scalars(select(Listening)).one(), None)
            return prospecting.found(session, lists, clock(), number, **more).id

        return writing(does)

    return make
