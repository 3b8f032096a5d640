"""Somebody a provider names is made once, from two browsers at once as well."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.admitting import admit
from support.agents.granting import Wish, settle
from support.agents.records import Agent, KnownElsewhere
from support.db import engine_for
from support.settings import Settings
from tests.fakes import THURSDAY
from tests.provider import PERSON

SETTINGS = Settings(
    oidc_issuer="https://id.example", oidc_client_id="desk", oidc_roles="desk=agent,boss=admin"
)


def test_two_browsers_at_once_make_one_person(session, cast, database_url):
    session.commit()
    engine = engine_for(database_url)

    def come(_):
        with Session(engine) as own:
            try:
                number = admit(own, PERSON, SETTINGS, now=THURSDAY).agent.id
                own.commit()
            except IntegrityError:
                return None
            return number

    with ThreadPoolExecutor(4) as pool:
        done = {it for it in pool.map(come, range(4)) if it}
    engine.dispose()
    assert len(done) == 1
    assert session.query(Agent).filter_by(email=PERSON["email"]).count() == 1
    assert session.query(KnownElsewhere).count() == 1


def test_another_issuer_with_the_same_subject_is_another_person(session, cast):
    first = admit(session, PERSON, SETTINGS, now=THURSDAY)
    other = SETTINGS.model_copy(update={"oidc_issuer": "https://other.example"})
    claims = PERSON | {"email": "other@x.example"}
    second = admit(session, claims, other, now=THURSDAY)
    assert (second.made, second.agent.id == first.agent.id) == (True, False)


def test_the_last_administrator_is_told_apart(session, cast):
    claims = PERSON | {"groups": ["boss"]}
    boss = admit(session, claims, SETTINGS, now=THURSDAY).agent
    assert admit(session, PERSON, SETTINGS, now=THURSDAY).was == "admin", "there is another one"
    admit(session, claims, SETTINGS, now=THURSDAY)
    cast.hikaru.role = "agent"
    session.flush()
    again = admit(session, PERSON, SETTINGS, now=THURSDAY)
    assert (again.stays, boss.role) == (True, "admin")


@pytest.mark.parametrize("there_is_another", [False, True])
def test_the_last_who_leads_a_limited_account_stays_whatever_the_provider_says(
    session, cast, there_is_another
):
    provided = SETTINGS.model_copy(update={"oidc_roles": "desk=agent,leads=lead"})
    claims = PERSON | {"groups": ["leads"]}
    lead = admit(session, claims, provided, now=THURSDAY).agent
    grants = {lead.id: True} | ({cast.ryo.id: True} if there_is_another else {})
    wish = Wish(True, True, grants)
    settle(session, cast.account.id, wish, by=cast.hikaru.id, now=THURSDAY)
    again = admit(session, PERSON, provided, now=THURSDAY)
    assert (again.stays, lead.role) == ((False, "agent") if there_is_another else (True, "lead"))
