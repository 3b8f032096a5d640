"""Who may ask for what: every address and method, held against the real desk with each role.

A new page fails here until it has a line. Roles are nested: a lead may what an agent may, an
administrator may what a lead may.
"""

import re

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter

from tests.web.access_table import MAY
from tests.web.forms import token_on

NOWHERE = 999_999
"""A number no row has: whoever may ask is told so, and nothing is done."""
ORDER = ("nobody", "agent", "lead", "admin")
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
ENDS_HERE = {"agents.sign_out"}


def routes(app):
    """Every endpoint and method, with an address for it."""
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods & METHODS):
            yield f"{method} {rule.endpoint}", rule


def some(rule, name):
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return NOWHERE if isinstance(converter, IntegerConverter) else "nothing"


def address(app, rule):
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: some(rule, name) for name in rule.arguments})


def test_every_page_has_a_line_and_every_line_a_page(app):
    there = {name for name, _ in routes(app)}
    assert there - MAY.keys() == set(), "say in access_table.py who may ask for these"
    assert MAY.keys() - there == set(), "these are gone"
    assert set(MAY.values()) <= set(ORDER)


@pytest.mark.one_database
@pytest.mark.parametrize("who", ORDER)
def test_each_may_what_the_table_says_and_no_more(app, cast, client, signed_in, who):
    app.config["PROPAGATE_EXCEPTIONS"] = False  # empty forms are no matter of this test
    people = {"agent": cast.misaki, "lead": cast.ryo, "admin": cast.hikaru}

    def browser():
        return signed_in(people[who]) if who in people else client

    here = browser()
    token = token_on(here, "/me" if who in people else "/sign-in")
    wrong = []
    for name, rule in routes(app):
        method = name.split()[0]
        got_in = asked(here, method, address(app, rule), token)
        if got_in is not (ORDER.index(who) >= ORDER.index(MAY[name])):
            wrong.append(f"{name}: {'may' if got_in else 'may not'}")
        if rule.endpoint in ENDS_HERE and who in people:
            here = browser()
            token = token_on(here)
    assert wrong == []


def asked(client, method, path, token):
    """Whether the page was reached: neither the sign-in nor a refusal stood before it."""
    form = {"csrf_token": token} if method != "GET" else None
    answer = client.open(path, method=method, data=form, buffered=False)
    status, leads = answer.status_code, re.match(r"/sign-in(\?|$)", answer.location or "")
    answer.close()
    its_own = path == "/set-up" or path.startswith("/sign-")
    asked_for_sign_in = leads is not None and not its_own
    return status not in (401, 403) and not asked_for_sign_in
