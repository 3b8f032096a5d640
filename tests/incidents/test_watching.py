"""From messages to a proposal: one alarm for one event, and what leads decided holds."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from support.errors import Refused
from support.incidents import raising, tuning, watching
from support.incidents.records import Incident
from support.incidents.spike_records import Spike, SpikeRule
from support.incidents.vocabulary import Key
from support.x.records import Account
from tests.incidents.conftest import NOON

MINUTE = timedelta(minutes=1)


@pytest.fixture
def watch(session, counted):
    """Looks as the job does, until nothing is left to count; returns what is to be decided."""

    def look(now):
        counted(now)
        watching.watch(session, now)
        session.commit()
        return watching.open_spikes(session, now)

    return look


def spikes(session):
    return list(session.scalars(select(Spike).order_by(Spike.id)))


def test_an_outage_is_one_proposal_with_its_words_and_posts(session, town, watch):
    town.everyday(NOON)
    assert watch(NOON) == []
    said = town.outage(NOON, 14) + town.outage(NOON + MINUTE, 6, "圏外のまま、札幌です")
    (spike,) = watch(NOON + 11 * MINUTE)
    assert (spike.kind, spike.word) == ("trouble", "つながらない")
    assert spike.people == 14
    assert ["trouble", "圏外"] in spike.words
    assert ["region", "札幌"] in spike.words
    assert spike.usual < 1
    assert NOON <= spike.begun_at <= NOON + 2 * MINUTE
    assert set(spike.examples) <= {it.id for it in said}
    assert len(spike.examples) == 3
    assert sum(spike.course["people"]) >= 14


def test_an_everyday_hour_raises_nothing(session, town, watch):
    town.everyday(NOON, a_slot=3)
    for number in range(12):
        town.says(
            "夜になると遅いです" if number % 3 == 0 else "請求の内訳は", NOON + number * MINUTE
        )
    session.commit()
    assert watch(NOON + 12 * MINUTE) == []


def test_what_goes_on_is_not_raised_again(session, town, watch):
    town.everyday(NOON)
    town.outage(NOON, 15)
    watch(NOON + 10 * MINUTE)
    for part in range(1, 5):
        town.outage(NOON + 10 * part * MINUTE, 15, "圏外です" if part % 2 else "繋がらない")
        watch(NOON + 10 * (part + 1) * MINUTE)
    assert len(spikes(session)) == 1


def test_it_ends_when_it_is_quiet_and_a_later_one_is_another(session, town, watch):
    town.everyday(NOON)
    town.outage(NOON, 15)
    watch(NOON + 10 * MINUTE)
    for minute in range(20, 75, 5):
        watch(NOON + minute * MINUTE)
    (spike,) = spikes(session)
    assert spike.ended_at is not None
    assert watching.open_spikes(session, spike.ended_at + 61 * MINUTE) == []
    later = NOON + timedelta(hours=1, minutes=50)
    town.outage(later, 15)
    assert len(watch(later + 10 * MINUTE)) == 1
    assert len(spikes(session)) == 2


def test_snoozed_it_is_silent_for_a_quarter_and_comes_back_if_it_goes_on(
    session, town, cast, watch
):
    town.everyday(NOON)
    town.outage(NOON, 15)
    (spike,) = watch(NOON + 10 * MINUTE)
    watching.snooze(session, spike, by=cast.ryo, now=NOON + 10 * MINUTE)
    session.commit()
    town.outage(NOON + 12 * MINUTE, 25, minutes=14)
    assert watch(NOON + 20 * MINUTE) == []
    assert watch(NOON + 26 * MINUTE) == [spike]
    assert spike.state == "open"


def test_dismissed_it_stays_away_unless_it_grows_threefold(session, town, cast, watch):
    town.everyday(NOON)
    town.outage(NOON, 12)
    (spike,) = watch(NOON + 10 * MINUTE)
    watching.dismiss(session, spike, by=cast.ryo, now=NOON + 10 * MINUTE)
    session.commit()
    town.outage(NOON + 10 * MINUTE, 10, minutes=8)
    assert watch(NOON + 19 * MINUTE) == []
    town.outage(NOON + 20 * MINUTE, 70, minutes=9)
    (again,) = watch(NOON + 30 * MINUTE)
    assert again.id != spike.id


def test_a_word_dismissed_twice_needs_twice_as_many_until_it_is_forgotten(
    session, town, cast, watch
):
    town.everyday(NOON)
    for days_ago in (3, 2):
        at = NOON - timedelta(days=days_ago)
        shown = {"kind": "trouble", "word": "つながらない", "words": [], "minutes": 15}
        counts = {"people": 9, "usual": 1, "peak": 9}
        times = {"begun_at": at, "seen_at": at, "ended_at": at}
        session.add(Spike(account_id=1, state="dismissed", **shown, **counts, **times))
    session.commit()
    key = Key("trouble", "つながらない")
    assert raising.dismissed(session, NOON)[key] == 2
    town.outage(NOON, 12)
    watch(NOON + 10 * MINUTE)
    assert key not in {it for spike in spikes(session)[2:] for it in raising.keys_of(spike)[:1]}
    tuning.unlearn(session, key)
    assert key not in raising.dismissed(session, NOON)


def test_who_decides_second_is_told_who_was_first(session, town, cast, watch):
    town.everyday(NOON)
    town.outage(NOON, 15)
    (spike,) = watch(NOON + 10 * MINUTE)
    watching.dismiss(session, spike, by=cast.ryo, now=NOON + 11 * MINUTE)
    session.commit()
    with pytest.raises(Refused) as refused:
        watching.snooze(session, spike, by=cast.hikaru, now=NOON + 12 * MINUTE)
    assert refused.value.values == {"who": "高橋 亮"}


def incident(cast, **more):
    return Incident(
        account_id=cast.account.id, title="通信障害", area="", state="investigating", tags=[],
        begun_at=NOON, opened_at=NOON, opened_by_id=cast.ryo.id, **more,
    )  # fmt: skip


def test_taken_it_leads_to_its_incident_and_is_not_proposed(session, town, cast, watch):
    town.everyday(NOON)
    town.outage(NOON, 15)
    (spike,) = watch(NOON + 10 * MINUTE)
    made = incident(cast, words=["つながらない"])
    session.add(made)
    session.flush()
    watching.taken(session, spike, made, by=cast.ryo, now=NOON + 11 * MINUTE)
    session.commit()
    town.outage(NOON + 11 * MINUTE, 60, minutes=8)
    assert watch(NOON + 20 * MINUTE) == []
    assert spike.incident_id == made.id
    assert len(spikes(session)) == 1


def test_an_incident_that_is_open_already_is_not_proposed(session, town, cast, watch):
    town.everyday(NOON)
    session.add(incident(cast, words=["つながらない"]))
    town.outage(NOON, 15)
    assert watch(NOON + 10 * MINUTE) == []


def test_a_word_nobody_thought_of_is_found_by_itself(session, town, watch):
    town.everyday(NOON)
    town.outage(NOON, 13, "青紫ランプが点滅して何もできません")
    (spike,) = watch(NOON + 10 * MINUTE)
    words = {word for kind, word in spike.words if kind == "found"}
    assert any("ランプ" in word or "青紫" in word for word in words), spike.words
    assert spike.kind == "found"


def test_a_much_used_phrase_without_trouble_is_nothing(session, town, watch):
    town.everyday(NOON)
    town.outage(NOON, 40, "夏祭りキャンペーンに応募しました！当たりますように")
    assert watch(NOON + 10 * MINUTE) == []


def test_people_of_direct_messages_count_and_are_not_shown(session, town, watch):
    town.everyday(NOON)
    public = town.outage(NOON, 5)
    town.outage(NOON, 10, channel="dm")
    (spike,) = watch(NOON + 10 * MINUTE)
    assert spike.people == 15
    assert set(spike.examples) <= {it.id for it in public}


def test_a_phrase_of_direct_messages_is_never_found(session, town, watch):
    town.everyday(NOON)
    town.outage(NOON, 13, "青紫ランプが点滅して何もできません", channel="dm")
    watch(NOON + 10 * MINUTE)
    assert not any(kind == "found" for spike in spikes(session) for kind, _word in spike.words)


def test_each_account_has_its_own(session, town, cast, watch):
    other = Account(
        x_id="7000000002",
        handle="hikari_home",
        name="ひかり個人",
        calendar_id=cast.account.calendar_id,
    )
    session.add(other)
    session.flush()
    town.everyday(NOON)
    town.outage(NOON, 15)
    (spike,) = watch(NOON + 10 * MINUTE)
    assert spike.account_id == cast.account.id


def test_a_desk_of_a_day_raises_nothing(session, town, watch):
    town.says("こんにちは", NOON - timedelta(hours=20))
    town.outage(NOON, 30)
    assert watch(NOON + 10 * MINUTE) == []


def test_switched_off_nothing_is_looked_for(session, town, cast, watch):
    town.everyday(NOON)
    session.add(SpikeRule(on=False, sensitivity="normal", made_by_id=cast.ryo.id, made_at=NOON))
    town.outage(NOON, 30)
    assert watch(NOON + 10 * MINUTE) == []


@pytest.mark.parametrize(("sensitivity", "people", "raised"), [
    ("keen", 7, 1), ("normal", 7, 0), ("calm", 12, 0), ("calm", 18, 1),
])  # fmt: skip
def test_sensitivity_says_how_many_it_takes(
    session, town, cast, watch, sensitivity, people, raised
):
    town.everyday(NOON)
    session.add(SpikeRule(on=True, sensitivity=sensitivity, made_by_id=cast.ryo.id, made_at=NOON))
    town.outage(NOON, people)
    assert len(watch(NOON + 10 * MINUTE)) == raised


def test_a_quiet_look_asks_few_questions(session, town, watch, asked_of_the_database):
    town.everyday(NOON, weeks=2)
    watch(NOON)
    with asked_of_the_database() as questions:
        watching.watch(session, NOON + MINUTE)
    assert len(questions) <= 16
    assert session.scalar(select(func.count(Spike.id))) == 0
