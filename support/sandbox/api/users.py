"""Users: me, by id, by username."""

import sqlite3
from collections.abc import Callable

from flask import request

from support.sandbox import parameters, people, problems, text
from support.sandbox.api import linking
from support.sandbox.api.door import Answer, account, blueprint, endpoint, names, viewer
from support.sandbox.ground import ground
from support.sandbox.world import User

Lookup = Callable[[sqlite3.Connection, str], User | None]


@blueprint.get("/2/users/me")
@endpoint("users/me")
def me() -> Answer:
    parameters.only(request.args, names().shape)
    fields = parameters.user_fields(request.args, names())
    with ground().store.reading() as db:
        return {"data": linking.user(db, account(), account(), fields)}


@blueprint.get("/2/users/<id>")
@endpoint("users/:id")
def user(id: str) -> Answer:
    parameters.only(request.args, names().shape)
    return _one(_numbered("id"), "id", id)


@blueprint.get("/2/users/by/username/<username>")
@endpoint("users/by/username/:username")
def user_named(username: str) -> Answer:
    parameters.only(request.args, names().shape)
    return _one(_called("username"), "username", username)


@blueprint.get("/2/users")
@endpoint("users")
def users() -> Answer:
    parameters.only(request.args, names().shape | {"ids"})
    return _several(_numbered("ids"), "ids")


@blueprint.get("/2/users/by")
@endpoint("users/by")
def users_named() -> Answer:
    parameters.only(request.args, names().shape | {"usernames"})
    return _several(_called("usernames"), "usernames")


def _numbered(parameter: str) -> Lookup:
    return lambda db, value: people.by_id(db, parameters.identifier(parameter, value))


def _called(parameter: str) -> Lookup:
    def find(db: sqlite3.Connection, value: str) -> User | None:
        if not text.USERNAME.fullmatch(value):
            raise problems.invalid_parameter(
                parameter,
                value,
                (
                    f"The `{parameter}` query parameter value [{value}] does not match "
                    "^[A-Za-z0-9_]{1,15}$"
                ),
            )
        return people.by_username(db, value)

    return find


def _one(find: Lookup, parameter: str, value: str) -> Answer:
    fields = parameters.user_fields(request.args, names())
    with ground().store.reading() as db:
        person = find(db, value)
        error = linking.absent(person, parameter, value)
        if error or person is None:
            return {"errors": [error]}
        return {"data": linking.user(db, viewer(), person, fields)}


def _several(find: Lookup, parameter: str) -> Answer:
    fields = parameters.user_fields(request.args, names())
    data, errors = [], []
    with ground().store.reading() as db:
        for value in parameters.many(request.args, parameter):
            person = find(db, value)
            error = linking.absent(person, parameter, value)
            if error:
                errors.append(error)
            elif person:
                data.append(linking.user(db, viewer(), person, fields))
    return ({"data": data} if data else {}) | ({"errors": errors} if errors else {})
