"""The rest of the world, played: people, posts, messages; and what the desk has done."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import Any

from flask import Response, jsonify, request

from support.sandbox import carrying_out, orders, people, posting, posts
from support.sandbox.carrying_out import Answer
from support.sandbox.control.door import blueprint, body
from support.sandbox.ground import ground
from support.sandbox.posting import Refusal


@blueprint.post("/users")
def add_user() -> tuple[Response, int]:
    return _answer(_carry_out("user", body()))


@blueprint.post("/posts")
def add_post() -> tuple[Response, int]:
    return _answer(_carry_out("post", body()))


@blueprint.post("/dms")
def add_message() -> tuple[Response, int]:
    return _answer(_carry_out("dm", body()))


def _carry_out(kind: str, order: Any) -> Answer:
    carry_out = _ORDERS[kind](order)
    with ground().store.writing() as db:
        return carry_out(db)


def _answer(answer: Answer) -> tuple[Response, int]:
    return jsonify(answer), 200 if answer.get("already") else 201


@blueprint.post("/story")
def add_story() -> tuple[Response, int]:
    """All of the list, answered in its order, or nothing of it when one item is refused."""
    items = body()
    if not isinstance(items, list):
        raise Refusal("the story is not a list")
    with ground().store.writing() as db:
        answers = [_story_item(db, place, item) for place, item in enumerate(items)]
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


@blueprint.patch("/posts/<post_id>")
def edit_post(post_id: str) -> tuple[Response, int]:
    """{text}: a new version, with an id of its own."""
    number = orders.identity(post_id, "id")
    words = orders.string(orders.mapping(body(), "the order"), "text")
    with ground().store.writing() as db:
        edited = carrying_out.edit(db, ground(), number, words, ground().clock())
    return jsonify(edited), 201


@blueprint.get("/sent")
def sent() -> Response:
    with ground().store.reading() as db:
        return jsonify(carrying_out.sent(db, _account_id(db)))


@blueprint.get("/state")
def state() -> Response:
    with ground().store.reading() as db:
        return jsonify(carrying_out.state(db, _account_id(db)))


def _account_id(db: Connection) -> int:
    """The desk's first account, or the one `?account=` names."""
    username = request.args.get("account", "")
    if not username:
        return ground().account_id
    account = people.by_username(db, username)
    if account is None:
        raise Refusal(f"there is no account {username}")
    return account.id


def _post_order(given: Any) -> Callable[[Connection], Answer]:
    order = orders.post(given)
    return lambda db: carrying_out.post(db, ground(), order, ground().clock())


def _message_order(given: Any) -> Callable[[Connection], Answer]:
    order = orders.message(given)
    return lambda db: carrying_out.message(db, ground(), order, ground().clock())


def _user_order(given: Any) -> Callable[[Connection], Answer]:
    person = orders.person(given, "the user")
    return lambda db: carrying_out.person(posting.introduce(db, person, ground().clock()))


_ORDERS: dict[str, Callable[[Any], Callable[[Connection], Answer]]] = {
    "post": _post_order,
    "dm": _message_order,
    "user": _user_order,
}
