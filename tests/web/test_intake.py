"""The page of the intake rules: reading, trying, saving, and what was passed over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from support.inbox.intake import policy_from
from support.inbox.receiving import receive
from support.inbox.records import Hole, IntakePolicy, PassedPost
from support.tickets.records import Ticket
from tests.cast import HANAKO, post
from tests.fakes import THURSDAY
from tests.web.forms import token_on

PAGE = "/settings/intake"
FORM = {"answers": "1", "carried": "1", "links": "1", "mentions": "10", "tags": "15"}


@pytest.fixture
def hikaru(cast, signed_in, session):
    """The browser of an administrator."""
    browser = signed_in(cast.hikaru)
    session.rollback()
    return browser


@pytest.fixture
def posts(app, cast, database_url):
    """One post that became a ticket, and one repost that did not."""
    from sqlalchemy.orm import Session

    from support.db import engine_for

    said = [
        post("@hikari_care #夏の福袋 応募します", at=THURSDAY),
        post("@hikari_care RT 遅い", at=THURSDAY + timedelta(minutes=1), by=HANAKO),
    ]
    said = [replace(it, raw=as_x_sends(it)) for it in said]
    said[1] = replace(said[1], reposted_x_id="55")
    engine = engine_for(database_url)
    with Session(engine) as session:
        account = session.merge(cast.account)
        receive(session, account, said, stream="mentions", now=THURSDAY)
        session.commit()
    engine.dispose()
    return said


def as_x_sends(said):
    mention = {"start": 0, "end": 12, "username": "hikari_care", "id": "7000000001"}
    tags = [{"start": 13, "end": 18, "tag": "夏の福袋"}] if "#" in said.text else []
    return {
        "id": said.x_id,
        "text": said.text,
        "author_id": said.author_x_id,
        "entities": {"mentions": [mention], "hashtags": tags},
    }


def send(browser, path, **form):
    return browser.post(path, data=form | {"csrf_token": token_on(browser)})


def test_an_agent_may_not_see_the_rules_and_a_lead_may_not_change_them(misaki, ryo):
    assert misaki.get(PAGE).status_code == 403
    page = ryo.get(PAGE).text
    assert "ルールを変えられるのは管理者です" in page
    assert send(ryo, PAGE, do="save", **FORM).status_code == 403


def test_rules_are_tried_on_the_newest_posts_before_they_are_saved(hikaru, posts, session):
    answer = send(hikaru, PAGE, do="try", hashtags="#夏の福袋", **FORM)
    assert answer.status_code == 200
    assert "最近の2件のうち1件の扱いが変わります" in answer.text
    assert "応募します" in answer.text
    session.rollback()
    assert session.scalars(select(IntakePolicy)).all() == []


def test_saved_rules_are_a_version_with_a_name_and_a_time(hikaru, cast, clock, session):
    form = FORM | {"hashtags": "#夏の福袋\n＃夏の福袋\n", "words": "副業*稼げる\n\n"}
    assert send(hikaru, PAGE, do="save", **form).status_code == 303
    session.rollback()
    (saved,) = session.scalars(select(IntakePolicy))
    assert (saved.made_by_id, saved.made_at) == (cast.hikaru.id, clock())
    policy = policy_from(saved.rules)
    assert (policy.campaign_hashtags, policy.spam_words) == (("夏の福袋",), ("副業*稼げる",))
    page = hikaru.get(PAGE).text
    assert cast.hikaru.name in page.split('id="versions"')[1]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"words": "*"}, "言葉は2文字以上にしてください"),
        ({"hashtags": "あ" * 81}, "1行は80文字以内にしてください"),
        ({"mentions": "たくさん"}, "0から100までの数にしてください"),
        ({"tags": "101"}, "0から100までの数にしてください"),
    ],
)
def test_what_cannot_be_a_rule_is_said_beside_its_field(hikaru, session, form, sentence):
    answer = send(hikaru, PAGE, do="save", **(FORM | form))
    assert answer.status_code == 422
    assert sentence in answer.text
    session.rollback()
    assert session.scalars(select(IntakePolicy)).all() == []


def test_a_lead_takes_up_what_the_rules_passed_over(ryo, posts, session):
    page = ryo.get(PAGE).text
    assert "リポスト" in page.split('id="passed"')[1]
    answer = send(ryo, f"{PAGE}/passed/{posts[1].x_id}/ticket")
    assert answer.status_code == 303
    session.rollback()
    assert session.scalars(select(PassedPost)).all() == []
    (ticket,) = session.scalars(select(Ticket).where(Ticket.subject == "RT 遅い"))
    assert answer.location.endswith(f"/tickets/{ticket.id}")


def test_a_lead_mutes_a_person_from_the_ticket_and_an_agent_does_not(misaki, ryo, posts, session):
    ticket = session.scalars(select(Ticket)).one()
    customer = ticket.conversation.customer
    path = f"/customers/{customer.id}/mute?ticket={ticket.id}"
    session.rollback()
    assert "この人をミュート" not in misaki.get(f"/tickets/{ticket.id}").text
    assert send(misaki, path).status_code == 403
    assert send(ryo, path).status_code == 303
    assert "ミュート中です" in ryo.get(f"/tickets/{ticket.id}").text
    assert "@kakuu_yuuki" in ryo.get(PAGE).text.split('id="muted"')[1]
    assert send(ryo, f"/customers/{customer.id}/unmute").status_code == 303
    assert "@kakuu_yuuki" not in ryo.get(PAGE).text.split('id="muted"')[1]


def test_a_hole_is_shown_until_a_lead_has_looked_into_it(ryo, cast, database_url, session):
    from sqlalchemy.orm import Session

    from support.db import engine_for

    engine = engine_for(database_url)
    with Session(engine) as writing:
        writing.add(
            Hole(
                account_id=cast.account.id,
                stream="mentions",
                from_at=THURSDAY - timedelta(days=7),
                until_at=THURSDAY,
                reason="mentions_window",
                found_at=THURSDAY,
            )
        )
        writing.commit()
    engine.dispose()
    assert "届いていないかもしれない期間" in ryo.get(PAGE).text
    session.rollback()
    number = session.scalars(select(Hole.id)).one()
    session.rollback()
    assert send(ryo, f"{PAGE}/holes/{number}/noted").status_code == 303
    assert "届いていないかもしれない期間" not in ryo.get(PAGE).text
    session.rollback()
    assert session.scalars(select(Hole)).one().noted_by_id == cast.ryo.id


def test_odd_addresses_are_no_server_fault(ryo, posts):
    for query in ("?reason=nothing", "?before=x", "?before=99", "?reason=repost&before=5"):
        assert ryo.get(PAGE + query).status_code == 200
    assert send(ryo, f"{PAGE}/passed/404/ticket").status_code == 404
    assert send(ryo, "/customers/99999999999/mute").status_code == 404
