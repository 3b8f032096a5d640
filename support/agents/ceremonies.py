"""What a browser is asked about passkeys, and whether its answer is true: values in, values out.

The person is always verified (a finger, a face, a PIN), so that a passkey is two factors in one.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from cbor2 import CBORDecodeError
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

LONGEST_ANSWER = 20_000
"""Characters; an answer has some hundreds."""
LONGEST_ID = 1023
"""Bytes: the most the standard allows."""
PATIENCE = 120_000
"""Milliseconds the browser waits for the person."""
DESK = "Madoguchi"
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
_BROKEN = (
    WebAuthnException,
    CBORDecodeError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)
"""What the library says to an answer that is none."""
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Place:
    """The name passkeys are made for, and the one address they are used at."""

    rp_id: str
    origin: str


@dataclass(frozen=True)
class Made:
    """A new passkey, as its browser describes it."""

    key_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True)
class Shown:
    """A passkey that was used."""

    sign_count: int
    handle: bytes | None
    """Whose it is, as the passkey says; some leave it out where they were asked for by name."""


class NotGenuine(Exception):
    """The answer is not what was asked for; `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def place_of(public_url: str, host: str) -> Place | None:
    """Where passkeys are used: at the address the settings name; without one, on localhost only.

    The name is never taken from what a request calls us. None: browsers would refuse.
    """
    at = urlsplit(public_url or f"http://{host}")
    name = at.hostname or ""
    if not public_url and name in ("127.0.0.1", "::1"):
        name = "localhost"  # the same machine, by the name that browsers make passkeys for
    local = name == "localhost"
    if not local and (not public_url or at.scheme != "https" or _is_number(name)):
        return None
    usual = {"https": 443, "http": 80}.get(at.scheme)
    port = f":{at.port}" if at.port not in (None, usual) else ""
    return Place(name, f"{at.scheme}://{name}{port}")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def creation(
    place: Place,
    challenge: bytes,
    *,
    handle: bytes,
    email: str,
    name: str,
    known: Sequence[bytes],
) -> str:
    """What a browser is given to make one; `known`: those the person has already."""
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=place.rp_id,
            rp_name=DESK,
            user_id=handle,
            user_name=email,
            user_display_name=name,
            challenge=challenge,
            timeout=PATIENCE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=it) for it in known],
            supported_pub_key_algs=_ALGORITHMS,
        )
    )


def request(place: Place, challenge: bytes, known: Sequence[bytes] = ()) -> str:
    """What a browser is given to use one: one of `known`, or whichever it has for us."""
    return options_to_json(
        webauthn.generate_authentication_options(
            rp_id=place.rp_id,
            challenge=challenge,
            timeout=PATIENCE,
            allow_credentials=[PublicKeyCredentialDescriptor(id=it) for it in known],
            user_verification=_VERIFIED,
        )
    )


def made(place: Place, challenge: bytes, answer: str) -> Made:
    """Raises NotGenuine."""
    try:
        found = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except _BROKEN as error:
        raise NotGenuine(type(error).__name__) from error
    if not 0 < len(found.credential_id) <= LONGEST_ID:
        raise NotGenuine("id")
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def key_id_of(answer: str) -> bytes:
    """Which passkey the answer says it is from. Raises NotGenuine."""
    try:
        return base64url_to_bytes(str(_read(answer)["rawId"]))
    except _BROKEN as error:
        raise NotGenuine("id") from error


def shown(place: Place, challenge: bytes, answer: str, public_key: bytes) -> Shown:
    """What a true answer tells; whether its count went on is not asked here. Raises NotGenuine."""
    try:
        read = _read(answer)
        found = webauthn.verify_authentication_response(
            credential=read,
            expected_challenge=challenge,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
        handle = read["response"].get("userHandle")
        return Shown(found.new_sign_count, base64url_to_bytes(handle) if handle else None)
    except _BROKEN as error:
        raise NotGenuine(type(error).__name__) from error


def goes_on(before: int, after: int) -> bool:
    """Whether a counter that is kept has moved on; many passkeys keep none and say 0."""
    return after > before or before == after == 0


def _read(answer: str) -> dict[str, Any]:
    """Raises ValueError, TypeError."""
    if len(answer) > LONGEST_ANSWER:
        raise ValueError("too long")
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise TypeError("not an object")
    return read
