"""What X took back is gone from the desk, once and for good, and the log can prove it."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from support.compliance.emptying import empty_posts, hide_person
from support.compliance.records import ComplianceEntry
from support.conversations.records import (
    Attachment,
    Conversation,
    Customer,
    Message,
    MessageVersion,
    SeenPost,
)
from support.inbox.receiving import receive
from support.inbox.records import IntakeRefusal, PassedPost
from support.replies import sending
from support.replies.records import ReplyPart
from support.sla.records import promises_of
from tests.cast import HANAKO, YUUKI, customer_says, hands, post, press
from tests.fakes import THURSDAY

SECRET = "秘密の契約番号"
NOTICED = THURSDAY + timedelta(hours=1)
NOW = THURSDAY + timedelta(hours=2)


def gone(session, *x_ids, reason="deleted", kind="post", now=NOW):
    changed = empty_posts(
        session,
        x_ids,
        kind=kind,
        reason=reason,
        noticed_by="webhook",
        noticed_at=NOTICED,
        now=now,
    )
    session.commit()
    return changed


def hidden(session, person, reason, now=NOW):
    changed = hide_person(
        session, person.x_id, reason=reason, noticed_by="check", noticed_at=NOTICED, now=now
    )
    session.commit()
    return changed


def entries(session):
    return list(session.scalars(select(ComplianceEntry).order_by(ComplianceEntry.id)))


@pytest.fixture
def ticket(session, cast):
    """A post with everything that can hang on one: edited, a picture, raw data."""
    ticket = customer_says(session, cast, post(f"@hikari_care {SECRET}", at=THURSDAY))
    message = ticket.latest_message
    message.author_id = ticket.conversation.customer_id
    message.attachments.append(
        Attachment(media_key="3_1", kind="photo", url="https://pbs.twimg.com/a.jpg", alt=SECRET)
    )
    for number, said in enumerate((f"前の{SECRET}", f"@hikari_care {SECRET}")):
        message.versions.append(
            MessageVersion(
                x_id=str(int(message.x_id) + number),
                text=said,
                written_at=THURSDAY,
                received_at=THURSDAY,
            )
        )
    session.commit()
    return ticket


def everything(session):
    """All text of every table: what is gone must be in none of it."""
    tables = ("messages", "message_versions", "attachments", "tickets", "seen_posts")
    more = ("passed_posts", "intake_refusals", "compliance_entries", "customers", "ticket_events")
    rows = [session.execute(text(f"SELECT * FROM {name}")).all() for name in (*tables, *more)]
    # JSON columns come back as written on SQLite: escaped
    return str(rows).encode().decode("unicode_escape", "ignore") + str(rows)


def test_a_deleted_post_leaves_no_word_anywhere(session, ticket):
    x_id = ticket.latest_message.x_id
    assert SECRET in ticket.subject
    assert SECRET in everything(session)
    assert gone(session, x_id) == [ticket.id]
    session.expire_all()
    message = session.scalars(select(Message)).one()
    assert (message.text, message.raw, message.attachments) == ("", {}, [])
    assert (message.emptied_at, message.emptied_reason) == (NOW, "deleted")
    assert [version.text for version in message.versions] == ["", ""]
    assert ticket.subject == ""
    assert SECRET not in everything(session)


def test_the_log_names_ids_and_times_only(session, cast, ticket):
    message = ticket.latest_message
    gone(session, message.x_id)
    (entry,) = entries(session)
    assert (entry.kind, entry.x_id, entry.message_id) == ("post", message.x_id, message.id)
    assert (entry.noticed_at, entry.emptied_at, entry.items) == (NOTICED, NOW, 4)
    assert (entry.reason, entry.noticed_by, entry.account_id) == (
        "deleted",
        "webhook",
        cast.account.id,
    )


def test_hearing_it_twice_changes_nothing_and_is_logged_once(session, ticket):
    x_id = ticket.latest_message.x_id
    gone(session, x_id)
    assert gone(session, x_id, now=NOW + timedelta(hours=5)) == []
    assert len(entries(session)) == 1
    assert session.scalars(select(Message.emptied_at)).one() == NOW


def test_any_version_of_an_edited_post_stands_for_all_of_it(session, ticket):
    newest = str(int(ticket.latest_message.x_id) + 1)
    assert gone(session, newest) == [ticket.id]
    assert SECRET not in everything(session)
    assert entries(session)[0].x_id == newest


def test_a_deletion_that_comes_before_its_post_is_remembered(session, cast):
    assert gone(session, "1890000000000000001") == []
    (entry,) = entries(session)
    assert (entry.x_id, entry.message_id, entry.items) == ("1890000000000000001", None, 0)
    gone(session, "1890000000000000001")
    assert len(entries(session)) == 1


def test_a_direct_message_and_a_post_of_one_number_are_two_things(session, cast):
    dm = customer_says(session, cast, post(SECRET, at=THURSDAY, private=True))
    x_id = dm.latest_message.x_id
    assert gone(session, x_id) == []
    assert gone(session, x_id, kind="dm") == [dm.id]


def test_copies_beside_messages_go_too(session, cast, clock):
    session.add_all(
        [
            SeenPost(
                x_id="11", author_x_id="9", name=SECRET, text=SECRET, posted_at=NOW, seen_at=NOW
            ),
            PassedPost(
                x_id="12",
                account_id=cast.account.id,
                author_x_id="9",
                reason="hashtag",
                posted_at=NOW,
                decided_at=NOW,
                raw={"id": "12", "text": SECRET},
            ),
            *(
                IntakeRefusal(
                    account_id=cast.account.id,
                    stream="mentions",
                    digest=number,
                    reason="no text",
                    raw=json.dumps(raw, ensure_ascii=False),
                    refused_at=NOW,
                )
                for number, raw in (
                    ("a", {"id": "13", "text": SECRET}),
                    ("b", {"id": "14", "in_reply_to": "13", "text": "別の人"}),
                )
            ),
        ]
    )
    session.commit()
    gone(session, "11", "12", "13")
    assert SECRET not in everything(session)
    assert {e.x_id: e.items for e in entries(session)} == {"11": 1, "12": 1, "13": 1}
    raws = select(IntakeRefusal.raw).order_by(IntakeRefusal.digest)
    assert "別の人" in session.scalars(raws).all()[1]


def test_our_own_words_stay_and_show_as_deleted(session, cast, clock, x):
    ticket = customer_says(session, cast, post(at=clock()))
    reply = press(session, ticket, cast.misaki, now=clock())
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    part = session.scalars(select(ReplyPart)).one()
    assert gone(session, part.x_id) == [ticket.id]
    assert (part.deleted_at, part.state) == (NOTICED, "posted")
    assert "確認いたします" in part.text
    assert gone(session, part.x_id) == []
    assert len(entries(session)) == 1


@pytest.mark.parametrize("reason", ["suspended", "gone", "purged"])
def test_a_person_who_left_takes_all_their_words_along(session, cast, reason):
    public = customer_says(session, cast, post(SECRET, at=THURSDAY))
    private = customer_says(session, cast, post(SECRET, at=THURSDAY, private=True, number=1))
    other = customer_says(session, cast, post("別の方です", at=THURSDAY, by=HANAKO, number=2))
    session.scalars(select(Customer).where(Customer.x_id == YUUKI.x_id)).one().bio = SECRET
    session.commit()
    assert hidden(session, YUUKI, reason) == [public.id, private.id]
    session.expire_all()
    assert SECRET not in everything(session)
    person = session.scalars(select(Customer).where(Customer.x_id == YUUKI.x_id)).one()
    assert (person.name, person.bio, person.avatar_url, person.followers) == ("", "", "", None)
    assert (person.hidden_at, person.hidden_reason) == (NOTICED, reason)
    assert person.username == (YUUKI.x_id if reason == "purged" else YUUKI.username)
    assert other.latest_message.text == "別の方です"


def test_who_protects_an_account_hides_posts_but_not_direct_messages(session, cast):
    public = customer_says(session, cast, post(SECRET, at=THURSDAY))
    private = customer_says(session, cast, post("DMです", at=THURSDAY, private=True, number=1))
    assert hidden(session, YUUKI, "protected") == [public.id]
    session.expire_all()
    assert private.latest_message.text == "DMです"
    assert public.latest_message.emptied_reason == "protected"


def test_what_was_said_before_a_person_was_hidden_is_not_taken_in_late(session, cast):
    customer_says(session, cast, post(at=THURSDAY))
    hidden(session, YUUKI, "protected")
    before = NOTICED - timedelta(minutes=1)
    late = [post(SECRET, at=before, number=5), post("DM", at=before, private=True, number=6)]
    taken = receive(session, cast.account, late, stream="push", now=NOW)
    assert (taken.messages, taken.known) == (1, 1)
    assert SECRET not in everything(session)


def test_a_person_is_logged_once_for_each_reason(session, cast):
    customer_says(session, cast, post(at=THURSDAY))
    for reason in ("protected", "protected", "suspended", "suspended"):
        hidden(session, YUUKI, reason)
    assert [(e.kind, e.reason) for e in entries(session)] == [
        ("person", "protected"),
        ("person", "suspended"),
    ]


def test_a_person_nobody_knows_is_logged_once(session, cast):
    hidden(session, HANAKO, "suspended")
    hidden(session, HANAKO, "suspended")
    assert len(entries(session)) == 1
    assert session.scalars(select(Conversation)).all() == []


def test_what_was_promised_for_a_deleted_post_is_withdrawn_with_the_reason(session, ticket):
    gone(session, ticket.latest_message.x_id)
    session.expire_all()
    promises = promises_of(session, ticket.id)
    withdrawn = {p.kind: (p.withdrawn_at, p.withdrawn_reason) for p in promises}
    assert withdrawn == {"first_reply": (NOW, "deleted"), "resolution": (NOW, "deleted")}
    assert (ticket.due_at, ticket.leading_promise, ticket.state) == (None, None, "open")


def test_the_oldest_message_that_still_waits_holds_the_promise(session, cast, ticket):
    first = ticket.latest_message
    for minutes in (5, 10):
        at = THURSDAY + timedelta(minutes=minutes)
        customer_says(session, cast, post(f"{minutes}分", at=at, thread=ticket.thread_x_id))
    gone(session, first.x_id)
    session.expire_all()
    owed = [p for p in promises_of(session, ticket.id) if p.is_open and p.kind != "resolution"]
    assert [(p.kind, p.message.text) for p in owed] == [("first_reply", "5分")]
    assert owed[0].due_at == THURSDAY + timedelta(minutes=65)
    assert ticket.latest_message.text == "10分"


def test_deleting_the_only_open_question_gives_the_turn_back_to_the_customer(
    session, cast, clock, x
):
    ticket = customer_says(session, cast, post(at=clock()))
    cast.account.undo_seconds = 0
    sending.deliver(session, press(session, ticket, cast.misaki, now=clock()).id, hands(x, clock))
    again = post("やっぱりいいです", at=clock.forward(minutes=5), thread=ticket.thread_x_id)
    customer_says(session, cast, again)
    assert ticket.state == "open"
    gone(session, again.x_id)
    session.expire_all()
    assert ticket.state == "waiting"
    assert ticket.due_at is None
    assert ticket.latest_message.text == "@hikari_care 夜になると遅いです"


def test_who_writes_again_after_deleting_all_is_promised_everything_anew(session, cast, ticket):
    gone(session, ticket.latest_message.x_id)
    later = THURSDAY + timedelta(hours=3)
    customer_says(session, cast, post("書き直します", at=later, thread=ticket.thread_x_id))
    session.expire_all()
    running = {p.kind for p in promises_of(session, ticket.id) if p.is_open}
    assert running == {"next_reply", "resolution"}
    assert ticket.latest_message.text == "書き直します"


def test_who_is_public_again_is_read_again_and_nothing_old_comes_back(session, cast):
    customer_says(session, cast, post(SECRET, at=THURSDAY))
    hidden(session, YUUKI, "protected")
    back = replace(YUUKI, protected=False, avatar_url="https://pbs.twimg.com/p.jpg")
    ticket = customer_says(session, cast, post("戻りました", at=NOW, by=back, number=3))
    session.expire_all()
    person = ticket.conversation.customer
    assert (person.hidden_at, person.hidden_reason, person.name) == (None, "", YUUKI.name)
    texts = session.scalars(select(Message.text).order_by(Message.id)).all()
    assert texts == ["", "戻りました"]
    hidden(session, YUUKI, "protected", now=NOW + timedelta(days=1))
    assert len(entries(session)) == 2, "going out of sight again is logged again"
