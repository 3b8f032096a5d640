"""The control API under /sandbox/api/: whoever runs the sandbox plays the rest of the world.

POST users, posts, dms, story (a list of {"kind": "post"|"dm"|"user", …}), faults
DELETE posts/ID, faults        GET sent, state, faults
"""

import json
from collections.abc import Callable
from ipaddress import ip_address
from sqlite3 import Connection
from typing import Any

from flask import Blueprint, Response, jsonify, request

from support.sandbox import carrying_out, orders, posting, posts
from support.sandbox.carrying_out import Answer
from support.sandbox.ground import ground
from support.sandbox.posting import Refusal

blueprint = Blueprint("control", __name__, url_prefix="/sandbox/api")


@blueprint.before_request
def _only_from_here() -> tuple[Response, int] | None:
    """No password guards these paths: this machine only, and no other site's page."""
    try:
        near = ip_address(request.remote_addr or "127.0.0.1").is_loopback
    except ValueError:
        near = False
    if near and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return None
    return jsonify(error="the control API answers this machine only"), 403


@blueprint.errorhandler(Refusal)
def _refused(refusal: Refusal) -> tuple[Response, int]:
    return jsonify(error=str(refusal)), 400


@blueprint.post("/users")
def add_user() -> tuple[Response, int]:
    return _answer(_carry_out("user", _body()))


@blueprint.post("/posts")
def add_post() -> tuple[Response, int]:
    return _answer(_carry_out("post", _body()))


@blueprint.post("/dms")
def add_message() -> tuple[Response, int]:
    return _answer(_carry_out("dm", _body()))


def _carry_out(kind: str, body: Any) -> Answer:
    carry_out = _ORDERS[kind](body)
    with ground().store.writing() as db:
        return carry_out(db)


def _answer(answer: Answer) -> tuple[Response, int]:
    return jsonify(answer), 200 if answer.get("already") else 201


@blueprint.post("/story")
def add_story() -> tuple[Response, int]:
    """All of the list, answered in its order, or nothing of it when one item is refused."""
    body = _body()
    if not isinstance(body, list):
        raise Refusal("the story is not a list")
    with ground().store.writing() as db:
        answers = [_story_item(db, place, item) for place, item in enumerate(body)]
    return jsonify(answers), 201


def _story_item(db: Connection, place: int, item: Any) -> Answer:
    try:
        kind = orders.mapping(item, "the item").get("kind", "post")
        if not isinstance(kind, str) or kind not in _ORDERS:
            raise Refusal(f"kind is none of {', '.join(_ORDERS)}")
        return _ORDERS[kind](item)(db)
    except Refusal as refusal:
        raise Refusal(f"item {place}: {refusal}") from refusal


@blueprint.delete("/posts/<post_id>")
def delete_post(post_id: str) -> tuple[Response, int]:
    with ground().store.writing() as db:
        post = posts.by_id(db, orders.identity(post_id, "id"))
        if post is None:
            return jsonify(error=f"there is no post {post_id}"), 404
        posts.delete(db, post.id)
    return jsonify(deleted=True), 200


@blueprint.get("/sent")
def sent() -> Response:
    with ground().store.reading() as db:
        return jsonify(carrying_out.sent(db, ground().account_id))


@blueprint.get("/state")
def state() -> Response:
    with ground().store.reading() as db:
        return jsonify(carrying_out.state(db, ground().account_id))


@blueprint.get("/faults")
def list_faults() -> Response:
    return jsonify([fault.__dict__ for fault in ground().faults.list()])


@blueprint.post("/faults")
def add_fault() -> tuple[Response, int]:
    ground().faults.add(orders.fault(_body()))
    return list_faults(), 201


@blueprint.delete("/faults")
def clear_faults() -> Response:
    ground().faults.clear()
    return list_faults()


def _body() -> Any:
    try:
        return json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise Refusal("the body is not JSON") from None


def _post_order(body: Any) -> Callable[[Connection], Answer]:
    order = orders.post(body)
    return lambda db: carrying_out.post(db, ground(), order, ground().clock())


def _message_order(body: Any) -> Callable[[Connection], Answer]:
    order = orders.message(body)
    return lambda db: carrying_out.message(db, ground(), order, ground().clock())


def _user_order(body: Any) -> Callable[[Connection], Answer]:
    given = orders.person(body, "the user")
    return lambda db: carrying_out.person(posting.introduce(db, given, ground().clock()))


_ORDERS: dict[str, Callable[[Any], Callable[[Connection], Answer]]] = {
    "post": _post_order,
    "dm": _message_order,
    "user": _user_order,
}
