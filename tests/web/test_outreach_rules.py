"""Outreach is switched on after X's words were read, off at once; its manners are versions."""

import pytest
from sqlalchemy import select

from support.audit.records import AuditEntry
from support.outreach.policy import LIMITS, Policy
from support.outreach.records import OutreachPolicy, OutreachSwitch
from support.outreach.switching import is_on, policy_in_force
from support.x.uninvited import SENTENCE
from tests.web.forms import Browser

PAGE = "/settings/outreach"
USUAL = {name: str(limit.usual) for name, limit in LIMITS.items()}


@pytest.fixture
def admin(cast, signed_in, session):
    return Browser(signed_in(cast.hikaru))


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


def save(browser, status=200, **more):
    fields = {**USUAL, "hours": "account", "subjects": sorted(Policy().subjects), "words": ""}
    return browser.post(PAGE, status, **{**fields, **more})


def all_of(session, kind):
    session.rollback()
    return list(session.scalars(select(kind).order_by(kind.id)))


def test_it_is_off_until_an_administrator_says_that_the_words_of_x_were_read(session, admin):
    page = admin.get(PAGE)
    assert all(words in page for words in (*SENTENCE.words, "2026-07-24", SENTENCE.address))
    for typed in ("", "はい", "読みましたか"):
        refused = admin.post(f"{PAGE}/on", 422, typed=typed)
        assert "「読みました」と入力してください" in refused
        assert f'value="{typed}"' in refused
    assert not is_on(session)
    admin.post(f"{PAGE}/on", typed=" 「読みました」")
    switch = all_of(session, OutreachSwitch)[-1]
    assert switch.is_on
    assert SENTENCE.words[1] in switch.sentence
    assert "2026-07-24" in switch.sentence
    assert switch.agent.email.startswith("hikaru")
    assert is_on(session)
    page = admin.get(PAGE)
    assert "お声がけをオフにする" in page
    assert 'name="typed"' not in page
    admin.post(f"{PAGE}/on", typed="読みました")
    assert len(all_of(session, OutreachSwitch)) == 1, "twice is once"


def test_a_lead_switches_off_with_a_reason_and_not_on(session, admin, lead, cast):
    assert 'name="typed"' not in lead.get(PAGE)
    lead.post(f"{PAGE}/on", 403, typed="読みました")
    admin.post(f"{PAGE}/on", typed="読みました")
    assert "理由を入力してください" in lead.post(f"{PAGE}/off", 422, reason=" ")
    long = "長" * 201
    assert long in lead.post(f"{PAGE}/off", 422, reason=long), "nothing typed is lost"
    assert "苦情が続いたため" in lead.post(f"{PAGE}/off", reason="苦情が続いたため")
    assert not is_on(session)
    switch = all_of(session, OutreachSwitch)[-1]
    assert (switch.agent_id, switch.reason) == (cast.ryo.id, "苦情が続いたため")
    deeds = [it.deed for it in all_of(session, AuditEntry) if it.deed.startswith("outreach")]
    assert deeds == ["outreach_on", "outreach_off"]


def test_manners_are_saved_as_versions_that_say_who_changed_what(session, admin, cast):
    save(admin, cool_down_days="９０", words="係争中\n 係争中 \n特別 調査", by_api="1")
    policy = policy_in_force(session)
    assert (policy.cool_down_days, policy.words, policy.by_api) == (
        90,
        ("係争中", "特別 調査"),
        True,
    )
    save(
        admin,
        cool_down_days="90",
        words="係争中\n特別 調査",
        by_api="1",
        hours="own",
        **{
            "day-0": "10:00-12:00、13時",
            "day-1": "9:00–17:00",
        },
        status=422,
    )
    save(
        admin,
        cool_down_days="90",
        words="係争中\n特別 調査",
        by_api="1",
        hours="own",
        **{
            "day-0": "10:00-12:00",
            "day-1": "9:00–17:00",
        },
    )
    assert policy_in_force(session).own_hours == {
        0: [("10:00", "12:00")],
        1: [("09:00", "17:00")],
    }
    assert [it.made_by_id for it in all_of(session, OutreachPolicy)] == [cast.hikaru.id] * 2
    page = admin.get(PAGE)
    assert "30 日間 → 90 日間" in page
    assert "月曜 10:00–12:00 火曜 9:00–17:00" in page
    save(
        admin,
        cool_down_days="90",
        words="係争中\n特別 調査",
        by_api="1",
        hours="own",
        **{
            "day-0": "10:00-12:00",
            "day-1": "9:00–17:00",
        },
    )
    assert len(all_of(session, OutreachPolicy)) == 2, "the same again is no version"


WRONG = {
    "no number": ({"agent_day": "たくさん"}, "1から200までの数字を入力してください。"),
    "none": ({"cool_down_days": "0"}, "1から365までの数字を入力してください。"),
    "too old": ({"oldest_hours": "169"}, "1から168までの数字を入力してください。"),
    "never": ({"hours": "own"}, "1日も開いていません。"),
    "no time": ({"hours": "own", "day-2": "昼から"}, "9:00–18:00"),
    "backwards": ({"hours": "own", "day-2": "18:00-9:00"}, "終了が開始より前です。"),
    "short": ({"words": "あ"}, "2〜40文字で入力してください。"),
    "no subject": ({"subjects": ["weather"]}, "避ける話題を一覧から選んでください。"),
}


@pytest.mark.parametrize(("fields", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_meant_is_said_and_what_was_typed_stays(session, admin, fields, words):
    page = save(admin, 422, account_hour="7", **fields)
    assert words in page
    assert 'value="7"' in page
    assert all(f'value="{it}"' in page for it in fields.values() if it in ("たくさん", "昼から"))
    assert all_of(session, OutreachPolicy) == []


def test_agents_read_what_holds_and_change_nothing(admin, lead, misaki):
    agent = Browser(misaki)
    assert "お声がけはオフです" in agent.get("/outreach/manners")
    admin.post(f"{PAGE}/on", typed="読みました")
    save(admin, agent_day="12", subjects=["death", "minors"])
    page = agent.get("/outreach/manners")
    assert "お声がけはオフです" not in page
    assert "12 人" in page
    assert "死・弔い、未成年" in page
    assert "設定を見る" not in page
    assert "設定を見る" in lead.get("/outreach/manners")
    agent.get(PAGE, 403)
    save(lead, 403)
    assert "disabled" in lead.get(PAGE)
