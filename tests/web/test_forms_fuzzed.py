"""Every form, sent as nobody would send it: answered with a sentence, and the desk stays whole.

The fields are those of the real pages of the demo desk, with its real ids; what is sent in them,
and beside them, Hypothesis thinks up. A few forms a route in each run; DESK_FUZZ=200 sends 200 to
each. `test_addresses_fuzzed` does the like on PostgreSQL.
"""

import json
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from flask import got_request_exception
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.routing import AnyConverter, IntegerConverter

from app import create_app
from support.audit.chain import Fault
from support.audit.noting import verify
from support.db import db, engine_for
from support.demo.loading import PASSWORD
from support.web import limits
from tests.machinery import lifeline
from tests.machinery.demo import story
from tests.machinery.desks import settings_of
from tests.machinery.pages import addresses
from tests.web.access_table import MAY
from tests.web.forms import token_on
from tests.web.forms_found import fields_read, forms_of

EACH = int(os.environ.get("DESK_FUZZ", "3"))
"""Forms sent to each route."""
ROUTES = sorted(name.split()[1] for name in MAY if name.startswith("POST "))
PEOPLE = {"lead": "takahashi@hikari-care.example", "admin": "ito@hikari-care.example"}
NUMBERS = ["0", "-1", "007", "１２", "1e9", "2147483647", "2147483648", "9" * 19, "9" * 5_000,
           "NaN", "inf", "1_0", "0x10", "²", "٣"]  # fmt: skip
TIMES = ["0001-01-01T00:00", "9999-12-31T23:59", "2026-02-30", "99:99", "24:00", "2026-03-29T02:30"]
NASTY = ["\x00", "a\x00b", "\x1b[2J", "\ud800", "\u202e", "\ufeff", "", " ", "\r\nSet-Cookie: a=b",
         "%(name)s %s {0} {{ 7*7 }}", "'; DROP TABLE agents; --", "../../etc/passwd", "=1+1",
         "<script>alert(1)</script>", "x" * 70_000, "漢" * 5_000, "👩‍👩‍👧‍👦" * 300]  # fmt: skip
garbage = st.one_of(
    st.sampled_from(NUMBERS), st.sampled_from(TIMES), st.sampled_from(NASTY), st.text(max_size=40)
)


@pytest.fixture(scope="session")
def demo_desk(tmp_path_factory):
    """For all tests of this process: other tests come between them."""
    folder = tmp_path_factory.mktemp("fuzzed")
    place = shutil.copy(story(), folder / "desk.db")
    settings = settings_of(f"sqlite:///{place}", folder)
    shelf = shutil.copytree(settings.shelf_dir, folder / "shelf")
    settings = settings.model_copy(update={"shelf_dir": shelf})
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browsers = {who: signed_in(app, email) for who, email in PEOPLE.items()}
    engine = engine_for(settings.database_url)
    with Session(engine) as session:
        paths = addresses(app, session)
    engine.dispose()
    forms = forms_on(app, browsers["admin"], paths.values())
    faults = []
    keep = lambda _, exception, **__: faults.append(exception)  # noqa: E731
    got_request_exception.connect(keep, app)
    let_go(app)
    kept = shutil.copy(place, folder / "kept.db")
    tokens = {who: token_on(browser) for who, browser in browsers.items()}
    cookies = {who: cookie_of(app, browser) for who, browser in browsers.items()}
    yield SimpleNamespace(
        app=app, forms=forms, faults=faults, cookies=cookies, tokens=tokens,
        put_back=lambda: put_back(app, kept, place), keep=keep,
    )  # fmt: skip
    let_go(app)


def forms_on(app, browser, paths):
    """Collected once a run, from every page of a desk that is the same for all its processes."""
    with lifeline.once("forms") as known:
        if not known.exists():
            with unlimited():
                pages = [browser.get(path).text for path in paths]
            found = forms_of(pages, app.url_map.bind("localhost"))
            known.write_text(json.dumps(found))
    told = json.loads(known.read_text())
    return {name: (path, [tuple(it) for it in fields]) for name, (path, fields) in told.items()}


@contextmanager
def unlimited():
    """How often one may ask is no matter of these tests."""
    limits.limiter.enabled = False
    yield
    limits.limiter.enabled = True


@pytest.fixture
def desk(demo_desk):
    with unlimited():
        yield demo_desk


def signed_in(app, email):
    browser = app.test_client()
    form = {"email": email, "password": PASSWORD, "csrf_token": token_on(browser, "/sign-in")}
    assert browser.post("/sign-in", data=form).status_code == 303
    return browser


def cookie_of(app, browser):
    return browser.get_cookie(app.config["SESSION_COOKIE_NAME"]).value


def let_go(app):
    with app.app_context():
        db.engine.dispose()


def put_back(app, kept, place):
    let_go(app)
    for part in ("-wal", "-shm"):
        Path(f"{place}{part}").unlink(missing_ok=True)
    shutil.copy(kept, place)


def form_of(desk, endpoint):
    """Where it is sent and its fields; also what the code reads and the story does not come to."""
    read = [(name, "1") for name in fields_read(desk.app, endpoint)]
    if endpoint in desk.forms:
        path, fields = desk.forms[endpoint]
        known = {name for name, _ in fields}
        return path, [*fields, *(it for it in read if it[0] not in known)]
    rule = next(r for r in desk.app.url_map.iter_rules(endpoint) if "POST" in r.methods)
    with desk.app.test_request_context():
        values = {name: value_for(rule._converters[name]) for name in rule.arguments}
        return desk.app.url_for(endpoint, **values), read


def value_for(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "slow-evening"


@st.composite
def sent(draw, fields):
    """The form with some of its fields left out, doubled or filled with something else."""
    pairs = []
    for name in dict.fromkeys(name for name, _ in fields):
        real = [value for known, value in fields if known == name]
        fate = draw(st.sampled_from(["as it is", "chosen", "garbage", "both", "missing"]))
        if fate == "as it is":
            pairs += [(name, value) for value in real[:1]]
        elif fate == "chosen":
            pairs.append((name, draw(st.sampled_from(real))))
        elif fate != "missing":
            pairs.append((name, draw(garbage)))
            pairs += [(name, real[0])] if fate == "both" else []
    for name in draw(
        st.lists(st.sampled_from(["role", "id", "next", "back", "do", "x"]), max_size=2)
    ):
        pairs.append((name, draw(garbage)))
    return [(name, value) for name, value in pairs if name != "csrf_token"]


def packed(pairs, in_parts):
    """In parts, as forms with files; or as one line, in which bytes may be no characters at all."""
    if in_parts:
        readable = [(k, v.encode("utf-8", "replace").decode()) for k, v in pairs]
        return "multipart/form-data", MultiDict(readable)
    quoted = ("=".join(quote(it.encode("utf-8", "surrogatepass")) for it in pair) for pair in pairs)
    return "application/x-www-form-urlencoded", "&".join(quoted)


@pytest.mark.parametrize("endpoint", ROUTES)
def test_no_form_breaks_the_desk(desk, endpoint):
    path, fields = form_of(desk, endpoint)

    @given(
        pairs=sent(fields),
        who=st.sampled_from(sorted(PEOPLE)),
        part=st.booleans(),
        whole=st.booleans(),
    )
    @settings(
        max_examples=EACH,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    def send(pairs, who, part, whole):
        browser = desk.app.test_client()
        browser.set_cookie(desk.app.config["SESSION_COOKIE_NAME"], desk.cookies[who])
        kind, form = packed([*pairs, ("csrf_token", desk.tokens[who])], whole)
        headers = {"HX-Request": "true"} if part else {}
        desk.faults.clear()
        answer = browser.post(path, data=form, content_type=kind, headers=headers)
        assert desk.faults == []
        assert answer.status_code < 500 or answer.status_code == 502
        assert b"Traceback" not in answer.data
        if answer.status_code >= 400:
            said = answer.json["sentence"] if answer.is_json else re.search(r"<h1|<p", answer.text)
            assert said or "HX-Trigger" in answer.headers
        answer.close()

    try:
        send()
        assert troubles(desk.app) == []
    finally:
        desk.put_back()


def troubles(app):
    """What of the database does not hold together."""
    with app.app_context(), Session(db.engine) as session:
        assert not isinstance(verify(session), Fault)
        lost = session.execute(text("PRAGMA foreign_key_check")).all()
        return [*lost, *(row for row in session.scalars(text("PRAGMA quick_check")) if row != "ok")]
