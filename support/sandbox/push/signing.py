"""Signatures over raw bytes, and the answer a challenge (CRC) wants."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Literal

from support.sandbox.push.keys import App

Signer = Literal["consumer", "client"]
CONSUMER_HEADER = "x-twitter-webhooks-signature"
CLIENT_HEADER = "X-Twitter-Webhooks-Signature-OAuth2"
SIGNERS: dict[Signer, str] = {"consumer": CONSUMER_HEADER, "client": CLIENT_HEADER}
"""Which secret signs which header."""


def digest(secret: str, content: bytes) -> str:
    mac = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return "sha256=" + base64.b64encode(mac).decode()


def headers(app: App, body: bytes, signers: Iterable[Signer], flaw: str | None) -> dict[str, str]:
    """The signature headers of one delivery, or what a flawed one carries instead."""
    secrets = {"consumer": app.consumer_secret, "client": app.client_secret}
    if flaw == "wrong_secret":
        secrets = {name: f"not-{secret}" for name, secret in secrets.items()}
    signed = {SIGNERS[name]: digest(secrets[name], body) for name in signers}
    if flaw == "bad_signature":
        return {name: "sha256=" + value[:6:-1] for name, value in signed.items()}
    return signed


def answers(app: App, crc_token: str, answer: object) -> bool:
    """Whether a challenge was answered with either of the app's secrets."""
    secrets = (app.consumer_secret, app.client_secret)
    right = {digest(secret, crc_token.encode()) for secret in secrets}
    return isinstance(answer, str) and answer in right
