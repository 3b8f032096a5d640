"""Drafts in the forms they belong to: what an agent began comes back wherever they sign in."""

from datetime import datetime
from typing import Any

from support.agents.records import Agent
from support.db import db
from support.drafts import records
from support.drafts.records import NOTE, REPLY, KeptDraft
from support.web.frame import frame
from support.web.tickets.dossier import Dossier


def restored(agent: Agent, ticket_id: int, state: dict[str, Any]) -> dict[str, Any]:
    """The state of the forms with the agent's drafts in them; what the address asks for follows.

    The frame has counted them: whoever has none asks nothing more.
    """
    drafts = mine(agent, ticket_id) if frame().drafts else {}
    reply, note = drafts.get(REPLY), drafts.get(NOTE)
    if reply:
        state["text"] = _joined(reply.text, state.get("text", ""))
        state["answer_id"] = state.get("answer_id") or reply.answer_id
    if note:
        state["note"] = note.text
    return state | {"drafts": drafts}


def mine(agent: Agent, ticket_id: int) -> dict[str, KeptDraft]:
    return records.of(db.session(), agent.id, ticket_id)


def sent(it: Dossier, agent: Agent) -> dict[str, datetime]:
    """When the agent last sent from each form: what a browser kept before that is done with."""
    replies = [reply.pressed_at for reply in it.replies if reply.agent_id == agent.id]
    notes = [note.written_at for note in it.notes if note.agent_id == agent.id]
    return {mode: max(at) for mode, at in ((REPLY, replies), (NOTE, notes)) if at}


def _joined(kept: str, asked: str) -> str:
    """Nothing typed is lost to what is put in."""
    return kept if asked in kept else f"{kept.rstrip()}\n{asked}"
