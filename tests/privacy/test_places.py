"""Where something is held of a customer: also where they became no ticket."""

from sqlalchemy import delete

from support.inbox.records import Delivery, IntakeRefusal, PassedPost
from support.privacy.places import is_pushed, places
from support.x.records import Account
from tests.fakes import THURSDAY
from tests.privacy.life import WHO, make_life


def test_every_account_and_channel_that_holds_something_is_named(session, cast):
    customer, home = make_life(session, cast), cast.account.id
    for table in (PassedPost, IntakeRefusal):
        session.execute(delete(table))
    assert places(session, customer) == {(home, False), (home, True)}
    others = [
        Account(x_id=f"700000001{n}", handle=f"other{n}", name="", persona="", undo_seconds=0,
                signature_form="", calendar_id=cast.account.calendar_id)
        for n in range(4)
    ]  # fmt: skip
    session.add_all(others)
    session.flush()
    ids = [it.id for it in others]
    at = {"posted_at": THURSDAY, "decided_at": THURSDAY, "raw": {}, "reason": "campaign"}
    thread = f"{others[1].x_id}-{WHO.x_id}"
    session.add_all([
        PassedPost(x_id="11", account_id=ids[0], author_x_id=WHO.x_id, thread_x_id="11", **at),
        PassedPost(x_id="12", account_id=ids[1], author_x_id="1", thread_x_id=thread, **at),
        PassedPost(x_id="13", account_id=ids[2], author_x_id=f"{WHO.x_id}1", **at),
        IntakeRefusal(account_id=ids[3], stream="dms", digest="d", reason="", refused_at=THURSDAY,
                      raw=f'{{"id": "{WHO.x_id}"}}'),
    ])  # fmt: skip
    session.flush()
    found = places(session, customer) - {(home, False), (home, True)}
    assert found == {(ids[0], False), (ids[1], True), (ids[3], True)}


def test_a_notice_of_x_that_names_them_is_of_no_known_account(session, cast):
    customer = make_life(session, cast)
    session.execute(delete(Delivery))
    assert not is_pushed(session, customer)
    session.add(Delivery(body=f'{{"a": "{WHO.x_id}1"}}'.encode(), received_at=THURSDAY,
                         state="dead", event_type=""))  # fmt: skip
    session.flush()
    assert not is_pushed(session, customer), "a longer number is somebody else's"
    session.add(Delivery(body=f'{{"a": "{WHO.x_id}"}}'.encode(), received_at=THURSDAY,
                         state="dead", event_type=""))  # fmt: skip
    session.flush()
    assert is_pushed(session, customer)
