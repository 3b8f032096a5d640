"""Answers are written to their files, with a row for each change: who, when, before and after."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.canned import files, front_matter, places
from support.canned.document import render
from support.canned.insertion import with_phrasing
from support.canned.records import AnswerEdit
from support.canned.replies import CannedReply
from support.canned.shelf import Shelf
from support.errors import N_, DeskError, Refused, SomeoneWasFirst

CHANGED = N_("開いている間に、この回答が変わりました。今の内容と見比べ、もう一度保存してください。")
GONE = N_("開いている間に、この回答はなくなりました。新しい回答として保存できます。")
TAKEN = N_("ID「%(id)s」の回答がすでにあります。別のIDにしてください。")
OUT_OF_SHELF = N_("この分類は回答フォルダーの外を指しています。別の分類にしてください。")
NOT_A_FOLDER = N_("同じ名前のファイルがあるため、この分類は作れません。")
NOT_READ_BACK = N_("この内容はファイルに保存できません。記号を減らしてください。")
NO_LONGER_THERE = N_("この回答はもうありません。画面を開き直してください。")
NOT_ADDED = N_("この回答のファイルには自動で加えられません。回答の編集画面で加えてください。")
NO_SUCH_VERSION = N_("この版は今の形式では読めないため、戻せません：%(why)s")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer's file as it stands."""

    path: str
    text: str

    @property
    def version(self) -> str:
        """What a form carries to say which text it was made from."""
        return version_of(self.text)


class ChangedMeanwhile(SomeoneWasFirst):
    """The file is not what the form was made from; `kept` is what it is now, or None: gone."""

    def __init__(self, kept: Kept | None) -> None:
        super().__init__(CHANGED if kept else GONE)
        self.kept = kept


def version_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def kept(shelf: Shelf, reply_id: str) -> Kept | None:
    """The file the answer stands in now; None where there is none that can be read."""
    path = shelf.path_of(reply_id)
    text = _text(shelf, path) if path else None
    return Kept(path, text) if path and text is not None else None


def save(
    session: Session,
    shelf: Shelf,
    reply: CannedReply,
    agent: Agent | None,
    now: datetime,
    *,
    seen: str | None = None,
) -> AnswerEdit | None:
    """Writes the answer into the folder of its category; None where nothing is different.

    `seen` is the version the form was made from; None: the answer is new. Raises
    ChangedMeanwhile, and Refused for the form.
    """
    with files.alone(session, shelf.folder):
        before = _unchanged(shelf, reply.id, seen)
        path = _place(shelf, reply, before)
        text = _checked(path, reply)
        if before and (path, text) == (before.path, before.text):
            return None
        return _put(session, shelf, reply.id, path, before, text, agent, now)


def save_all(
    session: Session,
    shelf: Shelf,
    replies: Sequence[tuple[CannedReply, CannedReply | None]],
    agent: Agent | None,
    now: datetime,
) -> tuple[list[AnswerEdit], DeskError | None]:
    """Writes answers, each beside what it was known to be, None: new.

    Stops at the first that cannot be written; those before it are written and have their rows.
    """
    edits: list[AnswerEdit] = []
    with files.alone(session, shelf.folder):
        shelf.look_again()
        standing = {reply.id: kept(shelf, reply.id) for reply, _ in replies}
        held = {reply.id: reply for reply in shelf.replies}
        try:
            for reply, known in replies:
                before = standing[reply.id]
                if held.get(reply.id) != known or (known is not None and before is None):
                    raise ChangedMeanwhile(before)
                path = _place(shelf, reply, before)
                text = _checked(path, reply)
                with session.begin_nested():  # no row where the file could not be written
                    edits.append(_put(session, shelf, reply.id, path, before, text, agent, now))
        except DeskError as fault:
            return edits, fault
    return edits, None


def add_phrasing(
    session: Session,
    shelf: Shelf,
    reply: CannedReply,
    phrasing: str,
    agent: Agent | None,
    now: datetime,
) -> AnswerEdit | None:
    """One phrasing more in the answer's file, the rest of which stays byte for byte.

    None where it has it already. Raises Refused for the form (field "phrasing").
    """
    with files.alone(session, shelf.folder):
        shelf.look_again()
        before, known = kept(shelf, reply.id), shelf.get(reply.id)
        if before is None or known is None:
            raise Refused("phrasing", NO_LONGER_THERE)
        if phrasing in known.questions:
            return None
        text = with_phrasing(before.text, phrasing)
        back = front_matter.read(before.path, text.encode())[0] if text else None
        if text is None or back != replace(known, questions=(*known.questions, phrasing)):
            raise Refused("phrasing", NOT_ADDED)
        return _put(session, shelf, reply.id, before.path, before, text, agent, now)


def take_away(
    session: Session, shelf: Shelf, reply_id: str, agent: Agent | None, now: datetime, *, seen: str
) -> AnswerEdit:
    """Takes the file out of the shelf; the row keeps its text. Raises ChangedMeanwhile."""
    with files.alone(session, shelf.folder):
        before = _unchanged(shelf, reply_id, seen)
        if before is None:
            raise ChangedMeanwhile(None)
        edit = _noted(session, reply_id, before.path, before.text, "", agent, now)
        with files.writable():
            (shelf.folder / before.path).unlink()
        shelf.look_again(before.path)
        return edit


def put_back(
    session: Session,
    shelf: Shelf,
    edit: AnswerEdit,
    text: str,
    agent: Agent | None,
    now: datetime,
) -> AnswerEdit | None:
    """The answer as it was written once: `text`, of one of its edits. Word for word.

    An answer that was taken away comes back to where it stood.
    """
    with files.alone(session, shelf.folder):
        reply_id = edit.answer_id
        before = kept(shelf, reply_id)
        path = before.path if before else edit.path
        found, faults = front_matter.read(path, text.encode())
        if found is None or found.id != reply_id:
            why = faults[0].sentence if faults else reply_id
            raise Refused("version", NO_SUCH_VERSION, why=why)
        if before is None:
            path = _place(shelf, found, None, wanted=path)
        if before and before.text == text:
            return None
        return _put(session, shelf, reply_id, path, before, text, agent, now)


def _unchanged(shelf: Shelf, reply_id: str, seen: str | None) -> Kept | None:
    shelf.look_again()
    standing = kept(shelf, reply_id)
    if seen is None:
        if standing is not None or shelf.get(reply_id) is not None:
            raise Refused("id", TAKEN, id=reply_id)
        return None
    if standing is None or standing.version != seen:
        raise ChangedMeanwhile(standing)
    return standing


def _place(shelf: Shelf, reply: CannedReply, before: Kept | None, wanted: str = "") -> str:
    """Where the file shall stand: where it is, in another folder, or under a name of its own."""
    folder = places.folder_from(reply.category)
    old_folder, _, old_name = (before.path if before else wanted).rpartition("/")
    if before and folder == old_folder:
        return before.path
    target = shelf.folder / folder
    _stays_inside(shelf, target)
    taken = _names(target)
    name = old_name or places.file_name(reply.id, taken)
    if name.casefold() in taken:
        name = places.file_name(name.removesuffix(".md"), taken)
    return f"{folder}/{name}" if folder else name


def _names(folder: Path) -> set[str]:
    with suppress(OSError):
        return {name.casefold() for name in os.listdir(folder)}
    return set()


def _stays_inside(shelf: Shelf, target: Path) -> None:
    """A link in the way may lead anywhere; `..` was refused before."""
    for part in (target, *target.parents):
        if part == shelf.folder:
            return
        if part.is_symlink():
            raise Refused("folder", OUT_OF_SHELF)
        if part.exists() and not part.is_dir():
            raise Refused("folder", NOT_A_FOLDER)


def _checked(path: str, reply: CannedReply) -> str:
    """The file's text, which is read back as the same answer; else nothing is written."""
    text = render(reply)
    back, _ = front_matter.read(path, text.encode("utf-8", "replace"))
    if back != replace(reply, category=path.rpartition("/")[0]):
        raise Refused("answer", NOT_READ_BACK)
    return text


def _put(
    session: Session,
    shelf: Shelf,
    reply_id: str,
    path: str,
    before: Kept | None,
    text: str,
    agent: Agent | None,
    now: datetime,
) -> AnswerEdit:
    """The row first: a file is written only where its history can be."""
    old = before.text if before else ""
    edit = _noted(session, reply_id, path, old, text, agent, now)
    with files.writable():
        files.write(shelf.folder / path, text)
        if before and before.path != path:
            (shelf.folder / before.path).unlink(missing_ok=True)
    shelf.look_again(path)
    return edit


def _noted(
    session: Session,
    reply_id: str,
    path: str,
    before: str,
    after: str,
    agent: Agent | None,
    now: datetime,
) -> AnswerEdit:
    edit = AnswerEdit(
        answer_id=reply_id,
        path=path,
        agent_id=agent.id if agent else None,
        at=now,
        before=before.replace("\0", ""),
        after=after,
    )
    session.add(edit)
    session.flush()
    return edit


def _text(shelf: Shelf, path: str) -> str | None:
    try:
        return (shelf.folder / path).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
