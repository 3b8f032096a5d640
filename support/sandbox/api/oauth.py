"""OAuth 2.0 tokens: exchanged, refreshed, given back."""

from typing import Any

from flask import Response, g, jsonify, request

from support.sandbox import granting
from support.sandbox.api import misfortune
from support.sandbox.api.door import blueprint
from support.sandbox.granting import Denied
from support.sandbox.ground import ground

_GRANTS = {"authorization_code": granting.exchange, "refresh_token": granting.refresh}


@blueprint.errorhandler(Denied)
def _denied(denied: Denied) -> tuple[Response, int]:
    return jsonify(error=denied.error, error_description=str(denied)), denied.status


@blueprint.post("/2/oauth2/token")
def token() -> Response:
    g.rate_headers = {}
    with misfortune.around("oauth2/token"), ground().store.writing() as db:
        app = granting.client(db, request.form, _basic())
        kind = granting.needed(request.form, "grant_type")
        if kind not in _GRANTS:
            raise Denied("unsupported_grant_type", f"Value passed for the grant type [{kind}].")
        return _private(_GRANTS[kind](db, app, request.form, ground().clock()))


@blueprint.post("/2/oauth2/revoke")
def revoke() -> Response:
    g.rate_headers = {}
    with misfortune.around("oauth2/revoke"), ground().store.writing() as db:
        granting.client(db, request.form, _basic())
        return _private(granting.revoke(db, request.form))


def _basic() -> tuple[str, str] | None:
    given = request.authorization
    if given is None or given.type != "basic":
        return None
    return given.username or "", given.password or ""


def _private(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    return response
