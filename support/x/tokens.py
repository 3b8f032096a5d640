"""User tokens, sealed at rest with keys derived from the desk's secret."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class TokenUnreadable(Exception):
    """The stored token was sealed with a key this desk no longer has."""


def seal(token: str, secret_key: str) -> str:
    return _box(secret_key).encrypt(token.encode()).decode("ascii")


def unseal(sealed: str, secret_key: str) -> str:
    """The token; raises TokenUnreadable."""
    try:
        return _box(secret_key).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise TokenUnreadable(
            "the account's token cannot be read with this DESK_SECRET_KEY"
        ) from error


def _box(secret_key: str) -> MultiFernet:
    """The first of the comma-separated secrets seals; all of them open."""
    secrets = [part for part in secret_key.split(",") if part]
    digests = [hashlib.sha256(b"madoguchi token " + s.encode()).digest() for s in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
