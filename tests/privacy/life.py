"""A customer with something in every field one can fill, and everything noted about them."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import JSON, LargeBinary, String, select, text, update
from sqlalchemy.orm import Session

from support.alerts.records import ReviewNotice
from support.approval.records import Approval, ApprovalNotice
from support.compliance.records import ComplianceEntry
from support.conversations.records import (
    Attachment,
    Customer,
    CustomerNumber,
    KnownAccount,
    MessageVersion,
    SeenPost,
)
from support.db import Base
from support.drafts.records import KeptDraft
from support.handover.records import HandoverMemo
from support.inbox.records import Delivery, IntakeRefusal, PassedPost
from support.privacy.finding import belongs, count, person_of, roots_of, table_of
from support.privacy.held import BY_X_ID, SELF, SPECIAL
from support.privacy.holdings import HOLDINGS
from support.privacy.records import Hold
from support.replies.records import Attempt, GuardOverride, Reply, ReplyImage, Retraction
from support.review.records import Review, ReviewAnswer
from support.sla.records import Pause
from support.tickets import handling, knowing, marking
from support.x.posts import Person
from support.x.records import Subscription, XApp
from tests.cast import Cast, customer_says, post, press
from tests.fakes import THURSDAY
from tests.privacy.searched import found_by_a_search

MARKER = "kakuumarker"
MEMO_LEFT = "鍵は机の中です"
WHO = Person("9817264535", f"{MARKER}_name", f"架空{MARKER}", followers=12, bio=f"{MARKER}です")


def make_life(session: Session, cast: Cast) -> Customer:
    """One public and one private ticket, answered and resolved; then every column is marked."""
    for private in (False, True):
        said = post(
            f"@hikari_care {MARKER} 遅い", at=THURSDAY, by=WHO, private=private, number=private
        )
        ticket = customer_says(session, cast, said)
        reply = press(
            session,
            ticket,
            cast.misaki,
            f"{MARKER} 様、確認します。",
            now=THURSDAY + timedelta(minutes=5),
        )
        for part in reply.parts:
            part.state, part.posted_at = "posted", THURSDAY + timedelta(minutes=6)
            part.x_id = str(7_000_000 + part.id)
        reply.settled_at = THURSDAY + timedelta(minutes=6)
        reply.images.append(
            ReplyImage(position=1, mime="image/png", width=1, height=1, data=MARKER.encode())
        )
        marking.add_note(session, ticket, f"{MARKER} さんのメモ", by=cast.ken, now=THURSDAY)
        session.flush()
        _said_of_it(session, cast, reply)
        message = ticket.latest_message
        message.attachments.append(
            Attachment(media_key="3_1", kind="photo", url=f"https://pbs.twimg.com/{MARKER}.jpg")
        )
        message.versions.append(
            MessageVersion(
                x_id=message.x_id, text=MARKER, written_at=THURSDAY, received_at=THURSDAY
            )
        )
        handling.resolve(session, ticket, by=cast.misaki, now=THURSDAY + timedelta(hours=1))
        session.commit()
    customer = session.query(Customer).filter_by(x_id=WHO.x_id).one()
    knowing.note_memo(session, customer, f"{MARKER} メモ", by=cast.ken, now=THURSDAY)
    knowing.want_no_contact(session, customer, f"{MARKER} 理由", by=cast.ken, now=THURSDAY)
    row = {"number": f"{MARKER}1", "folded": f"{MARKER}1", "given_how": "dm"}
    session.add(
        CustomerNumber(
            customer_id=customer.id,
            given_at=THURSDAY,
            noted_at=THURSDAY,
            noted_by_id=cast.ken.id,
            **row,
        )
    )
    session.add(
        KnownAccount(x_id=WHO.x_id, username=WHO.username, agent_id=cast.ryo.id, at=THURSDAY)
    )
    hold = {"agent_id": cast.ryo.id, "at": THURSDAY, "lifted_at": THURSDAY}
    session.add(Hold(customer_id=customer.id, reason=f"{MARKER} 理由", **hold))
    _beside(session, cast)
    session.commit()
    return customer


def _said_of_it(session: Session, cast: Cast, reply: Reply) -> None:
    """Approved with a change, reviewed, overridden, taken down; and a draft somebody left."""
    approval = Approval(
        reply_id=reply.id,
        agent_id=cast.misaki.id,
        reasons=[{"kind": "public", "rule": 1, "tag": ""}],
        outcome="changed",
        decided_at=THURSDAY,
        decided_by_id=cast.ryo.id,
        before=f"{MARKER} 様、だめです。",
        word=f"{MARKER} 様にはやわらかく",
    )
    review = Review(
        reply_id=reply.id,
        lead_id=cast.ryo.id,
        agent_id=cast.misaki.id,
        verdict="good",
        good=f"{MARKER} 様への言葉が良い",
        idea=MARKER,
        at=THURSDAY,
    )
    session.add_all([approval, review])
    session.flush()
    told = {"agent_id": cast.misaki.id, "at": THURSDAY, "seen_at": THURSDAY}
    session.add_all(
        [
            ApprovalNotice(
                approval_id=approval.id, ticket_id=reply.ticket_id, kind="changed", **told
            ),
            ReviewNotice(review_id=review.id, **told),
            ReviewAnswer(review_id=review.id, agent_id=cast.misaki.id, text=MARKER, at=THURSDAY),
            GuardOverride(
                reply_id=reply.id,
                kind="number",
                length=3,
                reason=MARKER,
                agent_id=cast.misaki.id,
                at=THURSDAY,
            ),
            Retraction(
                part_id=reply.parts[0].id,
                agent_id=cast.ryo.id,
                reason=MARKER,
                asked_at=THURSDAY,
                not_before=THURSDAY,
                done_at=THURSDAY,
            ),
            Attempt(
                part_id=reply.parts[0].id, happened_at=THURSDAY, outcome="posted", detail=MARKER
            ),
            Pause(
                ticket_id=reply.ticket_id,
                started_at=THURSDAY,
                ended_at=THURSDAY,
                reason=MARKER,
                agent_id=cast.ryo.id,
                noted_at=THURSDAY,
            ),
            KeptDraft(
                agent_id=cast.ken.id,
                writer_id=cast.misaki.id,
                ticket_id=reply.ticket_id,
                mode="reply",
                text=MARKER,
                updated_at=THURSDAY,
            ),
        ]
    )


def _beside(session: Session, cast: Cast) -> None:
    raw = {"author_id": WHO.x_id, "text": MARKER}
    app = XApp(name="app", made_at=THURSDAY)
    session.add(app)
    session.flush()
    session.add_all(
        [
            SeenPost(
                x_id="31",
                author_x_id=WHO.x_id,
                username=WHO.username,
                name=WHO.name,
                text=MARKER,
                posted_at=THURSDAY,
                seen_at=THURSDAY,
            ),
            PassedPost(
                x_id="32",
                account_id=cast.account.id,
                author_x_id=WHO.x_id,
                username=WHO.username,
                reason="muted",
                posted_at=THURSDAY,
                decided_at=THURSDAY,
                raw=raw,
            ),
            PassedPost(
                x_id="33",
                account_id=cast.account.id,
                author_x_id=cast.account.x_id,
                reason="own",
                thread_x_id=f"{cast.account.x_id}-{WHO.x_id}",
                posted_at=THURSDAY,
                decided_at=THURSDAY,
                raw={"text": MARKER},
            ),
            IntakeRefusal(
                account_id=cast.account.id,
                stream="dms",
                digest="d" * 64,
                reason="?",
                raw=json.dumps({"deep": {"user": WHO.x_id}, "text": MARKER}),
                refused_at=THURSDAY,
            ),
            Delivery(
                received_at=THURSDAY,
                state="unreadable",
                body=json.dumps({"u": WHO.x_id, "t": MARKER}).encode(),
            ),
            ComplianceEntry(
                kind="person",
                x_id=WHO.x_id,
                reason="protected",
                noticed_by="check",
                noticed_at=THURSDAY,
                emptied_at=THURSDAY,
            ),
            HandoverMemo(
                agent_id=cast.ken.id,
                text=f"{MEMO_LEFT}\n@{WHO.username} さんは返事待ち",
                written_at=THURSDAY,
            ),
            Subscription(app_id=app.id, event_type="post.delete", subject_x_id=WHO.x_id),
        ]
    )
    found_by_a_search(session, cast, WHO, MARKER)


def unlived(session: Session, customer: Customer) -> set[str]:
    """Tables with words of customers of which this one has no row: nothing is proved of them."""
    person, lived = person_of(customer), set[str]()
    wordy = [it for it in HOLDINGS.values() if it.words or it.removed]
    for holding in wordy:
        if holding.parent == SPECIAL:
            lived |= (
                {holding.table} if session.execute(select(table_of(holding))).first() else set()
            )
        elif count(session, holding, belongs(holding, roots_of(person), person)):
            lived.add(holding.table)
    return {it.table for it in wordy} - lived


def mark_every_word(session: Session, customer: Customer) -> int:
    """Writes the marker into every column of words of every row of theirs; how many columns.

    Columns come from the metadata: a new one is marked by itself, and so must be emptied.
    """
    person, marked = person_of(customer), 0
    for holding in HOLDINGS.values():
        if not holding.words or holding.parent in (SPECIAL, BY_X_ID, SELF):
            continue
        if holding.table in ("erasures", "holds"):
            continue
        table = table_of(holding)
        values = {
            name: _marker(table.c[name].type)
            for name in holding.words
            if isinstance(table.c[name].type, (String, JSON, LargeBinary))
        }
        condition = belongs(holding, roots_of(person), person)
        if values:
            session.execute(update(table).where(condition).values(values))
            marked += len(values)
    session.commit()
    return marked


def _marker(kind):
    if isinstance(kind, JSON):
        return {"said": MARKER}
    return MARKER.encode() if isinstance(kind, LargeBinary) else MARKER


def found_in(session: Session, *markers: str) -> list[str]:
    """Every column of the database in which one of these stands."""
    session.expire_all()
    hits = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(text(f'SELECT * FROM "{table.name}"')).mappings():
            for name, value in row.items():
                said = (
                    value.decode("utf-8", "replace")
                    if isinstance(value, bytes | memoryview) and not isinstance(value, memoryview)
                    else bytes(value).decode("utf-8", "replace")
                    if isinstance(value, memoryview)
                    else str(value)
                )
                said += said.encode().decode("unicode_escape", "ignore") if "\\u" in said else ""
                hits += [f"{table.name}.{name}: {marker}" for marker in markers if marker in said]
    return hits
