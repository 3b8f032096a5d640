"""A small OpenID provider over HTTP: discovery, keys, code flow with PKCE; wrong on request."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

CLIENT, SECRET = "desk", "a secret both know"
PERSON = {
    "sub": "u-1",
    "email": "aoki@company.example",
    "email_verified": True,
    "family_name": "青木",
    "given_name": "葵",
    "groups": ["desk"],
}


@dataclass
class SmallProvider:
    """Whoever is signed in there is `person`; `wrong` names what it does badly."""

    clock: Any
    url: str = ""
    person: dict[str, Any] = field(default_factory=lambda: dict(PERSON))
    wrong: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def turn_key(self, kind: Any = RSAKey, size: Any = 2048) -> None:
        """Signs with a new key from now on, and publishes that only."""
        self.keys = [kind.generate_key(size, {"kid": secrets.token_hex(4)})]

    def __call__(self, environ: Any, start: Any) -> Any:
        request = Request(environ)
        self.asked.append(request.path)
        if self.wrong.get("down"):
            return Response("<h1>Bad gateway</h1>", 502)(environ, start)
        if self.wrong.get("elsewhere"):
            return Response(status=302, headers={"Location": "http://127.0.0.1:1/"})(environ, start)
        if request.path == "/authorize":
            return self._authorize(request)(environ, start)
        answer = {
            "/.well-known/openid-configuration": self._discovery,
            "/keys": lambda _: {"keys": [it.as_dict(private=False) for it in self.keys]},
            "/token": self._token,
        }[request.path](request)
        status = 400 if "error" in answer else 200
        said = Response(json.dumps(answer), status, mimetype="application/json")
        return said(environ, start)

    def _discovery(self, _request: Request) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "end_session_endpoint": f"{self.url}/end",
            **self.published,
        }

    def authorize(self, address: str) -> str:
        """A browser goes there, is signed in, and is sent back: where to."""
        answer = Client(self).get(address.removeprefix(self.url))
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def _authorize(self, request: Request) -> Response:
        asked = request.args.to_dict()
        wanted = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if not wanted.items() <= asked.items() or "openid" not in asked["scope"].split():
            return Response("no such request", 400)
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        told = {"code": code, "state": asked["state"], **self.wrong.get("back", {})}
        back = urlencode({name: it for name, it in told.items() if it})
        return Response(status=302, headers={"Location": f"{asked['redirect_uri']}?{back}"})

    def _token(self, request: Request) -> dict[str, Any]:
        asked = self.codes.pop(request.form.get("code", ""), None)
        known = request.authorization
        secret = known.password if known else request.form.get("client_secret")
        proof = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        if secret not in (SECRET, SECRET.replace(" ", "+")):
            return {"error": "invalid_client"}
        return {"access_token": "at", "token_type": "Bearer", "id_token": self._signed(asked)}

    def _signed(self, asked: dict[str, str]) -> str:
        now: datetime = self.clock()
        at = int(now.timestamp())
        told = {"iss": self.url, "aud": CLIENT, "iat": at, "exp": at + 300}
        told |= {"nonce": asked["nonce"], **self.person, **self.wrong.get("claims", {})}
        told = {name: it for name, it in told.items() if it is not None}
        alg = self.wrong.get("alg", "ES256" if isinstance(self.keys[0], ECKey) else "RS256")
        if alg == "none":
            parts = (json.dumps(it).encode() for it in ({"alg": "none"}, told))
            return (
                ".".join(base64.urlsafe_b64encode(it).rstrip(b"=").decode() for it in parts) + "."
            )
        key = self.wrong.get("key", self.keys[0])
        if alg == "HS256":
            key = OctKey.import_key(SECRET)
        header = {"alg": alg, **({} if self.wrong.get("no_kid") else {"kid": self.keys[0].kid})}
        return jwt.encode(header, told, key, algorithms=[alg])


@cache
def first_key() -> RSAKey:
    """Making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": "first"})


@contextmanager
def running_provider(clock: Any) -> Iterator[SmallProvider]:
    provider = SmallProvider(clock, keys=[first_key()])
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
