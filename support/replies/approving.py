"""Approving: somebody else agrees to a reply that waits, as it is or changed, or sends it back.

A race of two who may, or of one and the agent who takes it back, is decided by the parts: each
deed turns those that still wait. Rolling back when one of these raises is the caller's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from support.agents.access import Deed, may
from support.agents.records import Agent
from support.approval import telling
from support.approval.records import (
    APPROVED,
    CHANGED,
    IS_OPEN,
    SENT_BACK,
    TAKEN_BACK,
    Approval,
)
from support.db import storable
from support.errors import N_, DeskError, NotAllowed, Refused, SomeoneWasFirst
from support.replies import awaiting, clearing, guard, guarding, handing
from support.replies.awaiting import Look
from support.replies.claiming import known_before
from support.replies.findings import Finding
from support.replies.pressing import parts_of, turn
from support.replies.records import GuardOverride, Reply, ReplyPart
from support.replies.states import PartState
from support.search.indexing import enter_reply
from support.tickets.reaching import those_who_see
from support.tickets.records import Ticket
from support.x.eligibility import Way

LONGEST_WORD = 500


@dataclass(frozen=True)
class Wording:
    """The words as they are to go, and what is said to the guard's findings in them."""

    body: str
    reason: str = ""
    asked_for: frozenset[str] = frozenset()
    """Kinds of finding the reason was asked for."""


def approve(
    session: Session,
    reply: Reply,
    look: Look,
    *,
    by: Agent,
    now: datetime,
    wording: Wording | None = None,
    word: str = "",
) -> Approval:
    """It goes on: to the time to take it back, to its chosen time, or to a person's hand on x.com.

    Raises SomeoneWasFirst, Refused for the form.
    """
    approval = _to_decide(session, reply, by)
    _nothing_newer(session, reply, look)
    verdict = handing.verdict_on(session, reply.answers)
    if verdict.way is Way.NO:
        raise Refused("body", verdict.sentence)
    wording = wording or Wording(reply.body)
    body = storable(wording.body).replace("\r\n", "\n").strip()
    private = reply.conversation.is_private
    texts = parts_of(body, reply.signature, private=private)
    found = new_findings(session, reply, body)
    guarding.may_go(found, wording.reason, set(wording.asked_for))
    begun = any(part.state == PartState.POSTED for part in reply.parts)
    if begun and body != reply.body:
        raise Refused("body", N_("一部がすでに送られているため、文は直せません。"))
    if not turn(session, reply, [PartState.WAITING], PartState.HELD):
        raise _somebody_was(approval)
    approval.outcome, approval.before = APPROVED, ""
    if body != reply.body:
        approval.outcome, approval.before = CHANGED, reply.body
        _reword(session, reply, body, texts)
    guarding.note_overrides(session, reply, found, wording.reason, by, now)
    _decided(approval, by, word, now)
    approval.seen_reply_id, reply.seen_message_id = look.reply_id, look.message_id
    by_hand = verdict.way is Way.BY_HAND and not begun  # the API may go on with what is begun
    _let_go(session, reply, now, by_hand=verdict.sentence if by_hand else "")
    session.flush()
    if approval.outcome == CHANGED:
        enter_reply(session, reply)
        telling.tell_writer(session, approval, reply.ticket_id, CHANGED, now)
    return approval


def send_back(session: Session, reply: Reply, *, by: Agent, word: str, now: datetime) -> Approval:
    """It does not go; whoever wrote it hears why, and may write it otherwise.

    Raises SomeoneWasFirst, Refused for the form.
    """
    approval = _to_decide(session, reply, by)
    if not word.strip():
        raise Refused("word", N_("どこを直してほしいか、ひとこと書いてください。"))
    if not turn(session, reply, [PartState.WAITING], PartState.UNDONE):
        raise _somebody_was(approval)
    approval.outcome = SENT_BACK
    _decided(approval, by, word, now)
    reply.settled_at = now
    session.flush()
    telling.tell_writer(session, approval, reply.ticket_id, SENT_BACK, now)
    return approval


def new_findings(session: Session, reply: Reply, body: str) -> list[Finding]:
    """What the guard says to these words and nobody has answered yet."""
    ticket, writer = session.get_one(Ticket, reply.ticket_id), reply.agent
    assert writer is not None  # an automatic reply waits for nobody
    answered = select(GuardOverride.kind).where(GuardOverride.reply_id == reply.id)
    kinds = set(session.scalars(answered))
    found = guard.read(body, guarding.about(session, ticket, writer))
    return [it for it in found if it.kind not in kinds]


def tell_overdue(session: Session, now: datetime) -> list[int]:
    """Whoever may approve is told, once, of what has waited too long; who was told."""
    late = (
        select(Approval, Reply.ticket_id)
        .join(Reply, Reply.id == Approval.reply_id)
        .where(IS_OPEN, Approval.due_at <= now, Approval.told_at.is_(None))
        .with_for_update(skip_locked=True, of=Approval)
    )
    found = [(row[0], row[1]) for row in session.execute(late)]
    return telling.tell_overdue(session, found, now) if found else []


def may_decide(session: Session, reply: Reply, by: Agent) -> bool:
    """Nobody agrees to their own words, whatever their role, nor to what they may not see."""
    approves = may(by.role, Deed.APPROVE) and by.suspended_at is None
    return approves and reply.agent_id != by.id and _sees(session, reply, by)


def _sees(session: Session, reply: Reply, by: Agent) -> bool:
    return bool(those_who_see(session, session.get_one(Ticket, reply.ticket_id), [by]))


def _to_decide(session: Session, reply: Reply, by: Agent) -> Approval:
    if reply.agent_id == by.id:
        raise NotAllowed(N_("自分の返信は、自分では承認できません。ほかの責任者に頼んでください。"))
    if not _sees(session, reply, by):
        raise NotAllowed(
            N_("このアカウント（またはそのDM）を見られないため、承認も差し戻しもできません。")
        )
    if not may_decide(session, reply, by):
        raise NotAllowed(N_("返信の承認は、責任者だけができます。"))
    clearing.alone_with(session, reply)
    session.refresh(reply)
    approval = reply.approval
    if approval is None:
        raise DeskError(N_("この返信は、承認を待っていません。"))
    session.refresh(approval)
    if not approval.is_open:
        raise _somebody_was(approval)
    return approval


def _somebody_was(approval: Approval) -> SomeoneWasFirst:
    who = approval.decided_by.family_name if approval.decided_by else ""
    if approval.outcome in (APPROVED, CHANGED):
        return SomeoneWasFirst(N_("%(who)sさんが先に承認しました。"), who=who)
    if approval.outcome == SENT_BACK:
        return SomeoneWasFirst(N_("%(who)sさんが先に差し戻しました。"), who=who)
    if approval.outcome == TAKEN_BACK:
        return SomeoneWasFirst(N_("承認を待っていた返信は、取り下げられました。"))
    return SomeoneWasFirst(N_("この返信は、承認を待っていません。"))


def _nothing_newer(session: Session, reply: Reply, look: Look) -> None:
    if awaiting.newest(session, reply) != look:
        raise Refused(
            "look",
            N_(
                "画面を開いた後に、新しいメッセージか返信がありました。確かめてから承認してください。"
            ),
        )


def _decided(approval: Approval, by: Agent, word: str, now: datetime) -> None:
    approval.decided_at, approval.decided_by_id = now, by.id
    approval.word = storable(word).strip()[:LONGEST_WORD]


def _reword(session: Session, reply: Reply, body: str, texts: Sequence[str]) -> None:
    """The parts are what these words become; nobody else has them in hand."""
    reply.body = body
    for part, text in zip(reply.parts, texts, strict=False):
        part.text = text
    del reply.parts[len(texts) :]
    first = len(reply.parts) + 1
    reply.parts += [
        ReplyPart(position=place, text=text, state=PartState.HELD.value)
        for place, text in enumerate(texts[len(reply.parts) :], start=first)
    ]
    if reply.promised_words and reply.promised_words not in body:
        reply.promised_until, reply.promised_words = None, ""
    session.flush()


def _let_go(session: Session, reply: Reply, now: datetime, *, by_hand: str) -> None:
    """The time to take it back begins; a chosen time that is still to come stands."""
    if by_hand:
        first = reply.parts[0]
        first.state, first.handed_at, first.reason = PartState.HANDED.value, now, by_hand
        first.after_x_id = known_before(session)
        reply.held_until, reply.scheduled = now, False
        return
    undo = now + timedelta(seconds=reply.conversation.account.undo_seconds)
    reply.scheduled = reply.scheduled and reply.held_until > undo
    reply.held_until = reply.held_until if reply.scheduled else undo
