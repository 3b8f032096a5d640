"""How much in trouble the author of a post is, and what is said about it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from support.outreach.trouble import Words, judge, learn
from tests.outreach.labelled import AGE, TELECOM

NOW, LONG_AGO = timedelta(minutes=10), timedelta(days=5)


def judged(text, *, words=TELECOM, age=AGE, followers=None, learned=None):
    return judge(text, words=words, age=age, followers=followers, learned=learned)


def kinds(trouble):
    return {reason.kind for reason in trouble.reasons}


def shown(text, kind, **how):
    """The pieces of the post a reason marks."""
    return [
        text[start:end]
        for reason in judged(text, **how).reasons
        if reason.kind == kind
        for start, end in reason.spans
    ]


@pytest.mark.parametrize(
    "text",
    [
        "ひかり回線、もう3日つながらない",
        "ひかり回線おっっっそ",
        "ﾋｶﾘ回線ﾂﾅｶﾞﾗﾝ",
        "光ケアに二重請求されてる",
        "ひかり回線　繋がらへんねんけど",
        "ひかり回線つながらなーーーい😭",
        "ひかりアプリにログインできません",
    ],
)
def test_who_says_that_our_product_fails_is_in_trouble(text):
    assert judged(text, age=NOW).level == "high"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ひかり回線つながらないわけではない", "denied"),
        ("ひかり回線遅くないよ", "denied"),
        ("ひかり回線、夜も重くならない", "denied"),
        ("ひかり回線一度も落ちたことない", "denied"),
        ("ひかり回線つながらなかったけどもう直った", "solved"),
        ("ひかり回線、さっき復旧した", "solved"),
        ("あおぞら光つながらない、ひかり回線に変えようかな", "of_rival"),
        ("友達のひかり回線が遅いらしい", "of_others"),
        ("ひかり回線つながらない人は再起動してみて", "of_others"),
        ("【速報】ひかり回線で通信障害 https://news.example", "news"),
        ("遅い、つながらない…お悩みはありませんか？ひかり回線のお申し込みはこちら", "advert"),
        ("【フォロー&RT】困ってる人にひかりルーターが当たる！", "giveaway"),
        ("【自動】ひかり回線 つながらない報告 0件", "bot"),
        ("昔ひかり回線が遅くて大変だった", "past"),
        ("ひかり回線って遅いの？検討中", "if"),
        ("ひかり回線より俺の返信の方が遅い", "joke"),
        ("ひかり回線、爆速で快適", "praise"),
    ],
)
def test_who_is_not_in_trouble_scores_low_and_reads_why(text, kind):
    trouble = judged(text)
    assert trouble.level == "low"
    assert kind in kinds(trouble)


@pytest.mark.parametrize(
    "text",
    [
        "ひかり回線遅くない？",
        "ひかり回線、直ったと思ったらまた切れた",
        "ひかり回線、復旧したってお知らせ出てるけどまだつながらない",
        "素晴らしいですねひかり回線、また圏外ですよ👏",
        "ひかり回線のネットが再起動しても復活しない、つながらない",
        "ひかり回線復活！と思ったらまたつながらない",
        "友達と通話中にひかり回線切れた",
    ],
)
def test_what_sounds_like_no_trouble_may_be_trouble(text):
    assert judged(text).level == "high"


def test_praise_with_a_laugh_is_sarcasm():
    trouble = judged("さすが神回線のひかり回線さん(笑)")
    assert trouble.level != "low"
    assert "sarcastic" in kinds(trouble)
    assert "praise" not in kinds(trouble)


def test_a_competitor_of_whom_the_trouble_is_keeps_the_post_low_although_we_are_named():
    ours = judged("つばめネットからひかり回線に変えたのにつながらない")
    theirs = judged("ひかり回線に変えたい、つばめネットがつながらない")
    assert ours.level == "high"
    assert theirs.level == "low"
    assert shown("つばめネットがつながらない", "rival") == ["つばめネット"]


def test_a_competitor_whose_name_holds_ours_is_not_us():
    words = Words(products=("ひかり",), competitors=("あおぞらひかり",))
    assert judged("あおぞらひかりつながらない", words=words).level == "low"
    assert judged("ひかりつながらない", words=words).level == "high"


def test_without_a_product_word_nothing_is_high():
    text = "もう3日つながらない！至急助けて！まじで最悪"
    assert judged(text, age=NOW, followers=1_000_000).level == "low"
    assert "no_product" in kinds(judged(text))


def test_a_product_word_nobody_listed_in_this_spelling_is_guessed():
    text = "ひかりルータがつながらない"
    assert shown(text, "guessed") == ["ひかりルータ"]
    assert judged(text).level != "low"


def test_a_slip_of_the_finger_in_a_phrasing_is_forgiven():
    text = "ひかり回線インターネトなし"
    assert shown(text, "outage")


def test_what_lacks_a_kanji_of_a_phrasing_is_no_slip():
    assert judged("ひかり回線の合宿に行こうと思ってるんですが").level == "low"


def test_a_slip_never_turns_yes_into_no():
    assert judged("ひかりアプリにログインできた").level == "low"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("もう3日", "lasting"),
        ("至急", "urgent"),
        ("誰か助けて", "asks"),
        ("再起動しても", "tried"),
        ("😡", "feeling"),
    ],
)
def test_what_lasts_or_presses_scores_more(more, kind):
    plain, pressing = judged("ひかり回線が重い"), judged(f"ひかり回線が重い {more}")
    assert pressing.score > plain.score
    assert kind in kinds(pressing) - kinds(plain)


def test_a_young_post_scores_more_than_an_old_one():
    text = "ひかり回線つながらない"
    scores = [judged(text, age=timedelta(hours=hours)).score for hours in (1, 10, 20, 40, 100)]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1] + 20


def test_reach_adds_a_little_and_never_makes_trouble():
    text = "ひかり回線つながらない"
    few, many = judged(text, followers=10), judged(text, followers=50_000)
    assert 0 < many.score - few.score <= 5
    assert judged(text, followers=None).score == few.score
    assert judged("今日はひかり回線の工事の日", followers=9_000_000).level == "low"


def test_without_words_of_trouble_nothing_leaves_low():
    text = "今日はひかり回線の工事の日"
    learned = learn([(text, True)] * 50 + [("ひかり回線の歌を聞く", False)] * 50)
    trouble = judged(text, age=NOW, followers=9_000_000, learned=learned)
    assert {"approved_before", "no_trouble"} <= kinds(trouble)
    assert trouble.level == "low"


def test_reasons_mark_the_words_of_the_post_as_they_were_written():
    text = "😭ﾋｶﾘ回線、もう３日ﾂﾅｶﾞﾗﾝ"
    assert shown(text, "product") == ["ﾋｶﾘ回線"]
    assert shown(text, "outage") == ["ﾂﾅｶﾞﾗﾝ"]
    assert shown(text, "lasting") == ["もう３日"]


def test_what_is_drawn_out_is_marked_to_its_end():
    assert shown("ひかり回線遅っっっ", "slow") == ["遅っっっ"]


def test_an_address_is_not_read():
    assert shown("ひかり回線 https://example.com/error/down", "app") == []


def test_points_add_up_to_the_score():
    trouble = judged("さすがひかり回線、もう3日つながらない(笑) 至急直して", followers=2_000)
    assert trouble.score == min(100, sum(reason.points for reason in trouble.reasons))


def test_words_of_another_trade_are_enough_to_judge_its_posts():
    shop = replace(TELECOM, products=("まるよし便",), misspellings={}, competitors=())
    assert judged("まるよし便が届かない", words=shop).level == "high"
    assert judged("まるよし便が届かない").level == "low"


def test_trouble_said_once_and_early_weighs_less():
    early = "切れたひかり回線の契約書を押し入れに片付けました"
    last = "押し入れの契約書のひかり回線が切れた"
    assert "passing" in {reason.kind for reason in judged(early).reasons}
    assert "passing" not in {reason.kind for reason in judged(last).reasons}
    assert judged(early).score < judged(last).score
