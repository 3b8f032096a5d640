"""A day on which everything breaks, from the first sign to the report, through the pages."""

import re
from collections import Counter
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from support.inbox.receiving import receive
from support.incidents.records import Incident, IncidentTicket, Wave, WaveAnswer
from support.incidents.spike_records import Spike
from support.jobs import announcing as incidents
from support.jobs import waves
from support.jobs.sending import send
from support.jobs.upkeep import sweep
from support.replies.records import Reply
from support.sla.records import Promise
from tests.cast import post
from tests.fakes import THURSDAY
from tests.incidents import scene
from tests.web.forms import Browser

BEGUN = "2026-10-01T09:52"
FIRST = {f"text-{n}": text for n, text in enumerate(scene.TEXTS, start=1)}
RESTORED = {
    "text-1": "{customer_name}様、「{incident}」は復旧いたしました。ご不便をおかけしました。",
    "text-2": "お待たせいたしました、{customer_name}様。「{incident}」の作業が終わりました。",
    "text-3": "「{incident}」が復旧したことをお知らせします。{customer_name}様、失礼いたしました。",
}


@pytest.fixture
def other(cast, signed_in, session):
    """Another lead, who writes what the first agrees to."""
    browser = signed_in(cast.hikaru)
    session.rollback()
    return Browser(browser)


@pytest.fixture
def said(app, history, clock):
    """Somebody writes that nothing works; what the doors do after receiving is done."""
    history.session.commit()

    def say(who, number):
        session = history.session
        given = post("@hikari_care つながらないです", at=clock(), by=who, number=number)
        taken = receive(session, history.cast.account, [given], stream="mentions", now=clock())
        session.commit()
        incidents.take_up(app.extensions["desk"], session, taken.tickets)
        (ticket_id,) = taken.tickets
        return ticket_id

    return say


@pytest.fixture
def spike(history, clock):
    made = Spike(
        account_id=history.cast.account.id, kind="trouble", word="つながらない",
        words=[["trouble", "つながらない"]], minutes=15, people=47, usual=4.0, peak=47,
        begun_at=THURSDAY - timedelta(minutes=8), seen_at=clock(), course={}, examples=[],
    )  # fmt: skip
    history.session.add(made)
    history.session.flush()
    number = made.id
    history.session.commit()
    return number


@pytest.fixture
def work(app, clock, later):
    """Whoever is rung for works, until nothing is left to do."""
    jobs = {
        "announce": incidents.announce,
        "keep_up": incidents.keep_up,
        "press_wave": waves.press_wave,
        "send": send,
    }

    def done(rounds=7):
        for _ in range(rounds):
            clock.forward(seconds=15)
            with app.app_context():
                sweep()
                for job, number in dict.fromkeys(it for it in later.rung if it[0] in jobs):
                    jobs[job](int(number))
                later.rung.clear()

    return done


def wave(lead, session, **form):
    lead.post("/incidents/1/wave", per_minute="60", **form)
    session.rollback()
    newest = session.scalars(select(Wave).order_by(Wave.id.desc())).first()
    number, made_at = newest.id, newest.made_at.isoformat()
    session.rollback()
    lead.post(f"/waves/{number}/approve", made_at=made_at)
    return number


def owed(session):
    """By when news is owed, by ticket."""
    session.rollback()
    open_ones = select(Promise.ticket_id, Promise.told_until).where(
        Promise.kind == "update", Promise.kept_at.is_(None), Promise.withdrawn_at.is_(None)
    )
    found = {it.ticket_id: it.told_until for it in session.execute(open_ones)}
    session.rollback()
    return found


def announced(writer, reader, stage, body):
    """Written by one lead, agreed to by another."""
    page = writer.post("/incidents/1/notices", stage=stage, body=body, do="ask")
    number = re.findall(r"/incidents/notices/(\d+)/back", page)[0]
    form = reader.get("/incidents/1").split(f"/incidents/notices/{number}/approve")[1]
    seen = unescape(re.findall(r'name="seen" value="([^"]*)"', form)[0])
    assert "送信待ち" in reader.post(f"/incidents/notices/{number}/approve", seen=seen)


def test_from_the_first_sign_to_the_report(ryo, other, session, clock, x, said, spike, work):
    lead = Browser(ryo)
    people = scene.people(5)
    early = said(people[0], 0)
    clock.forward(minutes=1)
    form = lead.get(f"/incidents/new?spike={spike}")
    assert "つながらない</textarea>" in form
    asked = {"account": "1", "title": "つながりにくい状況", "words": "つながらない", "begun": BEGUN}
    page = lead.post("/incidents/new", spike=str(spike), links_new="on", **asked)
    assert "似た投稿を探す" in page
    lead.post("/incidents/1/links", ticket=str(early))
    tickets = [early]
    for number, who in enumerate(people[1:4], start=1):
        clock.forward(seconds=20)
        tickets.append(said(who, number))
    assert set(owed(session)) == set(tickets), "one found, three by rule"

    announced(other, lead, "first", "【お知らせ】調査中です。次の更新は15:00ごろの予定です。")
    work()
    assert [it.text[:6] for it in x.ours] == ["【お知らせ】"]
    assert set(owed(session).values()) == {THURSDAY + timedelta(hours=5)}

    first = wave(lead, session, stage="first", **FIRST)
    work()
    assert len(x.ours) == 1 + len(tickets)
    tickets.append(said(people[4], 4))
    announced(other, lead, "update", "【続報】作業中です。次の更新は16:00ごろの予定です。")
    work()
    assert owed(session) == {tickets[4]: THURSDAY + timedelta(hours=6)}, "who was not answered yet"

    lead.post("/incidents/1/stage", stage="restored")
    announced(other, lead, "restored", "【復旧】ご利用いただけます。ご不便をおかけしました。")
    last = wave(lead, session, stage="restored", **RESTORED)
    work(9)
    assert owed(session) == {}

    session.rollback()
    rows = session.scalars(select(WaveAnswer)).all()
    assert Counter(it.state for it in rows) == {"pressed": 4 + 5}
    assert Counter((it.wave_id, it.customer_id) for it in rows).most_common(1)[0][1] == 1
    assert Counter(it.wave_id for it in rows) == {first: 4, last: 5}
    said_to = Counter(it.in_reply_to_x_id for it in x.ours if not it.text.startswith("【"))
    assert sum(said_to.values()) == len(rows) == len(session.scalars(select(Reply)).all())
    assert len({it.text for it in x.ours}) == len(x.ours) == 3 + len(rows)

    session.rollback()
    lead.post("/incidents/1/end")
    report = lead.get("/incidents/1/report")
    for line in (
        '紐づいたお客様</th><td class="number">5',
        "一斉連絡を開始（復旧、5人）",
        "「復旧」",
    ):
        assert line in report
    table = lead.get("/incidents/1/report.csv")
    assert re.search(r"^復旧,2026-10-01 ", table, re.MULTILINE)
    session.rollback()
    assert session.get_one(Incident, 1).closed_at is not None
    assert len(session.scalars(select(IncidentTicket)).all()) == 5
