"""Media uploads: images in one call; anything in pieces; what an upload has come to."""

import base64
import binascii
from typing import Any

from flask import request

from support.sandbox import bodies, media, parameters, problems, uploading
from support.sandbox.api.door import Answer, account, blueprint, endpoint
from support.sandbox.ground import ground
from support.sandbox.world import Media

IN_ONE = ("tweet_image", "dm_image")
IN_PIECES = (*IN_ONE, "tweet_gif", "tweet_video", "dm_gif", "dm_video")
MOST_ALT_TEXT = 1000


@blueprint.post("/2/media/upload")
@endpoint("media_upload")
def upload() -> Answer:
    given, content = _form()
    category = _category(given, IN_ONE)
    with ground().store.writing() as db:
        item = uploading.whole(db, account(), category, content, ground().clock())
    return _described(item, len(content))


@blueprint.post("/2/media/upload/initialize")
@endpoint("media_upload")
def initialize() -> Answer:
    given = bodies.json_object(request.get_data())
    category, size = _category(given, IN_PIECES), given.get("total_bytes", 0)
    if not isinstance(size, int) or size > uploading.MOST_BYTES[uploading.kind(category)]:
        raise problems.invalid("maxFileSizeExceeded")
    with ground().store.writing() as db:
        mime = str(given.get("media_type", ""))
        item = uploading.begin(db, account(), category, mime, ground().clock())
    return _described(item, 0)


@blueprint.post("/2/media/upload/<id>/append")
@endpoint("media_upload")
def append(id: str) -> Answer:
    given, content = _form()
    segment = str(given.get("segment_index", ""))
    if not (segment.isascii() and segment.isdigit() and len(segment) <= 3):
        raise problems.invalid("$.segment_index: is missing but it is required")
    with ground().store.writing() as db:
        item = _own(db, id)
        uploading.append(db, item, int(segment), content)
    return {"data": {"expires_at": int((item.created_at + uploading.LIFE).timestamp())}, "meta": {}}


@blueprint.post("/2/media/upload/<id>/finalize")
@endpoint("media_upload")
def finalize(id: str) -> Answer:
    """Films are said to be in the works once; whoever asks again finds them done."""
    with ground().store.writing() as db:
        item = uploading.finalize(db, _own(db, id))
        size = len(media.content(db, item.id) or b"")
    answer = _described(item, size)
    if item.kind != "photo":
        answer["data"]["processing_info"] = {"state": "pending", "check_after_secs": 1}
    return answer


@blueprint.get("/2/media/upload")
@endpoint("media_upload")
def status() -> Answer:
    if request.args.get("command", "STATUS") != "STATUS":
        raise problems.invalid_parameter("command", request.args["command"], "command is invalid")
    with ground().store.reading() as db:
        item = _own(db, request.args.get("media_id", ""))
        content = media.content(db, item.id)
    answer = _described(item, len(content or b""))
    state = "pending" if content is None else "succeeded"
    answer["data"]["processing_info"] = {
        "state": state,
        "progress_percent": 0 if content is None else 100,
    }
    return answer


@blueprint.post("/2/media/metadata")
@endpoint("media_metadata")
def describe() -> Answer:
    given = bodies.json_object(request.get_data())
    alt = given.get("metadata", {})
    words = alt.get("alt_text", {}).get("text", "") if isinstance(alt, dict) else ""
    if not isinstance(words, str) or len(words) > MOST_ALT_TEXT:
        raise problems.invalid(f"$.metadata.alt_text.text: at most {MOST_ALT_TEXT} characters")
    with ground().store.writing() as db:
        item = _own(db, str(given.get("id", "")))
        media.describe(db, item.id, words)
    return {"data": {"id": str(item.id), "associated_metadata": {"alt_text": {"text": words}}}}


def _own(db: Any, value: str) -> Media:
    number = parameters.identifier("media_id", value)
    return uploading.of(db, account(), number, ground().clock())


def _form() -> tuple[dict[str, Any], bytes]:
    """The fields and the file of a multipart form, or of JSON with the file in base64."""
    if request.mimetype == "multipart/form-data":
        file = request.files.get("media")
        content = file.read() if file else request.form.get("media", "").encode()
        return request.form.to_dict(), content
    given = bodies.json_object(request.get_data())
    try:
        return given, base64.b64decode(str(given.get("media", "")), validate=True)
    except binascii.Error:
        raise problems.invalid("$.media: is not base64") from None


def _category(given: dict[str, Any], known: tuple[str, ...]) -> str:
    category = given.get("media_category")
    if category not in known:
        raise problems.invalid(
            f"$.media_category: does not have a value in the enumeration {list(known)}"
        )
    return str(category)


def _described(item: Media, size: int) -> Answer:
    life = item.created_at + uploading.LIFE - ground().clock()
    data: Answer = {
        "id": str(item.id),
        "media_key": item.key,
        "expires_after_secs": int(life.total_seconds()),
    }
    return {"data": data | ({"size": size} if size else {}), "meta": {}}
