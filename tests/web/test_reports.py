"""The lead's report: who may see it, what it shows, and the same as CSV."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from support.agents.records import Agent
from support.incidents.records import Incident, IncidentTicket
from support.spreadsheet import BOM
from support.tickets.records import Ticket
from tests.fakes import THURSDAY
from tests.web.report_reading import Tables, sheets

pytestmark = pytest.mark.both_databases


@pytest.fixture
def busy(history):
    """Twelve kept in time and one late by 佐藤, one overdue with nobody, one resolved."""
    cast = history.cast
    for number in range(12):
        ticket = history.ticket(THURSDAY - timedelta(hours=1), assignee=cast.misaki)
        history.promise(
            ticket,
            ticket.opened_at,
            kept_at=ticket.opened_at + timedelta(minutes=10 + number),
            by=cast.misaki,
        )
        history.reply(ticket, cast.misaki, THURSDAY - timedelta(minutes=number))
    late = history.ticket(THURSDAY - timedelta(days=1), assignee=cast.ken, channel="dm")
    history.promise(late, late.opened_at, kept_at=THURSDAY, by=cast.ken)
    history.reply(late, cast.ken, THURSDAY)
    late.state, late.resolved_at = "resolved", THURSDAY
    open_ = history.ticket(THURSDAY - timedelta(days=2))
    open_.leading_promise = history.promise(open_, open_.opened_at)
    history.session.commit()
    return history


def tiles(page):
    parts = (r'<div class="tile"><h3>(.*?)</h3>', r'<p class="figure">(.*?)</p>')
    found = re.findall(r"\s*".join((*parts, r'<p class="change".*?>(.*?)</p>')), page)
    return {bare(name): (bare(figure), bare(change)) for name, figure, change in found}


def bare(html):
    return re.sub(r"<[^>]*>", "", html).strip()


@pytest.mark.parametrize(
    "path",
    [
        "/reports",
        "/reports.csv",
        "/reports.json",
        "/reports/promises",
        "/reports/tickets?what=opened",
    ],
)
@pytest.mark.parametrize(
    ("who", "status"), [("misaki", 403), ("ken", 403), ("ryo", 200), ("hikaru", 200)]
)
def test_reports_are_for_leads_and_administrators(cast, signed_in, path, who, status):
    assert signed_in(getattr(cast, who)).get(path).status_code == status


def test_an_empty_desk_has_a_report_that_says_so(ryo):
    page = ryo.get("/reports")
    assert page.status_code == 200
    shown = tiles(page.text)
    assert shown["初回返信・中央値"] == ("–", "初回返信はまだありません")
    assert shown["SLA達成率"] == ("–", "判定済みの約束はまだありません")
    assert shown["未解決（現在）"] == ("0件", "期限超過なし")
    assert "この期間の対応はまだありません。" in page.text


def test_the_tiles_say_what_happened(ryo, busy):
    shown = tiles(ryo.get("/reports").text)
    assert shown["初回返信・中央値"] == ("0:16", "前の期間の記録なし")
    assert shown["初回返信・90%点"] == ("6:24", "目標 1:00 を 5:24 超過")
    assert shown["SLA達成率"] == ("85.7%", "前の期間の記録なし")
    assert shown["未解決（現在）"] == ("13件", "うち期限超過 1件")
    assert shown["送信数"] == ("13件", "公開 12・DM 1")
    assert shown["解決数"] == ("1件", "前の期間 0件")


def test_a_change_is_told_against_the_period_before(ryo, history):
    cast = history.cast
    for days, minutes in ((0, 9), (1, 30)):
        for _ in range(10):
            at = THURSDAY - timedelta(days=days, minutes=50)
            kept = at + timedelta(minutes=minutes)
            history.promise(history.ticket(at), at, kept_at=kept, by=cast.misaki)
    history.session.commit()
    shown = tiles(ryo.get("/reports?period=today").text)
    assert shown["初回返信・中央値"] == ("0:09", "0:21 短縮")
    assert shown["SLA達成率"] == ("100.0%", "前の期間と同じ")


def test_small_numbers_are_marked(ryo, busy):
    agents = Tables(page := ryo.get("/reports").text).tables[3]
    assert [row[0] for row in agents[1:]] == ["佐佐藤 美咲", "田田中 健", "担当者なし"]
    row = page.split('aria-label="担当者別"')[1].split("</table>")[0]
    marked = re.findall(r'class="small-number"[^>]*>(.*?)<', row)
    assert marked == ["9:00", "9:00", "0.0%", "18:00", "18:00", "0.0%"]


@pytest.mark.parametrize("query", ["", "?period=today", "?from=2026-05-01&to=2026-10-01"])
def test_page_and_csv_show_the_same_figures(ryo, busy, query):
    page = ryo.get(f"/reports{query}").text
    trend, flow, _promises, agents, _lines, heat, _doings = Tables(page).tables
    totals, spells, by_agent, by_hour, *_others = sheets(ryo, query)
    values = {name: value for name, value, _before in totals}
    assert {
        name: values[name] for name in ("初回返信・中央値", "初回返信・90%点", "SLA達成率")
    } == {
        name: figure
        for name, (figure, _change) in tiles(page).items()
        if name in ("初回返信・中央値", "初回返信・90%点", "SLA達成率")
    }
    sent = int(values["送信数（公開）"]) + int(values["送信数（DM）"])
    assert tiles(page)["送信数"][0] == f"{sent}件"
    assert tiles(page)["解決数"][0] == f"{values['解決数']}件"
    assert tiles(page)["未解決（現在）"][0] == f"{values['未解決（現在）']}件"
    assert [row[1:] for row in trend[1:]] == [row[3:6] for row in spells[1:]]
    assert [row[1:] for row in flow[1:]] == [row[6:] for row in spells[1:]]
    assert [row[1:] for row in agents[1:]] == [
        [replies, median, p90, share, resolved]
        for _name, replies, _n, median, p90, share, _judged, resolved in by_agent[1:]
    ]
    assert [row[1:] for row in heat[1:]] == [row[1:] for row in by_hour[1:]]


def test_both_charts_and_the_heat_map_are_pictures_with_a_title_and_a_table(ryo, busy):
    page = ryo.get("/reports").text
    pictures = re.findall(r'<svg [^>]*role="img" aria-labelledby="([a-z-]+)"', page)
    assert pictures == ["trend-title", "flow-title", "heat-title"]
    assert all(re.search(f'<title id="{name}">[^<]+</title>', page) for name in pictures)
    assert "style=" not in page
    assert len(Tables(page).tables) == 7


def test_the_trend_says_its_figures_in_words(ryo, busy):
    page = ryo.get("/reports").text
    assert "期間全体の中央値は0:16、90%点は6:24です。目標は1:00です。" in page


@pytest.mark.parametrize(
    ("query", "first"),
    [
        pytest.param("", "9月18日（金）", id="usually 14 days"),
        pytest.param("?period=today", "10月1日（木）・", id="today"),
        pytest.param("?period=7d", "9月25日（金）", id="7 days"),
        pytest.param("?period=month", "10月1日（木）・", id="this month"),
        pytest.param("?period=nonsense", "9月18日（金）", id="an unknown name"),
        pytest.param("?from=2026-09-20&to=2026-09-22", "9月20日（日）–9月22日（火）", id="dates"),
    ],
)
def test_the_period_stands_in_the_head(ryo, query, first):
    head = ryo.get(f"/reports{query}").text.split('class="page-head report-head"')[1]
    assert head.split("<p ", 1)[1].split(">", 1)[1].startswith(first)


@pytest.mark.parametrize(
    ("query", "field", "sentence"),
    [
        ("from=2026-10-01&to=2026-09-01", "to", "終了日は開始日以降の日付にしてください。"),
        ("from=x&to=2026-09-01", "from", "日付は2026-10-01のように入力してください。"),
        ("from=2020-01-01&to=2026-09-01", "to", "期間は2年以内にしてください。"),
        ("period=dates", "from", "開始日を選んでください。"),
        ("from=%3Cb%3E&to=%00", "from", "日付は2026-10-01のように入力してください。"),
    ],
)
def test_dates_that_make_no_period_are_told_at_their_field(ryo, query, field, sentence):
    page = ryo.get(f"/reports?{query}")
    assert page.status_code == 422
    error = re.search(rf'id="period-{field}-error">(.*?)</p>', page.text)
    assert bare(error[1]) == sentence
    assert f'aria-describedby="period-{field}-error"' in page.text
    assert "<b>" not in page.text
    assert 'class="tile' not in page.text


def test_a_csv_of_no_period_says_why(ryo):
    answer = ryo.get("/reports.csv?from=2026-10-01&to=2026-09-01")
    assert answer.status_code == 422
    assert "終了日は開始日以降の日付にしてください。" in answer.text


@pytest.mark.parametrize(("query", "marked"), [("", False), ("?bom=0", False), ("?bom=1", True)])
def test_the_csv_is_a_file_with_or_without_a_byte_order_mark(ryo, query, marked):
    answer = ryo.get(f"/reports.csv{query}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "madoguchi-report-2026-09-18_2026-10-01.csv" in answer.headers["Content-Disposition"]
    assert answer.text.startswith(BOM) is marked


def test_a_name_cannot_become_a_formula(ryo, busy):
    busy.session.get_one(Agent, busy.cast.ken.id).family_name = "=HYPERLINK(1)"
    busy.session.commit()
    names = [row[0] for row in sheets(ryo)[2]]
    assert "'=HYPERLINK(1) 健" in names


def test_the_link_to_the_csv_asks_for_the_same_period(ryo):
    page = ryo.get("/reports?from=2026-09-20&to=2026-09-22").text
    link = re.search(r'href="(/reports\.csv[^"]*)"', page)[1].replace("&amp;", "&")
    assert sheets(ryo, link.removeprefix("/reports.csv"))[0][1][1:] == ["2026-09-20", "2026-09-17"]


def test_the_report_reads_english(ryo, busy):
    agent = busy.session.get_one(Agent, busy.cast.ryo.id)
    agent.locale = "en"
    busy.session.commit()
    page = ryo.get("/reports").text
    main = page.split('id="main"')[1].split("</main>")[0]
    left = re.sub(r"佐藤 美咲|田中 健|佐|田|[（）]", "", bare(main))
    assert not re.findall(r"[ぁ-んァ-ヶ一-龠]+", left)


@pytest.fixture
def outage(busy):
    """The late one, one that was answered in time, and one nobody answered, are of an incident."""
    session, cast = busy.session, busy.cast
    it = Incident(account_id=cast.account.id, title="夜間の障害", begun_at=THURSDAY,
                  opened_at=THURSDAY, opened_by_id=cast.ryo.id)  # fmt: skip
    session.add(it)
    session.flush()
    for ticket_id in session.scalars(select(Ticket.id).order_by(Ticket.id.desc()).limit(3)):
        session.add(
            IncidentTicket(incident_id=it.id, ticket_id=ticket_id, linked_at=THURSDAY,
                           let_go_at=THURSDAY)
        )  # fmt: skip
    off = session.scalars(select(Ticket.id).order_by(Ticket.id).limit(1)).one()
    session.add(
        IncidentTicket(incident_id=it.id, ticket_id=off, linked_at=THURSDAY, unlinked_at=THURSDAY)
    )
    session.commit()


def test_all_of_it_is_seen_without_incidents_too(ryo, outage):
    assert tiles(ryo.get("/reports").text)["SLA達成率"][0] == "85.7%"
    page = ryo.get("/reports?incidents=without").text
    shown = tiles(page)
    assert shown["SLA達成率"][0] == "100.0%"
    assert shown["未解決（現在）"][0] == "11件", "what was taken off is counted"
    assert "障害に紐づくチケットを除いて" in page
    here = {unescape(path) for path in re.findall(r'href="(/reports[^"]*)"', page)}
    parts = {path for path in here if "incidents=without" not in path}
    assert parts == {"/reports", "/reports/mail", "/reports?period=14d"}
    behind = ryo.get("/reports/promises?verdict=broken&incidents=without").text
    assert "0件" in behind
    assert "2件" in ryo.get("/reports/promises?verdict=broken").text
    assert "障害のチケット,除く" in ryo.get("/reports.csv?incidents=without").text
    assert ryo.get("/reports.json?incidents=without").json["incidents"] == "without"
    assert "incidents" not in ryo.get("/reports.json").json


def test_the_rest_of_the_page_is_whole(ryo, outage):
    """Only figures leave incidents out: the rail counts all there is."""
    rail = re.compile(r'<nav class="rail.*?</nav>', re.S)
    both = [rail.findall(ryo.get(path).text) for path in ("/alerts", "/reports?incidents=without")]
    counts = [re.findall(r'class="count[^>]*>(\d+)', " ".join(it)) for it in both]
    assert counts[0] == counts[1]
