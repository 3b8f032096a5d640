"""Every route, asked by somebody who was granted nothing of a limited account, its public posts
only, or its direct messages too: each sees exactly what it may."""

import queue

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from support.alerts.records import Mention
from support.db import db, engine_for
from support.tickets.records import Ticket
from support.web import live, reach
from tests.web import forms
from tests.web.access_table import MAY
from tests.web.forms import PART, Browser, token_on
from tests.web.reach_scene import DM, PUBLIC, grant
from tests.web.reach_table import BY, FILTERED, NOT_ABOUT, NOT_ABOUT_EITHER, THERE_IS_NONE
from tests.web.test_access import routes, some

LEVELS = {"nothing": None, "public": False, "dm": True}


def test_every_route_stands_in_the_table_once(app):
    stands = [name for names in BY.values() for name in names] + [*FILTERED, *NOT_ABOUT_EITHER]
    whole = {name for name, rule in routes(app) if rule.endpoint.split(".")[0] in NOT_ABOUT}
    there = {name for name, _ in routes(app)}
    assert sorted(stands) == sorted(set(stands)), "in two tables"
    assert not set(stands) & whole
    assert there - set(stands) - whole == set(), "say in reach_table.py what reach means to these"
    assert set(stands) - there == set(), "these are gone"


def addresses(app, kind, side):
    """Method, name and address of every route that takes a number of this kind."""
    for name, rule in routes(app):
        if name in BY[kind]:
            first = sorted(rule.arguments, key=lambda it: (it not in FIRST, it))[0]
            values = {it: some(rule, it) for it in rule.arguments} | {first: side.ids[kind]}
            with app.test_request_context():
                yield name, app.url_for(rule.endpoint, **values)


FIRST = {"ticket_id", "reply_id", "part_id", "note_id", "promise_id", "number", "account_id",
         "attachment_id", "image_id", "customer_id", "review_id"}  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
def test_what_is_out_of_reach_is_not_there(app, cast, scene, granted, signed_in, level):
    app.config["PROPAGATE_EXCEPTIONS"] = False  # empty forms are no matter of this test
    granted(LEVELS[level])
    browsers = {
        "agent": signed_in(cast.misaki),
        "lead": signed_in(cast.ryo),
        "admin": signed_in(cast.hikaru),
    }
    tokens = {role: token_on(browser) for role, browser in browsers.items()}
    wrong = []
    for side, seen in ((scene.public, level != "nothing"), (scene.dm, level == "dm")):
        for kind in BY:
            # An account, and a post that became no ticket, are seen with its public side.
            seen_here = level != "nothing" if kind in ("account", "passed") else seen
            if side is scene.dm and kind in ("account", "passed"):
                continue
            for name, path in addresses(app, kind, side):
                method, role = name.split()[0], MAY[name]
                form = {"csrf_token": tokens[role]} if method == "POST" else None
                answer = browsers[role].open(path, method=method, data=form, headers=PART)
                found = answer.status_code != 404
                if found is not seen_here and not (seen_here and name in THERE_IS_NONE):
                    wrong.append(f"{kind} {name} {path}: {answer.status_code}")
    assert "\n".join(wrong) == ""


FOUND = (
    "/search?q=の件です", "/search?q=を確認します", "/search?q=のメモ",
    "/search?q=in:customer+架空",
    "/search?q=from:架空", "/search?q=in:dm+の件", "/palette?q=架空", "/palette?q=の件",
)  # fmt: skip
ASKED = (
    *FOUND, "/review?seen=all", "/review?order=sample&seen=all", "/review/mine",
    "/canned/new?reply=1", "/canned/new?reply=2",
    "/approvals", "/handover", "/handover?of=all", "/handover?of=none", "/reports/talk",
    "/reports?from=2026-10-01&to=2026-10-01", "/reports.csv?from=2026-10-01&to=2026-10-01",
    "/settings/approval", "/settings/retention",
    "/", "/tickets?view=all", "/tickets?view=mine", "/tickets?view=unassigned",
    "/tickets?view=waiting", "/tickets?view=resolved", "/tickets?channel=dm",
    "/canned/learned?account=2",
)  # fmt: skip


def all_pages(app, scene):
    """Every address that answers GET, with the ids of the limited account where it takes any."""
    for kind in BY:
        for side in (scene.public, scene.dm):
            for name, path in addresses(app, kind, side):
                if name.startswith("GET"):
                    yield path
    for name, rule in routes(app):
        if name.startswith("GET") and name != "GET live.stream" and name not in _BY_ID:
            with app.test_request_context():
                values = {it: some(rule, it) for it in rule.arguments}
                yield app.url_for(rule.endpoint, **values)
    yield from ASKED
    for number in (scene.public.ids["ticket"], scene.dm.ids["ticket"]):
        yield f"/presence?ids={number}"
        yield f"/tickets/changes?ids={number}&shown={number}&since=0"
        yield f"/alerts/tickets/{number}?kinds=assigned,message"
    yield f"/tickets/{scene.open_ticket}"


_BY_ID = {name for names in BY.values() for name in names}


@pytest.mark.parametrize("level", LEVELS)
def test_no_page_gives_away_a_word(app, cast, scene, granted, signed_in, level):
    app.config["PROPAGATE_EXCEPTIONS"] = False  # X, which pictures are asked of, is not there
    granted(LEVELS[level])
    shown = {PUBLIC: set(), DM: set()}
    pages = [(cast.hikaru, path) for path in all_pages(app, scene)]
    pages += [(cast.misaki, path) for path in ("/", "/drafts", "/alerts", *FOUND)]
    browsers = {person: signed_in(person) for person in (cast.hikaru, cast.misaki)}
    for person, path in pages:
        text = browsers[person].get(path).text
        for mark in shown:
            if mark in text:
                shown[mark].add(path)
    if level == "nothing":
        assert shown == {PUBLIC: set(), DM: set()}
    elif level == "public":
        assert shown[DM] == set()
        assert len(shown[PUBLIC]) > 12
    else:
        assert len(shown[PUBLIC]) > 12
        assert len(shown[DM]) > 12


@pytest.mark.both_databases
def test_search_and_the_queue_leave_out_what_may_not_be_seen(cast, scene, granted, signed_in):
    """What SQL asks differs by database: here on both."""
    granted(False)
    browser = signed_in(cast.misaki)
    for path in ("/", *FOUND):
        assert DM not in browser.get(path).text, path
    found = browser.get("/search?q=の件です").text
    assert PUBLIC in found
    assert f"/tickets/{scene.public.ids['ticket']}" in browser.get("/").text


def test_figures_count_what_whoever_reads_them_may_see_and_say_so(
    cast, scene, granted, signed_in, database_url
):
    def opened(browser):
        page = browser.get("/reports").text
        return browser.get("/reports.json").json, "data-reach" in page

    ken = signed_in(cast.ryo)
    few, told = opened(ken)
    assert told
    granted(True)
    many, told = opened(ken)
    assert not told
    assert few != many


def test_one_who_may_not_see_it_is_never_given_it(cast, scene, granted, signed_in, session):
    hikaru, misaki = Browser(signed_in(cast.hikaru)), Browser(signed_in(cast.misaki))
    misaki.post("/tickets/next")
    misaki.post("/tickets/next")
    taken = select(Ticket.id).where(Ticket.assignee_id == cast.misaki.id)
    session.rollback()
    assert list(session.scalars(taken)) == [scene.open_ticket]
    grant_one(session, scene, cast.hikaru)
    number = scene.dm.ids["ticket"]
    said = hikaru.post(f"/tickets/{number}/assignment", 422, assignee=cast.ryo.id)
    assert "見られないため、割り当てられません" in said
    assert f'value="{cast.ryo.id}"' not in said.split('name="assignee"')[1].split("</select>")[0]
    said = hikaru.post("/tickets/bulk/assignment", ticket=number, assignee=cast.ryo.id)
    assert "1件はこの担当者はこのアカウント" in said
    session.rollback()
    assert session.get_one(Ticket, number).assignee_id == cast.ken.id


def test_one_who_may_not_see_it_is_not_told_by_a_note(cast, scene, signed_in, session):
    grant_one(session, scene, cast.hikaru)
    hikaru = Browser(signed_in(cast.hikaru))
    said = hikaru.post(f"/tickets/{scene.dm.ids['ticket']}/notes", body="@田中 お願いします")
    assert "田中さんはこのアカウント（またはそのDM）を見られないため、知らせていません" in said
    session.rollback()
    assert not session.scalars(select(Mention).where(Mention.agent_id == cast.ken.id)).all()


def test_a_stream_ends_soon_after_its_reader_is_out_or_sees_something_else(
    app, cast, scene, granted, signed_in
):
    for change in (lambda b: granted(True), lambda b: forms.post(b, "/sign-out")):
        browser = signed_in(cast.misaki)
        with app.test_request_context(headers={"Cookie": cookies(browser)}):
            app.preprocess_request()
            still = live.still_there(cast.misaki.id)
        assert still()
        change(browser)
        assert not still()
    said = live.events(queue.SimpleQueue(), 0.001, 60, still=lambda: False, looking=0)
    assert list(said) == ["retry: 3000\n\n"]


def cookies(browser):
    return "; ".join(f"{it.key}={it.value}" for it in browser._cookies.values())


def grant_one(session, scene, person):
    engine = engine_for(session.get_bind().engine.url.render_as_string(hide_password=False))
    with Session(engine) as own:
        grant(own, scene, [person], True)
    engine.dispose()


def test_what_a_job_writes_for_somebody_holds_what_they_may_see(app, cast, scene):
    with app.app_context():
        count = select(func.count()).select_from(Ticket)
        with reach.as_seen_by(cast.ryo.id):
            assert db.session.scalar(count) == 1
        assert db.session.scalar(count) == 5
