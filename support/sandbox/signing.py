"""OAuth 1.0a: whether a request carries the signature of the app and user it names."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote
from urllib.request import parse_http_list

from authlib.oauth1.rfc5849.signature import construct_base_string, hmac_sha1_signature

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Signed:
    """What an Authorization header of the OAuth scheme says; values as they stand there."""

    parameters: dict[str, str]

    def __getitem__(self, name: str) -> str:
        """Without escapes, and without the "oauth_" before the name."""
        return unquote(self.parameters.get(f"oauth_{name}", ""))


def read(header: str) -> Signed | None:
    """None for a header of another scheme, or one without its parts."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "oauth":
        return None
    pieces = (piece.partition("=") for piece in parse_http_list(rest))
    signed = Signed({key.strip(): value.strip('" ') for key, _, value in pieces})
    wanted = ("consumer_key", "token", "signature", "timestamp", "nonce")
    return signed if all(signed[name] for name in wanted) else None


def holds(
    signed: Signed, method: str, url: str, parameters: Pairs, secrets: tuple[str, str]
) -> bool:
    """`url` without its query; `parameters` of the query and of a form; secrets of app, user."""
    if signed["signature_method"] != "HMAC-SHA1":
        return False
    own = ((key, value) for key, value in signed.parameters.items())
    base = construct_base_string(method, url, [*own, *parameters])
    return hmac.compare_digest(
        hmac_sha1_signature(base, *secrets).encode(), signed["signature"].encode()
    )
