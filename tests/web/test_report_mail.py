"""The weekly letter: ordered and ended by whom it goes to, and the same figures as everywhere."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.agents.records import Agent
from support.digests.records import DigestOrder, DigestSending
from support.jobs.digests import ring_digests, send_digests
from support.web.reports.report_letter import stop_link
from tests.fakes import THURSDAY
from tests.machinery.post_office import open_office
from tests.web.forms import Browser, post
from tests.web.report_reading import Tables, sheets

PUBLIC = "https://desk.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def office(app):
    """A mail server, and a desk that knows it."""
    before = app.extensions["desk"]
    with open_office() as office:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_tls": "none"}
        mail |= {"smtp_from": "desk@hikari.example", "public_url": PUBLIC}
        app.extensions["desk"] = replace(before, settings=before.settings.model_copy(update=mail))
        yield office
    app.extensions["desk"] = before


@pytest.fixture
def at_work(app):
    def run(job):
        with app.app_context():
            return job()

    return run


@pytest.fixture
def week(history):
    """Some figures in the week before THURSDAY and the next, of customers to leave out."""
    for n in range(28):
        at = THURSDAY - DAY * (1 + n % 6) - HOUR * (n % 3) + 7 * DAY * (n % 2)
        ticket = history.ticket(at, assignee=history.cast.misaki)
        kept = at + timedelta(minutes=7 * n) if n % 4 else None
        history.promise(ticket, at, kept_at=kept, by=history.cast.misaki)
        if kept:
            history.reply(ticket, history.cast.misaki, kept)
    history.session.commit()
    return history


def ordered(ryo, **form):
    return Browser(ryo).post("/reports/mail", weekday="3", hour="10", locale="ja", **form)


def test_the_letter_shows_the_figures_of_the_page_the_csv_and_the_json(
    app, ryo, cast, signed_in, week, office, at_work, clock
):
    ordered(ryo)
    clock.now = THURSDAY + 7 * DAY
    assert (at_work(ring_digests), at_work(ring_digests)) == (1, 0)
    assert (at_work(send_digests), at_work(send_digests)) == (1, 0)
    assert office.to == [["ryo@hikari-care.example"]]
    compare(signed_in(cast.ryo), office.kept[0], "2026-10-01", "2026-10-07")


def test_one_at_once_tells_of_the_last_seven_days(app, ryo, week, office, at_work, later):
    page = Browser(ryo).post("/reports/mail/now")
    assert ("send_digests",) in later.rung
    assert "送信待ち" in page
    assert at_work(send_digests) == 1
    compare(ryo, office.kept[0], "2026-09-24", "2026-09-30")
    assert "送りました" in ryo.get("/reports/mail").text
    assert "List-Unsubscribe" not in office.kept[0], "there is nothing to end"


def compare(ryo, letter, first, last):
    """The letter, the page, the CSV and the JSON of the same days, figure by figure."""
    query = f"?from={first}&to={last}"
    html = Tables(letter.get_body(("html",)).get_content()).tables
    page = Tables(ryo.get(f"/reports{query}").text).tables
    totals, _spells, _agents, _heat, promised, _lines, done, *_more = sheets(ryo, query)
    told = ryo.get(f"/reports.json{query}").json
    assert html[:3] == [totals, promised, done]
    assert [row[-7:] for row in html[1][1:]] == [row[-7:] for row in page[2][1:]]
    assert html[2][1:] == page[6][1:]
    values = {name: value for name, value, _before in html[0]}
    assert (values["開始日"], values["終了日"]) == (first, last)
    assert values["初回返信の件数"] == str(
        told["totals"]["promises"]["first_reply"]["business"]["count"]
    )
    assert values["判定した約束"] == str(
        told["totals"]["all_promises"]["kept"] + told["totals"]["all_promises"]["broken"]
    )
    assert values["未解決（現在）"] == str(told["unresolved_now"])
    text = letter.get_body(("plain",)).get_content()
    for table in html[:3]:
        for row in table[1:]:
            line = next(it for it in text.splitlines() if it.startswith(f"{row[0]}: "))
            assert row[0] in line
    for name, value, before in totals[1:]:
        assert f"{name}: この期間 {value}" in text
        assert not before or f"前の期間 {before}" in text


def test_nothing_customers_said_or_are_called_is_in_a_letter(ryo, week, office, at_work):
    Browser(ryo).post("/reports/mail/now")
    at_work(send_digests)
    letter = office.kept[0].as_string() + office.kept[0].get_body(("plain",)).get_content()
    assert "夜になると遅いです" not in letter
    assert "kakuu_" not in letter


def test_a_letter_in_english_is_english(app, ryo, week, office, at_work, clock):
    Browser(ryo).post("/reports/mail", weekday="3", hour="10", locale="en")
    clock.now = THURSDAY + 7 * DAY
    at_work(ring_digests), at_work(send_digests)
    text = office.kept[0].get_body(("html",)).get_content()
    assert '<html lang="en">' in text
    assert "First reply" in text
    assert "初回返信" not in text


def test_a_server_that_is_down_is_told_on_the_page_and_asked_again(
    app, ryo, week, office, at_work, clock, caplog
):
    Browser(ryo).post("/reports/mail/now")
    office.answers = ["451 try later, ryo@hikari-care.example"]
    assert at_work(send_digests) == 0
    page = ryo.get("/reports/mail").text
    assert "メールサーバーが受け付けませんでした（451）。" in page
    assert "あとでもう一度送ります。" in page
    assert "try later" not in page + caplog.text
    clock.forward(minutes=1)
    assert at_work(send_digests) == 1
    assert len(office.kept) == 1
    assert "451" not in ryo.get("/reports/mail").text


def test_a_letter_nobody_knows_of_is_not_sent_again(app, ryo, week, office, at_work, clock):
    Browser(ryo).post("/reports/mail/now")
    office.answers = ["cut"]
    at_work(send_digests)
    assert "届いたか不明" in ryo.get("/reports/mail").text
    for _ in range(3):
        clock.forward(hours=8)
        assert at_work(send_digests) == 0
    assert len(office.kept) == 1


def test_who_lost_the_right_to_reports_is_sent_nothing(app, ryo, week, office, at_work, history):
    Browser(ryo).post("/reports/mail/now")
    history.session.get_one(Agent, history.cast.ryo.id).role = "agent"
    history.session.commit()
    at_work(send_digests)
    assert not office.kept


def test_the_link_in_the_letter_asks_first_and_one_click_of_a_mail_program_ends_it(
    app, ryo, client, week, office, at_work, clock, session
):
    ordered(ryo)
    clock.now = THURSDAY + 7 * DAY
    at_work(ring_digests), at_work(send_digests)
    header = office.kept[0]["List-Unsubscribe"]
    link = re.fullmatch(rf"<{PUBLIC}(/report-mail/stop/\S+)>", header)[1]
    assert office.kept[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    stranger = app.test_client()
    assert stranger.get(link).status_code == 200
    assert session.scalars(select(DigestOrder.ended_at)).one() is None, "a look ends nothing"
    answer = stranger.post(link, data={"List-Unsubscribe": "One-Click"})
    assert "週次メールを止めました" in answer.text
    session.rollback()
    assert session.scalars(select(DigestOrder.ended_at)).one() == clock.now
    clock.now += 7 * DAY
    assert at_work(ring_digests) == 0


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_link_that_is_not_ours_ends_nothing(app, ryo, office, session, method):
    ordered(ryo)
    with app.app_context():
        right = stop_link(app.extensions["desk"].settings, 1).removeprefix(PUBLIC)
    ask = getattr(app.test_client(), method)
    for link in (right[:-1], f"{right[:-3]}AAA", "/report-mail/stop/1", "/report-mail/stop/%00"):
        assert ask(link).status_code == 404
    assert session.scalars(select(DigestOrder.ended_at)).one() is None


@pytest.mark.parametrize(
    "form",
    [
        {"weekday": "7", "hour": "9", "locale": "ja"},
        {"weekday": "1", "hour": "24", "locale": "ja"},
        {"weekday": "1", "hour": "9", "locale": "xx"},
        {"weekday": "-1", "hour": "９", "locale": "ja"},
        {},
    ],
)
def test_a_form_that_says_nothing_is_told_so(ryo, session, form):
    page = Browser(ryo).post("/reports/mail", 422, **form)
    assert "曜日、時刻、言語を選んでください。" in page
    assert session.scalars(select(DigestOrder)).all() == []


def test_two_presses_send_one_letter(ryo, office, session):
    Browser(ryo).post("/reports/mail/now")
    assert post(ryo, "/reports/mail/now").status_code == 409
    assert len(session.scalars(select(DigestSending)).all()) == 1


def test_without_a_mail_server_the_page_says_what_is_missing(ryo, session):
    page = ryo.get("/reports/mail").text
    assert "DESK_SMTP_HOST" in page
    assert "いま1通送る" not in page
    assert post(ryo, "/reports/mail/now").status_code == 409
    assert session.scalars(select(DigestSending)).all() == []
