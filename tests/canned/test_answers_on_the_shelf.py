"""The answers this repository ships: sound, short enough, and found by what customers say."""

from pathlib import Path

import pytest

from support.canned import blanks
from support.canned.inspection import remarks
from support.canned.shelf import Shelf, check
from support.x.text import weighted_length

SHELF = Shelf(Path(__file__).parents[2] / "canned_replies")
LONGEST_SIGNATURE = "\n担当:勅使河原（ひかりケア）"
LONGEST_FILL = {
    "dm_link": "https://x.com/messages/compose?recipient_id=1234567890123456789",
    "customer_name": "な" * 20,
    "agent_name": "勅使河原",
    "opening_hours": "平日9:00〜18:00、土曜10:00〜17:00",
}


def test_the_shelf_holds_thirty_answers_and_no_fault():
    assert len(SHELF.replies) == 30
    assert check(SHELF) == []


@pytest.mark.parametrize(
    "reply", [r for r in SHELF.replies if r.channel != "dm"], ids=lambda reply: reply.id
)
def test_a_public_answer_leaves_room_for_the_longest_signature(reply):
    text = blanks.fill(reply.answer, LONGEST_FILL)
    assert blanks.unfilled(text) == []
    assert weighted_length(text + LONGEST_SIGNATURE) <= 280


@pytest.mark.parametrize("reply", SHELF.replies, ids=lambda reply: reply.id)
def test_an_answer_is_asked_for_in_several_ways_and_has_a_place(reply):
    assert 4 <= len(reply.questions) <= 8
    assert reply.category
    assert reply.tags


@pytest.mark.parametrize("reply", SHELF.replies, ids=lambda reply: reply.id)
def test_every_phrasing_leads_to_its_answer(reply):
    matcher = SHELF.matcher("both")
    for phrasing in reply.questions:
        assert matcher.suggest(f"@hikari_care {phrasing}！😭")[0].reply.id == reply.id


@pytest.mark.parametrize(
    ("post", "reply"),
    [
        ("@hikari_care 夜のネット激遅すぎ。動画止まるんだが", "slow-evening"),
        ("解約したら違約金いくら取られますか？", "cancel-fee"),
        ("ルーターの赤ランプが消えないんですけど", "lamp"),
        ("来月引っ越すので手続きを教えてください", "moving-procedure"),
        ("@hikari_care 会員ページのパスワードわからなくなった", "login"),
        ("クレカの期限切れたから変更したい", "payment-method"),
        ("工事の日程変えてもらえますか", "install-change"),
        ("うちのマンションだけ障害？", "outage-now"),
        ("返却キットまだ来てないけど", "return-equipment"),
        ("無事つながりました！ありがとうございます", "thanks"),
    ],
)
def test_posts_in_other_words_find_their_answer_among_three(post, reply):
    assert reply in [s.reply.id for s in SHELF.matcher("both").suggest(post)]


def test_a_dm_answer_is_not_offered_in_public():
    offered = {reply.id for reply in SHELF.matcher("public").replies}
    assert "identity-check" not in offered
    assert "move-to-dm" not in {reply.id for reply in SHELF.matcher("dm").replies}


def test_no_two_answers_share_a_phrasing():
    assert not [remark for remark in remarks(SHELF.replies) if "both are asked" in remark]
