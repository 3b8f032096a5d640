"""Pictures and films of this X over HTTP: those of posts and people to anybody."""

import sqlite3

from flask import Blueprint, Response, abort

from support.sandbox import media, people, samples
from support.sandbox.ground import ground
from support.sandbox.world import Media

blueprint = Blueprint("files", __name__)
LARGEST_FACE = 400


@blueprint.get("/sandbox/files/<int:media_id>.<ending>")
def public(media_id: int, ending: str) -> Response:
    return _served(_public(media_id), still=False)


@blueprint.get("/sandbox/files/<int:media_id>-preview.png")
def preview(media_id: int) -> Response:
    return _served(_public(media_id), still=True)


def _public(media_id: int) -> Media:
    with ground().store.reading() as db:
        item = media.by_id(db, media_id)
    if item is None or not item.category.startswith("tweet"):
        abort(404)
    return item


@blueprint.get("/sandbox/faces/<int:user_id>_<size>.png")
def face(user_id: int, size: str) -> Response:
    with ground().store.reading() as db:
        if people.by_id(db, user_id) is None:
            abort(404)
    edge = LARGEST_FACE if size == "400x400" else 48
    number = user_id // 4_194_304 + user_id
    return Response(samples.picture(number, edge, edge), mimetype="image/png")


def _served(item: Media, still: bool) -> Response:
    with ground().store.reading() as db:
        body, mime = _still(item) if still else _film_or_picture(db, item)
    if body is None:
        abort(404)
    return Response(body, mimetype=mime)


def _still(item: Media) -> tuple[bytes | None, str]:
    return samples.picture(item.id >> 22, item.width or 160, item.height or 90), "image/png"


def _film_or_picture(db: sqlite3.Connection, item: Media) -> tuple[bytes | None, str]:
    """The file as X serves it: a GIF has become a film. This X films nothing: it is a sample."""
    if item.kind == "animated_gif":
        return samples.film(), "video/mp4"
    return media.content(db, item.id), item.mime


def private(item: Media, still: bool) -> Response:
    """A message's file; whether the reader may have it was asked before."""
    return _served(item, still)
