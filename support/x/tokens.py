"""User tokens, sealed at rest with keys derived from the desk's secret."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class TokenUnreadable(Exception):
    """The stored token was sealed with a key this desk no longer has."""


def seal(token: str, secret_key: str) -> str:
    return MultiFernet(_keys(secret_key)).encrypt(token.encode()).decode("ascii")


def unseal(sealed: str, secret_key: str) -> str:
    """The token; raises TokenUnreadable."""
    try:
        return MultiFernet(_keys(secret_key)).decrypt(sealed.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise TokenUnreadable(
            "the account's token cannot be read with this DESK_SECRET_KEY"
        ) from error


def seal_anew(sealed: str, secret_key: str) -> str:
    """The same token under the first secret; unchanged where it is already, and where it is empty.

    Raises TokenUnreadable.
    """
    if not sealed or _opens(_keys(secret_key)[0], sealed):
        return sealed
    return seal(unseal(sealed, secret_key), secret_key)


def _opens(key: Fernet, sealed: str) -> bool:
    try:
        key.decrypt(sealed.encode())
    except (InvalidToken, ValueError):
        return False
    return True


def _keys(secret_key: str) -> list[Fernet]:
    """One for each of the comma-separated secrets: the first seals, all of them open."""
    secrets = [part for part in secret_key.split(",") if part]
    digests = [hashlib.sha256(b"madoguchi token " + s.encode()).digest() for s in secrets]
    return [Fernet(base64.urlsafe_b64encode(digest)) for digest in digests]
