"""Keeps what an agent is writing, and lets go of it once it was sent or given up."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import changed
from support.drafts.records import IS_OWN, MODES, REPLY, KeptDraft
from support.errors import N_, Refused
from support.tickets.records import Ticket

LONGEST = 20_000
"""Letters; a direct message may have 10,000, and what is too long to send is kept all the same."""
KEPT_FOR = timedelta(days=30)
"""A draft may quote a customer: what nobody has touched for so long goes."""


def in_turn(session: Session, by: Agent) -> None:
    """What one agent's windows keep and send goes one after the other until the transaction ends:
    asked before what was sent is looked up, so that a late save finds it."""
    session.execute(select(Agent.id).where(Agent.id == by.id).with_for_update(key_share=True))


def keep(
    session: Session,
    ticket: Ticket,
    mode: str,
    text: str,
    *,
    by: Agent,
    now: datetime,
    answers_id: int | None = None,
    answer_id: str = "",
) -> bool:
    """The words as they are now; without any, none is kept. Whether there is a draft.

    Raises Refused for more than anybody could send.
    """
    if mode not in MODES:
        raise Refused("mode", N_("下書きの種類が分かりません。画面を開き直してください。"))
    if len(text) > LONGEST:
        raise Refused("body", N_("下書きは20,000文字まで保存できます。"))
    if not text.strip():
        drop(session, ticket.id, mode, by=by)
        return False
    values = {
        "text": text,
        "answers_id": answers_id,
        "answer_id": answer_id[:200],
        "updated_at": now,
    }
    mine = _mine(ticket.id, mode, by)
    if not changed(session, update(KeptDraft).where(*mine).values(values)):
        row = KeptDraft(agent_id=by.id, ticket_id=ticket.id, mode=mode, **values)
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # another window of the same agent was quicker
            changed(session, update(KeptDraft).where(*mine).values(values))
    return True


def drop(session: Session, ticket_id: int, mode: str, *, by: Agent) -> None:
    """It was sent, or given up."""
    in_turn(session, by)
    session.execute(
        delete(KeptDraft).where(*_mine(ticket_id, mode, by)),
        execution_options={"synchronize_session": False},
    )


def _mine(ticket_id: int, mode: str, by: Agent) -> tuple[ColumnElement[bool], ...]:
    return (
        KeptDraft.agent_id == by.id,
        KeptDraft.ticket_id == ticket_id,
        KeptDraft.mode == mode,
        IS_OWN,
    )


def hand_on(session: Session, agent: Agent, heir: Agent, *, but: Collection[int] = ()) -> int:
    """What somebody began goes to a colleague, under the name of who wrote it: how much that is.

    It lies beside the heir's own words until they take it up, so that none covers the other.
    `but`: tickets whose drafts stay where they are.
    """
    theirs = update(KeptDraft).where(KeptDraft.agent_id == agent.id)
    if but:
        theirs = theirs.where(KeptDraft.ticket_id.not_in(but))
    writer = func.coalesce(KeptDraft.writer_id, agent.id)
    return changed(session, theirs.values(agent_id=heir.id, writer_id=writer))


def lay_beside(
    session: Session,
    ticket_id: int,
    text: str,
    *,
    writer_id: int | None,
    heir: Agent,
    answers_id: int | None,
    now: datetime,
) -> None:
    """Words of a reply that did not go, for somebody other than who wrote it."""
    session.add(
        KeptDraft(
            agent_id=heir.id,
            writer_id=writer_id,
            ticket_id=ticket_id,
            mode=REPLY,
            text=text,
            answers_id=answers_id,
            updated_at=now,
        )
    )


def handed_to(session: Session, draft_id: int, by: Agent) -> KeptDraft | None:
    """A draft that was handed to this agent and is not taken up yet."""
    draft = session.get(KeptDraft, draft_id) if draft_id < 2**31 else None
    mine = draft is not None and draft.agent_id == by.id and draft.writer_id is not None
    return draft if mine else None


def take_up(session: Session, draft: KeptDraft, *, by: Agent, now: datetime) -> None:
    """It stands in the agent's own form from now on. Raises Refused where that is not empty."""
    in_turn(session, by)
    if session.scalar(select(KeptDraft.id).where(*_mine(draft.ticket_id, draft.mode, by))):
        raise Refused(
            "mode",
            N_("このチケットにはご自分の下書きがあります。先に送るか破棄してください。"),
        )
    draft.writer_id, draft.updated_at = None, now
    session.flush()


def forget_of(session: Session, ticket_ids: Collection[int]) -> None:
    """Drafts of tickets whose customers' words had to go: they may hold the same words."""
    if ticket_ids:
        session.execute(delete(KeptDraft).where(KeptDraft.ticket_id.in_(ticket_ids)))


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(KeptDraft).where(KeptDraft.updated_at < now - KEPT_FOR))
