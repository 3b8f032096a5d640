"""Page, CSV and JSON show the same figures, and each figure opens exactly what it counts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.canned.records import Pick
from support.sla.levels import PromiseKind
from support.tickets.records import Team, TicketTag
from support.web.reports.report_lines import FACETS
from support.web.words import duration
from support.x.records import Charge
from tests.fakes import THURSDAY
from tests.web.report_reading import Tables, sheets

pytestmark = pytest.mark.both_databases

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
KINDS = list(PromiseKind)
CLOCKS = ("business", "wall")


@pytest.fixture
def busy(history):
    """Thirty tickets of every kind of figure; some answered at night, paused, open, handed off."""
    cast, session = history.cast, history.session
    team = Team(name="夜間", made_at=THURSDAY)
    session.add(team)
    session.flush()
    for n in range(30):
        at = THURSDAY - DAY * (n % 6) - HOUR * (n % 5)
        owner = (cast.misaki, cast.ken, None)[n % 3]
        ticket = history.ticket(at, assignee=owner, resolved_at=at + 5 * HOUR if n % 2 else None)
        ticket.team_id = team.id if n % 4 == 0 else None
        ticket.tags = [TicketTag(name=name) for name in ("請求", "回線")[: n % 3]]
        kept = at + MINUTE * (7 * n + 3) if n % 5 else None
        history.promise(ticket, at, kept_at=kept, by=owner if kept else None)
        history.promise(ticket, at, kind=PromiseKind.NEXT_REPLY, kept_at=kept, by=owner)
        paused = ((at + MINUTE, at + 90 * MINUTE),) if n % 7 == 1 else ()
        resolved = ticket.resolved_at
        history.promise(
            ticket, at, kind=PromiseKind.RESOLUTION, kept_at=resolved, by=owner, minutes=240,
            paused=paused,
        )  # fmt: skip
        if kept and owner:
            reply = history.reply(ticket, owner, kept)
            shown, place = ["a", "b", "c", "d"], n % 4 + 1
            session.add(
                Pick(
                    message_id=ticket.latest_message_id, agent_id=owner.id, reply_id=reply.id,
                    answer_id=f"answer-{n % 2}", shown=shown, place=place, picked_at=kept,
                )
            )  # fmt: skip
    private = history.ticket(THURSDAY, channel="dm")
    private.came_from_id = 1
    automatic = history.reply(private, None, THURSDAY + MINUTE)
    automatic.automatic = True
    late = history.ticket(THURSDAY - 2 * DAY)
    history.promise(late, late.opened_at, received_at=THURSDAY, kept_at=THURSDAY, by=cast.ken)
    session.add(
        Charge(
            account_id=cast.account.id, day=THURSDAY.date(), happened_at=THURSDAY, kind="post",
            items=3, micros=45_000,
        )
    )  # fmt: skip
    session.commit()
    return history


def figures(measure):
    """What JSON says of a measure, in the words of the page."""
    share = measure["kept_permille"]
    times = (measure[f"{name}_seconds"] for name in ("p50", "p90", "p95"))
    return [
        str(measure["count"]),
        *("–" if it is None else duration(timedelta(seconds=it)) for it in times),
        "–" if share is None else f"{share // 10}.{share % 10}%",
    ]


@pytest.mark.parametrize("query", ["", "?period=today", "?from=2026-06-01&to=2026-10-01"])
def test_every_kind_and_clock_is_the_same_on_the_page_as_csv_and_as_json(ryo, busy, query):
    page = Tables(ryo.get(f"/reports{query}").text).tables[2][1:]
    sheet = sheets(ryo, query)[4][1:]
    told = ryo.get(f"/reports.json{query}").json
    for number, (kind, clock) in enumerate((k, c) for k in KINDS for c in CLOCKS):
        expected = figures(told["totals"]["promises"][kind][clock])
        before = figures(told["previous"]["promises"][kind][clock])
        assert page[number][-7:] == [*expected, before[1], before[4]]
        assert sheet[number][2:] == [*expected, before[1], before[4]]


@pytest.mark.parametrize("facet", FACETS)
def test_each_breakdown_is_the_same_on_the_page_as_csv_and_as_json(ryo, busy, facet):
    told = ryo.get("/reports.json").json["by"][facet]
    sheet = [row for row in sheets(ryo)[5][1:] if row[0] == str(FACETS[facet])]
    assert told
    for place, (kind, clock) in enumerate((k, c) for k in KINDS for c in CLOCKS):
        query = f"?by={facet}&kind={kind}&clock={clock}"
        page = Tables(ryo.get(f"/reports{query}").text).tables[4][1:]
        of_kind = sheet[place :: len(KINDS) * len(CLOCKS)]
        assert [row[1:] for row in page] == [row[4:] for row in of_kind]
        assert [row[0] for row in page] == [row[1] for row in of_kind]
        expected = sorted(figures(one["promises"][kind][clock]) for one in told)
        assert sorted(row[1:] for row in page) == expected


def test_what_else_was_done_is_the_same_everywhere(ryo, busy):
    page = Tables(ryo.get("/reports").text).tables[6][1:]
    assert page == sheets(ryo)[6][1:]
    told = ryo.get("/reports.json").json["totals"]
    assert {row[0]: row[1] for row in page} == {
        "候補の上位3件から送信": "75.0%",
        "DMへの引き継ぎ": "3.2%",
        "自動応答（返信に数えません）": "1",
        "受信時に期限を過ぎていた約束": "1",
        "Xの費用": "$0.045",
    }
    assert (told["suggestion_hits_at_3"], told["suggested"]) == (12, 16)
    assert (told["handed_to_dm"], told["public_tickets"]) == (1, 31)
    assert (told["automatic_replies"], told["late_intake"]) == (1, 1)


def test_what_is_left_of_each_day_adds_up(ryo, busy):
    spells = ryo.get("/reports.json").json["spells"]
    flow = Tables(ryo.get("/reports").text).tables[1][1:]
    assert [row[3] for row in flow] == [str(spell["backlog"]) for spell in spells]
    left = [spell["backlog"] for spell in spells]
    assert left[-1] == ryo.get("/reports.json").json["unresolved_now"]
    for before, spell in zip(left, spells[1:], strict=False):
        assert spell["backlog"] == before + spell["opened"] - spell["resolved"]


def links(html, ends):
    """Figure and address of every link that leads to such a list."""
    found = re.findall(rf'<a class="[^"]*" href="(/reports/{ends}[^"]*)">([^<]*)</a>', html)
    return [(address.replace("&amp;", "&"), figure) for address, figure in found]


def listed(client, address):
    """How many rows the list says it has, and has, over all its pages."""
    seen, said = 0, None
    while address:
        page = client.get(address).text
        said = said or int(re.search(r'class="meta">[^<]*?([\d,]+)件', page)[1].replace(",", ""))
        seen += sum("/tickets/" in line for line in page.split("<tbody>")[1].split("<tr>"))
        onwards = re.search(r'href="([^"]*)" rel="next"', page)
        address = onwards[1].replace("&amp;", "&") if onwards else ""
    assert said == seen
    return seen


@pytest.mark.parametrize("counted_in", CLOCKS)
@pytest.mark.parametrize("facet", FACETS)
def test_each_count_of_a_breakdown_opens_as_many_promises(ryo, busy, facet, counted_in):
    html = ryo.get(f"/reports?by={facet}&clock={counted_in}").text.split('id="lines"')[1]
    counts = [(a, f) for a, f in links(html.split("</section>")[0], "promises") if f.isdecimal()]
    assert counts
    for address, figure in counts:
        assert listed(ryo, address) == int(figure), address


def test_the_share_of_a_kind_opens_what_was_broken(ryo, busy):
    told = ryo.get("/reports.json").json["totals"]["promises"]
    for kind in ("first_reply", "next_reply", "resolution"):
        for clock in CLOCKS:
            address = f"/reports/promises?kind={kind}&clock={clock}&verdict=broken"
            assert listed(ryo, address) == told[kind][clock]["broken"]


def test_figures_that_count_tickets_open_as_many(ryo, busy):
    html = ryo.get("/reports").text
    told = ryo.get("/reports.json").json
    spells = told["spells"]
    for what in ("opened", "resolved", "backlog"):
        days = links(html, f"tickets\\?what={what}&amp;period=dates")
        assert [int(figure) for _a, figure in days] == [s[what] for s in spells if s[what]]
        for address, figure in days:
            assert listed(ryo, address) == int(figure), address
    totals = {
        "handed": "handed_to_dm",
        "automatic": "automatic_replies",
        "suggested": "suggestion_hits_at_3",
        "resolved": "resolved",
    }
    for what, number in totals.items():
        assert listed(ryo, f"/reports/tickets?what={what}") == told["totals"][number]


def test_each_hour_of_the_heat_map_opens_the_tickets_written_in(ryo, busy):
    cells = links(ryo.get("/reports").text, r"tickets\?what=messages")
    assert sum(int(figure) for _a, figure in cells) == 32
    for address, figure in cells:
        assert listed(ryo, address) == int(figure)  # each wrote once


def test_a_long_list_goes_on_without_a_gap_or_a_repeat(ryo, history):
    for n in range(230):
        at = THURSDAY - MINUTE * (n // 3)  # three of each moment
        history.promise(history.ticket(at), at, kept_at=THURSDAY, by=history.cast.ken)
    history.session.commit()
    assert listed(ryo, "/reports/promises?kind=first_reply") == 230
    assert listed(ryo, "/reports/tickets?what=opened") == 230


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("promises?verdict=bogus", 404),
        ("promises?kind=bogus", 404),
        ("promises?clock=bogus", 404),
        ("promises?by=bogus", 404),
        ("promises?by=agent&key=x", 404),
        ("promises?by=agent&key=", 404),
        ("promises?after=x", 404),
        ("promises?after=2026-10-01T00:00:00~1", 404),
        ("promises?by=tag&key=%00'", 200),
        ("promises?period=dates", 400),
        ("tickets", 404),
        ("tickets?what=opened&after=-1", 404),
        ("tickets?what=sent&channel=x", 404),
        ("tickets?what=messages&weekday=7&hour=1", 404),
        ("tickets?what=sent&agent=none", 200),
    ],
)
def test_an_address_that_means_nothing_is_refused(ryo, query, status):
    assert ryo.get(f"/reports/{query}").status_code == status


def test_nobody_is_ranked_by_speed(ryo, busy):
    """The table by agent is in the order of names, whatever their figures are."""
    for kind in ("first_reply", "resolution"):
        page = Tables(ryo.get(f"/reports?by=agent&kind={kind}").text).tables[4][1:]
        names = [row[0] for row in page]
        assert names == [*sorted(names[:-1]), "担当者なし"]


def test_a_tag_cannot_become_a_formula(ryo, busy):
    ticket_id = busy.session.scalars(select(TicketTag.ticket_id)).first()
    busy.session.add(TicketTag(ticket_id=ticket_id, name="=1+1"))
    busy.session.commit()
    assert "'=1+1" in {row[1] for row in sheets(ryo)[5]}
