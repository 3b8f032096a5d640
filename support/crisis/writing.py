"""Writing: leads keep the protocol, version by version."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.crisis.protocol import LONGEST, LONGEST_CONTACTS, cleaned
from support.crisis.records import CrisisProtocol, protocol
from support.db import storable
from support.errors import N_, Refused

LONGEST_NOTE = 200
OVERTAKEN = N_("その間に%(who)sさんが第%(n)s版を保存しました。違いを確かめて、保存してください。")


def save(
    session: Session,
    text: str,
    contacts: str,
    note: str,
    *,
    known: int,
    by: Agent,
    now: datetime,
) -> CrisisProtocol:
    """The next version. `known` is the one it was written over: a newer one is not lost under it.

    Raises Refused for the form.
    """
    text, contacts = cleaned(storable(text)), cleaned(storable(contacts))
    note = " ".join(storable(note).split())
    _check(text, contacts, note)
    last = protocol(session)
    if last is not None and last.version != known:
        raise _overtaken(last)
    if last is not None and (last.text, last.contacts) == (text, contacts):
        raise Refused("text", N_("前の版から変わったところがありません。"))
    version = last.version + 1 if last else 1
    made = CrisisProtocol(
        version=version, text=text, contacts=contacts, note=note, made_by_id=by.id, made_at=now
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        newest = protocol(session)
        assert newest is not None
        raise _overtaken(newest) from error
    return made


def _check(text: str, contacts: str, note: str) -> None:
    if not text:
        raise Refused("text", N_("対応手順を入力してください。"))
    if len(text) > LONGEST:
        raise Refused("text", N_("20,000文字以内で入力してください。"))
    if len(contacts) > LONGEST_CONTACTS:
        raise Refused("contacts", N_("連絡先は2,000文字以内で入力してください。"))
    if len(note) > LONGEST_NOTE:
        raise Refused("note", N_("変更点は200文字以内で入力してください。"))


def _overtaken(newest: CrisisProtocol) -> Refused:
    return Refused("text", OVERTAKEN, who=newest.made_by.family_name, n=newest.version)
