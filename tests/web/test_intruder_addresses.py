"""An intruder with addresses: of other sites, of the network within, of files; nothing is gained.

Where only an administrator could type one in, the intruder has an administrator's rights.
"""

import re

import pytest
from sqlalchemy import func, select

from support.alerts.records import AlertWebhook
from support.db import Base
from support.x.media import NotShown, place_of
from tests.alerts.receiver import receiving
from tests.cast import customer_says
from tests.cast import post as said
from tests.web.forms import Browser, post, token_on
from tests.web.test_access import routes
from tests.web.test_addresses_fuzzed import in_order, path_of, plain

EVIL = "https://evil.example/"
SENT_ON = ("next", "back", "return", "url", "continue", "redirect_uri", "to")
ELSEWHERE = {"account_keys.connect", "accounts.begin"}
"""They lead to X's own page, which is what they are for."""
WITHIN = [
    "http://127.0.0.1:{port}/hook",
    "http://localhost:{port}/hook",
    "http://[::1]:{port}/hook",
    "http://[::ffff:127.0.0.1]:{port}/hook",
    "http://2130706433:{port}/hook",
    "http://0x7f.1:{port}/hook",
    "http://0177.0.0.1:{port}/hook",
    "http://0:{port}/hook",
    "http://public.example@127.0.0.1:{port}/hook",
    "http://127.0.0.1:{port}\\@public.example/hook",
]


@pytest.fixture
def hikaru(cast, signed_in, session):
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


@pytest.fixture
def ticket(session, cast, clock):
    found = customer_says(session, cast, said(at=clock())).id
    session.rollback()
    return found


@pytest.mark.parametrize("address", WITHIN)
def test_a_webhook_that_leads_inside_is_never_called(session, hikaru, address):
    """By number, by name, in clothes: what the name stands for is looked at, and refused."""
    with receiving() as receiver:
        port = re.search(r":(\d+)/", receiver.url)[1]
        form = {"name": "中", "url": address.format(port=port), "style": "json"}
        post(hikaru, "/settings/alerts/webhooks", form)
        session.rollback()
        hooks = list(session.scalars(select(AlertWebhook.id)))
        session.rollback()
        for number in hooks:
            post(hikaru, f"/settings/alerts/webhooks/{number}/trial")
        assert receiver.hosts == []


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://evil.example/", "//evil.example", "x",
     "javascript:alert(1)", "data:text/plain,x", "http://", "http:///x", "", "unix:/run/x"],
)  # fmt: skip
def test_a_webhook_of_another_kind_is_not_kept(session, hikaru, address):
    form = {"name": "中", "url": address, "style": "json"}
    assert post(hikaru, "/settings/alerts/webhooks", form).status_code == 422
    session.rollback()
    assert session.scalar(select(func.count()).select_from(AlertWebhook)) == 0


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/latest/meta-data/", "https://169.254.169.254/", "file:///etc/passwd",
     "https://localhost/", "https://pbs.twimg.com.evil.example/a.jpg", "http://pbs.twimg.com/a.jpg",
     "https://pbs.twimg.com:8080/a.jpg", "https://pbs.twimg.com@evil.example/a.jpg",
     "https://u:p@pbs.twimg.com/a.jpg", "https://evil.example/#pbs.twimg.com", "//evil.example/a",
     "https://pbs.twimg.com\\.evil.example/", "https://[::1]/", "https://pbs.twimg.com:x/"],
)  # fmt: skip
def test_a_face_or_a_picture_is_fetched_from_xs_own_hosts_only(address):
    """An address in a profile is the customer's to write."""
    with pytest.raises(NotShown):
        place_of(address, "https://api.x.com")


def test_no_form_leads_to_another_site(app, hikaru, ticket):
    """Whatever is said of where to go on: in the form, the address, the headers."""
    token, wrong = token_on(hikaru), []
    said_in = dict.fromkeys(SENT_ON, EVIL)
    headers = {"Referer": EVIL, "X-Forwarded-Host": "evil.example", "HX-Current-URL": EVIL}
    for name, rule in routes(app):
        if rule.endpoint in ("live.stream", "agents.sign_out", "static") or (
            rule.endpoint in ELSEWHERE
        ):
            continue
        path = path_of(rule, {key: plain(it) for key, it in in_order(rule)})
        form = {**said_in, "csrf_token": token} if name.startswith("POST") else None
        answer = hikaru.open(
            path, method=name.split()[0], data=form, query_string=said_in, headers=headers
        )
        told = [answer.headers.get(it, "") for it in ("Location", "HX-Redirect", "HX-Location")]
        wrong += [f"{name}: {to}" for to in told if re.match(r"(https?:)?[/\\]{2}", to)]
        answer.close()
    assert wrong == []


def test_a_name_that_ends_a_line_adds_no_header(hikaru):
    for tried in ("/tickets\r\nSet-Cookie: a=b", "/a%0d%0aSet-Cookie:%20a=b", "/\u560a\u560dX: y"):
        answer = post(hikaru, "/me/language", {"locale": "ja", "next": tried})
        assert answer.status_code == 303
        assert not any("\n" in value or "\r" in value for value in answer.headers.values())
        assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))


@pytest.mark.parametrize("path", ["/", "/sign-in", "/reports.json", "/static/desk.css", "/nowhere"])
def test_no_other_site_may_read_an_answer(hikaru, path):
    answer = hikaru.get(path, headers={"Origin": "https://evil.example"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/app.py", "/data/desk.db", "/requirements.txt", "/static/",
     "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py",
     "/static/x%2f..%2f..%2fapp.py",
     "/static/..\\app.py", "/canned/%2e%2e%2fREADME", "/console", "/docs/", "/metrics/"],
)  # fmt: skip
def test_no_file_but_ours_is_served(client, hikaru, path):
    for browser in (client, hikaru):
        assert browser.get(path).status_code in (303, 401, 404)
    assert hikaru.get(path).status_code == 404
    assert hikaru.open("/sign-in", method="TRACE").status_code == 405


def test_asking_for_a_page_changes_nothing(app, session, hikaru, ticket):
    """A picture or a link on another site can ask, with our cookie, and no more."""
    before = rows(session)
    for name, rule in routes(app):
        if name.startswith("GET") and rule.endpoint not in ("live.stream", "static"):
            path = path_of(rule, {key: plain(it) for key, it in in_order(rule)})
            hikaru.get(path, buffered=False).close()
    after = rows(session)
    assert {name for name in before if before[name] != after[name]} == set()


def rows(session):
    """Every row there is, but when a browser was last seen."""
    session.rollback()
    found = {
        table.name: sorted(map(repr, session.execute(select(table)).all()))
        for table in Base.metadata.sorted_tables
        if table.name != "sign_ins"
    }
    session.rollback()
    return found


def test_the_way_back_is_kept_for_our_own_pages(cast, client):
    """What the tries above would break first if the sign-in forgot where somebody was going."""
    assert Browser(client).get("/sign-in?next=/me")
    answer = client.get("/me", headers={"X-Forwarded-Host": "evil.example"})
    assert answer.location == "/sign-in?next=/me"
