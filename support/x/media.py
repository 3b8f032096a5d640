"""Pictures and films fetched where X keeps them: from its own hosts only, within limits.

An address comes out of what X told us, but is treated as if anybody had written it: it must name
one of X's hosts, no other port, and a redirect is not followed.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from support.x.errors import Meaning, XError
from support.x.pictures import ENOUGH, KINDS, kind_of

OPEN_HOSTS = frozenset({"pbs.twimg.com", "video.twimg.com", "abs.twimg.com"})
"""Whoever knows the address may read there; our token is shown to none of them."""
PRIVATE_HOSTS = frozenset({"ton.twitter.com", "ton.x.com"})
"""Files of direct messages under their old addresses; read through the API instead."""
PIECE = 64 * 1024

_PRIVATE_PATH = re.compile(r"/1\.1/ton/(?:data/)?dm/(\d{1,19})/(\d{1,19})/([\w.-]{1,80})")
_RANGE = re.compile(r"bytes=\d{1,12}-\d{0,12}|bytes=-\d{1,12}")
_PASSED_ON = ("Content-Range", "Accept-Ranges")


class NotShown(Exception):
    """The file cannot be given; str(error) says why, for the log."""


@dataclass
class File:
    """A file on its way: read `pieces`, and call `close` at the end, read or not."""

    kind: str
    status: int
    """200, or 206 for a part of a film."""
    length: int | None
    headers: dict[str, str]
    pieces: Iterator[bytes]
    close: Callable[[], None]


@dataclass(frozen=True)
class Place:
    """Where a file is fetched, and whether our authorisation goes along."""

    url: str
    ours: bool


def place_of(url: str, api: str) -> Place:
    """Where the file behind `url` is read; raises NotShown. `api`: where X's API is."""
    try:
        at, home = urlsplit(url), urlsplit(api)
        port = at.port
    except ValueError as error:
        raise NotShown("an address that is none") from error
    if at.username is not None or at.password is not None:
        raise NotShown("an address with a password in it")
    if (at.scheme, at.netloc) == (home.scheme, home.netloc):
        return Place(url, ours=True)
    if at.scheme != "https" or port not in (None, 443):
        raise NotShown(f"not an https address of X: {at.hostname}")
    if at.hostname in OPEN_HOSTS:
        return Place(url, ours=False)
    private = _PRIVATE_PATH.fullmatch(at.path) if at.hostname in PRIVATE_HOSTS else None
    if private is None:
        raise NotShown(f"not one of X's hosts: {at.hostname}")
    message, media, resource = private.groups()
    return Place(f"{api}/2/dm_conversations/media/{message}/{media}/{resource}", ours=True)


def fetch(
    http: httpx.Client, place: Place, auth: httpx.Auth | None, *, limit: int, part: str = ""
) -> File:
    """The file at `place`, as it comes. `part`: a Range header; films are asked for in parts.

    Raises NotShown for what is no picture or film or is larger than `limit` bytes, XError where
    X refuses or does not answer.
    """
    headers = {"Accept": ", ".join(KINDS), "Accept-Encoding": "identity"}
    if _RANGE.fullmatch(part):
        headers["Range"] = part
    request = http.build_request("GET", place.url, headers=headers)
    try:
        answer = http.send(
            request, auth=auth if place.ours else None, stream=True, follow_redirects=False
        )
    except httpx.HTTPError as error:
        raise XError(Meaning.NOT_SENT, 0, f"no answer: {type(error).__name__}") from error
    try:
        return _file(answer, limit)
    except BaseException:
        answer.close()
        raise


def _file(answer: httpx.Response, limit: int) -> File:
    if answer.status_code not in (200, 206):
        if answer.status_code < 400:
            raise NotShown(f"it is somewhere else ({answer.status_code})")
        raise XError(Meaning.REFUSED, answer.status_code, "the file is not given")
    said = answer.headers.get("Content-Length", "")
    packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    length = int(said) if said.isdigit() and not packed else None
    if length is not None and length > limit:
        raise NotShown(f"larger than {limit} bytes")
    try:
        pieces = answer.iter_bytes(PIECE)
        first = _first(pieces)
    except httpx.HTTPError as error:
        raise XError(Meaning.NO_ANSWER, 0, f"cut off: {type(error).__name__}") from error
    kind = _kind(answer, first)
    headers = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
    pieces = _within(first, pieces, limit)
    return File(kind, answer.status_code, length, headers, pieces, answer.close)


def _first(pieces: Iterator[bytes]) -> bytes:
    """Enough of the beginning to tell what it is."""
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= ENOUGH:
            break
    return first


def _kind(answer: httpx.Response, first: bytes) -> str:
    """By the bytes themselves; a later part of a film has no beginning, there its name counts."""
    begins = answer.status_code == 200 or " 0-" in answer.headers.get("Content-Range", "")
    named = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    kind = kind_of(first) if begins else ("video/mp4" if named == "video/mp4" else None)
    if kind is None:
        raise NotShown(f"not a picture or film ({named[:60]})")
    return kind


def _within(first: bytes, rest: Iterator[bytes], limit: int) -> Iterator[bytes]:
    """What came, cut off where it grows past the limit whatever length it had claimed."""
    sent = len(first)
    if sent <= limit:
        yield first
    try:
        for piece in rest:
            sent += len(piece)
            if sent > limit:
                return
            yield piece
    except httpx.HTTPError:
        return  # the browser sees that the file ends early
