"""What customers talk about: the same on the page, as CSV and JSON; a number opens its tickets."""

import re
from datetime import timedelta
from html import unescape

import pytest

from support.conversations.records import Message
from support.tickets.records import TicketTag
from tests.fakes import THURSDAY
from tests.web.report_reading import Tables, sheets
from tests.web.test_report_tables import listed

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)
QUERY = "?period=7d"


@pytest.fixture
def week(history):
    """Twenty say this week that no code arrives, four of them in direct messages."""
    for n in range(60):
        at = THURSDAY - DAY * (n % 6) if n < 40 else THURSDAY - DAY * (8 + n % 5)
        news = n < 20
        ticket = history.ticket(at, channel="dm" if n % 5 == 0 else "public")
        ticket.tags = [TicketTag(name="=認証")] if news else []
        ticket.conversation.customer.followers = 1000 * n
        said = history.session.get_one(Message, ticket.latest_message.id)
        secret = "秘密の" if n % 5 == 0 else ""
        said.text = f"{secret}認証コードが届かない<b>です {n}" if news else "夜になると遅いです"
    history.session.commit()
    return history


def tickets_behind(html):
    found = re.findall(r'href="(/reports/tickets\?[^"]*)">([\d,]+)<', html)
    return [(unescape(address), int(figure.replace(",", ""))) for address, figure in found]


def test_page_csv_and_json_say_the_same_of_the_conversation(ryo, week):
    topics, shares, voices = Tables(ryo.get(f"/reports/talk{QUERY}").text).tables
    *_others, share_sheet, topic_sheet, voice_sheet = sheets(ryo, QUERY)
    told = ryo.get(f"/reports.json{QUERY}").json
    assert [row[:5] for row in topics] == topic_sheet
    assert topics[1][:5] == ["認証コード", "20", "4", "0", "20"]
    assert [[*row[:5], *row[6:]] for row in shares][1:] == [
        [it.removeprefix("'") for it in row] for row in share_sheet[1:]
    ]
    plain = [[cell.replace(",", "") for cell in row[1:]] for row in voices]
    assert plain == [row[1:] for row in voice_sheet]
    (topic,) = told["topics"]["found"]
    assert [topic[name] for name in ("phrase", "people", "in_dm_only", "people_before")] == [
        "認証コード", 20, 4, 0,
    ]  # fmt: skip
    by_tag = told["conversation"]["shares"]["tag"][0]
    assert (by_tag["key"], by_tag["people"], by_tag["people_permille"]) == ("=認証", 20, 500)
    assert [it["followers"] for it in told["conversation"]["voices"]] == [
        int(row[1].replace(",", "")) for row in voice_sheet[1:]
    ]


def test_each_number_opens_as_many_tickets(ryo, week):
    cells = tickets_behind(ryo.get(f"/reports/talk{QUERY}").text)
    assert len(cells) > 15
    for address, figure in cells:
        assert listed(ryo, address) == figure, address


def test_words_of_direct_messages_are_no_examples_and_markup_is_words(ryo, week):
    page = ryo.get(f"/reports/talk{QUERY}").text
    assert "秘密の" not in page
    assert "認証コードが届かない&lt;b&gt;です" in page
    assert "<b>" not in page


def test_the_csv_runs_nothing_a_customer_wrote(ryo, week):
    names = [row[0] for table in sheets(ryo, QUERY)[-3:] for row in table]
    assert "'=認証" in names
    assert all(not name.startswith(("=", "+", "-", "@")) for name in names)


def test_the_report_asks_for_it_apart_and_leads_to_it_without_a_script(ryo, week):
    page = ryo.get(f"/reports{QUERY}").text
    assert "認証コード" not in page
    assert f'hx-get="/reports/talk{QUERY}"' in page
    assert f'href="/reports/talk{QUERY}"' in page
    part = ryo.get(f"/reports/talk{QUERY}", headers={"HX-Request": "true"}).text
    assert part.count("<table") == 3
    assert "<html" not in part


def test_an_empty_period_says_so(ryo):
    page = ryo.get("/reports/talk").text
    assert "比べる前の期間に投稿がないので、話題は出せません。" in page
    assert "この期間に届いた投稿はありません。" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("tickets?what=wrote", 404),
        ("tickets?what=wrote&by=tag", 404),
        ("tickets?what=wrote&by=account&key=x", 404),
        ("tickets?what=wrote&by=channel&key=x", 404),
        ("tickets?what=wrote&by=tag&key=%00'", 200),
        ("tickets?what=topic", 404),
        ("tickets?what=topic&phrase=%00", 404),
        ("talk?from=x&to=2026-09-01", 422),
    ],
)
def test_an_address_that_means_nothing_is_refused(ryo, query, status):
    assert ryo.get(f"/reports/{query}").status_code == status


@pytest.mark.parametrize("who", ["misaki", "ken"])
def test_agents_do_not_see_it(cast, signed_in, who):
    assert signed_in(getattr(cast, who)).get("/reports/talk").status_code == 403
