"""What X pushed, for leads: how it stands, and what waits for their eye."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from support.conversations.records import Message
from support.db import engine_for
from support.inbox.receiving import refuse
from support.inbox.records import Delivery, IntakeRefusal, Tally
from support.x.fields import unread
from support.x.records import Subscription, XApp
from tests.fakes import THURSDAY
from tests.web.forms import post
from tests.x import pushed

PAGE = "/settings/deliveries"
NASTY = b'{"data": {"event_type": "post.hologram", "payload": "<script>alert(1)</script>"}}'


@pytest.fixture
def write(database_url):
    """Writes rows as a worker would, apart from the pages."""

    def rows(*made):
        engine = engine_for(database_url)
        with Session(engine) as session:
            session.add_all(made)
            session.commit()
            numbers = [row.id for row in made if not isinstance(row, Tally)]
        engine.dispose()
        return numbers

    return rows


def unknown(body=NASTY, **more):
    values = {"state": "unknown", "event_type": "post.hologram", "received_at": THURSDAY}
    return Delivery(body=body, **(values | more))


def state(session, number):
    session.rollback()
    return session.get_one(Delivery, number).state


def test_agents_do_not_see_it_leads_and_admins_do(misaki, ryo, cast, signed_in):
    assert misaki.get(PAGE).status_code == 403
    assert ryo.get(PAGE).status_code == 200
    assert signed_in(cast.hikaru).get(PAGE).status_code == 200
    assert ryo.get("/settings").location.endswith("/settings/hours"), "their first page"
    assert misaki.get("/settings").status_code == 403


def test_an_empty_desk_says_so(ryo):
    page = ryo.get(PAGE).text
    assert "アプリのキーが登録されると" in page
    assert "読み取れなかった通知はありません。" in page


def test_a_webhook_shows_its_state_and_what_x_refused(ryo, write, cast):
    app = XApp(
        name="窓口",
        bearer_sealed="x",
        webhook_url="https://desk.example.jp/x/webhook/1",
        webhook_valid=True,
        webhook_checked_at=THURSDAY,
        pushed_at=THURSDAY,
        made_at=THURSDAY,
    )
    (number,) = write(app)
    write(
        Subscription(app_id=number, account_id=cast.account.id, event_type="dm.sent", x_id="1"),
        Subscription(
            app_id=number,
            account_id=cast.account.id,
            event_type="dm.received",
            problem="403 dm.read is missing",
        ),
    )
    page = ryo.get(PAGE).text
    assert "https://desk.example.jp/x/webhook/1" in page
    assert "購読 1 / 2" in page
    assert "403 dm.read is missing" in page
    assert "一部に問題" in page


def test_events_are_counted_by_kind_and_state_and_refusals_by_reason(ryo, write):
    read = {"state": "read", "event_type": "dm.received", "body": b"", "received_at": THURSDAY}
    write(*(Delivery(**read) for _ in range(3)), unknown())
    write(Tally(day=THURSDAY.date(), what="webhook_bad_signature", count=1234))
    page = ryo.get(PAGE).text
    row = page[page.index("DMの受信") :].split("</tr>")[0]
    assert '<td class="number">3</td>' in row
    assert "署名の合わない要求 1,234" in page


def test_what_came_is_shown_as_text_never_as_a_page(ryo, write):
    (number,) = write(unknown())
    page = ryo.get(f"{PAGE}/{number}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_what_was_read_cannot_be_looked_at_any_more(ryo, write):
    numbers = write(unknown(state="read"), unknown(state="new"))
    assert [ryo.get(f"{PAGE}/{n}").status_code for n in numbers] == [404, 404]
    assert ryo.get(f"{PAGE}/{2**31}").status_code == 404


def test_one_is_tried_again_and_put_aside(ryo, write, session, later):
    first, second = write(unknown(), unknown())
    assert post(ryo, f"{PAGE}/{first}/retry").status_code == 303
    assert (state(session, first), state(session, second)) == ("new", "unknown")
    assert later.rung == [("read_pushes",)]
    assert post(ryo, f"{PAGE}/{second}/aside").status_code == 303
    assert state(session, second) == "aside"
    assert post(ryo, f"{PAGE}/{second}/retry").status_code == 303
    assert state(session, second) == "new"


def test_all_that_waits_is_tried_again_but_not_what_was_put_aside(ryo, write, session):
    numbers = write(unknown(), unknown(state="unreadable"), unknown(state="aside"))
    post(ryo, f"{PAGE}/retry")
    assert [state(session, n) for n in numbers] == ["new", "new", "aside"]


def test_agents_can_press_none_of_it(misaki, write, session):
    (number,) = write(unknown())
    for path in (f"{number}/retry", f"{number}/aside", "retry", "refusals/1/retry"):
        assert post(misaki, f"{PAGE}/{path}").status_code == 403
    assert state(session, number) == "unknown"


@pytest.fixture
def refused(database_url, cast):
    """Keeps an item as a refusal, as reading does; its id."""

    def keep(item, stream="mentions"):
        engine = engine_for(database_url)
        with Session(engine) as session:
            account = session.merge(cast.account)
            refuse(session, account, unread(item, "text is missing"), stream=stream, now=THURSDAY)
            session.commit()
            number = session.scalar(select(IntakeRefusal.id).order_by(IntakeRefusal.id.desc()))
        engine.dispose()
        return number

    return keep


@pytest.mark.parametrize(
    ("item", "stream", "text"),
    [
        (pushed.post_item("@hikari_care もとの投稿"), "mentions", "@hikari_care もとの投稿"),
        (pushed.status("@hikari_care 旧式の投稿"), "push", "@hikari_care 旧式の投稿"),
        (pushed.dm_event("旧式のDM"), "push", "旧式のDM"),
        (pushed.chat()["data"]["payload"], "push", ""),
        (
            {
                "id": "1973000000000000009",
                "text": "もとのDM",
                "sender_id": "9000000001",
                "dm_conversation_id": "7000000001-9000000001",
                "created_at": "2026-10-01T01:00:00.000Z",
            },
            "dms",
            "もとのDM",
        ),
    ],
)
def test_a_refusal_is_read_by_the_reader_of_today(ryo, session, refused, item, stream, text):
    number = refused(item, stream)
    assert "text is missing" in ryo.get(PAGE).text
    assert post(ryo, f"{PAGE}/refusals/{number}/retry").status_code == 303
    session.rollback()
    assert list(session.scalars(select(Message.text))) == [text]
    assert session.get_one(IntakeRefusal, number).settled_at == THURSDAY
    assert "text is missing" not in ryo.get(PAGE).text


@pytest.mark.parametrize("item", [{"id": "1"}, [], {"message_create": {}}])
def test_one_that_is_still_unreadable_stays_whole(ryo, session, refused, item):
    number = refused(item)
    post(ryo, f"{PAGE}/refusals/{number}/retry")
    session.rollback()
    kept = session.get_one(IntakeRefusal, number)
    assert (kept.settled_at, kept.tries) == (None, 1)
    assert json.loads(kept.raw) == item
    assert ryo.get(f"{PAGE}/refusals/{number}").status_code == 200


def test_a_refusal_can_be_put_aside_and_is_not_deleted(ryo, session, refused):
    number = refused({"id": "1"})
    post(ryo, f"{PAGE}/refusals/{number}/aside")
    session.rollback()
    assert session.get_one(IntakeRefusal, number).settled_at == THURSDAY
    assert "text is missing" not in ryo.get(PAGE).text
