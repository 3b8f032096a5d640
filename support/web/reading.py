"""What comes with a request, as every page may rely on it: words a database keeps, ids it knows.

Done once and here, before any page reads a field, so that none can forget it.
"""

from typing import Any

from flask import Flask, Request, abort, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter

from support.db import storable
from support.web import typed


class Fields(ImmutableMultiDict[str, Any]):
    """A form or a query; NUL and lone surrogates, which PostgreSQL refuses, are shown as such."""

    def __init__(self, mapping: Any = None) -> None:
        read = ImmutableMultiDict(mapping)
        super().__init__((_kept(name), _kept(value)) for name, value in read.items(multi=True))

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]
        return super().get(key, default, _whole if type is int else type)

    def getlist(self, key: str, type: Any = None) -> list[Any]:
        return super().getlist(key, _whole if type is int else type)


class DeskRequest(Request):
    parameter_storage_class = Fields


class Id(IntegerConverter):
    """`<int:…>` in an address: what no row can have is no page."""

    regex = r"\d{1,10}"

    def __init__(self, map: Any) -> None:
        super().__init__(map, max=typed.LARGEST)


class Moment(IntegerConverter):
    """`<moment:…>`: microseconds since 1970, which are more than an id may be."""

    regex = r"\d{1,17}"


def init_app(app: Flask) -> None:
    """Before the first address is made known."""
    app.request_class = DeskRequest
    app.url_map.converters |= {"int": Id, "moment": Moment}
    app.before_request(refuse_unwritable_addresses)


def refuse_unwritable_addresses() -> None:
    """A name of a page that nothing can be called."""
    if "\x00" in request.path:
        abort(404)


def _kept(value: Any) -> Any:
    return storable(value) if isinstance(value, str) else value


def _whole(written: str) -> int:
    """For `type=int`: as Python reads it, as far as a column goes. Raises ValueError."""
    number = int(written)
    if abs(number) > typed.LARGEST:
        raise ValueError("no column holds it")
    return number
