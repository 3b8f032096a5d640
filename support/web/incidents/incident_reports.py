"""The closing report of an incident, to print and as a table; its words kept for later."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as Answer

from support.agents.access import Deed
from support.db import db
from support.errors import Refused
from support.incidents import closing, summing, templates
from support.incidents.closing import Figures, Word
from support.incidents.records import Incident, IncidentTemplate
from support.reports import topics
from support.reports.topics import Said
from support.spreadsheet import as_csv
from support.web import toasts
from support.web.accounts.money import usd
from support.web.guard import i_may, me, needs
from support.web.incidents import incident_words, wave_words
from support.web.incidents.waves import incident_of, link_to
from support.web.language import now, zone
from support.web.tickets.ticket_page import sentence
from support.web.words import duration

pages = Blueprint("incident_reports", __name__)

MOMENTS: dict[str, Any] = {
    "begun_at": _l("発生"),
    "first_post_at": _l("最初のお客様の投稿"),
    "opened_at": _l("障害として登録"),
    "first_notice_at": _l("最初のお知らせ"),
    "first_answer_at": _l("最初の返信"),
    "last_answer_at": _l("最後の返信"),
    "restored_at": _l("復旧"),
    "closed_at": _l("終了"),
}
PROMISES: dict[str, Any] = {
    "first_reply": _l("最初の返信"),
    "next_reply": _l("次の返信"),
    "update": _l("状況のお知らせ"),
}
VERDICTS: dict[Word, Any] = {
    Word.KEPT: _l("期限内"),
    Word.LATE: _l("遅れて守った"),
    Word.BROKEN: _l("守れていない"),
    Word.OPEN: _l("これから"),
}


@pages.get("/incidents/<int:incident_id>/report")
@needs(Deed.SEE_REPORTS)
def show(incident_id: int) -> str:
    return _page(incident_of(incident_id))


@pages.get("/incidents/<int:incident_id>/report.csv")
@needs(Deed.SEE_REPORTS)
def csv(incident_id: int) -> Response:
    """The figures of the page; `bom=1` begins with a byte order mark, by which Excel knows it."""
    incident = incident_of(incident_id)
    lines = _lines(incident, summing.figures(db.session(), incident, now()))
    return Response(
        as_csv(lines, bom=request.args.get("bom") == "1"),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="madoguchi-incident-{incident_id}.csv"'
        },
    )


@pages.get("/incidents/templates")
def kept() -> str:
    return render_template(
        "incidents/templates.html",
        kept=templates.in_use(db.session()),
        runs=i_may(Deed.RUN_INCIDENTS),
        name_of=_kind_of_words,
    )


@pages.post("/incidents/<int:incident_id>/template")
@needs(Deed.RUN_INCIDENTS)
def keep(incident_id: int) -> Answer | tuple[str, int]:
    incident = incident_of(incident_id)
    try:
        templates.keep(db.session(), incident, request.form.get("name", ""), by=me(), now=now())
    except Refused as refusal:
        db.session.rollback()
        return _page(incident_of(incident_id), sentence(refusal)), 422
    db.session.commit()
    toasts.say(gettext("テンプレートに残しました"))
    return redirect(url_for("incident_reports.kept"), 303)


@pages.post("/incidents/templates/<int:number>/retire")
@needs(Deed.RUN_INCIDENTS)
def retire(number: int) -> Answer:
    found = db.session.get(IncidentTemplate, number) if number < 2**31 else None
    if found is None:
        abort(404)
    templates.retire(found, now())
    db.session.commit()
    toasts.say(gettext("テンプレートを外しました"))
    return redirect(url_for("incident_reports.kept"), 303)


def _page(incident: Incident, fault: str = "") -> str:
    session = db.session()
    theirs, before = summing.said(session, incident)
    names = (incident.account.name, incident.account.handle)
    spoken = topics.compare([Said(*it) for it in theirs], [Said(*it) for it in before], names)
    return render_template(
        "incidents/report.html",
        incident=incident,
        incident_link=link_to("incidents.show", incident),
        figures=summing.figures(session, incident, now()),
        topics=spoken.found,
        timeline=[incident_words.line_of(it) for it in summing.timeline(session, incident)],
        moments=MOMENTS,
        promises=PROMISES,
        verdicts=VERDICTS,
        words=wave_words,
        lasted=duration,
        fault=fault,
        wrote=request.form.get("name", "") if fault else incident.title,
        runs=i_may(Deed.RUN_INCIDENTS),
    )


def _lines(incident: Incident, found: Figures) -> list[list[str]]:
    """Each table under its heading, parted by an empty row."""
    local = [
        [str(MOMENTS[it.name]), _local(it.at), str(closing.minutes(it.after))]
        for it in found.moments
    ]
    counts = [
        [gettext("お客様"), str(found.people)],
        [gettext("チケット"), str(found.tickets)],
        [gettext("返信した方"), str(found.answered)],
        [gettext("送った投稿"), str(found.posts)],
        [gettext("返信とお知らせの料金"), usd(found.micros)],
    ]
    promised = [
        [str(PROMISES.get(kind, kind)), *(str(by_word[it]) for it in Word)]
        for kind, by_word in found.promises.items()
    ]
    passed = [[wave_words.why_passed(why), str(count)] for why, count in found.passed.items()]
    return [
        [gettext("障害"), incident.title, f"@{incident.account.handle}"],
        [],
        [gettext("できごと"), gettext("日時"), gettext("発生からの分")],
        *local,
        [],
        *counts,
        [],
        [gettext("約束"), *(str(VERDICTS[it]) for it in Word)],
        *promised,
        [],
        [gettext("一斉連絡を見送った理由"), gettext("人数")],
        *passed,
    ]


def _local(at: datetime) -> str:
    return f"{at.astimezone(zone()):%Y-%m-%d %H:%M:%S}"


def _kind_of_words(name: str) -> str:
    stage = wave_words.STAGES.get(name.removeprefix("notice_"), name)
    if name.startswith("notice_"):
        return str(gettext("お知らせ（%(stage)s）", stage=stage))
    return str(gettext("一斉連絡（%(stage)s）", stage=stage))
