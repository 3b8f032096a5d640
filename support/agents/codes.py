"""Codes of the second step: what the telephone shows, and what is kept for the day it is lost."""

import hashlib
import secrets
import unicodedata
from base64 import b32encode
from datetime import datetime
from hmac import compare_digest

import pyotp

PERIOD = 30
"""Seconds one code is shown."""
DRIFT = 1
"""Codes before and after the one of the moment that are taken as well: clocks differ."""
DIGITS = 6
RECOVERY_CODES = 10


def new_secret() -> str:
    """Letters a person can type; 160 bits."""
    return pyotp.random_base32(32)


def address(secret: str, email: str, issuer: str) -> str:
    """What the square of the enrolment says."""
    return pyotp.TOTP(secret, interval=PERIOD).provisioning_uri(name=email, issuer_name=issuer)


def counter_of(secret: str, code: str, now: datetime) -> int | None:
    """Which code of the row this is, if it is one that is taken now."""
    written, totp = plain(code), pyotp.TOTP(secret, digits=DIGITS, interval=PERIOD)
    if len(written) != DIGITS or not (written.isascii() and written.isdecimal()):
        return None
    at, found = int(now.timestamp()) // PERIOD, None
    for counter in range(at - DRIFT, at + DRIFT + 1):
        if compare_digest(totp.generate_otp(counter), written):
            found = counter
    return found


def new_recovery_codes() -> list[str]:
    """Ten times 120 bits, in groups that can be read out: so many that a plain digest keeps them
    (ASVS 6.5.2 asks for 112). Those of 80 bits, made before, open still.
    """
    words = [b32encode(secrets.token_bytes(15)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(word[at : at + 4] for at in range(0, 24, 4)) for word in words]


def recovery_digest(code: str) -> str:
    return hashlib.sha256(plain(code).encode("utf-8", "replace")).hexdigest()


def plain(code: str) -> str:
    """As it is compared: whatever keyboard wrote it, without spaces and strokes."""
    narrow = unicodedata.normalize("NFKC", code[:100]).lower()
    return "".join(letter for letter in narrow if letter.isalnum())
