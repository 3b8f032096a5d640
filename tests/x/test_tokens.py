"""Tokens at rest: the first secret seals, all of them open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.x.tokens import TokenUnreadable, seal, seal_anew, unseal


@given(st.text())
def test_what_is_sealed_opens_again_and_does_not_show(token):
    sealed = seal(token, "a")
    assert unseal(sealed, "a") == token
    assert len(token) < 8 or token not in sealed


def test_older_secrets_behind_a_comma_still_open():
    assert unseal(seal("t", "old"), "new,old") == "t"


def test_the_first_secret_seals():
    sealed = seal("t", "new,old")
    assert unseal(sealed, "new") == "t"
    with pytest.raises(TokenUnreadable):
        unseal(sealed, "old")


def test_sealing_anew_moves_a_token_to_the_first_secret_once():
    old = seal("t", "old")
    new = seal_anew(old, "new,old")
    assert unseal(new, "new") == "t"
    assert seal_anew(new, "new,old") == new
    assert seal_anew("", "new,old") == ""


@pytest.mark.parametrize(
    "sealed",
    ["", "nonsense", "日本語", seal("t", "another")],
    ids=["empty", "nonsense", "japanese", "another key"],
)
def test_what_opens_with_no_secret_is_named(sealed):
    with pytest.raises(TokenUnreadable, match="DESK_SECRET_KEY"):
        unseal(sealed, "a,b")


def test_what_cannot_be_opened_cannot_be_sealed_anew():
    with pytest.raises(TokenUnreadable):
        seal_anew(seal("t", "lost"), "new,old")
