"""A leaked password is found in either form of list, wherever it stands."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.agents.breaches import is_breached
from support.agents.signing_in import enrol, set_password
from support.errors import Refused
from tests.fakes import THURSDAY


def digests(words, *, counts=False, end="\n"):
    lines = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in words)
    return end.join(f"{line}:{number}" if counts else line for number, line in enumerate(lines))


@settings(max_examples=40)
@given(
    st.sets(st.text("abcdefgh", min_size=3, max_size=9), min_size=1, max_size=40),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_line_of_a_sorted_list_is_found_and_no_other(tmp_path_factory, words, counts, end):
    path = tmp_path_factory.mktemp("list") / "sha1.txt"
    path.write_text(digests(words, counts=counts, end=end), newline="")
    assert all(is_breached(word, path) for word in words)
    assert not any(is_breached(word + "!", path) for word in words)


def test_a_plain_list_is_read_line_by_line(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("correct horse\nパスワード一二三四五\r\nlast one", "utf-8", newline="")
    for word in ("correct horse", "パスワード一二三四五", "last one", "ｌａｓｔ　ｏｎｅ"):
        assert is_breached(word, path)
    assert not is_breached("correct", path)
    assert not is_breached("", path)


def test_an_empty_list_holds_nothing(tmp_path):
    (tmp_path / "none").write_text("")
    assert not is_breached("correct horse", tmp_path / "none")


def test_a_leaked_password_is_refused_wherever_one_is_set(session, cast):
    with pytest.raises(Refused, match="漏れた"):
        set_password(session, cast.ken, "correct horse", now=THURSDAY, leaked=lambda it: True)
    with pytest.raises(Refused) as refused:
        enrol(
            session,
            email="new@desk.example",
            family_name="山田",
            initials="",
            role="agent",
            password="correct horse",
            now=THURSDAY,
            leaked=lambda it: it == "correct horse",
        )
    assert refused.value.field == "password"
