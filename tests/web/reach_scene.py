"""A desk with an account that is not everybody's, and words that give away whoever shows them."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from support.agents.records import AccountGrant, AccountLimit
from support.alerts.records import Alert, AlertNotice, AlertRule, Mention, ReviewNotice
from support.approval.records import CHANGED, Approval, ApprovalNotice
from support.canned.records import Pick
from support.conversations.records import Attachment, ContactWish, CustomerNumber, Message
from support.drafts.records import KeptDraft
from support.handover.records import HandoverMemo
from support.inbox.receiving import receive
from support.inbox.records import Hole, IntakeRefusal, PassedPost
from support.incidents.records import (
    Incident,
    IncidentEvent,
    IncidentTicket,
    Notice,
    Wave,
    WaveAnswer,
    WaveText,
)
from support.incidents.spike_records import Spike
from support.lexicon.records import LexiconWord
from support.outreach.records import Listening, Offer, OfferWording, OutreachSwitch, Prospect
from support.privacy.records import Hold
from support.replies import sending
from support.replies.records import Reply, ReplyImage
from support.replies.states import PartState
from support.review.records import Review
from support.sla.records import Promise
from support.tickets import marking
from support.tickets.records import Ticket, TicketLink
from support.x.posts import Person
from support.x.records import Account, Charge
from support.x.tokens import seal
from tests.cast import HANAKO, SECRET, hands, post, press

PUBLIC, DM = "zqpubmark", "zqdmmark"
"""Stand in whatever was said, answered, noted or drafted there in the account that is limited."""
STRANGER = Person("9000000009", "kakuu_himitsu", f"架空 {PUBLIC}", bio=PUBLIC)
"""Spoke with that account only, in public."""
WHISPERER = Person("9000000010", "kakuu_naisho", f"架空 {DM}", bio=DM)
"""Spoke with it only by direct message."""


@dataclass
class Side:
    """What there is of one channel of the limited account: an id of each kind, or one for each
    person by their own."""

    ids: dict[str, Any]

    def of(self, kind: str, person: Any) -> Any:
        found = self.ids[kind]
        return found[person.id] if isinstance(found, dict) else found


@dataclass
class Scene:
    account_id: int
    open_ticket: int
    public: Side
    dm: Side


def limited_desk(session: Any, cast: Any, clock: Any, x: Any) -> Scene:
    """One account for everybody, one for whoever was granted it; the same in both channels."""
    other = Account(
        x_id="7000000002", handle="hikari_home", name="ひかり個人", persona="ひかり",
        signature_form="^{family_name}", undo_seconds=0, calendar_id=cast.account.calendar_id,
        token_sealed=seal("sandbox-hikari_home", SECRET),
    )  # fmt: skip
    session.add(other)
    session.flush()
    session.add(AccountLimit(account_id=other.id, closed=True, dms_closed=True))
    rule = AlertRule(share=1.0, kinds=[], deed="leads", made_at=clock())
    session.add(rule)
    session.commit()
    at = clock()
    known = _said(session, cast.account, post("@hikari_care 教えてください", at=at, by=HANAKO))
    public = _side(session, cast, clock, x, other, rule, PUBLIC, known)
    dm = _side(session, cast, clock, x, other, rule, DM, known)
    _incident(session, cast, clock, other, public, dm)
    session.commit()
    return Scene(other.id, known.id, public, dm)


def _said(session: Any, account: Account, said: Any) -> Ticket:
    ours = {"mentions": (account.handle,), "mention_ids": (account.x_id,)}
    if said.private:
        thread = f"{account.x_id}-{said.author_x_id}"
        ours |= {"recipient_x_id": account.x_id, "thread_x_id": thread}
    said = replace(said, named_ids=(account.x_id,), **ours)
    stream = "dms" if said.private else "mentions"
    taken = receive(session, account, [said], stream=stream, now=said.posted_at)
    session.commit()
    (ticket_id,) = taken.tickets
    return session.get_one(Ticket, ticket_id)


def _side(
    session: Any, cast: Any, clock: Any, x: Any, other: Account, rule: AlertRule, mark: str,
    known: Ticket,
) -> Side:  # fmt: skip
    """HANAKO, who is known from the other account, and somebody who is not, write; one is
    answered, and everything that can hang on a ticket hangs on it."""
    private, number = mark == DM, 700 if mark == DM else 600
    by = WHISPERER if private else STRANGER
    words = f"@hikari_home {mark} の件です"
    made = [
        _said(session, other, post(words, at=clock(), by=who, private=private, number=number + n))
        for n, who in enumerate((HANAKO, by))
    ]
    ticket, only = made
    reply = press(session, ticket, cast.ken, f"{mark} を確認します。", now=clock())
    clock.forward(seconds=11)
    sending.deliver(session, reply.id, hands(x, clock))
    session.refresh(reply)
    message = session.get_one(Message, ticket.latest_message_id)
    marking.tag(session, ticket, mark, by=cast.ken, now=clock())
    note = marking.add_note(session, ticket, f"{mark} のメモ", by=cast.ken, now=clock())
    promise = session.scalars(select(Promise).where(Promise.ticket_id == ticket.id)).first()
    image = ReplyImage(reply_id=reply.id, position=1, mime="image/png", width=1, height=1,
                       data=b"png", alt=mark)  # fmt: skip
    attachment = Attachment(message_id=message.id, media_key=mark, kind="photo", url="", alt=mark)
    alert = Alert(promise_id=promise.id, rule_id=rule.id, ticket_id=ticket.id, level="broken",
                  raised_at=clock())  # fmt: skip
    refusal = IntakeRefusal(account_id=other.id, stream="dms" if private else "mentions",
                            digest=mark, reason=mark, raw=mark, refused_at=clock())  # fmt: skip
    hole = Hole(account_id=other.id, stream="dms" if private else "mentions", until_at=clock(),
                reason="dms_window" if private else "mentions_window",
                found_at=clock())  # fmt: skip
    ears = Listening(account_id=other.id, name="条件", query="ひかり", built={}, made_at=clock())
    session.add_all([image, attachment, alert, refusal, hole, ears])
    session.flush()
    everyone = (cast.misaki, cast.ryo, cast.hikaru)
    reviews = {}
    for person, lead in zip(everyone, (cast.ryo, cast.hikaru, cast.ken), strict=True):
        review = Review(reply_id=reply.id, lead_id=lead.id, agent_id=person.id, good=mark,
                        verdict="good", at=clock())  # fmt: skip
        session.add(review)
        session.flush()
        reviews[person.id] = review.id
        session.add_all([
            AlertNotice(alert_id=alert.id, agent_id=person.id),
            ReviewNotice(review_id=review.id, agent_id=person.id, at=clock()),
            Mention(note_id=note.id, ticket_id=ticket.id, agent_id=person.id, at=clock()),
            KeptDraft(agent_id=person.id, ticket_id=ticket.id, mode="reply", text=f"{mark} 下書き",
                      updated_at=clock()),
        ])  # fmt: skip
    session.add_all([
        TicketLink(ticket_id=known.id, other_id=ticket.id, agent_id=cast.ken.id, made_at=clock()),
        Pick(message_id=message.id, agent_id=cast.ken.id, reply_id=None, answer_id=None,
             shown=["slow-evening"], picked_at=clock()),
    ])  # fmt: skip
    waiting, drafts = _written(session, cast, clock, made, reply, mark)
    _known(session, cast, clock, only, mark)
    outreach: dict[str, Any] = dict.fromkeys(("prospect", "offer", "wording", "word"), other.id)
    if not private:
        outreach = _found(session, cast, clock, other, mark)
        session.add_all([
            PassedPost(x_id="123456", account_id=other.id, author_x_id="55", username=mark,
                       reason="campaign", posted_at=clock(), decided_at=clock(),
                       raw={"id": "123456", "text": mark}),
            Charge(account_id=other.id, day=clock().date(), happened_at=clock(), kind="post",
                   items=1, micros=123_450_000, agent_id=cast.ken.id, reply_id=reply.id),
        ])  # fmt: skip
    spike = Spike(account_id=other.id, kind="trouble", word=mark, words=[["trouble", mark]],
                  minutes=15, people=9, usual=1.0, begun_at=clock(), seen_at=clock(), peak=9,
                  examples=[message.id])  # fmt: skip
    if not private:
        session.add(spike)
    session.flush()
    return Side({
        "ticket": ticket.id, "reply": reply.id, "part": reply.parts[0].id, "note": note.id,
        "promise": promise.id, "attachment": attachment.id, "image": image.id,
        "review": reviews, "approval": waiting.id, "draft": drafts,
        "customer": only.conversation.customer_id, "refusal": refusal.id, "hole": hole.id,
        "passed": "nothing" if private else "123456", "account": other.id,
        "listening": ears.id, "spike": spike.id or 0, **outreach,
    })  # fmt: skip


def _found(session: Any, cast: Any, clock: Any, other: Account, mark: str) -> dict[str, Any]:
    """Whom a search of the account found, and the words to offer them."""
    offer = Offer(account_id=other.id, name=f"{mark} ひな型", made_at=clock())
    wording = OfferWording(text=f"{mark} {{agent_name}}です", made_at=clock())
    offer.wordings.append(wording)
    listening = Listening(account_id=other.id, name=f"{mark} 条件", query=mark, built={},
                          made_at=clock())  # fmt: skip
    switch = OutreachSwitch(is_on=True, agent_id=cast.hikaru.id, at=clock())
    word = LexiconWord(account_id=other.id, purpose="product", text=f"{mark} 回線", made_at=clock())
    session.add_all([offer, listening, switch, word])
    session.flush()
    found = Prospect(listening_id=listening.id, account_id=other.id, post_x_id="777001",
                     author_x_id="9000000077", username=mark, name=mark, text=f"{mark} 遅い",
                     posted_at=clock(), found_at=clock(), raw={}, score=50)  # fmt: skip
    session.add(found)
    session.flush()
    return {"prospect": found.id, "offer": offer.id, "wording": wording.id, "word": word.id}


def _written(
    session: Any, cast: Any, clock: Any, made: list[Ticket], sent: Reply, mark: str
) -> tuple[Reply, dict[int, int]]:
    """What the newer pages show: words that wait for approval, were changed by it, go out later,
    were handed over by a colleague, or left for the next shift. The reply that waits, and what was
    handed to whom."""
    ticket, only = made
    later, waits = (
        press(session, it, cast.ken, f"{mark} {word}", now=clock(), key=f"{mark} {word}")
        for it, word in ((ticket, "予約の文"), (only, "承認待ちの文"))
    )
    later.scheduled, later.held_until = True, clock() + timedelta(days=1)
    for reply, state in ((later, PartState.HELD), (waits, PartState.WAITING)):
        for part in reply.parts:
            part.state = state.value
    rule = [{"kind": "tag", "rule": 1, "tag": mark}]
    open_one = Approval(reply_id=waits.id, agent_id=cast.ken.id, reasons=rule, due_at=clock())
    closed = Approval(reply_id=sent.id, agent_id=cast.ken.id, reasons=rule, due_at=clock(),
                      outcome=CHANGED, before=f"{mark} 前の文", word=f"{mark} ひとこと",
                      decided_at=clock(), decided_by_id=cast.ryo.id)  # fmt: skip
    memo = HandoverMemo(agent_id=cast.ken.id, text=f"#{ticket.id} {mark} 申し送り",
                        written_at=clock())  # fmt: skip
    session.add_all([open_one, closed, memo])
    session.flush()
    handed = {}
    for person in (cast.misaki, cast.ryo, cast.hikaru):
        draft = KeptDraft(agent_id=person.id, writer_id=cast.ken.id, ticket_id=ticket.id,
                          mode="reply", text=f"{mark} 引き継いだ下書き",
                          updated_at=clock())  # fmt: skip
        notice = ApprovalNotice(approval_id=open_one.id, ticket_id=only.id, agent_id=person.id,
                                kind="overdue", at=clock())  # fmt: skip
        session.add_all([draft, notice])
        session.flush()
        handed[person.id] = draft.id
    return waits, handed


def _incident(session: Any, cast: Any, clock: Any, other: Account, *sides: Side) -> None:
    """An incident of the limited account, with what was announced and answered, its story, and a
    ticket of each channel."""
    at, by = clock() - timedelta(hours=1), {"opened_by_id": cast.ken.id, "opened_at": clock()}
    it = Incident(account_id=other.id, title=f"{PUBLIC} の障害", area=PUBLIC, words=[PUBLIC],
                  begun_at=at, lead_id=cast.ryo.id, **by)  # fmt: skip
    session.add(it)
    session.flush()
    told = Notice(incident_id=it.id, account_id=other.id, stage="first", body=f"{PUBLIC} お知らせ",
                  drafted_by_id=cast.ken.id, drafted_at=clock(), asked_at=clock())  # fmt: skip
    story = IncidentEvent(incident_id=it.id, kind="note", at=clock(), note=PUBLIC)
    wave = Wave(incident_id=it.id, stage="first", made_by_id=cast.ryo.id, made_at=clock(),
                approved_by_id=cast.ryo.id, approved_at=clock(), ended_at=clock(),
                texts=[WaveText(text=f"{PUBLIC} の文面")])  # fmt: skip
    session.add_all([told, story, wave])
    session.flush()
    for side in sides:
        side.ids |= {"incident": it.id, "notice": told.id, "wave": wave.id}
        session.add(WaveAnswer(wave_id=wave.id, customer_id=side.ids["customer"],
                               ticket_id=side.ids["ticket"], state="passed",
                               passed_why="answered", at=clock()))  # fmt: skip
        session.add(IncidentTicket(incident_id=it.id, ticket_id=side.ids["ticket"],
                                   batch="one", linked_at=clock()))  # fmt: skip


def _known(session: Any, cast: Any, clock: Any, only: Ticket, mark: str) -> None:
    """What is noted of somebody who spoke with the limited account only."""
    who = {"customer_id": only.conversation.customer_id}
    session.add_all([
        Hold(**who, ticket_id=only.id, reason=f"{mark} 係争", agent_id=cast.ken.id, at=clock()),
        ContactWish(**who, unwanted=True, reason=f"{mark} 希望", agent_id=cast.ken.id, at=clock()),
        CustomerNumber(**who, number=f"{mark}-1", folded=f"{mark}-1", given_how="dm",
                       given_at=clock(), noted_at=clock(), noted_by_id=cast.ken.id),
    ])  # fmt: skip


def grant(session: Any, scene: Scene, people: Any, private: bool | None) -> None:
    """Everybody of these is granted the same; None: nothing."""
    for person in people:
        if private is not None:
            session.add(AccountGrant(agent_id=person.id, account_id=scene.account_id,
                                     private=private, granted_at=person.created_at))  # fmt: skip
    session.commit()
