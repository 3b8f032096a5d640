"""What is stored of counts is what the rule says of the messages, however those came."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, true

from support.incidents import counting, tuning
from support.incidents.counting import counted as rule
from support.incidents.spike_records import SpikeCount, SpikeWatch
from support.incidents.usual import SLOT, slot_of
from support.incidents.vocabulary import Key, Watched, vocabulary
from support.lexicon import naming
from support.lexicon.words import Purpose
from support.tickets import marking
from support.tickets.records import Ticket
from tests.incidents.conftest import NOON


def stored(session):
    found = session.scalars(select(SpikeCount))
    return {(it.account_id, Key(it.kind, it.word), it.slot_at): it.people for it in found}


def by_the_rule(session):
    words = tuning.vocabulary_in_force(session)
    return dict(rule(counting.hear(session, words, true())))


def test_counts_are_what_the_rule_says_after_filling_arrivals_and_late_ones(session, town, counted):
    for day in range(1, 20, 3):
        town.says("つながらないです", NOON - timedelta(days=day, minutes=day))
    session.commit()
    counted(NOON)
    assert stored(session) == by_the_rule(session) != {}

    for minute in range(40):
        town.says("圏外のままです", NOON + timedelta(minutes=minute))
    late = NOON - timedelta(days=2)
    town.says("エラーが出ます", late, received_at=NOON + timedelta(minutes=39))
    session.commit()
    counted(NOON + timedelta(minutes=40))
    assert stored(session) == by_the_rule(session)
    assert stored(session)[1, Key("trouble", "エラー"), slot_of(late)] == 1


def test_a_tag_counts_where_its_messages_were_written(session, town, cast, counted):
    message = town.says("届きません", NOON - timedelta(days=3))
    session.commit()
    counted(NOON)
    ticket = session.get_one(Ticket, message.ticket_id)
    marking.tag(session, ticket, "配送", by=cast.ken, now=NOON + timedelta(minutes=1))
    session.commit()
    counted(NOON + timedelta(minutes=2))
    assert stored(session)[1, Key("tag", "配送"), slot_of(message.posted_at)] == 1
    marking.untag(session, ticket, "配送", by=cast.ken, now=NOON + timedelta(minutes=3))
    session.commit()
    counted(NOON + timedelta(minutes=4))
    assert stored(session) == by_the_rule(session)
    assert not any(key.kind == "tag" for _account, key, _slot in stored(session))


def test_an_edit_counts_anew(session, town, counted):
    message = town.says("つながらないです", NOON)
    session.commit()
    counted(NOON + timedelta(minutes=5))
    message.text, message.edited_at = "なおりました", NOON + timedelta(minutes=6)
    session.commit()
    counted(NOON + timedelta(minutes=7))
    assert stored(session) == by_the_rule(session)
    assert (1, Key("trouble", "つながらない"), slot_of(NOON)) not in stored(session)


def test_a_new_word_is_counted_in_what_was_before(session, town, cast, counted):
    town.says("ひかりTVが映らない", NOON - timedelta(days=10))
    session.commit()
    counted(NOON)
    naming.add_word(session, Purpose.PRODUCT, "ひかりTV", "", None, by=cast.ryo, now=NOON)
    session.commit()
    counted(NOON + timedelta(minutes=1))
    assert stored(session) == by_the_rule(session)
    assert any(key.word == "ひかりTV" for _account, key, _slot in stored(session))


def test_a_misspelling_counts_as_the_product_it_means(session, town, cast, counted):
    by = {"by": cast.ryo, "now": NOON}
    naming.add_word(session, Purpose.PRODUCT, "ひかりTV", "", cast.account.id, **by)
    naming.add_word(session, Purpose.MISSPELLING, "ぴかりTV", "ひかりTV", None, **by)
    naming.add_word(session, Purpose.COMPETITOR, "あおぞら光", "", None, **by)
    town.says("ぴかりTVもあおぞら光も映らない", NOON)
    session.commit()
    counted(NOON + timedelta(minutes=5))
    named = {key.word for _account, key, _slot in stored(session) if key.kind == "product"}
    assert named == {"ひかりTV"}


def test_somebody_who_writes_ten_times_is_one(session, town, counted):
    first = town.says("つながらないです", NOON)
    for minute in range(1, 10):
        town.says(
            "繋がらないです", NOON + timedelta(minutes=minute), by=first.conversation.customer
        )
    session.commit()
    counted(NOON + timedelta(minutes=10))
    assert stored(session)[1, Key("trouble", "つながらない"), slot_of(NOON)] == 1


def test_what_was_not_committed_in_order_is_counted_later(session, town, counted):
    """A message with a lower number may be seen after one with a higher."""
    town.says("圏外です", NOON)
    session.commit()
    counted(NOON + timedelta(seconds=30))
    assert session.get_one(SpikeWatch, 1).seen_message_id == 0, "it may not be settled yet"
    counted(NOON + timedelta(minutes=5))
    assert session.get_one(SpikeWatch, 1).seen_message_id == 1


def test_two_looks_at_the_same_moment_change_nothing(session, town, counted):
    town.outage(NOON, 12)
    counted(NOON + timedelta(minutes=10))
    before = stored(session)
    counted(NOON + timedelta(minutes=10))
    assert stored(session) == before


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=30))
def test_runs_cover_all_slots_and_no_more_than_whole_ones(numbers):
    slots = {NOON + SLOT * n for n in numbers}
    runs = list(counting._runs(slots))
    covered = [begin + SLOT * n for begin, end in runs for n in range((end - begin) // SLOT)]
    assert sorted(slots) == covered


WORDS = vocabulary([Watched("product", ("ひかりテレビ", "光テレビ"))])


def keys(text, tags=()):
    return {f"{it.kind}:{it.word}" for it in WORDS.keys(text, tags)} - {"all:"}


def test_spellings_are_one_word_and_trouble_is_asked_for_with_the_rest():
    for text in ("繋がらない…", "ツナガラナイ", "ぜんぜんつながりません"):
        assert keys(text) == {"trouble:つながらない", "any:"}
    assert keys("光テレビが大好き") == set()
    assert keys("光テレビが見られないです") == {"trouble:見れない", "product:ひかりテレビ", "any:"}
    assert keys("札幌です。圏外です") == {"trouble:圏外", "region:札幌", "any:"}
    assert keys("解約の電話", ["解約"]) == set()
    assert keys("電話が通じない", ["電話"]) == {"trouble:不通", "tag:電話", "any:"}
    assert keys("ログイン出来ない") == {"trouble:ログインできない", "any:"}, "not: 来ない"


def test_politeness_in_the_negative_is_no_trouble():
    for text in (
        "すみません、教えてください",
        "申し訳ありません",
        "問題ないです",
        "教えていただけませんか",
    ):
        assert keys(text) == set(), text
    assert keys("設定の意味がわからない") == {"any:"}


def test_places_are_no_names_of_people_and_tokyo_is_not_kyoto():
    assert keys("福井さんが対応してくれない") == {"any:"}
    assert keys("東京都ですが使えません") == {"trouble:使えない", "region:東京", "any:"}
    assert keys("大分よくなったが遅い") == {"trouble:遅い", "any:"}
