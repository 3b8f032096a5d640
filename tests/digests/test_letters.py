"""A letter's headers: nobody adds one, whatever a name or an address holds."""

from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.digests.letters import BadAddress, Draft, compose
from tests.fakes import THURSDAY

DRAFT = Draft(
    "desk@hikari.example", "高橋 涼", "ryo@hikari.example", "週次レポート", "本文", "<p>本文</p>",
    7,
    "https://desk.example/stop/x",
)  # fmt: skip
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "List-Unsubscribe",
    "List-Unsubscribe-Post", "MIME-Version", "Content-Type",
}  # fmt: skip


def read(letter):
    return message_from_bytes(letter.as_bytes(), policy=default)


def test_it_is_text_and_html_with_a_way_out():
    letter = read(compose(DRAFT, THURSDAY))
    assert letter.get_content_type() == "multipart/alternative"
    assert letter.get_body(("plain",)).get_content().strip() == "本文"
    assert letter.get_body(("html",)).get_content().strip() == "<p>本文</p>"
    assert letter["List-Unsubscribe"] == "<https://desk.example/stop/x>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["To"].addresses[0].addr_spec == "ryo@hikari.example"
    assert letter["To"].addresses[0].display_name == "高橋 涼"


def test_a_long_link_stays_in_one_piece():
    stop = f"https://desk.example/stop/{'x' * 200}"
    assert (
        f"List-Unsubscribe: <{stop}>\r\n".encode()
        in compose(replace(DRAFT, stop=stop), THURSDAY).as_bytes()
    )


def test_a_repeat_has_the_same_id_and_another_letter_another():
    ids = {compose(replace(DRAFT, number=n), THURSDAY)["Message-ID"] for n in (7, 7, 8)}
    assert len(ids) == 2


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_name_or_a_subject_cannot_become_a_header(words):
    nasty = f"{words}\r\nBcc: thief@evil.example\n\n{words}"
    letter = read(compose(replace(DRAFT, name=nasty, subject=nasty), THURSDAY))
    assert set(letter.keys()) == HEADERS
    assert [it.addr_spec for it in letter["To"].addresses] == ["ryo@hikari.example"]


@pytest.mark.parametrize(
    "spec",
    [
        "", "ryo", "@", "a@", "@b", "a@b@c", "a b@c.example", "a@c.example, b@c.example",
        "a@c.example\nBcc: b@c.example", "a@c.example\r\n", "<a@c.example>", "a;b@c.example",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(spec):
    with pytest.raises(BadAddress):
        compose(replace(DRAFT, address=spec), THURSDAY)
