"""The page of the service levels: order, refusals, a look before saving, a moment to try."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.sla.records import ServiceLevel, promises_of
from support.terms.records import TermsEdit
from support.tickets.records import Team
from support.web.promises.levels_form import lines_from, moved, row_of, rows_from
from tests.cast import customer_says, post
from tests.fakes import THURSDAY
from tests.web.forms import Browser


@pytest.fixture
def admin(cast, signed_in, session):
    browser = Browser(signed_in(cast.hikaru))
    session.rollback()
    return browser


def line(n, name, first="1:00", **more):
    targets = {"first_reply": first, "next_reply": "2:00", "resolution": "8:00", "update": "–"}
    fields = {"name": name, **targets, "warn_share": "75", "acknowledgement": "", **more}
    return {f"l{n}-{key}": value for key, value in fields.items()}


def form(*lines, **more):
    together = {"lines": str(len(lines)), "do": "save", "carry": "new", **more}
    for fields in lines:
        together |= fields
    return together


def levels(session):
    session.rollback()
    in_force = select(ServiceLevel).where(ServiceLevel.retired_at.is_(None))
    return list(session.scalars(in_force.order_by(ServiceLevel.position)))


def test_lines_are_kept_in_their_order_with_their_conditions(admin, session):
    asked = {"priorities": ["urgent"], "tags": "障害、解約", "followers_from": "10,000"}
    urgent = line(0, "至急", "０：１５", **asked)
    admin.post("/settings/levels", **form(urgent, line(1, "標準")))
    first, last = levels(session)
    assert (first.name, first.first_reply_seconds, first.update_seconds) == ("至急", 900, None)
    assert first.conditions == {
        "priorities": ["urgent"],
        "tags": ["解約", "障害"],
        "followers_from": 10000,
    }
    assert (last.name, last.conditions) == ("標準", {})
    page = admin.get("/settings/levels")
    assert "フォロワー10000人以上" in page
    assert "そのほかすべて" in page


REFUSED = {
    "a time that is none": ([line(0, "標準", "一時間")], "lines-0-first_reply", "1:30 のように"),
    "no time at all": ([line(0, "標準", "0:00")], "lines-0-first_reply", "0より長く"),
    "a share of all": ([line(0, "標準", warn_share="100")], "lines-0-warn_share", "1から99"),
    "no name": ([line(0, "")], "lines-0-name", "名前を入力"),
    "a band that is none": (
        [line(0, "大口", followers_from="10", followers_below="5"), line(1, "標準")],
        "lines-0-followers_from",
        "小さくして",
    ),
    "a line nobody reaches": ([line(0, "全部"), line(1, "標準")], "lines-1-name", "この行は使われ"),
}


@pytest.mark.parametrize(("lines", "place", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_meant_is_refused_beside_its_field(admin, session, lines, place, words):
    page = admin.post("/settings/levels", status=422, **form(*lines))
    (said,) = re.findall(rf'id="{place}-error"[^>]*>(.*?)</p>', page, re.S)
    assert words in said
    assert [level.name for level in levels(session)] == ["標準"]


def test_a_target_that_is_never_reached_in_these_hours_is_refused(admin, session, cast):
    closed = {f"day-{day}": "" for day in range(7)}
    hours = {"name": "ひかりケア", "version": "1", "zone": "Asia/Tokyo", "carry": "new"}
    admin.post("/settings/hours", **hours, **closed)
    page = admin.post("/settings/levels", status=422, **form(line(0, "標準")))
    assert "期限が来ることがありません" in page


def test_a_look_names_what_would_flip_and_saving_rings_for_a_worker(
    admin, session, cast, clock, later
):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    clock.forward(minutes=45)
    quick = form(line(0, "標準", "0:30"), do="preview", carry="whole")
    page = admin.post("/settings/levels", **quick)
    assert "期限超過になる" in page
    assert f"#{ticket.id}</a>" in page
    assert levels(session)[0].first_reply_seconds == 3600
    admin.post("/settings/levels", **{**quick, "do": "save"})
    session.rollback()
    edit = session.scalars(select(TermsEdit)).one()
    assert later.rung == [("rejudge", str(edit.id))]


def test_buttons_move_lines_on_the_form_and_keep_nothing(admin, session):
    two = form(line(0, "至急", priorities=["urgent"]), line(1, "DM", channel="dm"), line(2, "標準"))
    page = admin.post("/settings/levels", **{**two, "do": "down-0"})
    assert re.findall(r'name="l\d-name" value="([^"]*)"', page) == ["DM", "至急", "標準"]
    page = admin.post("/settings/levels", **{**two, "do": "add"})
    assert re.findall(r'name="l\d-name" value="([^"]*)"', page) == ["", "至急", "DM", "標準"]
    page = admin.post("/settings/levels", **{**two, "do": "remove-2"})
    assert page.count("そのほかすべて") == 1, "the last line stays"
    assert [level.name for level in levels(session)] == ["標準"]


def test_what_was_written_comes_back_as_it_was():
    from werkzeug.datastructures import MultiDict

    fields = form(line(0, "大口", segments="法人", followers_from="10000"), line(1, "標準"))
    rows = rows_from(MultiDict(fields))
    lines, errors = lines_from(rows)
    assert errors == {}
    assert [row_of(it).targets for it in lines] == [row.targets for row in rows]
    assert moved(rows, "nonsense") == rows


def test_a_moment_can_be_tried(admin):
    page = admin.get("/settings/levels?moment=2026-10-02T17:30&channel=public")
    assert "「標準」" in page
    assert "10月5日（月） 9:30" in page
    fit = admin.get("/settings/levels?moment=2026-10-02T17:00")
    assert "10月2日（金） 18:00" in fit
    assert "閉まっている間の返信は間に合ったことになります" in fit


@pytest.mark.parametrize(
    ("sent", "status"),
    [({}, 422), ({"do": "save"}, 422), ({"do": "add"}, 200), ({"do": "up-0"}, 200),
     ({"do": "up-" + "9" * 5000}, 200), ({"lines": "1", "l0-accounts": "9" * 5000}, 422)],
)  # fmt: skip
def test_a_form_no_page_made_gets_a_sentence(admin, session, sent, status):
    admin.post("/settings/levels", status, **sent)
    assert [level.name for level in levels(session)] == ["標準"]


def test_last_quarter_is_judged_by_the_form_and_nothing_is_kept(admin, session, cast, clock):
    customer_says(session, cast, post(at=THURSDAY - timedelta(days=30)))
    page = admin.post("/settings/replay", **form(line(0, "標準", "2000:00")))
    assert "達成率（この設定）" in page
    assert re.search(r"初回返信</th>.*?<td class=\"number\">1</td>", page, re.S)
    assert levels(session)[0].first_reply_seconds == 3600


def test_teams_keep_their_own_hours(admin, session, cast, later):
    admin.post("/settings/teams", name="夜間チーム", hours="", carry="rest")
    assert "同じ名前" in admin.post("/settings/teams", status=422, name="夜間チーム")
    admin.post("/settings/hours/new", name="ひかりケア", new_name="夜間窓口")
    session.rollback()
    team = session.scalars(select(Team)).one()
    admin.post(f"/settings/teams/{team.id}", name="夜勤", hours="夜間窓口", carry="rest")
    session.rollback()
    session.refresh(team)
    assert team.name == "夜勤"
    assert team.calendar_id is not None
    admin.post(f"/settings/teams/{team.id}", do="close")
    session.rollback()
    session.refresh(team)
    assert team.closed_at is not None


def test_priority_team_and_group_are_set_on_the_ticket(admin, session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    urgent = line(0, "至急", "0:15", priorities=["urgent"])
    admin.post("/settings/levels", **form(urgent, line(1, "標準")))
    page = admin.post(f"/tickets/{ticket.id}/priority", priority="urgent")
    assert "優先度を「至急」に変更" in page
    session.rollback()
    due = {p.kind: p.due_at for p in promises_of(session, ticket.id)}
    assert due["first_reply"] == THURSDAY + timedelta(minutes=15)
    assert "至急" in admin.get("/")
    admin.post(f"/tickets/{ticket.id}/priority", status=422, priority="bogus")
    page = admin.post(f"/tickets/{ticket.id}/segment", segment="法人")
    assert 'value="法人"' in page


def test_tickets_are_merged_on_the_page(admin, session, cast):
    ticket = customer_says(session, cast, post(at=THURSDAY))
    other = customer_says(session, cast, post("別件です", at=THURSDAY, number=2))
    page = admin.post(f"/tickets/{ticket.id}/merges", other=str(other.id))
    assert "まとめ済み" in page
    assert "別件です" in page, "what was said there stands here now"
    left = admin.get(f"/tickets/{other.id}")
    assert f"#{ticket.id} を開く" in left
    assert 'id="reply-panel"' not in left
