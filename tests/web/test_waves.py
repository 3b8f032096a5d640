"""The page of a wave: its words, its approval, how far it is, stopping it; its report and words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.db import engine_for
from support.incidents.records import IncidentTemplate, Wave, WaveAnswer
from support.jobs import waves as jobs
from support.replies.records import Reply
from tests.incidents import scene
from tests.web.forms import PART, Browser

TEXTS = {f"text-{n}": text for n, text in enumerate(scene.TEXTS, start=1)}
FORM = {"stage": "first", "per_minute": "60", **TEXTS}


@pytest.fixture
def hit(cast, database_url, clock):
    """An incident with three people linked to it."""
    engine = engine_for(database_url)
    with Session(engine, expire_on_commit=False) as session:
        desk = type(cast)(*(session.merge(person) for person in vars(cast).values()))
        desk.account.undo_seconds = 0
        incident = scene.open_incident(session, desk, clock())
        scene.hit(session, desk, incident, 3, clock)
        number = incident.id
    engine.dispose()
    return number


@pytest.fixture
def lead(hit, ryo):
    return Browser(ryo)


def begun(lead, hit, session):
    lead.post(f"/incidents/{hit}/wave", **FORM)
    session.rollback()
    wave = session.scalars(select(Wave)).one()
    made_at = wave.made_at.isoformat()
    session.rollback()
    lead.post(f"/waves/{wave.id}/approve", made_at=made_at)
    session.rollback()
    return session.scalars(select(Wave)).one()


def test_a_wave_is_drafted_approved_pressed_and_watched(lead, hit, app, session, later):
    shown = lead.post(f"/incidents/{hit}/wave", **FORM)
    assert "承認して始める" in shown
    assert "約3人" in shown
    wave = begun(lead, hit, session)
    assert ("press_wave", str(wave.id)) in later.rung
    with app.app_context():
        jobs.press_wave(wave.id)
    page = lead.get(f"/incidents/{hit}/wave")
    assert "送信 0 / 3" in page
    assert "every 5s" in page
    assert "架空0001様" in page
    part = lead.client.get(f"/incidents/{hit}/wave/progress", headers=PART)
    assert part.text.lstrip().startswith("<section")
    alone = lead.client.get(f"/incidents/{hit}/wave/progress")
    assert alone.status_code == 303, "on its own it leads to its page"


def test_a_job_whose_time_is_over_leaves_the_rest_to_the_next_and_rings_for_it(
    lead, hit, app, session, later, news, clock
):
    """Left to the sweep, a wave stood still most of the time on a machine that is busy."""
    wave = begun(lead, hit, session)
    wave_id, ring = wave.id, ("press_wave", str(wave.id))
    session.rollback()
    news.tell = lambda *_: clock.forward(seconds=2)
    rings = []
    for _ in range(4):
        later.rung.clear()
        with app.app_context():
            jobs.press_wave(wave_id)
        rings.append(later.rung.count(ring))
        clock.forward(seconds=10)
    assert rings == [1, 1, 1, 0]
    session.rollback()
    assert len(session.scalars(select(Reply)).all()) == 3


def test_what_cannot_go_is_said_and_nothing_typed_is_lost(lead, hit):
    long = FORM | {"text-2": "{customer_name}様、" + "お待たせしております。" * 20}
    shown = lead.post(f"/incidents/{hit}/wave", 422, **long)
    assert "文面2が1つの投稿に収まりません" in shown
    assert long["text-2"] in shown
    assert FORM["text-3"] in shown
    odd = lead.post(f"/incidents/{hit}/wave", 422, **(FORM | {"text-1": "{dm_link} へどうぞ"}))
    assert "{dm_link}" in odd


def test_nobody_approves_what_changed_meanwhile(lead, hit, session):
    lead.post(f"/incidents/{hit}/wave", **FORM)
    session.rollback()
    wave = session.scalars(select(Wave)).one()
    shown = lead.post(f"/waves/{wave.id}/approve", made_at="earlier")
    assert "文面が変わりました" in shown
    session.rollback()
    assert session.scalars(select(Wave)).one().approved_at is None


def test_it_is_stopped_with_a_reason_and_taken_up_again(lead, hit, app, session):
    wave = begun(lead, hit, session)
    with app.app_context():
        jobs.press_wave(wave.id)
    shown = lead.post(f"/waves/{wave.id}/stop", reason="100%確認する")
    assert "100%確認する" in shown
    assert "順番待ち 3" in shown, "what X did not have was taken back"
    again = lead.post(f"/waves/{wave.id}/stop", 409)
    assert "送信中ではありません" in again
    assert "順番待ち 3" in lead.post(f"/waves/{wave.id}/resume")
    with app.app_context():
        jobs.press_wave(wave.id)
    session.rollback()
    pressed = session.scalars(select(Reply).order_by(Reply.id)).all()
    assert [it.settled_at is None for it in pressed] == [False, True], "pressed anew, once"


def test_agents_watch_and_take_the_hand_off_and_run_nothing(lead, hit, misaki, session):
    begun(lead, hit, session)
    page = misaki.get(f"/incidents/{hit}/wave").text
    assert "順番待ち 3" in page
    assert "止める" not in page


def test_the_report_says_what_happened_and_its_words_are_kept(lead, hit, app, session):
    wave = begun(lead, hit, session)
    with app.app_context():
        jobs.press_wave(wave.id)
    report = lead.get(f"/incidents/{hit}/report")
    assert "一斉連絡を開始（第一報、3人）" in report
    table = lead.get(f"/incidents/{hit}/report.csv")
    assert "お客様,3\r\n" in table
    assert "最初の返信,0,0,0,3\r\n" in table
    assert "名前を入力" in lead.post(f"/incidents/{hit}/template", 422, name=" ")
    kept = lead.post(f"/incidents/{hit}/template", name="つながらないとき")
    assert "つながらないとき" in kept
    session.rollback()
    template = session.scalars(select(IncidentTemplate)).one()
    other = scene.TEXTS[1].replace("つながりにくい状況", "{incident}")
    assert template.texts == {"first": [scene.TEXTS[0], other, scene.TEXTS[2]]}
    page = lead.get(f"/incidents/{hit}/wave?stage=first&template={template.id}")
    assert other in page
    assert "つながらないとき" not in lead.post(f"/incidents/templates/{template.id}/retire")


def test_who_is_passed_is_listed_with_the_reason(lead, hit, session, database_url):
    wave = begun(lead, hit, session)
    engine = engine_for(database_url)
    with Session(engine) as other:
        row = other.scalars(select(WaveAnswer).where(WaveAnswer.wave_id == wave.id)).first()
        row.state, row.passed_why = "passed", "foreign"
        other.commit()
    engine.dispose()
    page = lead.get(f"/incidents/{hit}/wave?of=attention")
    assert "別の言語で書かれています" in page
