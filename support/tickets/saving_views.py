"""Filters of the queue kept under a name: one's own, and those all colleagues share."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.errors import N_, Refused
from support.tickets.filters import filter_from, not_understood
from support.tickets.records import SavedView

LONGEST_NAME = 30
MOST = 20
"""Of each agent's own, and of those that are shared: more would hide each other in the rail."""

IN_ORDER = (SavedView.shared.desc(), SavedView.place, SavedView.id)
"""Shared ones first, each kind in its own order."""

NO_NAME = N_("ビューの名前を1〜30文字で入力してください。")
SAME_NAME = N_("同じ名前のビューがあります。別の名前にしてください。")
NOT_A_FILTER = N_("この絞り込みには読み取れない条件があります。条件を選び直してください。")
NOTHING_SET = N_("絞り込みの条件を1つ以上選んでから保存してください。")
TOO_MANY = N_("ビューは%(n)s件までです。使わないものを削除してください。")


def views_of(session: Session, agent: Agent) -> list[SavedView]:
    """What an agent sees in the rail."""
    theirs = select(SavedView).where(visible_to(agent.id))
    return list(session.scalars(theirs.order_by(*IN_ORDER)))


def visible_to(agent_id: int | BindParameter[int]) -> ColumnElement[bool]:
    theirs = or_(SavedView.shared.is_(True), SavedView.agent_id == agent_id)
    return and_(theirs, SavedView.removed_at.is_(None))


def save(
    session: Session,
    name: str,
    words: Mapping[str, str],
    *,
    shared: bool,
    by: Agent,
    now: datetime,
) -> SavedView:
    """A new view, the last of its kind. Raises Refused naming `name` or `words`."""
    if not_understood(words):
        raise Refused("words", NOT_A_FILTER)
    kept = filter_from(words, by.id).address()
    if not kept:
        raise Refused("words", NOTHING_SET)
    beside = _beside(session, shared, by)
    view = SavedView(
        agent_id=by.id,
        shared=shared,
        name=_free(name, beside),
        words=kept,
        place=max((it.place for it in beside), default=0) + 1,
        made_at=now,
    )
    _room_for_one(beside)
    session.add(view)
    session.flush()
    return view


def rename(session: Session, view: SavedView, name: str, *, by: Agent) -> None:
    others = [it for it in _beside(session, view.shared, by) if it is not view]
    view.name = _free(name, others)


def move(session: Session, view: SavedView, step: int, *, by: Agent) -> None:
    """One up (-1) or down (+1) among those of its kind; at the end it stays."""
    beside = _beside(session, view.shared, by)
    at = beside.index(view)
    to = min(max(at + step, 0), len(beside) - 1)
    beside.insert(to, beside.pop(at))
    for place, it in enumerate(beside, start=1):
        it.place = place


def remove(view: SavedView, *, now: datetime) -> None:
    """It goes out of sight; `restore` brings it back as it was."""
    view.removed_at = view.removed_at or now


def restore(session: Session, view: SavedView, *, by: Agent) -> None:
    """Raises Refused where its name was given to another one, or there are too many by now."""
    if view.removed_at is not None:
        beside = _beside(session, view.shared, by)
        _free(view.name, beside)
        _room_for_one(beside)
        view.removed_at = None


def hand_on(session: Session, agent: Agent, heir: Agent) -> int:
    """An agent's own views become a colleague's, as many as there is room for: how many."""
    there = _beside(session, False, heir)
    theirs = _beside(session, False, agent)[: max(0, MOST - len(there))]
    names = {it.name for it in there}
    for place, view in enumerate(theirs, start=len(there) + 1):
        view.name, view.place, view.agent_id = _beside_names(view.name, names), place, heir.id
        names.add(view.name)
    session.flush()
    return len(theirs)


def _beside_names(name: str, names: set[str]) -> str:
    """The name, with a number behind it where it is taken."""
    tried = [name, *(f"{name[: LONGEST_NAME - 3]} {n}" for n in range(2, MOST + 2))]
    return next(it for it in tried if it not in names)


def _beside(session: Session, shared: bool, by: Agent) -> list[SavedView]:
    """Those of the same kind: all that are shared, or one's own."""
    chosen = select(SavedView).where(SavedView.shared.is_(shared), SavedView.removed_at.is_(None))
    if not shared:
        chosen = chosen.where(SavedView.agent_id == by.id)
    return list(session.scalars(chosen.order_by(SavedView.place, SavedView.id)))


def _room_for_one(beside: list[SavedView]) -> None:
    if len(beside) >= MOST:
        raise Refused("name", TOO_MANY, n=MOST)


def _free(name: str, beside: list[SavedView]) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused("name", NO_NAME)
    if any(it.name == name for it in beside):
        raise Refused("name", SAME_NAME)
    return name
