"""How often one may ask: calmly refused, for a minute, and nobody else with them."""

import ast
import inspect

import pytest

from support.web.accounts import webhook
from support.web.limits import DEAR
from tests.cast import customer_says
from tests.cast import post as said
from tests.web.forms import PART, post
from tests.web.test_webhook import BODY, make_app, push, signed, stored, tallies

FILES = {"reports.csv", "reports.json", "spending.csv", "takedowns.csv", "canned_files.export",
         "personal_data.export"}  # fmt: skip
ASK_OUTSIDE = {"contexts.fetch", "hours.subscribe", "alert_rules.try_webhook"}


@pytest.fixture
def few(monkeypatch):
    """Two in a minute are enough for these."""
    for page in DEAR:
        monkeypatch.setitem(DEAR, page, 2)


def test_what_is_dear_has_a_limit_and_every_limit_a_page(app):
    assert DEAR.keys() <= app.view_functions.keys()
    assert DEAR.keys() >= FILES | ASK_OUTSIDE | {"search.show"}


def test_every_answer_that_is_a_file_for_a_table_has_a_limit(app):
    """A new export fails here until it has one."""
    exports = {name for name, page in app.view_functions.items() if answers_with_a_file(page)}
    assert exports >= FILES - {"reports.json"}
    assert exports <= DEAR.keys()


def answers_with_a_file(page):
    """By a header of its own, or by Flask's."""
    nodes = list(ast.walk(ast.parse(inspect.getsource(inspect.unwrap(page)).strip())))
    words = [it.value for it in nodes if isinstance(it, ast.Constant)]
    marked = {it.arg for it in nodes if isinstance(it, ast.keyword)}
    ours = any(isinstance(it, str) and it.startswith("attachment;") for it in words)
    return ours or "as_attachment" in marked


@pytest.mark.parametrize(
    "path",
    [
        "/reports.json",
        "/reports.csv",
        "/search?q=a",
        "/canned/export/csv",
        "/settings/spending.csv",
        "/reports/talk",
        "/review",
        "/review/coverage",
    ],
)
def test_past_its_limit_a_page_says_so_and_when_to_come_back(ryo, few, path):
    first = [ryo.get(path).status_code for _ in range(2)]
    assert first == [200, 200]
    refused = ryo.get(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "1分ほど待って" in refused.text


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("/customers/{}/data/export", 200),
        ("/customers/{}/data/erasure", 422),
        ("/settings/words", 400),
        ("/settings/words/try", 200),
        ("/settings/retention", 303),
        ("/reports/mail/now", 409),
    ],
)
def test_nor_is_a_form_that_is_dear_sent_again_and_again(
    session, cast, clock, signed_in, few, path, first
):
    path = path.format(customer_says(session, cast, said(at=clock())).conversation.customer_id)
    session.rollback()
    hikaru = signed_in(cast.hikaru)
    answers = [post(hikaru, path) for _ in range(3)]
    assert [it.status_code for it in answers] == [first, first, 429]
    assert "1分ほど待って" in answers[-1].text


def test_others_and_other_pages_are_not_held_up_by_it(ryo, cast, signed_in, few):
    for _ in range(3):
        ryo.get("/reports.json")
    assert ryo.get("/reports.json").status_code == 429
    assert ryo.get("/reports.csv").status_code == 200
    assert ryo.get("/me").status_code == 200
    assert signed_in(cast.hikaru).get("/reports.json").status_code == 200


def test_a_thread_is_not_bought_again_and_again(session, cast, misaki, clock, later, few):
    ticket = customer_says(session, cast, said(at=clock())).id
    session.rollback()
    for _ in range(4):
        answer = post(misaki, f"/tickets/{ticket}/context")
    assert answer.status_code == 429
    assert len(later.rung) < 3


def test_a_part_of_a_page_is_left_as_it_is_and_a_toast_says_why(ryo, few):
    for _ in range(2):
        ryo.get("/search?q=a", headers=PART)
    answer = ryo.get("/search?q=a", headers=PART)
    assert (answer.status_code, answer.headers["HX-Reswap"]) == (429, "none")


def test_whoever_is_not_signed_in_uses_up_nobodys_limit(client, cast, signed_in, few):
    for _ in range(4):
        assert client.get("/reports.json").status_code == 303
    assert signed_in(cast.ryo).get("/reports.json").status_code == 200


def test_forged_bodies_without_end_are_refused_without_a_row_and_x_is_always_heard(
    client, session, database_url
):
    x_app, most = make_app(database_url), webhook.MOST_FORGERIES.amount
    answers = [push(client, x_app, b"forged %d" % n) for n in range(most + 5)]
    assert [it.status_code for it in answers] == [401] * most + [429] * 5
    assert answers[-1].headers["Retry-After"] == "60"
    assert tallies(session) == {"webhook_unsigned": most}
    for _ in range(40):
        assert push(client, x_app, BODY, **signed()).status_code == 200
    assert len(stored(session)) > 0


def test_forgeries_of_one_place_do_not_silence_another(client, database_url):
    x_app = make_app(database_url)
    for _ in range(webhook.MOST_FORGERIES.amount):
        push(client, x_app, b"forged")
    elsewhere = {"environ_base": {"REMOTE_ADDR": "198.51.100.7"}}
    assert push(client, x_app, b"forged").status_code == 429
    assert client.post(f"/x/webhook/{x_app}", data=b"x", **elsewhere).status_code == 401


def test_a_limit_is_far_above_what_one_does_by_hand():
    assert min(most for page, most in DEAR.items() if page not in limits_of_secrets()) >= 20


def limits_of_secrets():
    return {name for name in DEAR if name.startswith(("passwords.", "second_step."))}
