"""What the telephone shows is taken within half a minute's drift; recovery codes are long."""

from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.agents.codes import (
    PERIOD,
    address,
    counter_of,
    new_recovery_codes,
    new_secret,
    recovery_digest,
)
from support.agents.patience import ACCOUNT, PAIR, PLACE, wait_after
from tests.fakes import THURSDAY

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The one of RFC 6238's own examples."""


def shown(at=THURSDAY):
    return pyotp.TOTP(SECRET).at(at)


@pytest.mark.parametrize(
    ("seconds", "code"), [(59, "287082"), (1111111109, "081804"), (2000000000, "279037")]
)
def test_codes_are_those_of_the_standard(seconds, code):
    at = THURSDAY.fromtimestamp(seconds, THURSDAY.tzinfo)
    assert counter_of(SECRET, code, at) == seconds // PERIOD


@pytest.mark.parametrize(
    ("off", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_one_step_of_drift_is_allowed(off, taken):
    code = shown(THURSDAY + timedelta(seconds=off))
    assert (counter_of(SECRET, code, THURSDAY) is not None) is taken


@pytest.mark.parametrize("how", ["{} ", "{:.3} {:.0}", "full"])
def test_it_may_be_typed_as_people_type(how):
    code = shown()
    full = "".join(chr(ord(digit) + 0xFEE0) for digit in code)
    typed = {"{} ": f" {code} ", "{:.3} {:.0}": f"{code[:3]} {code[3:]}", "full": full}[how]
    assert counter_of(SECRET, typed, THURSDAY) is not None


@given(st.text(max_size=12))
def test_nothing_else_is_taken_and_nothing_breaks(words):
    if counter_of(SECRET, words, THURSDAY) is not None:
        assert any(ch.isalnum() for ch in words)
    assert len(recovery_digest(words)) == 64


def test_secrets_and_recovery_codes_cannot_be_guessed():
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 24 for code in codes), "120 bits"
    assert len(new_secret()) == 32, "160 bits"


def test_a_recovery_code_is_the_same_however_it_is_written():
    assert recovery_digest("abcd-efgh-2345-6722") == recovery_digest(" ABCD efgh 2345 6722 ")


def test_the_square_names_the_desk_and_the_person():
    told = address(SECRET, "sato@desk.example", "Madoguchi")
    assert told.startswith("otpauth://totp/Madoguchi:sato%40desk.example?secret=" + SECRET)


@pytest.mark.parametrize("door", [PAIR, ACCOUNT, PLACE])
def test_a_door_opens_again_however_often_it_was_tried(door):
    waits = [wait_after(failures, door) for failures in range(0, 10_000, 7)]
    assert waits == sorted(waits), "longer each time"
    assert max(waits) == door.longest
    assert wait_after(door.free - 1, door) == timedelta(0)
    assert wait_after(door.free, door) == timedelta(seconds=2)


def test_nobody_can_keep_a_colleague_out_for_long():
    assert ACCOUNT.longest <= timedelta(seconds=30)
    assert PLACE.longest <= timedelta(minutes=1)
