"""X's door into the desk: what it signed is stored and then answered, all else leaves nothing."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from support.db import engine_for
from support.inbox.records import Delivery, Tally
from support.web.accounts import webhook
from support.x.records import XApp
from support.x.signatures import CLIENT_HEADER, CONSUMER_HEADER, sign
from support.x.tokens import seal
from tests.cast import SECRET
from tests.fakes import THURSDAY
from tests.x import pushed

pytestmark = pytest.mark.both_databases

CONSUMER, CLIENT = "consumer-secret", "client-secret"
BODY = pushed.body(pushed.mention())


@pytest.fixture
def x_app(app, database_url):
    """An app of ours on X with both secrets."""
    return make_app(database_url)


def make_app(database_url, *, consumer=CONSUMER, client=CLIENT, **more) -> int:
    engine = engine_for(database_url)
    with Session(engine) as session:
        x_app = XApp(
            name="窓口",
            consumer_secret_sealed=seal(consumer, SECRET) if consumer else "",
            client_secret_sealed=seal(client, SECRET) if client else "",
            made_at=THURSDAY,
            **more,
        )
        session.add(x_app)
        session.commit()
        number = x_app.id
    engine.dispose()
    return number


def push(client, number, body=BODY, **headers):
    """Buffered: the answer is read to its end, as a server does before it rings."""
    return client.post(f"/x/webhook/{number}", data=body, headers=headers, buffered=True)


def signed(body=BODY, *, consumer=CONSUMER, client=CLIENT):
    both = {CONSUMER_HEADER: consumer, CLIENT_HEADER: client}
    return {header: sign(secret, body) for header, secret in both.items() if secret}


def stored(session):
    session.rollback()
    return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def tallies(session):
    session.rollback()
    return {tally.what: tally.count for tally in session.scalars(select(Tally))}


@pytest.mark.parametrize(
    "by", [{"client": ""}, {"consumer": ""}, {}], ids=["consumer", "client", "both"]
)
def test_a_signed_body_is_stored_as_it_came_and_rung_for(client, session, later, x_app, by):
    answer = push(client, x_app, **signed(**by))
    assert (answer.status_code, answer.data) == (200, b"")
    (delivery,) = stored(session)
    assert (delivery.body, delivery.state, delivery.app_id) == (BODY, "new", x_app)
    assert delivery.received_at == THURSDAY
    assert later.rung == [("read_pushes",)]


@pytest.mark.parametrize(
    ("headers", "tally"),
    [
        ({}, "webhook_unsigned"),
        ({CONSUMER_HEADER: sign("wrong", BODY)}, "webhook_bad_signature"),
        ({CLIENT_HEADER: sign(CONSUMER, BODY)}, "webhook_bad_signature"),
        (signed() | {CONSUMER_HEADER: sign("wrong", BODY)}, "webhook_bad_signature"),
        (signed(BODY + b" "), "webhook_bad_signature"),
    ],
)
def test_an_unsigned_or_forged_body_is_counted_and_never_stored(
    client, session, later, x_app, headers, tally
):
    for _ in range(2):
        assert push(client, x_app, **headers).status_code == 401
    assert stored(session) == []
    assert tallies(session) == {tally: 2}
    assert later.rung == []


def test_what_is_signed_is_stored_whatever_it_says(client, session, x_app):
    bodies = [b"", b"not json", b"\xff\x00\xfe", pushed.body({"data": []})]
    for body in bodies:
        assert push(client, x_app, body, **signed(body)).status_code == 200
    assert [delivery.body for delivery in stored(session)] == bodies


def test_a_body_that_is_too_large_is_refused_and_counted(client, session, x_app):
    body = b"x" * (webhook.LARGEST + 1)
    assert push(client, x_app, body, **signed(body)).status_code == 413
    assert stored(session) == []
    assert tallies(session) == {"webhook_too_large": 1}
    largest = b"x" * webhook.LARGEST
    assert push(client, x_app, largest, **signed(largest)).status_code == 200


@pytest.mark.parametrize("number", [4711, 2**31, 10**30])
def test_an_app_nobody_made_is_not_found(client, session, app, number):
    assert push(client, number, **signed()).status_code == 404
    assert client.get(f"/x/webhook/{number}?crc_token=a").status_code == 404
    assert stored(session) == []


def test_an_app_without_secrets_takes_nothing_in(client, session, database_url, app):
    number = make_app(database_url, consumer="", client="")
    empty = {CONSUMER_HEADER: sign("", BODY), CLIENT_HEADER: sign("", BODY)}
    assert push(client, number, **empty).status_code == 401
    assert client.get(f"/x/webhook/{number}?crc_token=a").status_code == 404
    assert stored(session) == []


def test_secrets_sealed_with_a_lost_key_take_nothing_in(client, session, database_url, app):
    lost = seal(CONSUMER, "a key that was lost")
    number = make_app(database_url, consumer="", client="")
    session.execute(XApp.__table__.update().values(consumer_secret_sealed=lost))
    session.commit()
    assert push(client, number, **signed()).status_code == 401


def test_a_secret_that_changed_is_known_within_a_second(client, session, clock, x_app):
    assert push(client, x_app, **signed()).status_code == 200
    x_app_row = session.get_one(XApp, x_app)
    x_app_row.consumer_secret_sealed = seal("new", SECRET)
    session.commit()
    renewed = signed(consumer="new")
    clock.forward(seconds=1)
    assert push(client, x_app, **renewed).status_code == 200
    assert push(client, x_app, **signed()).status_code == 401


def test_x_s_challenge_is_answered_with_the_secret(client, x_app):
    answer = client.get(f"/x/webhook/{x_app}", query_string={"crc_token": "a/+=&b"})
    assert answer.status_code == 200
    assert answer.json == {"response_token": sign(CLIENT, b"a/+=&b")}
    assert client.get(f"/x/webhook/{x_app}").status_code == 400


@pytest.mark.parametrize("body", [BODY, b" \n" + BODY, '{"data":1}'.encode("utf-16-le")])
def test_nobody_has_a_push_of_theirs_signed_by_asking_it_as_a_challenge(
    client, session, x_app, body
):
    answer = client.get(f"/x/webhook/{x_app}", query_string={"crc_token": body.decode()})
    assert answer.status_code == 400
    ours = answer.json["response_token"] if answer.is_json else "none"
    assert push(client, x_app, body, **{CLIENT_HEADER: ours}).status_code == 401
    assert stored(session) == []


def test_the_challenge_is_answered_with_the_key_x_was_seen_to_take(client, database_url, app):
    number = make_app(database_url, crc_key="consumer")
    answer = client.get(f"/x/webhook/{number}?crc_token=abc")
    assert answer.json == {"response_token": sign(CONSUMER, b"abc")}
    only = make_app(database_url, client="")
    assert client.get(f"/x/webhook/{only}?crc_token=abc").json == answer.json


def test_the_bell_is_rung_twice_a_second_at_most(client, session, later, clock, x_app):
    for _ in range(5):
        push(client, x_app, **signed())
    assert len(later.rung) == 1
    clock.forward(seconds=0.5)
    push(client, x_app, **signed())
    assert len(later.rung) == 2
    assert len(stored(session)) == 6, "the same body may come again: reading it tells"


@pytest.mark.parametrize("rest", ["", "a", "1/2", "１", "-1", "1 "])
def test_what_is_no_app_s_address_takes_nothing_in(client, session, x_app, rest):
    assert push(client, rest, **signed()).status_code == 404
    assert stored(session) == []


def test_nobody_need_be_signed_in_and_no_cookie_is_given(client, x_app):
    answer = push(client, x_app, **signed())
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_where_the_database_does_not_answer_x_is_told_to_come_again(
    client, session, x_app, database_url, later
):
    assert push(client, x_app, **signed()).status_code == 200
    engine = engine_for(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE deliveries RENAME TO deliveries_away"))
    try:
        assert push(client, x_app, **signed()).status_code == 503
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE deliveries_away RENAME TO deliveries"))
        engine.dispose()
    assert push(client, x_app, **signed()).status_code == 200
