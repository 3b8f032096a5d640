"""A verdict opened up: in words, row by row, corrected by a lead; and the list behind a figure."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from support.reports.cells import Cell, behind
from support.reports.gathering import calendars_of, counted
from support.reports.periods import Choice, named
from support.sla.levels import Carry
from support.sla.records import Pause, promises_of
from support.terms import editing, placing
from support.terms.choosing import terms_for
from support.tickets import noting
from support.tickets.records import Team
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.web.forms import Browser

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
def lead(ryo):
    return Browser(ryo)


def jst(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


def promise(session, ticket, kind="first_reply"):
    return next(p for p in promises_of(session, ticket.id) if p.kind == kind)


def answered(session, cast, asked, at):
    ticket = customer_says(session, cast, post(at=asked))
    message = ticket.latest_message
    noting.note_reply_accepted(
        session, ticket, message, terms_for(session, ticket), at=at, agent=cast.misaki
    )
    session.commit()
    return ticket


def test_the_verdict_is_said_in_words(lead, session, cast):
    ticket = answered(session, cast, jst("2026-10-01 17:10"), jst("2026-10-02 09:41"))
    page = lead.get(f"/promises/{promise(session, ticket).id}")
    assert (
        "木 17:10 受付 → 金 9:00 まで時間外 → 金 9:41 返信 = 営業時間 1時間31分、目標 1時間" in page
    )
    assert "遅れて対応" in page


def test_a_holiday_is_named(lead, session, cast):
    ticket = answered(session, cast, jst("2026-09-18 17:30"), jst("2026-09-24 09:10"))
    page = lead.get(f"/promises/{promise(session, ticket).id}")
    assert "時間外（敬老の日・国民の休日・秋分の日）" in page


def test_what_kept_the_desk_closed_is_told_apart_row_by_row(lead, session, cast):
    ticket = answered(session, cast, jst("2026-09-18 17:30"), jst("2026-09-24 09:10"))
    page = lead.get(f"/promises/{promise(session, ticket).id}")
    rows = re.findall(r"<td>([^<]*)</td><td class=\"number\">", page)
    names = ["敬老の日", "国民の休日", "秋分の日"]
    assert rows == ["営業時間", "時間外", "定休日", *names, "時間外", "営業時間"]


def test_a_long_story_is_told_with_dates(lead, session, cast):
    ticket = answered(session, cast, jst("2026-09-24 10:00"), jst("2026-10-01 09:30"))
    page = lead.get(f"/promises/{promise(session, ticket).id}")
    assert "9月24日（木） 10:00 受付 → " in page
    assert "10月1日（木） 9:30 返信 = " in page


def test_hours_that_changed_on_the_way_and_what_changed_them_are_shown(lead, session, cast, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    editing.new_hours(
        session,
        "夜間",
        editing.Draft("Asia/Tokyo", {"3": [["14:00", "20:00"]]}),
        by=cast.hikaru,
        now=THURSDAY,
    )
    night = editing.calendar_in_force(session, "夜間")
    team = Team(name="夜間", calendar_id=night.id, made_at=THURSDAY)
    session.add(team)
    session.flush()
    placing.set_team(session, ticket, team, by=cast.ryo, now=THURSDAY + timedelta(minutes=20))
    session.commit()
    clock.forward(hours=5)
    page = lead.get(f"/promises/{promise(session, ticket).id}")
    assert "チームの変更" in page
    assert re.search(r"ひかりケア.*10:20 まで.*夜間", page, re.S)
    counted_by = re.findall(r"<td>(ひかりケア|夜間) <span", page)
    assert counted_by == ["ひかりケア", "夜間", "夜間"]


def test_a_lead_corrects_when_the_clock_stood_and_the_verdict_follows(lead, session, cast, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    clock.forward(hours=5)
    resolution = promise(session, ticket, "resolution")
    before = resolution.due_at
    address = f"/promises/{resolution.id}"
    stood = {"start": "2026-10-01T11:00", "end": "2026-10-01T13:00", "ran": "0"}
    page = lead.post(f"{address}/corrections", status=422, **stood, reason=" ")
    assert "理由を入力してください" in page
    backwards = {**stood, "start": "2026-10-01T14:00"}
    assert "後の日時" in lead.post(f"{address}/corrections", status=422, **backwards, reason="電話")
    lead.post(f"{address}/corrections", **stood, reason="電話で待った")
    session.rollback()
    session.refresh(resolution)
    assert resolution.due_at - before >= timedelta(hours=2)
    spell = session.scalars(select(Pause)).one()
    assert (spell.agent_id, spell.reason) == (cast.ryo.id, "電話で待った")
    page = lead.get(address)
    assert "高橋" in page
    assert "電話で待った" in page


def test_an_agent_reads_a_verdict_and_corrects_none(misaki, session, cast, clock):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    agent = Browser(misaki)
    address = f"/promises/{promise(session, ticket, 'resolution').id}"
    assert "訂正する" not in agent.get(address)
    agent.post(f"{address}/corrections", status=403)
    agent.get("/promises/999999", status=404)
    agent.get("/reports/promises", status=403)


def test_late_intake_and_no_deadline_are_said(lead, session, cast, clock):
    late = customer_says(session, cast, post(at=THURSDAY - timedelta(days=3)), seen=THURSDAY)
    assert "すでに期限を過ぎていました" in lead.get(f"/promises/{promise(session, late).id}")
    never = editing.Draft("Asia/Tokyo", {})
    editing.edit_hours(session, "ひかりケア", never, Carry.NEW, by=cast.hikaru, now=THURSDAY)
    session.commit()
    ticket = customer_says(session, cast, post(at=THURSDAY, number=5))
    assert "期限が来ません" in lead.get(f"/promises/{promise(session, ticket).id}")


def test_the_list_behind_a_figure_is_as_long_as_the_figure(lead, session, cast, clock):
    for n in range(4):
        asked = THURSDAY - timedelta(days=n)
        answered(session, cast, asked, asked + timedelta(hours=2))
    customer_says(session, cast, post(at=THURSDAY - timedelta(hours=20), number=9))
    period = named(Choice.FORTNIGHT, THURSDAY.astimezone(TOKYO).date(), TOKYO)
    hours = calendars_of(session).hours()
    figures = counted(session, period, hours, THURSDAY)
    for agent, attainment in figures.verdicts.items():
        found = behind(session, period, THURSDAY, Cell(by="agent", key=agent))
        assert len(found) == attainment.judged
        broken = behind(session, period, THURSDAY, Cell(verdict="broken", by="agent", key=agent))
        assert len(broken) == attainment.broken
    first = behind(session, period, THURSDAY, Cell("first_reply"))
    assert len(first) == len(figures.first_replies)
    page = lead.get("/reports/promises?kind=first_reply")
    assert page.count("数え方</a>") == len(first)
    lead.get("/reports/promises?verdict=bogus", status=404)


def test_pills_and_cells_lead_to_the_sum(lead, session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    first = promise(session, ticket).id
    assert f'href="/promises/{first}"' in lead.get("/")
    assert f'href="/promises/{first}"' in lead.get(f"/tickets/{ticket.id}")
    assert "/reports/promises?" in lead.get("/reports")
