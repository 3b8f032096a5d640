"""What somebody would try first does not count as a password's length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.agents.guessable import OF_THE_DESK, leans_on, words_of
from support.agents.signing_in import SHORTEST_PASSWORD, enrol, set_password
from support.errors import Refused
from tests.cast import THURSDAY

WORDS = words_of(
    *OF_THE_DESK, "ひかり電気 サポート", "hikari_cs", "misaki.sato@hikari", "佐藤", "光"
)


@pytest.mark.parametrize(
    ("password", "leans"),
    [
        ("madoguchi2026!", True),
        ("ＭＡＤＯＧＵＣＨＩ２０２６", True),
        ("Hikari-Support-1", True),
        ("misaki.sato123", True),
        ("misakisato123", True),
        ("佐藤佐藤佐藤佐藤佐藤", True),
        ("ひかり電気サポート2026", True),
        ("correct horse battery", False),
        ("madoguchi and an old bicycle", False),
        ("光り輝く朝の散歩道を歩く", False),
        ("", False),
    ],
)
def test_words_of_the_desk_and_the_person_do_not_count(password, leans):
    assert leans_on(password, WORDS, SHORTEST_PASSWORD) is leans


@given(st.text(max_size=30), st.lists(st.text(max_size=12), max_size=6))
def test_what_is_made_of_such_words_alone_always_leans_on_them(noise, names):
    words = words_of(*names)
    assert all(len(it) >= 2 for it in words)
    for word in words:
        assert leans_on(word * 3, words, SHORTEST_PASSWORD)
    assert leans_on(noise, (), SHORTEST_PASSWORD) is False


@pytest.mark.parametrize(
    "password", ["hikari-care1", "Madoguchi-2026", "sakura-no-1", "misaki--1234", "SATO misaki 12"]
)
def test_nobody_takes_such_a_password(session, cast, password):
    person = {"family_name": "Sato", "given_name": "Misaki", "initials": ""}
    cast.account.persona = "Sakura"
    session.flush()
    with pytest.raises(Refused) as refused:
        enrol(
            session,
            email="misaki.sato@hikari-care.example",
            **person,
            role="agent",
            password=password,
            now=THURSDAY,
        )
    assert (refused.value.field, refused.value.values) == ("password", {"n": SHORTEST_PASSWORD})


def test_nor_changes_to_one(session, cast):
    before = cast.ken.password_hash
    with pytest.raises(Refused):
        set_password(session, cast.ken, f"{cast.ken.family_name}様2026年です", now=THURSDAY)
    assert cast.ken.password_hash == before
    set_password(session, cast.ken, "another horse 7", now=THURSDAY)
