"""A desk that serves many tests is to each of them as good as new."""

import pytest

from support.canned.learning import School
from support.x.signatures import Keys
from tests.cast import PASSWORD, make_cast
from tests.fakes import THURSDAY
from tests.web.forms import try_to_sign_in

TRIES = 10
"""Sign-ins an address may fail within a minute."""


def test_nothing_one_test_left_behind_is_there_for_the_next(desks, desk_settings, stand_ins):
    app = desks.ready(desk_settings, stand_ins)
    entrance, listeners = app.extensions["entrance"], app.extensions["listeners"]
    entrance.keys[1] = Keys("", ""), THURSDAY
    entrance.rung_at = THURSDAY
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions["desk"].shelf.schools[1] = School(1)
    app.extensions["desk"] = None
    again = desks.ready(desk_settings, stand_ins)
    assert again is app
    assert (entrance.keys, entrance.rung_at) == ({}, None)
    assert app.extensions["listeners"] is not listeners
    assert app.config["PROPAGATE_EXCEPTIONS"] is None
    assert app.extensions["desk"].shelf.schools == {}
    assert app.extensions["desk"].clock is stand_ins.clock
    assert app.extensions["desk"].settings is desk_settings


@pytest.mark.one_database
def test_tries_to_sign_in_are_counted_anew(desks, desk_settings, stand_ins, session):
    email = make_cast(session).misaki.email
    session.rollback()  # it keeps the pages from writing
    for _ in range(2):
        client = desks.ready(desk_settings, stand_ins).test_client()
        for _ in range(TRIES):
            stand_ins.clock.forward(minutes=20)  # the desk's own delay is over by then
            assert try_to_sign_in(client, email, PASSWORD + "?").status_code == 422
    stand_ins.clock.forward(minutes=20)
    assert try_to_sign_in(client, email, PASSWORD + "?").status_code == 429
