"""Giving X the pictures of a post or message, before it is sent."""

from support.x.errors import Meaning, XError
from support.x.wire import Wire, id_in

PIECE = 1024 * 1024
"""Bytes of a moving picture sent at once."""


def upload(wire: Wire, data: bytes, *, mime: str, private: bool) -> str:
    """Gives X a picture to be posted within a day; returns X's id for it."""
    purpose = "dm" if private else "tweet"
    if mime == "image/gif":
        return _in_pieces(wire, data, mime=mime, category=f"{purpose}_gif")
    about, file = {"media_category": f"{purpose}_image"}, {"media": ("image", data, mime)}
    return id_in(wire.call("POST", "/2/media/upload", data=about, files=file), "id")


def _in_pieces(wire: Wire, data: bytes, *, mime: str, category: str) -> str:
    """What moves X takes in pieces only, and works on afterwards: see upload_wait."""
    begun = {"media_category": category, "media_type": mime, "total_bytes": len(data)}
    media_id = id_in(wire.post("/2/media/upload/initialize", begun), "id")
    for number, at in enumerate(range(0, len(data), PIECE)):
        wire.call(
            "POST",
            f"/2/media/upload/{media_id}/append",
            data={"segment_index": str(number)},
            files={"media": ("piece", data[at : at + PIECE], "application/octet-stream")},
        )
    wire.post(f"/2/media/upload/{media_id}/finalize", {})
    return media_id


def wait_for(wire: Wire, media_id: str) -> float | None:
    """Seconds until X should be asked again whether it has finished; None: it has."""
    asked = {"media_id": media_id, "command": "STATUS"}
    data = wire.get("/2/media/upload", asked).get("data")
    work = data.get("processing_info") if isinstance(data, dict) else None
    if not isinstance(work, dict) or work.get("state") == "succeeded":
        return None
    if work.get("state") == "failed":
        raise XError(Meaning.REFUSED, 400, "media processing failed")
    wait = work.get("check_after_secs")
    return float(wait) if isinstance(wait, int) and 0 < wait < 3600 else 2.0


def describe(wire: Wire, media_id: str, words: str) -> None:
    """What those read who cannot see the picture."""
    said = {"id": media_id, "metadata": {"alt_text": {"text": words}}}
    wire.post("/2/media/metadata", said)
