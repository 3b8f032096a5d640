"""Pictures in the reply's form, and on the ticket's page once they are stored."""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from support.db import db, storable
from support.replies.images import MOST, MOST_GIF_BYTES, Picture, fit
from support.replies.records import Reply, ReplyImage
from support.replies.states import PartState

LARGEST_FORM = MOST_GIF_BYTES + 8 * 1024 * 1024
"""Bytes of a reply's form: four pictures, or one GIF that moves."""

pages = Blueprint("enclosures", __name__)


@pages.app_url_value_preprocessor
def room_for_pictures(endpoint: str | None, _values: object) -> None:
    """Forms are small everywhere else; this runs before anything reads the form."""
    if endpoint == "replies.send":
        request.max_content_length = LARGEST_FORM


@pages.get("/replies/images/<int:image_id>")
def image(image_id: int) -> Response:
    """A picture of one of our replies, as it goes to X."""
    wanted = select(ReplyImage).where(ReplyImage.id == image_id).options(undefer(ReplyImage.data))
    found = db.session.scalar(wanted) if image_id < 2**31 else None
    if found is None:
        abort(404)
    answer = Response(found.data, content_type=found.mime)
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


def pictures(ticket_id: int) -> tuple[Picture, ...]:
    """What the form encloses: pictures of a reply taken back, then those just chosen.

    Raises Refused for a file X would not take, naming it.
    """
    return (*_kept_pictures(ticket_id), *_chosen())


def _chosen() -> Iterator[Picture]:
    files = [(n, request.files.get(f"image{n}")) for n in range(1, MOST + 1)]
    for number, file in files:
        if file is not None and file.filename:
            alt = storable(request.form.get(f"alt{number}", ""))
            yield fit(file.read(MOST_GIF_BYTES + 1), storable(file.filename), alt)


def chosen() -> bool:
    """Whether the form carries files, which a page that is drawn again cannot hold."""
    return any(file.filename for file in request.files.values())


def kept(ticket_id: int) -> list[ReplyImage]:
    """Pictures of a reply that was taken back, as far as the form still wants them."""
    ids = [number for number in request.form.getlist("keep", type=int) if number < 2**31]
    wanted = select(ReplyImage).join(Reply, Reply.id == ReplyImage.reply_id)
    wanted = wanted.where(ReplyImage.id.in_(ids[:MOST]), Reply.ticket_id == ticket_id)
    found = db.session.scalars(wanted.options(undefer(ReplyImage.data)).order_by(ReplyImage.id))
    return [it for it in found if _was_taken_back(it)]


def _was_taken_back(image: ReplyImage) -> bool:
    wanted = select(Reply).where(Reply.id == image.reply_id).options(joinedload(Reply.parts))
    reply = db.session.scalars(wanted).unique().one()
    return all(part.state == PartState.UNDONE for part in reply.parts)


def _kept_pictures(ticket_id: int) -> Iterator[Picture]:
    for it in kept(ticket_id):
        alt = " ".join(storable(request.form.get(f"alt_of_{it.id}", it.alt)).split())
        yield Picture(it.mime, it.width, it.height, it.data, alt[:1000])
