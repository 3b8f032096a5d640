"""Links people follow to X: to look at something, or to write it by hand."""

from urllib.parse import parse_qs, urlsplit

import pytest

from support.x import links

X = "https://x.com"
ODD = "はい & いいえ # 100% + 改行\n@kakuu_yuuki https://hikari-care.example/?a=1&b=2"


def test_a_post_and_a_profile_have_an_address():
    assert links.permalink(X, "kakuu_yuuki", "42") == "https://x.com/kakuu_yuuki/status/42"
    assert links.profile(X, "hikari_care") == "https://x.com/hikari_care"


def test_a_name_cannot_lead_to_another_page():
    assert links.permalink(X, "../i?a", "42") == "https://x.com/..%2Fi%3Fa/status/42"


@pytest.mark.parametrize("text", ["確認いたします。 ^佐藤", ODD], ids=["plain", "odd"])
def test_a_reply_by_hand_brings_its_target_and_its_text_unharmed(text):
    address = urlsplit(links.reply_by_hand(X, "42", text))
    assert (address.netloc, address.path) == ("x.com", "/intent/tweet")
    assert parse_qs(address.query) == {"in_reply_to": ["42"], "text": [text]}


def test_an_invitation_to_write_a_direct_message_is_known_by_the_account_it_leads_to():
    link = links.compose_dm(X, "7000000001")
    assert link == "https://x.com/messages/compose?recipient_id=7000000001"
    assert links.invitation("7000000001") in link
    assert links.invites(f"こちら {link} です", "7000000001")
    assert links.invites(links.compose_dm(X, "7000000001", "契約の件です"), "7000000001")
    assert not links.invites(f"{link}2", "7000000001")
    assert links.invitation("7000000001") in link
    assert links.compose_dm(X, "1", ODD).count("?") == 1
