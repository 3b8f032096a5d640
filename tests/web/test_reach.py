"""Every route, asked by somebody who was granted nothing of a limited account, its public posts
only, or its direct messages too: each sees exactly what it may."""

import queue

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from support.agents.records import AccountLimit
from support.alerts.records import Mention
from support.conversations.records import Customer
from support.db import db, engine_for
from support.digests.records import DigestSending
from support.tickets.records import Ticket
from support.web import live, reach
from support.web.reports.report_letter import draft_of
from tests.cast import HANAKO
from tests.web import forms
from tests.web.forms import PART, Browser, token_on
from tests.web.reach_scene import DM, PUBLIC, STRANGER, grant
from tests.web.reach_table import BY, FILTERED, NOT_ABOUT, NOT_ABOUT_EITHER, THERE_IS_NONE
from tests.web.test_access import address, routes, some

LEVELS = {"nothing": None, "public": False, "dm": True}


def test_every_route_stands_in_the_table_once(app):
    stands = [name for names in BY.values() for name in names] + [*FILTERED, *NOT_ABOUT_EITHER]
    whole = {name for name, rule in routes(app) if rule.endpoint.split(".")[0] in NOT_ABOUT}
    there = {name for name, _ in routes(app)}
    assert sorted(stands) == sorted(set(stands)), "in two tables"
    assert not set(stands) & whole
    assert there - set(stands) - whole == set(), "say in reach_table.py what reach means to these"
    assert set(stands) - there == set(), "these are gone"


def addresses(app, side, person):
    """Kind, name and address of every route that takes a number of something of this side."""
    for name, rule in routes(app):
        for kind in (it for it in BY if name in BY[it]):
            first = sorted(rule.arguments, key=lambda it: (it not in FIRST, it))[0]
            own = {first: side.of(kind, person)}
            values = {it: some(rule, it) for it in rule.arguments} | own
            with app.test_request_context():
                path = app.url_for(rule.endpoint, **values)
            yield kind, name, path  # outside: whoever asks for it would share this context


FIRST = {"ticket_id", "reply_id", "part_id", "note_id", "promise_id", "number", "account_id",
         "attachment_id", "image_id", "customer_id", "review_id", "draft_id", "prospect_id",
         "incident_id", "notice_id"}  # fmt: skip
ASKS_X = ("/media/", "/avatars/")
OF_THE_ACCOUNT = ("account", "incident", "notice", "wave", "passed", "prospect", "offer", "wording",
                  "word", "listening", "spike")  # fmt: skip
"""What there is only once: an account, its incident, a post that became no ticket, a search and
whom it found."""


@pytest.fixture
def people(app, cast, scene, granted_one, database_url):
    """By what they were granted. All are administrators: roles are a matter of `test_access`."""
    app.config["PROPAGATE_EXCEPTIONS"] = False  # empty forms, and pictures X is not there for
    people = {"nothing": cast.hikaru, "public": cast.ryo, "dm": cast.misaki}
    for level, person in people.items():
        granted_one(person, LEVELS[level], role="admin")
    return people


def whole_walk(app, scene, person, level):
    """Kind, name and address of all there is of the limited account, and whether it may be seen.

    Each channel is found by one who may see it, so that every address leads somewhere: whoever sees
    both walks the one that nobody else sees.
    """
    sides = [(scene.public, level == "public")] if level != "dm" else []
    for side, seen in [*sides, (scene.dm, level == "dm")]:
        for kind, name, path in addresses(app, side, person):
            if side is scene.public or kind not in OF_THE_ACCOUNT:
                yield kind, name, path, seen


@pytest.mark.one_database
def test_no_page_is_there_or_gives_away_a_word_out_of_reach(
    app, scene, people, signed_in, within_reach
):
    wrong, shown = [], {}
    for level, person in people.items():
        browser, shown[level] = signed_in(person), {PUBLIC: set(), DM: set()}

        def look(path, browser=browser, shown=shown[level], **headers):
            answer = browser.get(path, headers=headers)
            if answer.status_code == 500 and not path.startswith(ASKS_X):
                wrong.append(f"{path}: {answer.status_code}")
            for mark in shown:
                if mark in answer.text:
                    shown[mark].add(path)
            return answer.status_code

        for kind, name, path, seen in whole_walk(app, scene, person, level):
            if name.startswith("GET"):
                status = look(path)
                if status == 303:  # a part, which leads whoever asks for it alone to its page
                    status = look(path, **PART)
                if (status != 404) is not seen and not (seen and name in THERE_IS_NONE):
                    wrong.append(f"{level}: {kind} {name} {path}: {status}")
        for path in ASKED if level == "dm" else other_pages(app, scene, whole=level == "nothing"):
            look(path)
    assert "\n".join(wrong) == ""
    assert shown["nothing"] == {PUBLIC: set(), DM: set()}
    assert shown["public"][DM] == set()
    everywhere = {"/approvals", "/handover?of=all", "/drafts", "/alerts", "/review?seen=all"}
    for found in (shown["public"][PUBLIC], shown["dm"][DM]):
        assert everywhere - found == set(), "nothing is hunted where nothing stands"
        assert len(found) > 20


@pytest.mark.one_database
def test_no_form_finds_what_is_out_of_reach(app, scene, people, signed_in):
    wrong = []
    for level, person in people.items():
        browser = signed_in(person)
        form = {"csrf_token": token_on(browser)}
        for kind, name, path, seen in whole_walk(app, scene, person, level):
            if name.startswith("GET"):
                continue
            status = browser.post(path, data=form, headers=PART).status_code
            if (status != 404) is not seen and not (seen and name in THERE_IS_NONE):
                wrong.append(f"{level}: {kind} {name} {path}: {status}")
    assert "\n".join(wrong) == ""


FOUND = (
    "/search?q=の件です", "/search?q=を確認します", "/search?q=のメモ",
    "/search?q=in:customer+架空",
    "/search?q=from:架空", "/search?q=in:dm+の件", "/palette?q=架空", "/palette?q=の件",
)  # fmt: skip
ASKED = (
    *FOUND, "/review?seen=all", "/review?order=sample&seen=all", "/review/mine",
    "/canned/new?reply=1", "/canned/new?reply=2",
    "/drafts", "/alerts",
    "/approvals", "/handover", "/handover?of=all", "/handover?of=none", "/reports/talk",
    "/reports?from=2026-10-01&to=2026-10-01", "/reports.csv?from=2026-10-01&to=2026-10-01",
    "/settings/approval", "/settings/retention",
    "/", "/tickets?view=all", "/tickets?view=mine", "/tickets?view=unassigned",
    "/tickets?view=waiting", "/tickets?view=resolved", "/tickets?channel=dm",
    "/canned/learned?account=2",
)  # fmt: skip


def other_pages(app, scene, *, whole):
    """Every other address that answers GET; `whole`: those that are about nobody's words, too."""
    for name, rule in routes(app):
        about = whole or rule.endpoint.split(".")[0] not in NOT_ABOUT
        if about and name.startswith("GET") and name != "GET live.stream" and name not in _BY_ID:
            yield address(app, rule)
    yield from ASKED
    for number in (scene.public.ids["ticket"], scene.dm.ids["ticket"]):
        yield f"/presence?ids={number}"
        yield f"/tickets/changes?ids={number}&shown={number}&since=0"
        yield f"/alerts/tickets/{number}?kinds=assigned,message"
    yield f"/tickets/{scene.open_ticket}"


_BY_ID = {name for names in BY.values() for name in names}


@pytest.mark.both_databases
def test_search_and_the_queue_leave_out_what_may_not_be_seen(cast, scene, granted, signed_in):
    """What SQL asks differs by database: here on both."""
    granted(False)
    browser = signed_in(cast.misaki)
    for path in ("/", "/drafts", "/alerts", *FOUND):
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


DONE = {200, 303, 422}  # of a ticket that is open


@pytest.mark.parametrize(
    ("who", "level", "codes"),
    [
        (STRANGER, "nothing", {404}),
        (STRANGER, "public", DONE),
        (HANAKO, "nothing", {403}),  # known from the other account too
        (HANAKO, "public", {403}),
        (HANAKO, "dm", DONE),
    ],
    ids=lambda it: getattr(it, "username", None),
)
def test_all_that_is_held_of_a_customer_is_for_who_sees_all(
    cast, scene, granted, signed_in, session, who, level, codes
):
    """The archive, holds and erasing know no accounts: they would tell, or take, what is hidden."""
    granted(LEVELS[level])
    lead = signed_in(cast.ryo)
    number = session.scalars(select(Customer.id).where(Customer.username == who.username)).one()
    session.rollback()
    path = f"/customers/{number}/data"
    forms_there = {
        "/export": {"notes": "1"},
        "/hold": {"hold_reason": "係争中"},
        "/erasure": {"confirm": who.username},
    }
    answers = [lead.get(path), *(forms.post(lead, path + it, f) for it, f in forms_there.items())]
    assert {it.status_code for it in answers} == codes
    if codes != DONE:
        assert all(DM not in it.text and PUBLIC not in it.text for it in answers)


def test_a_letter_tells_its_reader_of_what_they_may_see(app, cast, scene, clock):
    """The same figures as the page whoever gets it would open, and it says what is left out."""
    letters = {}
    for limited in (True, False):
        with app.app_context():
            session = db.session()
            if not limited:
                session.execute(delete(AccountLimit))
            today = clock().date()
            sending = DigestSending(
                agent_id=cast.ryo.id, first=today, last=today, locale="ja",
                due_at=clock(), not_before=clock(),
            )  # fmt: skip
            session.add(sending)
            session.commit()
            letters[limited] = draft_of(sending.id)
    unseen = "見られないアカウントまたはDMは、この数字に含まれていません。"
    for said in (letters[True].text, letters[True].html):
        assert unseen in said
        assert "hikari_home" not in said
    assert unseen not in letters[False].text + letters[False].html
    assert "@hikari_home" in letters[False].text
    assert "未解決（現在）: この期間 1" in letters[True].text
    assert "未解決（現在）: この期間 5" in letters[False].text


def test_what_a_job_writes_for_somebody_holds_what_they_may_see(app, cast, scene):
    with app.app_context():
        count = select(func.count()).select_from(Ticket)
        with reach.as_seen_by(cast.ryo.id):
            assert db.session.scalar(count) == 1
        assert db.session.scalar(count) == 5
