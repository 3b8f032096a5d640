"""Every route, asked by somebody who was granted nothing of a limited account, its public posts
only, or its direct messages too: each sees exactly what it may."""

import pytest
from sqlalchemy.orm import Session

from support.db import engine_for
from tests.web.access_table import MAY
from tests.web.forms import token_on
from tests.web.reach_scene import DM, PUBLIC, grant, limited_desk
from tests.web.reach_table import BY, FILTERED, NOT_ABOUT, NOT_ABOUT_EITHER, THERE_IS_NONE
from tests.web.test_access import routes, some

LEVELS = {"nothing": None, "public": False, "dm": True}


@pytest.fixture
def scene(cast, database_url, clock, x):
    engine = engine_for(database_url)
    with Session(engine) as session:
        cast = type(cast)(*(session.merge(person, load=True) for person in vars(cast).values()))
        made = limited_desk(session, cast, clock, x)
    engine.dispose()
    return made


@pytest.fixture
def granted(scene, cast, database_url):
    def give(private):
        engine = engine_for(database_url)
        with Session(engine) as session:
            grant(session, scene, (cast.misaki, cast.ryo, cast.hikaru), private)
        engine.dispose()

    return give


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
         "attachment_id", "image_id", "customer_id"}  # fmt: skip


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
                status = browsers[role].open(path, method=method, data=form).status_code
                if status == 404 if seen_here else status != 404:
                    if not (seen_here and name in THERE_IS_NONE):
                        wrong.append(f"{kind} {name} {path}: {status}")
    assert wrong == []


ASKED = (
    "/", "/tickets?view=all", "/tickets?view=mine", "/tickets?view=unassigned",
    "/tickets?view=waiting", "/tickets?view=resolved", "/tickets?channel=dm",
    "/search?q=の件です", "/search?q=を確認します", "/search?q=のメモ", "/search?q=in:customer+架空",
    "/search?q=from:架空", "/search?q=in:dm+の件", "/palette?q=架空", "/palette?q=の件",
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
@pytest.mark.both_databases
def test_no_page_gives_away_a_word(app, cast, scene, granted, signed_in, level):
    granted(LEVELS[level])
    shown = {PUBLIC: set(), DM: set()}
    for person in (cast.hikaru, cast.misaki):
        browser = signed_in(person)
        for path in all_pages(app, scene):
            text = browser.get(path).text
            for mark in (PUBLIC, DM):
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
