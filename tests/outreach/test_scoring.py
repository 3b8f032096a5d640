"""The score that is kept is the one the rules give, with the words and decisions of the account."""

from datetime import timedelta

import pytest

from support.lexicon import naming
from support.lexicon.words import Purpose
from support.outreach import contacting, reckoning, scoring
from support.outreach.scoring import MOST_LESSONS, lessons, scale
from tests.fakes import THURSDAY
from tests.outreach.hearing_aids import Searched, found, make, stranger, switch, turn
from tests.outreach.people import found as prospect


@pytest.fixture
def made(session, cast):
    switch(session, cast)
    for purpose, text in ((Purpose.PRODUCT, "ひかり回線"), (Purpose.SENSITIVE, "赤ランプ")):
        naming.add_word(session, purpose, text, "", None, by=cast.hikaru, now=THURSDAY)
    return make(session, cast)


def decided(session, cast, number, text, *, reason=""):
    it = prospect(session, cast.account, now=THURSDAY, author=f"93{number:08}", text=text)
    it.state = "skipped" if reason else "approved"
    it.skip_reason, it.decided_by_id = reason, cast.misaki.id
    it.decided_at = THURSDAY + timedelta(seconds=number)
    session.flush()
    return it


def test_what_is_kept_at_finding_is_what_the_rule_says(session, cast, made):
    texts = ("ひかり回線がつながらない。困った", "ひかり回線はいいね", "今日は晴れ")
    judging = scale(session, made.account)
    turn(session, made, Searched([stranger(n, text=text) for n, text in enumerate(texts, 1)]))
    kept = found(session)
    assert len(kept) == 3
    for it in kept:
        trouble = judging.judge(it.text, it.found_at - it.posted_at, it.followers)
        assert (it.score, it.phrase) == (trouble.score, trouble.phrase)
    assert {it.text: it.phrase for it in kept}[texts[0]] == "つながらない"


def test_our_own_names_are_among_the_products_and_sensitive_words_are_not(session, cast, made):
    words = scoring.words_of(session, made.account)
    assert {"ひかり回線", "@hikari_care", made.account.name} <= set(words.products)
    assert "赤ランプ" not in (*words.products, *words.misspellings, *words.competitors)


def test_decisions_of_this_account_teach_and_delicate_or_emptied_ones_do_not(session, cast, made):
    decided(session, cast, 1, "一番目")
    decided(session, cast, 2, "二番目", reason="joke")
    decided(session, cast, 3, "三番目", reason="delicate")
    decided(session, cast, 4, "四番目", reason="opted_out")
    decided(session, cast, 5, "", reason="joke").emptied_at = THURSDAY
    prospect(session, cast.account, now=THURSDAY, author="9300000009", text="まだ")
    session.flush()
    account_id = made.account_id
    assert lessons(session, account_id) == [("二番目", False), ("一番目", True)]
    assert lessons(session, account_id + 1) == []


def test_what_was_skipped_again_and_again_scores_lower(session, cast, made):
    text = "ひかり回線の広告がつながらない冗談"
    before = scale(session, made.account).judge(text, timedelta(hours=1), None)
    for number in range(8):
        decided(session, cast, number, text, reason="joke")
        decided(session, cast, 100 + number, f"請求が高くて困る{number}")
    after = scale(session, made.account).judge(text, timedelta(hours=1), None)
    assert after.score < before.score
    assert "skipped_before" in {it.kind for it in after.reasons}


def test_only_so_many_decisions_are_learned_from(session, cast, made, monkeypatch):
    assert MOST_LESSONS <= 1000
    monkeypatch.setattr(scoring, "MOST_LESSONS", 2)
    for number in range(4):
        decided(session, cast, number, f"{number}番")
    assert [text for text, _ in lessons(session, made.account_id)] == ["3番", "2番"]


def test_the_desk_skips_and_the_score_learns(session, cast, made, clock):
    it = prospect(session, cast.account, now=THURSDAY, text="冗談です")
    contacting.skip(session, it, "joke", by=cast.misaki, now=clock())
    assert lessons(session, made.account_id) == [("冗談です", False)]


def test_results_are_counted_by_what_people_chiefly_said(session, cast, made, clock):
    texts = ("ひかり回線がつながらない", "つながらない。ひかり回線め", "今日は晴れ")
    turn(session, made, Searched([stranger(n, text=text) for n, text in enumerate(texts, 1)]))
    one = found(session)[0]
    contacting.never(session, one, "お電話で", by=cast.misaki, now=clock())
    day = timedelta(days=1)
    (line,) = reckoning.by_phrase(session, THURSDAY - day, THURSDAY + day).lines
    assert (line.name, line.tally.found) == ("つながらない", 2)
    assert line.tally.opted_out == 0, "nothing of ours was put before them"
