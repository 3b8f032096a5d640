"""What every call of the control API does first, and how it refuses."""

import json
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, jsonify, request

from support.sandbox.posting import Refusal

blueprint = Blueprint("control", __name__, url_prefix="/sandbox/api")


@blueprint.before_request
def _only_from_here() -> tuple[Response, int] | None:
    return None if is_near() else (jsonify(error="the control API answers this machine only"), 403)


def is_near() -> bool:
    """No password guards what this is asked for: this machine only, and no other site's page."""
    try:
        near = ip_address(request.remote_addr or "127.0.0.1").is_loopback
    except ValueError:
        near = False
    return near and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")


@blueprint.errorhandler(Refusal)
def _refused(refusal: Refusal) -> tuple[Response, int]:
    return jsonify(error=str(refusal)), 400


def body() -> Any:
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Refusal("the body is not JSON") from None
