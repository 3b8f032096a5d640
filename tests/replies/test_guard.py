"""What the guard says to a draft: by kind, by channel, and by what the conversation is about."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.canned.shelf import Shelf
from support.replies import guard
from support.replies.findings import ASKS, grouped
from support.replies.guard import About, House
from support.replies.told import told_by
from support.replies.wordlists import STARTER, Level, Purpose, Word

HIKARI = House("ひかりケア", "hikari_care", "ひかりケア サポート")
WORDS = (
    *STARTER,
    Word("HK[0-9]{8}", Purpose.NUMBER, Level.STOP, is_pattern=True),
    Word("0120-444-113", Purpose.ALLOWED),
    Word("@hikari-care.example", Purpose.ALLOWED),
    Word("東京都千代田区丸の内1-1-1 ひかりビル", Purpose.ALLOWED),
)
PUBLIC = About(
    private=False,
    customer_name="ゆうき＠在宅勤務",
    customer_handle="kakuu_yuuki",
    told=(
        "山田太郎と申します。携帯は090-1111-2222、契約番号はSP-99887766です",
        "ルーターのMACは00AA11BB22です。2026-11-27に届きました。12000円でした",
    ),
    agent_name="佐藤",
    colleagues=("佐藤", "田中", "高橋"),
    account=HIKARI,
    other_accounts=(House("ひかりテレビ", "hikari_tv"), House("ひかりケア法人", "hikari_biz")),
    taking_part=frozenset({"kakuu_yuuki", "friend_a"}),
    words=WORDS,
)
PRIVATE = About(**{**PUBLIC.__dict__, "private": True})


def said(text, about=PUBLIC):
    return [(it.kind, it.level.value, text[it.start : it.end]) for it in guard.read(text, about)]


@pytest.mark.parametrize(
    ("text", "public", "private"),
    [
        ("080-1234-5678へ", ("phone", "stop"), ("phone", "hint")),
        ("03-1234-5678へ", ("landline", "reason"), ("landline", "hint")),
        ("0120-123-456へ", ("toll_free", "hint"), ("toll_free", "hint")),
        ("a@example.jpへ", ("mail", "reason"), ("mail", "hint")),
        ("〒100-0001", ("postal", "reason"), ("postal", "hint")),
        ("渋谷区神南1-2-3", ("address", "reason"), ("address", "hint")),
        ("4111111111111111", ("card", "stop"), ("card", "reason")),
        ("123456789018", ("my_number", "stop"), ("my_number", "reason")),
        ("HK12345678です", ("own_number", "stop"), ("own_number", "hint")),
        ("０９０１１１１２２２２に", ("told", "stop"), ("phone", "hint")),
        ("SP99887766を確認", ("told", "stop"), None),
        ("00aa11bb22を確認", ("told", "stop"), None),
        ("山田 太郎様、", ("real_name", "stop"), None),
        ("山田様、ありがとう", ("real_name", "stop"), None),
        ("契約者の山田太郎さんの", ("real_name", "stop"), None),
        ("田中様、ありがとう", ("other_name", "reason"), ("other_name", "reason")),
        ("ゆうきの件ですが", ("honorific", "hint"), ("honorific", "hint")),
        ("Hi ゆうき, 設定を開いてください", ("honorific", "hint"), ("honorific", "hint")),
        ("@stranger さんにも", ("mention", "reason"), ("mention", "hint")),
        ("担当の田中です。", ("colleague", "reason"), ("colleague", "reason")),
        ("ひかりテレビのサイトで", ("account", "hint"), ("account", "hint")),
        ("ひかりテレビの佐藤です", ("wrong_account", "reason"), ("wrong_account", "reason")),
        ("ひかりケア法人です", ("wrong_account", "reason"), ("wrong_account", "reason")),
        ("〇〇日までに", ("leftover", "reason"), ("leftover", "reason")),
        ("[お名前]へ", ("leftover", "reason"), ("leftover", "reason")),
        ("XXX円です", ("leftover", "reason"), ("leftover", "reason")),
        ("＊＊＊です", ("leftover", "reason"), ("leftover", "reason")),
        ("ここに日付を入れる", ("leftover", "reason"), ("leftover", "reason")),
        ("お電話番号を教えてください", ("asks", "reason"), None),
        ("必ず直ります", ("negative", "reason"), ("negative", "reason")),
        ("クレーマー", ("internal", "stop"), ("internal", "stop")),
    ],
)
def test_what_is_asked_in_public_and_in_a_direct_message(text, public, private):
    for about, expected in ((PUBLIC, public), (PRIVATE, private)):
        kinds = [it[:2] for it in said(text, about)]
        assert kinds == ([expected] if expected else [])


@pytest.mark.parametrize(
    "text",
    [
        "ゆうき様、ご連絡ありがとうございます。",
        "ゆうきさん、ありがとうございます。",
        "Hi ゆうき, please turn the router off and on again.",
        "您好 ゆうき，请重新启动路由器。",
        "@kakuu_yuuki ゆうき＠在宅勤務様\nご連絡ありがとうございます。",
        "お客様、皆様、お疲れ様、この仕様、同様、業者様、ご家族様、",
        "お問い合わせは0120-444-113、support@hikari-care.exampleへ",
        "〒がなくても、東京都千代田区丸の内1-1-1です",
        "ひかりケアの佐藤です。佐藤がご案内します。",
        "@friend_a 様にもご案内します。",
        "@hikari_tv でもご案内しています。"[:0],
        "お電話番号をDMでお知らせください。",
        "お電話番号は公開の投稿にお書きにならないようお願いいたします。",
        "DMでご連絡ください。お名前とお電話番号をお知らせいただけますか。",
        "こちらに番号を入力してください。",
        "「お名前」の欄、（番号）は裏面にあります。",
        "2026-11-27のお届け、12000円です。",
        "料金は12,800円、受付は10:00–18:00です。",
        "ﾌﾞﾗｳｻﾞを開き直してください…！ OK？",
        "",
    ],
)
def test_an_ordinary_answer_is_not_talked_about(text):
    assert said(text) == []


def test_the_shipped_answers_pass():
    """A prepared answer that asks for a reason each time would teach agents to give any."""
    for reply in Shelf(Path("canned_replies")).replies:
        about = About(private=reply.channel == "dm", account=HIKARI, words=STARTER)
        for text in reply.texts:
            loud = [it for it in guard.read(text, about) if it.level is not Level.HINT]
            assert [text[it.start : it.end] for it in loud if text[it.start] != "{"] == [], reply.id


def test_a_name_on_the_public_profile_is_no_secret():
    about = About(**{**PUBLIC.__dict__, "customer_name": "山田太郎"})
    assert said("山田太郎様、ありがとうございます", about) == []


def test_of_two_findings_in_one_place_the_one_that_asks_more_is_told():
    words = (Word("電話"), Word("電話番号", level=Level.STOP))
    assert said("電話番号", About(private=False, words=words)) == [("negative", "stop", "電話番号")]


def test_findings_that_say_the_same_are_one_line_the_loudest_first():
    text = "〇〇と080-1234-5678と090-1234-5678"
    lines = grouped(guard.read(text, PUBLIC))
    assert [(first.kind, len(same)) for first, same in lines] == [("phone", 2), ("leftover", 1)]


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("山田太郎と申します", ("山田太郎",)),
        ("氏名：山田 花子\n電話は", ("山田 花子",)),
        ("契約者名は佐藤花子です", ("佐藤花子",)),
        ("ヤマダ タロウといいます", ("ヤマダ タロウ",)),
        ("名義変更をしたい。名前が出ません", ()),
    ],
)
def test_the_names_a_customer_gives(message, names):
    assert told_by((message,), ()).names == names


def test_a_direct_message_asks_no_more_than_a_public_post():
    order = list(Level)
    assert all(order.index(private) >= order.index(public) for public, private, _ in ASKS.values())


PIECES = st.sampled_from(
    ["ゆうき", "様", "さん", "、", "\n", " ", "山田", "太郎", "と申します", "〇〇", "{", "}",
     "[", "]", "@", "a", "9", "-", "090", "HK", "12345678", "に", "お電話番号を", "教えて", "DM",
     "。",      "ひかりテレビ", "の", "です", "\u200b", "\u0000", "ﾞ", "🌸", "^"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=50).map("".join), st.text(max_size=40), st.booleans())
def test_it_never_raises_and_points_into_the_text(text, told, private):
    about = About(**{**PUBLIC.__dict__, "private": private, "told": (told, *PUBLIC.told)})
    found = guard.read(text, about)
    assert all(0 <= it.start < it.end <= len(text) for it in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


HARD = [
    "0", "0-", "a", "a@", "a.", "都", "東京都", "市あ", "1 ", "{", "[", "様", "〇", "@a", "〒",
    "お電話番号を",     "\n", "https://", "名前は", "ひかりテレビ",
]  # fmt: skip


@pytest.mark.parametrize("piece", HARD)
def test_the_longest_text_of_one_piece_is_read_to_its_end(piece):
    """Ten thousand letters of whatever a pattern might stumble over; a slow one never ends here."""
    text = (piece * 10_000)[:10_000]
    about = About(**{**PUBLIC.__dict__, "told": (text[:3_000],)})
    assert isinstance(guard.read(text, about), list)
