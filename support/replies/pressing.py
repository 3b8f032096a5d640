"""An agent presses send, takes it back, sends it on, or gives it up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.approval.leave import Agreed
from support.conversations.records import DM, Message
from support.db import changed, storable
from support.errors import N_, DeskError, Refused, SomeoneWasFirst
from support.replies import clearing
from support.replies.acknowledging import give_way
from support.replies.attempts import log_attempt
from support.replies.claiming import known_before
from support.replies.enclosing import records_of
from support.replies.ground import Ground, ground_of, newest_replies
from support.replies.holding import time_chosen
from support.replies.images import Picture, fit_together
from support.replies.parts import TooLong, posts
from support.replies.records import Reply, ReplyPart
from support.replies.signature import signature, signed
from support.replies.states import PartState, may_become
from support.search.indexing import enter_replies, enter_reply
from support.sla.keeping import hours_of
from support.sla.records import Calendar
from support.tickets.records import Ticket
from support.x.records import Account
from support.x.text import DM_LIMIT

MOST_PARTS = 6
NOT_OUT = [
    PartState.WAITING,
    PartState.HELD,
    PartState.ASKING,
    PartState.QUEUED,
    PartState.REJECTED,
    PartState.HANDED,
]
"""The states in which X surely has nothing of a part, or only a person could have posted it."""


@dataclass(frozen=True)
class Draft:
    """What the agent's form held when send was pressed."""

    body: str
    key: str
    """The form's idempotency key."""
    last_reply_id: int | None
    """The newest reply the agent could see; a newer one means someone was first."""
    pictures: tuple[Picture, ...] = ()
    """What goes out with the first part."""
    send_at: datetime | None = None
    """The time the agent chose; None: as soon as it can no longer be taken back."""
    out_of_hours: bool = False
    """Whether that time may lie outside the account's hours."""
    promised: tuple[datetime, str] | None = None
    """By when its words promise more, and which words; None: they promise nothing."""
    agreed: Agreed | None = None
    """That somebody else has approved these very words already; see replies/clearing.py."""


def parts_of(body: str, words: str, *, private: bool) -> list[str]:
    """The posts, or the one direct message, `body` becomes. Raises Refused for the form."""
    body = storable(body).strip()
    if not body:
        raise Refused("body", N_("返信の内容を入力してください。"))
    if private:
        message = signed(body, words)
        if len(message) > DM_LIMIT:
            raise Refused("body", N_("DMは10,000文字以内にしてください。"))
        return [message]
    try:
        # An agent types while this is counted: what is far too long is not cut to its end.
        texts = list(islice(posts(body[:DM_LIMIT], words), MOST_PARTS + 1))
    except TooLong as error:
        raise Refused("body", N_("署名が長すぎるため、本文が入りません。")) from error
    if len(texts) > MOST_PARTS or len(body) > DM_LIMIT:
        raise Refused("body", N_("長すぎます。6つの投稿に収まるように短くしてください。"))
    return texts


def words_of(account: Account, agent: Agent) -> str:
    """What this agent's replies end with on this account."""
    return signature(
        account.signature_form,
        family_name=agent.family_name,
        initials=agent.initials,
        persona=account.persona,
    )


def press(
    session: Session,
    ticket: Ticket,
    answers: Message,
    agent: Agent,
    draft: Draft,
    now: datetime,
    *,
    by_hand: str = "",
) -> Reply:
    """Stores the reply with its parts; nothing is sent yet. Pressing twice gives the same reply.

    Where the rules want it approved first, its parts wait for that, whoever calls this.

    `by_hand` says why a person is to post the first part on x.com; empty: the API posts it.
    Raises SomeoneWasFirst when another answer is on its way or out, Refused for the form.
    """
    ground = ground_of(session, [ticket], [draft.key], agent)
    reply = written(session, ground, ticket, answers, agent, draft, now, by_hand=by_hand)
    if draft.key in ground.known:
        return reply
    try:
        with session.begin_nested():
            _add(session, [reply], now)
    except IntegrityError as error:
        raise _first(session, ticket) from error
    enter_reply(session, reply, new=True)
    return reply


def store(session: Session, ground: Ground, replies: Sequence[Reply], now: datetime) -> bool:
    """All of what was `written` on that ground, or nothing: False where somebody was first.

    Whoever answers one of these messages meanwhile either finds ours there, and waits, or was
    there before it: then the database refuses ours, or theirs is out and is seen here.
    """
    new = [it for it in replies if it.key not in ground.known]
    tickets = {it.ticket_id for it in new}
    before = {it: ground.newest_replies[it] for it in tickets if it in ground.newest_replies}
    try:
        with session.begin_nested():
            _add(session, new, now)
            if newest_replies(session, tickets, but=[it.id for it in new]) != before:
                raise SomeoneWasFirst(N_("別の返信がこの投稿に送られています。"))
    except (IntegrityError, SomeoneWasFirst):
        return False
    enter_replies(session, new, new=True)
    return True


def _add(session: Session, replies: Sequence[Reply], now: datetime) -> None:
    give_way(session, {it.conversation_id for it in replies}, now)
    session.add_all(replies)
    session.flush()


def written(
    session: Session,
    ground: Ground,
    ticket: Ticket,
    answers: Message,
    agent: Agent,
    draft: Draft,
    now: datetime,
    *,
    by_hand: str = "",
) -> Reply:
    """The reply, not stored yet; what was pressed under its key already where there is such."""
    if draft.key in ground.known:
        return ground.known[draft.key]
    if not ground.works:
        raise DeskError(N_("利用が停止されているため、この方の名前では返信できません。"))
    if ticket.merged_into_id is not None:
        raise DeskError(N_("別のチケットにまとめられています。そちらで返信してください。"))
    if ticket.id not in (answers.ticket_id, answers.ticket.merged_into_id) or answers.by_us:
        raise DeskError(N_("返信先の投稿が見つかりません。画面を開き直してください。"))
    account = ticket.conversation.account
    words = words_of(account, agent)
    texts = parts_of(draft.body, words, private=answers.channel == DM)
    fit_together(list(draft.pictures), private=answers.channel == DM)
    if ground.newest_replies.get(ticket.id, 0) > (draft.last_reply_id or 0):
        raise _first(session, ticket)
    held_until = _held_until(session, account, draft, now, by_hand=bool(by_hand))
    read = [draft.body, *(picture.alt for picture in draft.pictures)]
    leave = clearing.approval_for(
        session,
        ticket,
        agent,
        read,
        now,
        send_at=draft.send_at,
        agreed=draft.agreed,
        among=ground.asking,
    )
    waits = leave is not None and leave.is_open
    state = PartState.WAITING if waits else PartState.HELD
    reply = Reply(
        ticket_id=ticket.id,
        conversation_id=ticket.conversation_id,
        agent=agent,
        answers=answers,
        body=storable(draft.body).strip(),
        signature=words,
        key=draft.key,
        pressed_at=now,
        held_until=held_until,
        scheduled=draft.send_at is not None,
        promised_until=draft.promised[0] if draft.promised else None,
        promised_words=draft.promised[1][:80] if draft.promised else "",
        seen_message_id=ground.newest_messages.get(ticket.conversation_id),
        parts=_parts(texts, state if waits or held_until > now else PartState.QUEUED),
        images=records_of(draft.pictures),
        approval=leave,
    )
    if by_hand and not waits:
        # posting it oneself leaves nothing to take back; what follows waits for it
        first = reply.parts[0]
        first.state, first.handed_at, first.reason = PartState.HANDED.value, now, by_hand
        first.after_x_id = known_before(session)
    return reply


def _held_until(
    session: Session, account: Account, draft: Draft, now: datetime, *, by_hand: bool
) -> datetime:
    if draft.send_at is None:
        return now if by_hand else now + timedelta(seconds=account.undo_seconds)
    if by_hand:
        raise Refused("send_at", N_("Xの画面から手で送る返信は、予約できません。"))
    hours = hours_of(session.get_one(Calendar, account.calendar_id))
    time_chosen(draft.send_at, hours, now, out_of_hours=draft.out_of_hours)
    return draft.send_at


def _parts(texts: list[str], state: PartState) -> list[ReplyPart]:
    return [
        ReplyPart(position=place, text=text, state=state.value)
        for place, text in enumerate(texts, start=1)
    ]


def _first(session: Session, ticket: Ticket) -> SomeoneWasFirst:
    pressed = select(Reply).where(Reply.ticket_id == ticket.id, Reply.automatic.is_(False))
    reply = session.scalar(pressed.order_by(Reply.id.desc()).limit(1))
    return SomeoneWasFirst(
        N_("%(who)sさんが先に返信しました。内容を確かめてから、もう一度お送りください。"),
        who=reply.who if reply else "",
    )


def undo(session: Session, reply: Reply, now: datetime) -> bool:
    """Takes a reply back that waits, is held, or asks; False when it is already on its way."""
    waits = [PartState.WAITING.value, PartState.HELD.value, PartState.ASKING.value]
    if reply.approval is not None:
        clearing.alone_with(session, reply)
    undone = changed(
        session,
        update(ReplyPart)
        .where(ReplyPart.reply_id == reply.id, ReplyPart.state.in_(waits))
        .values(state=PartState.UNDONE.value, reason=""),
    )
    if undone:
        reply.settled_at = now
        clearing.taken_back(session, reply, now)
    return undone > 0


def retry(session: Session, reply: Reply, now: datetime, *, by: Agent, reason: str = "") -> None:
    """A person sends a stopped reply on from the part that was refused, or was handed to them.

    What was handed may be out by now, in other words even: it is looked for before it is sent.
    """
    stands = (PartState.REJECTED, PartState.HANDED)
    stopped = next((part for part in reply.parts if part.state in stands), None)
    again = turn(session, reply, [PartState.REJECTED], PartState.QUEUED)
    in_doubt = turn(session, reply, [PartState.HANDED], PartState.UNKNOWN)
    for part in reply.parts:
        if in_doubt and part.state == PartState.UNKNOWN:
            part.attempted_at, part.absent_at = part.attempted_at or part.handed_at, None
    if stopped is None or not (again or in_doubt):
        raise DeskError(N_("この返信は再送できる状態ではありません。"))
    log_attempt(session, stopped.id, "sent_again", reason, now, agent_id=by.id)
    try:
        with session.begin_nested():
            reply.settled_at, reply.held_until = None, now
    except IntegrityError as error:
        raise SomeoneWasFirst(N_("別の返信がこの投稿に送られています。")) from error


def discard(session: Session, reply: Reply, now: datetime, *, by: Agent, reason: str = "") -> None:
    """A person gives up what has not gone out. What X may have is never discarded blindly.

    The caller rolls back when this raises.
    """
    if reply.approval is not None:
        clearing.alone_with(session, reply)
    waiting = next((p for p in reply.parts if p.state in NOT_OUT), None)
    turn(session, reply, NOT_OUT, PartState.UNDONE)
    states = {part.state for part in reply.parts}
    if PartState.POSTING in states or PartState.UNKNOWN in states:
        raise DeskError(N_("Xに届いたか確認中のため、まだ取り消せません。"))
    if waiting is not None:
        log_attempt(session, waiting.id, "given_up", reason, now, agent_id=by.id)
        clearing.taken_back(session, reply, now)
    reply.settled_at = now


def turn(session: Session, reply: Reply, those: list[PartState], into: PartState) -> int:
    """Turns the parts that are still in one of `those` states; a worker may have been first."""
    if not all(may_become(was, into) for was in those):
        raise ValueError(f"not all of {those} can become {into}")
    turned = changed(
        session,
        update(ReplyPart)
        .where(ReplyPart.reply_id == reply.id, ReplyPart.state.in_([s.value for s in those]))
        .values(state=into.value, reason="", not_before=None),
    )
    for part in reply.parts:
        session.refresh(part)
    return turned
