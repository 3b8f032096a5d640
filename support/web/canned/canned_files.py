"""Answers from files and to files: looked at first, row by row, and written only when confirmed."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.canned import exchange, exports, imports, places, writing
from support.canned.drafts import FIELDS, draft_of
from support.canned.exchange import Plan, Planned
from support.db import db, storable
from support.desk import the_desk
from support.errors import N_, DeskError, Refused
from support.web import errors, setting_up, toasts
from support.web.canned.canned_form import named_fields
from support.web.canned.shelf import local_day
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now

LARGEST_FORM = imports.LARGEST + 200_000
KEPT_FOR = timedelta(days=1)
MOST_SHOWN = 300

NO_FILE = N_("ファイルを選んでください。")
TOO_BIG = N_("ファイルは5MBまでです。分けるか、要らない列を除いてください。")
NOT_KEPT = N_("確かめてから時間がたったため、ファイルが残っていません。もう一度選んでください。")
MOVED_ON = N_("確かめた後に回答が変わりました。下の内容を見直して、もう一度取り込んでください。")
NO_ROOM = N_("ファイルを一時的に置けません（%(why)s）。管理者に知らせてください。")

_TOKEN = re.compile(r"[\w-]{20,30}")

pages = Blueprint("canned_files", __name__)


@pages.app_url_value_preprocessor
def room_for_a_file(endpoint: str | None, _values: object) -> None:
    """Forms are small everywhere else; this runs before anything reads the form."""
    if endpoint == "canned_files.look":
        request.max_content_length = LARGEST_FORM
        if (request.content_length or 0) > LARGEST_FORM:
            abort(errors.answer(413, advice=gettext(TOO_BIG)))


@pages.get("/canned/import")
@needs(Deed.EDIT_ANSWERS)
def show() -> str:
    return _page()


@pages.post("/canned/import")
@needs(Deed.EDIT_ANSWERS)
def look() -> str | tuple[str, int]:
    """What would become of each row; nothing is written."""
    file, folder = request.files.get("file"), storable(request.form.get("folder", ""))
    if file is None or not file.filename:
        return _page(folder=folder, wrong={"file": gettext(NO_FILE)}), 422
    data, name = file.read(imports.LARGEST + 1), storable(file.filename)[-120:]
    if len(data) > imports.LARGEST:
        return _page(folder=folder, wrong={"file": gettext(TOO_BIG)}), 422
    try:
        folder = places.folder_from(folder)
        token = _put_aside(data)
    except Refused as refusal:
        return _page(folder=folder, wrong={refusal.field: sentence_of(refusal)}), 422
    found = _plan(name, data, folder)
    return _page(folder=folder, name=name, token=token, plan=found, digest=_digest(found))


@pages.post("/canned/import/confirm")
@needs(Deed.EDIT_ANSWERS)
def confirm() -> str | Response | tuple[str, int]:
    """Writes what was looked at, if it still is what it was."""
    token, name = request.form.get("token", ""), request.form.get("name", "")[-120:]
    folder = places.folder_from(storable(request.form.get("folder", "")))
    data = _taken_up(token)
    if data is None:
        return _page(folder=folder, wrong={"file": gettext(NOT_KEPT)}), 422
    found = _plan(name, data, folder)
    known = {"folder": folder, "name": name, "token": token, "plan": found}
    if _digest(found) != request.form.get("digest"):
        return _page(**known, digest=_digest(found), trouble=gettext(MOVED_ON)), 409
    number, trouble = _write(found)
    if trouble is not None:
        left = _plan(name, data, folder)
        known = {**known, "plan": left, "digest": _digest(left)}
        return _page(**known, trouble=sentence_of(trouble), written=number), 422
    _place(token).unlink(missing_ok=True)
    toasts.say(gettext("%(n)s件の回答を取り込みました", n=number))
    return redirect(setting_up.way_back() or url_for("canned.shelf"), 303)


@pages.get("/canned/export/<any(csv, xlsx, jsonl):ending>")
@needs(Deed.EDIT_ANSWERS)
def export(ending: str) -> Response:
    made, mime = exports.FORMATS[ending]
    answer = Response(made(the_desk().shelf.replies), content_type=mime)
    name = f"answers-{local_day().isoformat()}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _write(found: Plan) -> tuple[int, DeskError | None]:
    """How many were written, and what stopped the rest."""
    number = 0
    for batch in found.batches():
        edits, trouble = writing.save_all(db.session(), the_desk().shelf, batch, me(), now())
        number += len(edits)
        db.session.commit()
        if trouble is not None:
            return number, trouble
    return number, None


def _plan(name: str, data: bytes, folder: str) -> Plan:
    standing = {reply.id: reply for reply in the_desk().shelf.replies}
    return exchange.plan(*imports.read(name, data), standing, folder)


def _digest(found: Plan) -> str:
    """Of all that would be written, and of what it would be written over."""
    return hashlib.sha256(repr(found.to_write).encode("utf-8", "replace")).hexdigest()[:32]


def _put_aside(data: bytes) -> str:
    """Keeps the file until it is confirmed, for this agent alone; old ones go."""
    token = secrets.token_urlsafe(18)
    place = _place(token)
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        oldest = (now() - KEPT_FOR).timestamp()
        for other in place.parent.iterdir():
            with suppress(OSError):
                if other.stat().st_mtime < oldest:
                    other.unlink()
        place.write_bytes(data)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Refused("file", NO_ROOM, why=why) from error
    return token


def _taken_up(token: str) -> bytes | None:
    if not _TOKEN.fullmatch(token):
        return None
    try:
        return _place(token).read_bytes()
    except OSError:
        return None


def _place(token: str) -> Path:
    return Path(the_desk().settings.data_dir) / "imports" / f"{me().id}-{token}"


def _changes(row: Planned) -> list[str]:
    """The fields that would change, in words."""
    if row.before is None:
        return []
    old, new, names = draft_of(row.before), draft_of(row.reply), named_fields()
    return [names[name] for name in FIELDS if getattr(old, name) != getattr(new, name)]


def _page(**values: Any) -> str:
    found: Plan | None = values.get("plan")
    wrong: Mapping[str, str] = values.get("wrong", {})
    return render_template(
        "canned/import.html",
        **{
            "folder": "",
            "plan": None,
            "token": "",
            "name": "",
            "digest": "",
            "trouble": "",
            "written": 0,
            **values,
            "wrong": wrong,
            "rows": [(row, _changes(row)) for row in found.to_write[:MOST_SHOWN]] if found else [],
            "faults": [
                (it.number, named_fields().get(it.field.partition("-")[0], ""), _sentence(it))
                for it in (found.faults[:MOST_SHOWN] if found else [])
            ],
            "faulty": len({it.number for it in found.faults}) if found else 0,
            "most": MOST_SHOWN,
            "folders": sorted({it.category for it in the_desk().shelf.replies if it.category}),
        },
    )


def _sentence(fault: exchange.RowFault) -> str:
    return str(gettext(fault.sentence, **dict(fault.values)))
