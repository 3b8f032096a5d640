"""Only the right password opens the desk, and the desk can end a sign-in from its side."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.agents.access import MAY, Deed, Role, may
from support.agents.records import SignIn
from support.agents.signing_in import (
    IDLE,
    LONGEST,
    NOBODY,
    end_sign_ins_of,
    enrol,
    hash_password,
    password_fits,
    sign_in,
    sign_out,
    signed_in,
)
from support.errors import Refused
from tests.cast import PASSWORD
from tests.fakes import THURSDAY


def come_in(session, agent, at=THURSDAY):
    entered = sign_in(session, agent.email, PASSWORD, browser="test", now=at)
    assert entered is not None
    return entered


def test_the_right_password_opens_and_the_database_keeps_no_secret(session, cast):
    row, secret = come_in(session, cast.misaki)
    assert signed_in(session, secret, now=THURSDAY).agent is cast.misaki
    assert secret not in (row.token_digest, cast.misaki.password_hash)


@pytest.mark.parametrize(
    ("email", "password"),
    [("misaki@hikari-care.example", "wrong"), ("nobody@x", PASSWORD), ("", "")],
)
def test_nothing_else_opens(session, cast, email, password):
    assert sign_in(session, email, password, browser="", now=THURSDAY) is None
    assert session.query(SignIn).count() == 0


def test_the_address_is_read_without_regard_to_case(session, cast):
    email = "  Misaki@Hikari-Care.example "
    assert sign_in(session, email, PASSWORD, browser="", now=THURSDAY) is not None


def test_a_suspended_agent_is_out_at_once(session, cast):
    _, secret = come_in(session, cast.misaki)
    cast.misaki.suspended_at = THURSDAY
    assert signed_in(session, secret, now=THURSDAY) is None
    assert sign_in(session, cast.misaki.email, PASSWORD, browser="", now=THURSDAY) is None


def test_signing_out_ends_that_sign_in_only(session, cast):
    first, secret = come_in(session, cast.misaki)
    _, other = come_in(session, cast.misaki)
    sign_out(session, first, now=THURSDAY)
    assert signed_in(session, secret, now=THURSDAY) is None
    assert signed_in(session, other, now=THURSDAY) is not None


def test_all_sign_ins_of_an_agent_can_be_ended(session, cast):
    secrets = [come_in(session, cast.misaki)[1] for _ in range(3)]
    assert end_sign_ins_of(session, cast.misaki.id, now=THURSDAY) == 3
    session.expire_all()
    assert all(signed_in(session, secret, now=THURSDAY) is None for secret in secrets)


def test_an_idle_or_an_old_sign_in_ends_by_itself(session, cast):
    row, secret = come_in(session, cast.misaki)
    just_idle = THURSDAY + IDLE + timedelta(seconds=1)
    assert signed_in(session, secret, now=just_idle) is None
    row.seen_at = THURSDAY + LONGEST
    assert signed_in(session, secret, now=THURSDAY + LONGEST + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "no address"), ("email", "ryo@hikari-care.example"), ("password", "short")],
)
def test_a_form_that_cannot_be_taken_names_its_field(session, cast, field, value):
    form = {
        "email": "new@hikari-care.example",
        "family_name": "山田",
        "initials": "",
        "role": Role.AGENT,
        "password": "long enough 123",
    }
    with pytest.raises(Refused) as refused:
        enrol(session, **(form | {field: value}), now=THURSDAY)
    assert refused.value.field == field


@settings(max_examples=5, deadline=None)
@given(st.text(min_size=1, max_size=40))
def test_any_password_fits_its_own_hash_only(password):
    phc = hash_password(password)
    assert password_fits(password, phc)
    assert not password_fits(password + "x", phc)


def test_an_unknown_address_costs_as_much_to_refuse_as_a_known_one():
    """Argon2id says itself what it costs."""
    costs = [phc.rsplit("$", 2)[0] for phc in (NOBODY, hash_password(PASSWORD))]
    assert costs[0] == costs[1]
    assert len(NOBODY) == len(hash_password(PASSWORD))


def test_full_width_letters_are_the_same_password():
    assert password_fits("ａｂｃ123", hash_password("abc123"))


def test_roles_as_a_table():
    assert MAY[Role.AGENT] < MAY[Role.LEAD] < MAY[Role.ADMIN]
    assert not may("agent", Deed.SEE_REPORTS)
    assert not may("nobody", Deed.ANSWER)
