"""Leads write the house rules, version by version; everybody confirms the one in force."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.db import storable
from support.errors import N_, Refused
from support.house.records import HouseRules, RulesConfirmation, asked_for, in_force

LONGEST = 20_000
LONGEST_NOTE = 200
OVERTAKEN = N_("その間に%(who)sさんが第%(n)s版を保存しました。違いを確かめて、保存してください。")
NEWER = N_("新しい版が保存されました。読んでから、もう一度確認してください。")


def save(
    session: Session, text: str, note: str, *, asks: bool, known: int, by: Agent, now: datetime
) -> HouseRules:
    """The next version. `known` is the one it was written over: a newer one is not lost under it.

    Raises Refused for the form.
    """
    text, note = cleaned(text), " ".join(storable(note).split())
    if not text:
        raise Refused("text", N_("運用ルールの内容を入力してください。"))
    if len(text) > LONGEST:
        raise Refused("text", N_("20,000文字以内で入力してください。"))
    if len(note) > LONGEST_NOTE:
        raise Refused("note", N_("変更点は200文字以内で入力してください。"))
    last = in_force(session)
    if last is not None and last.version != known:
        raise _overtaken(last)
    if last is not None and last.text == text:
        raise Refused("text", N_("前の版から変わったところがありません。"))
    version = last.version + 1 if last else 1
    made = HouseRules(
        version=version,
        text=text,
        note=note,
        asks=asks or version == 1,
        made_by_id=by.id,
        made_at=now,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        newest = in_force(session)
        assert newest is not None
        raise _overtaken(newest) from error
    return made


def cleaned(text: str) -> str:
    lines = storable(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def confirm(session: Session, version: int, *, by: Agent, now: datetime) -> bool:
    """Whether it is new that they confirmed this version. Raises Refused where it was replaced by
    one that everybody is to read."""
    last = in_force(session)
    if last is None or version > last.version or version < max(asked_for(session), 1):
        raise Refused("version", NEWER)
    if _has_confirmed(session, by.id, version):
        return False
    try:
        with session.begin_nested():
            session.add(RulesConfirmation(agent_id=by.id, version=version, confirmed_at=now))
    except IntegrityError:  # another window of theirs was quicker
        return False
    return True


def _has_confirmed(session: Session, agent_id: int, version: int) -> bool:
    known = select(RulesConfirmation.id).where(
        RulesConfirmation.agent_id == agent_id, RulesConfirmation.version >= version
    )
    return session.scalar(known.limit(1)) is not None


def _overtaken(newest: HouseRules) -> Refused:
    return Refused("text", OVERTAKEN, who=newest.made_by.family_name, n=newest.version)
