"""A small authenticator in software: makes passkeys and uses them, wrongly on request."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Key:
    """One passkey: what never leaves the authenticator."""

    rp_id: str
    handle: bytes
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    secret: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0
    counts: bool = True

    def public(self) -> bytes:
        numbers = self.secret.public_key().public_numbers()
        parts = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps({1: 2, 3: -7, -1: 1, **parts})


@dataclass
class Authenticator:
    """What stands behind `navigator.credentials` in one browser at `origin`."""

    origin: str = "http://localhost"
    keys: list[Key] = field(default_factory=list)
    verified: bool = True

    def create(self, options: str | dict[str, Any], **wrong: Any) -> str:
        """The answer to a question that wants a new passkey."""
        asked = json.loads(options) if isinstance(options, str) else options
        key = Key(asked["rp"]["id"], base64url_to_bytes(asked["user"]["id"]))
        key.counts = wrong.pop("counts", True)
        self.keys.append(key)
        told = len(key.key_id).to_bytes(2, "big") + key.key_id + key.public()
        data = self._data(key, ATTESTED, wrong.get("rp_id", key.rp_id)) + bytes(16) + told
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"], wrong)
        return _written(key, clientDataJSON=client, attestationObject=attested)

    def get(self, options: str | dict[str, Any], key: Key | None = None, **wrong: Any) -> str:
        """The answer to a question that wants one used."""
        asked = json.loads(options) if isinstance(options, str) else options
        allowed = {it["id"] for it in asked.get("allowCredentials", [])}
        fitting = [
            it for it in self.keys if bytes_to_base64url(it.key_id) in allowed or not allowed
        ]
        key = key or fitting[-1]
        key.count = wrong.get("count", key.count + 1 if key.counts else 0)
        data = self._data(key, 0, wrong.get("rp_id", key.rp_id))
        client = self._client("webauthn.get", asked["challenge"], wrong)
        signed = data + hashlib.sha256(client).digest()
        signature = key.secret.sign(signed, ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return _written(key, **said, userHandle=wrong.get("handle", key.handle))

    def _client(self, kind: str, challenge: str, wrong: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        told |= {name: it for name, it in wrong.items() if name in told}
        return json.dumps(told).encode()

    def _data(self, key: Key, flags: int, rp_id: str) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verified else 0)
        digest = hashlib.sha256(rp_id.encode()).digest()
        return digest + bytes([flags]) + key.count.to_bytes(4, "big")


def _written(key: Key, **said: bytes) -> str:
    name = bytes_to_base64url(key.key_id)
    response = {part: bytes_to_base64url(it) for part, it in said.items() if it}
    told = {"id": name, "rawId": name, "type": "public-key", "response": response}
    return json.dumps(told)
