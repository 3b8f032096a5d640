"""Every address a page asks a part of itself from answers without htmx too: with a page or the way
to one. Bookmarks, new tabs, "open link in" and a browser without script all come that way."""

import re
import shutil
from html import unescape

import pytest
from sqlalchemy.orm import Session

from app import create_app
from support.db import engine_for
from support.demo.loading import PASSWORD
from tests.machinery.demo import story
from tests.machinery.desks import settings_of
from tests.machinery.pages import addresses
from tests.web.forms import token_on

GET = re.compile(r'hx-get="([^"]+)"')
SENDS = re.compile(r'(?:hx-post|formaction)="([^"]+)"|<form[^>]*method="post"[^>]*action="([^"]+)"')
NUMBER = re.compile(r"/(?:\d+|[a-z]+-[a-z-]+)(?=/|\?|$)")
ALIVE = "/rail", "/alerts/bell", "/standing", "/incidents/spikes/banner"
"""Asked for by script alone and by nothing a person can press or follow."""


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parts")
    settings = settings_of(f"sqlite:///{shutil.copy(story(), folder / 'desk.db')}", folder)
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture(scope="session")
def admin(desk):
    browser = desk.test_client()
    form = {"email": "ito@hikari-care.example", "password": PASSWORD}
    form["csrf_token"] = token_on(browser, "/sign-in")
    assert browser.post("/sign-in", data=form).status_code == 303
    return browser


@pytest.fixture(scope="session")
def drawn(desk, admin):
    """The text of every page by its name."""
    engine = engine_for(desk.config["SQLALCHEMY_DATABASE_URI"])
    with Session(engine) as session:
        paths = addresses(desk, session)
    engine.dispose()
    return {name: admin.get(path).text for name, path in paths.items()}


def found(drawn, pattern):
    """Each address once a form: which ticket or answer it is about makes no difference."""
    kinds = {}
    for text in drawn.values():
        for match in pattern.finditer(text):
            path = unescape(next(group for group in match.groups() if group))
            kinds.setdefault(NUMBER.sub("/…", path.split("?")[0]), path)
    return sorted(kinds.values())


def is_whole(answer):
    """A redirect, or a page from its first line to its last."""
    if 300 <= answer.status_code < 400:
        return True
    if answer.headers.get("Content-Disposition", "").startswith("attachment"):
        return True  # a file to keep: the browser stays on its page
    text = answer.text
    return text.lstrip().startswith("<!DOCTYPE html>") and text.rstrip().endswith("</html>")


def test_what_is_asked_for_is_a_page(admin, drawn):
    paths = [path for path in found(drawn, GET) if not path.startswith(ALIVE)]
    assert len(paths) > 5
    wrong = [path for path in paths if not is_whole(admin.get(path))]
    assert not wrong


def test_what_is_sent_leads_to_a_page(admin, drawn):
    """Sent empty, most of it is refused: the refusal has to be a page as well."""
    paths = [path for path in found(drawn, SENDS) if "sign-out" not in path]
    assert len(paths) > 30
    token = token_on(admin)
    wrong = []
    for path in paths:
        answer = admin.post(path, data={"csrf_token": token})
        if not is_whole(answer) or answer.status_code >= 500:
            wrong.append((path, answer.status_code, answer.text[:80]))
    assert not wrong
