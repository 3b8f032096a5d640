"""Numbers no column holds and characters no column takes, in every address, query and form.

PostgreSQL refuses them where SQLite does not, and the other way round: both are asked. What is read
in one place (`web/reading.py`) holds for every page; a new one is asked here by itself.
"""

import pytest
from flask import got_request_exception
from werkzeug.routing import AnyConverter, IntegerConverter

from support.web import limits, typed
from tests.cast import customer_says
from tests.cast import post as said
from tests.web.forms import token_on
from tests.web.forms_found import fields_read
from tests.web.test_access import METHODS, routes

ADDRESSES = [(2**31, "%00"), ("9" * 5_000, "%ED%A0%80"), (2**63, "x" * 5_000)]
"""A number and a name each."""
VALUES = ["\x00", "2147483648", str(2**63), "9" * 5_000, "0001-01-01T00:00:00+23:00", "nan"]
pytestmark = pytest.mark.both_databases


@pytest.fixture
def asked(app, session, cast, signed_in, clock):
    """An administrator's browser, and the faults of whatever it asks for."""
    customer_says(session, cast, said(at=clock()))
    browser = signed_in(cast.hikaru)
    session.rollback()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    limits.limiter.enabled = False
    faults = []

    def keep(_app, exception, **_):
        faults.append(exception)

    got_request_exception.connect(keep, app)
    token = token_on(browser)

    def ask(method, path, **options):
        faults.clear()
        if method == "POST":
            options["data"] = {**options.pop("query_string", {}), "csrf_token": token}
        answer = browser.open(path, method=method, buffered=False, **options)
        answer.close()
        if faults or (answer.status_code >= 500 and answer.status_code != 502):
            return f"{method} {path[:80]} {answer.status_code} {faults}"
        return None

    yield ask
    got_request_exception.disconnect(keep, app)
    limits.limiter.enabled = True


def rules(app):
    """Each page once, but the stream that does not end and what signs out."""
    for name, rule in routes(app):
        if rule.endpoint not in ("live.stream", "agents.sign_out", "static"):
            yield name.split()[0], rule


def parts(rule):
    return {name: rule._converters[name] for name in rule.arguments}


def path_of(rule, values):
    text = rule.rule
    for name, value in values.items():
        start = text.index("<")
        text = text[:start] + str(value) + text[text.index(">") + 1 :] if name else text
    return text


def plain(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "slow-evening"


def in_order(rule):
    """Its variables as they stand in the address."""
    return sorted(parts(rule).items(), key=lambda it: rule.rule.index(f"{it[0]}>"))


def test_no_number_or_name_in_an_address_breaks_a_page(app, asked):
    wrong = []
    for method, rule in rules(app):
        known = in_order(rule)
        for number, name in ADDRESSES:
            if not known:
                continue
            values = {
                key: number if isinstance(it, IntegerConverter)
                else plain(it) if isinstance(it, AnyConverter) else name
                for key, it in known
            }  # fmt: skip
            wrong.append(asked(method, path_of(rule, values)))
    assert [it for it in wrong if it] == []


@pytest.mark.parametrize("method", sorted(METHODS & {"GET", "POST"}))
def test_no_value_in_a_query_or_a_form_breaks_a_page(app, asked, method):
    wrong = []
    for asks, rule in rules(app):
        names = fields_read(app, rule.endpoint) if asks == method else []
        path = path_of(rule, {key: plain(it) for key, it in in_order(rule)})
        wrong += [
            asked(method, path, query_string=dict.fromkeys(names, value))
            for value in (VALUES if names else ())
        ]
    assert [it for it in wrong if it] == []


@pytest.mark.parametrize(
    ("written", "number"),
    [("7", 7), ("007", 7), ("１２", 12), ("0", 0), ("2147483647", 2**31 - 1), ("2147483648", None),
     ("", None), ("-1", None), ("+1", None), (" 1", None), ("1_0", None), ("²", None),
     ("9" * 5_000, None), ("1.0", None)],
)  # fmt: skip
def test_a_number_is_digits_that_a_column_holds(written, number):
    assert typed.number(written) == number
    assert number is None or typed.number(written, most=number) == number
    assert number in (None, 0) or typed.number(written, most=number - 1) is None
