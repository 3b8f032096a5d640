"""A promise explained: from its pill, or from a cell of the report, to the sum behind it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.db import engine_for
from support.sla.levels import PromiseKind
from support.sla.records import Pause, Promise
from tests.fakes import THURSDAY
from tests.reports.history import History
from tests.web import forms

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MORNING = THURSDAY - HOUR  # the desk opens


@pytest.fixture
def history(cast, database_url):
    """A session that writes, beside the requests."""
    engine = engine_for(database_url)
    with Session(engine) as session:
        cast = type(cast)(*(session.merge(person, load=True) for person in vars(cast).values()))
        yield History(session, cast)
    engine.dispose()


@pytest.fixture
def resolution(history):
    """Of a ticket that still waits, begun when the desk opened."""
    ticket = history.ticket(MORNING)
    number = history.promise(ticket, ticket.opened_at, kind=PromiseKind.RESOLUTION, minutes=480).id
    history.session.commit()
    return number


def kept(history, *, after=91 * MINUTE, **more):
    ticket = history.ticket(MORNING)
    by = history.cast.misaki
    ended = ticket.opened_at + after
    number = history.promise(
        ticket, ticket.opened_at, kept_at=ended, by=by, minutes=120, **more
    ).id
    history.session.commit()
    return number


def sentence_of(page):
    return re.search(r'<p class="promise-sentence">(.*?)</p>', page, re.S)[1]


def test_a_promise_is_told_in_one_sentence(misaki, history):
    page = misaki.get(f"/promises/{kept(history)}").text
    told = sentence_of(page)
    assert " 受付 → " in told
    assert told.endswith("= 営業時間 1時間31分、目標 2時間")
    assert "佐藤 美咲" in page


def test_a_night_is_said_in_the_sentence(misaki, history):
    ticket = history.ticket(THURSDAY + 8 * HOUR)
    number = history.promise(
        ticket, ticket.opened_at, kept_at=THURSDAY + 24 * HOUR, minutes=120
    ).id
    history.session.commit()
    told = sentence_of(misaki.get(f"/promises/{number}").text)
    assert "金 09:00 まで時間外 → " in told


def test_late_intake_and_a_withdrawal_say_so(misaki, history):
    late = kept(history, received_at=THURSDAY + 6 * HOUR, after=7 * HOUR)
    assert "届いた時点で、期限を過ぎていました" in misaki.get(f"/promises/{late}").text
    ticket = history.ticket(THURSDAY - HOUR)
    withdrawn = history.promise(ticket, ticket.opened_at, withdrawn_at=THURSDAY)
    number, withdrawn.withdrawn_reason = withdrawn.id, "no_reply_needed"
    history.session.commit()
    assert "返信不要として解決" in misaki.get(f"/promises/{number}").text


@pytest.mark.parametrize("number", [99_999, 2**31, 2**70])
def test_an_unknown_promise_is_not_found(misaki, number):
    assert misaki.get(f"/promises/{number}").status_code == 404


def test_the_pill_of_a_timer_leads_to_its_promise(misaki, history, resolution):
    ticket_id = history.session.get_one(Promise, resolution).ticket_id
    history.session.rollback()
    assert f'href="/promises/{resolution}"' in misaki.get(f"/tickets/{ticket_id}").text


def test_the_pill_of_a_row_leads_to_the_leading_promise(misaki, history, resolution):
    promise = history.session.get_one(Promise, resolution)
    promise.ticket.leading_promise, promise.ticket.due_at = promise, promise.due_at
    history.session.commit()
    assert f'href="/promises/{resolution}"' in misaki.get("/").text


def local(at):
    return (at + 9 * HOUR).strftime("%Y-%m-%dT%H:%M")


def form(**more):
    times = {"start": local(THURSDAY - HOUR), "end": local(THURSDAY - 30 * MINUTE)}
    return {**times, "runs": "0", "reason": "電話で確認中だった", **more}


def test_a_lead_corrects_a_pause_and_is_named(ryo, history, resolution):
    due = history.session.get_one(Promise, resolution).due_at
    history.session.rollback()
    answer = forms.post(ryo, f"/promises/{resolution}/corrections", data=form())
    assert answer.status_code == 303
    assert history.session.get_one(Promise, resolution).due_at == due + 30 * MINUTE
    pause = history.session.scalars(select(Pause)).one()
    assert (pause.agent_id, pause.runs) == (history.cast.ryo.id, False)
    history.session.rollback()
    page = ryo.get(f"/promises/{resolution}").text
    assert "電話で確認中だった" in page
    assert "高橋 亮" in page


WRONG = {
    "no reason": ({"reason": " "}, "reason"),
    "backwards": ({"end": local(THURSDAY - 2 * HOUR)}, "end"),
    "not over yet": ({"end": local(THURSDAY + 2 * HOUR)}, "end"),
    "no time": ({"start": "きのう"}, "start"),
}


@pytest.mark.parametrize(("changed", "field"), WRONG.values(), ids=WRONG)
def test_a_correction_that_cannot_be_is_refused_beside_its_field(
    ryo, history, resolution, changed, field
):
    answer = forms.post(ryo, f"/promises/{resolution}/corrections", data=form(**changed))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert history.session.scalars(select(Pause)).all() == []


def test_only_a_lead_corrects(misaki, resolution):
    assert "記録を訂正する" not in misaki.get(f"/promises/{resolution}").text
    assert forms.post(misaki, f"/promises/{resolution}/corrections", data=form()).status_code == 403


def test_only_a_resolution_has_pauses_to_correct(ryo, history):
    assert forms.post(ryo, f"/promises/{kept(history)}/corrections", data=form()).status_code == 404
