"""Whether X wrote what came to our webhook: keyed hashes of the raw body, in constant time.

X signs with two keys in two headers. X-Twitter-Webhooks-Signature is keyed with the consumer
secret of the app (OAuth 1.0a); since autumn 2026 X-Twitter-Webhooks-Signature-OAuth2 comes beside
it, keyed with the client secret (OAuth 2.0).
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from enum import StrEnum

CONSUMER_HEADER = "X-Twitter-Webhooks-Signature"
CLIENT_HEADER = "X-Twitter-Webhooks-Signature-OAuth2"
CONSUMER, CLIENT = "consumer", "client"
_CHALLENGE = re.compile(r"[!#-z|~]{1,500}")
"""Printable ASCII in which no JSON object can be written: no brace opens, nothing is quoted."""


@dataclass(frozen=True)
class Keys:
    """The secrets of one app; empty where the desk does not have it."""

    consumer: str = field(default="", repr=False)
    client: str = field(default="", repr=False)


class Verdict(StrEnum):
    """What the signatures of one request say."""

    GENUINE = "genuine"
    UNSIGNED = "unsigned"
    """No signature we hold a key for."""
    FORGED = "forged"
    """A signature that does not fit the body."""


def judge(keys: Keys, body: bytes, *, by_consumer: str, by_client: str) -> Verdict:
    """What the values of the two headers say of this body; empty where a header is missing.

    Every signature we hold the key of must fit, and at least one must be there.

    A header whose key the desk was never given proves nothing and is passed over: an app
    connected with OAuth 1.0a keys only still receives both.
    """
    told = [
        (secret, signature)
        for secret, signature in ((keys.consumer, by_consumer), (keys.client, by_client))
        if secret and signature
    ]
    if not told:
        return Verdict.UNSIGNED
    fitting = [_fits(sign(secret, body), signature) for secret, signature in told]
    return Verdict.GENUINE if all(fitting) else Verdict.FORGED


def is_challenge(crc_token: str) -> bool:
    """Whether X may have asked this. Anybody may ask, and the answer is what a push with these
    bytes would be signed with: what could be read as a push is never answered.
    """
    return _CHALLENGE.fullmatch(crc_token) is not None


def response_token(keys: Keys, crc_token: str, *, key: str = "") -> str:
    """The answer to X's challenge (CRC); empty where there is no key to answer with.

    Its documents disagree: the older ones name the consumer secret, the newer ones the client
    secret where the app has one. `key` is the one X was seen to accept; without it the newer.
    """
    secret = keys.client or keys.consumer
    if key == CONSUMER and keys.consumer:
        secret = keys.consumer
    return sign(secret, crc_token.encode()) if secret else ""


def other_key(key: str, keys: Keys) -> str:
    """The key to try when X refused the answer made with `key`; empty: there is no other."""
    if not (keys.consumer and keys.client):
        return ""
    return CLIENT if key == CONSUMER else CONSUMER


def sign(secret: str, content: bytes) -> str:
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(digest).decode("ascii")


def _fits(expected: str, signature: str) -> bool:
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
