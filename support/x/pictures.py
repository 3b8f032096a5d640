"""What a file is, by its first bytes: whatever a server calls it, only these are passed on."""

KINDS = ("image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4")
ENOUGH = 12
"""Bytes from its beginning that tell."""


def kind_of(start: bytes) -> str | None:
    """One of KINDS; None for anything else, drawings that can hold script (SVG) among them."""
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if start.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return "video/mp4" if start[4:8] == b"ftyp" else None
