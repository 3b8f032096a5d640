"""Writing prepared answers: new ones, changes, moves, taking away. The files are the truth."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from support.agents.access import Deed
from support.canned import document, front_matter, writing
from support.canned.drafts import Draft, draft_of, id_from, judge
from support.canned.history import compared
from support.canned.replies import CannedReply, Channel
from support.canned.writing import ChangedMeanwhile, Kept
from support.db import db
from support.desk import the_desk
from support.errors import DeskError, Refused
from support.web import toasts
from support.web.canned import canned_example
from support.web.canned.canned_form import draft_from, errors_of, room_for_variants, with_phrasing
from support.web.canned.canned_weights import weights
from support.web.canned.shelf import CHANNEL_NAMES, answer_of, local_day
from support.web.errors import sentence_of
from support.web.guard import me, needs
from support.web.language import now
from support.web.parts import part_of
from support.web.replies.guarded import Line, prepared

pages = Blueprint("canned_edit", __name__)


@pages.get("/canned/new")
@needs(Deed.EDIT_ANSWERS)
def new() -> str:
    """An empty form; `asked` puts a phrasing into it, `reply` the words of one that was sent."""
    number = request.args.get("reply", type=int)
    if number is not None:
        return _page(canned_example.draft_of(number), None)
    start = Draft(folder=request.args.get("folder", "")[:120])
    return _page(with_phrasing(start, request.args.get("asked", "")[:500]), None)


@pages.post("/canned/new")
@needs(Deed.EDIT_ANSWERS)
def add() -> str | Response | tuple[str, int]:
    draft = draft_from(request.form)
    if request.form.get("do") == "add":
        return _page(draft, None, more=2)
    reply, faults = judge(draft)
    if reply is None:
        return _page(draft, None, errors=errors_of(faults)), 422
    if not draft.id:
        reply = _with_free_id(reply)
    return _saved(draft, reply, None)


@pages.get("/canned/<reply_id>/edit")
@needs(Deed.EDIT_ANSWERS)
def edit(reply_id: str) -> str:
    reply = answer_of(reply_id)
    kept = writing.kept(the_desk().shelf, reply_id)
    if kept is None:
        abort(404)
    draft = with_phrasing(draft_of(reply), request.args.get("asked", "")[:500])
    return _page(draft, reply_id, seen=kept.version)


@pages.post("/canned/<reply_id>/edit")
@needs(Deed.EDIT_ANSWERS)
def change(reply_id: str) -> str | Response | tuple[str, int]:
    draft, seen = draft_from(request.form), request.form.get("seen", "")
    if request.form.get("do") == "add":
        return _page(draft, reply_id, seen=seen, more=2)
    reply, faults = judge(_named(draft, reply_id), known_id=True)
    if reply is None:
        return _page(draft, reply_id, seen=seen, errors=errors_of(faults)), 422
    return _saved(draft, reply, reply_id)


@pages.post("/canned/<reply_id>/remove")
@needs(Deed.EDIT_ANSWERS)
def remove(reply_id: str) -> Response:
    reply = answer_of(reply_id)
    seen = request.form.get("seen", "")
    edit = writing.take_away(db.session(), the_desk().shelf, reply_id, me(), now(), seen=seen)
    number = edit.id
    db.session.commit()
    back = url_for("canned_history.restore", edit_id=number, side="before")
    toasts.say(gettext("「%(title)s」を取り下げました", title=reply.title), undo=back)
    return redirect(url_for("canned.shelf"), 303)


@pages.post("/canned/weigh")
@needs(Deed.EDIT_ANSWERS)
@part_of("canned_edit.new")
def weigh() -> str:
    """The lengths alone, while somebody writes."""
    draft = draft_from(request.form)
    return render_template("canned/_weights.html", weights=_weights(draft), guarded=_guarded(draft))


def _saved(
    draft: Draft, reply: CannedReply, reply_id: str | None
) -> str | Response | tuple[str, int]:
    """Writes it; or shows what was written again, with the sentence and what stands there now."""
    seen = request.form.get("seen") or None
    try:
        made = writing.save(db.session(), the_desk().shelf, reply, me(), now(), seen=seen)
    except ChangedMeanwhile as stopped:
        db.session.rollback()
        return _beside_theirs(draft, reply, reply_id, stopped), 409
    except Refused as refusal:
        db.session.rollback()
        return _page(draft, reply_id, seen=seen or "", errors=errors_of([refusal])), 422
    except DeskError as fault:
        db.session.rollback()
        return _page(draft, reply_id, seen=seen or "", trouble=sentence_of(fault)), 422
    db.session.commit()
    toasts.say(gettext("保存しました") if made else gettext("変わったところはありません"))
    return redirect(url_for("canned.answer", reply_id=reply.id), 303)


def _beside_theirs(
    draft: Draft, reply: CannedReply, reply_id: str | None, stopped: ChangedMeanwhile
) -> str:
    """Both texts; saving again writes over what was shown, and over nothing else."""
    kept: Kept | None = stopped.kept
    theirs = front_matter.read(kept.path, kept.text.encode())[0] if kept else None
    return _page(
        draft,
        reply_id,
        seen=kept.version if kept else "",
        trouble=sentence_of(stopped),
        theirs=theirs,
        difference=compared(kept.text, document.render(reply)) if kept else [],
    )


def _named(draft: Draft, reply_id: str) -> Draft:
    return replace(draft, id=reply_id)


def _with_free_id(reply: CannedReply) -> CannedReply:
    """An id made from the title, with a number where it is taken."""
    shelf, base, number = the_desk().shelf, id_from(reply.title), 1
    name = base
    while shelf.get(name) is not None:
        number += 1
        name = f"{base}-{number}"
    return replace(reply, id=name)


def _page(draft: Draft, reply_id: str | None, *, more: int = 1, **values: Any) -> str:
    shelf = the_desk().shelf
    return render_template(
        "canned/edit.html",
        **{
            "draft": draft,
            "reply_id": reply_id,
            "variants": room_for_variants(draft, more),
            "folders": sorted({reply.category for reply in shelf.replies if reply.category}),
            "owners": sorted({reply.owner for reply in shelf.replies if reply.owner}),
            "channels": CHANNEL_NAMES,
            "weights": _weights(draft),
            "guarded": _guarded(draft),
            "seen": "",
            "errors": {},
            "trouble": "",
            "theirs": None,
            "difference": [],
            **values,
        },
    )


def _guarded(draft: Draft) -> list[list[Line]]:
    """What the guard would say to each wording; it only tells, agents may have to give reasons."""
    return prepared((draft.answer, *draft.variants), private=draft.channel == "dm")


def _weights(draft: Draft) -> Any:
    channel: Channel = "dm" if draft.channel == "dm" else "public"
    return weights(db.session(), (draft.answer, *draft.variants), channel, local_day())
