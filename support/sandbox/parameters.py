"""Query parameters of X's endpoints, read and refused as X does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from support.sandbox import problems, snowflakes, vocabulary
from support.sandbox.counting import FIELDS, SIZES
from support.sandbox.vocabulary import Names

_DIGITS = re.compile(r"[0-9]{1,19}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
Arguments = Mapping[str, str]


@dataclass(frozen=True)
class Shape:
    """Which fields and linked objects an answer carries."""

    post_fields: frozenset[str]
    user_fields: frozenset[str]
    media_fields: frozenset[str]
    expansions: frozenset[str]


@dataclass(frozen=True)
class Window:
    """Which part of a list is asked for: ids above `after` and below `before`, newest first."""

    after: int
    before: int
    size: int


def only(arguments: Arguments, allowed: frozenset[str]) -> None:
    """Refuse parameters the endpoint does not know."""
    for name in arguments:
        if name not in allowed:
            names = ",".join(sorted(allowed))
            raise problems.invalid_parameter(
                name, arguments[name], f"The query parameter [{name}] is not one of [{names}]"
            )


def post_shape(arguments: Arguments, names: Names) -> Shape:
    fields = frozenset[str]().union(
        *(
            _listed(arguments, parameter, names.post_fields, vocabulary.RENAMED)
            for parameter in names.post_parameters
        )
    )
    return Shape(
        post_fields=fields,
        user_fields=_listed(arguments, "user.fields", names.user_fields),
        media_fields=_listed(arguments, "media.fields", vocabulary.MEDIA_FIELDS),
        expansions=_listed(
            arguments, "expansions", names.post_expansions, vocabulary.RENAMED_EXPANSIONS
        ),
    )


def user_fields(arguments: Arguments, names: Names) -> frozenset[str]:
    _listed(arguments, "expansions", names.user_expansions)
    return _listed(arguments, "user.fields", names.user_fields)


def dm_shape(arguments: Arguments, names: Names) -> tuple[frozenset[str], Shape]:
    """Fields of the events, then what their linked users and media are shown with."""
    shape = Shape(
        post_fields=frozenset(),
        user_fields=_listed(arguments, "user.fields", names.user_fields),
        media_fields=_listed(arguments, "media.fields", vocabulary.MEDIA_FIELDS),
        expansions=_listed(
            arguments, "expansions", names.dm_expansions, vocabulary.RENAMED_EXPANSIONS
        ),
    )
    return _listed(arguments, "dm_event.fields", names.dm_fields), shape


def event_types(arguments: Arguments) -> frozenset[str]:
    return _listed(arguments, "event_types", vocabulary.DM_EVENT_TYPES) or vocabulary.DM_EVENT_TYPES


def _listed(
    arguments: Arguments, name: str, known: frozenset[str], renamed: Mapping[str, str] | None = None
) -> frozenset[str]:
    if name not in arguments:
        return frozenset()
    values = arguments[name].split(",")
    for value in values:
        if value not in known:
            raise problems.invalid_parameter(
                name,
                value,
                (
                    f"The `{name}` query parameter value [{value}] is not one of "
                    f"[{','.join(sorted(known))}]"
                ),
            )
    return frozenset((renamed or {}).get(value, value) for value in values)


def counting(arguments: Arguments) -> tuple[str, frozenset[str]]:
    """The size of the buckets, and what of each is shown."""
    size = arguments.get("granularity", "hour")
    if size not in SIZES:
        raise problems.invalid_parameter(
            "granularity",
            size,
            (f"The `granularity` query parameter value [{size}] is not one of [{','.join(SIZES)}]"),
        )
    renamed = {"post_count": "tweet_count"}
    asked = _listed(arguments, "search_count.fields", FIELDS | frozenset(renamed), renamed)
    return size, asked or FIELDS


def identifier(name: str, value: str) -> int:
    """An id of X; one beyond 63 bits becomes the largest, which nothing has."""
    if not _DIGITS.fullmatch(value):
        raise problems.invalid_parameter(
            name,
            value,
            (f"The `{name}` query parameter value [{value}] does not match ^[0-9]{{1,19}}$"),
        )
    return min(int(value), snowflakes.LARGEST)


def many(arguments: Arguments, name: str) -> list[str]:
    """One to a hundred values separated by commas, each once, in order."""
    values = [value for value in arguments.get(name, "").split(",") if value]
    if not 1 <= len(values) <= 100:
        raise problems.invalid_parameter(
            name,
            str(len(values)),
            (
                f"The `{name}` query parameter can not be empty"
                if not values
                else f"size must be between 1 and 100 in `{name}` query parameter value"
            ),
        )
    return list(dict.fromkeys(values))


def size(arguments: Arguments, smallest: int, largest: int, default: int) -> int:
    raw = arguments.get("max_results", str(default))
    if not re.fullmatch(r"[0-9]{1,9}", raw) or not smallest <= int(raw) <= largest:
        raise problems.invalid_parameter(
            "max_results",
            raw,
            (
                f"The `max_results` query parameter value [{raw}] is not between "
                f"{smallest} and {largest}"
            ),
        )
    return int(raw)


def window(arguments: Arguments, smallest: int, default: int) -> Window:
    """Bounds by id and by time together. X: since and end exclusive, start inclusive."""
    after = [identifier("since_id", arguments["since_id"])] if "since_id" in arguments else [0]
    before = [snowflakes.LARGEST]
    if "until_id" in arguments:
        before.append(identifier("until_id", arguments["until_id"]))
    if "start_time" in arguments:
        after.append(snowflakes.first_id(_ms(arguments, "start_time")) - 1)
    if "end_time" in arguments:
        before.append(snowflakes.first_id(_ms(arguments, "end_time")))
    before += _token(arguments)
    return Window(max(after), min(before), size(arguments, smallest, 100, default))


def page(arguments: Arguments) -> Window:
    """Bounds of a DM list, which knows no ids and no times."""
    before = min([snowflakes.LARGEST, *_token(arguments)])
    return Window(0, before, size(arguments, 1, 100, 100))


def _ms(arguments: Arguments, name: str) -> int:
    raw = arguments[name].replace(" ", "+")
    try:
        if _MOMENT.fullmatch(raw):
            return snowflakes.milliseconds(datetime.fromisoformat(raw))
    except ValueError:
        pass
    raise problems.invalid_parameter(
        name,
        raw,
        (f"The `{name}` query parameter value [{raw}] is not a valid date-time"),
    )


def next_token(oldest_id: int) -> str:
    """Opaque to clients: the id below which the next page begins."""
    return f"7140w{oldest_id:019d}"


def _token(arguments: Arguments) -> list[int]:
    return [
        _position(name, arguments[name])
        for name in ("pagination_token", "next_token")
        if name in arguments
    ]


def _position(name: str, token: str) -> int:
    found = re.fullmatch(r"7140w([0-9]{19})", token)
    if not found:
        raise problems.invalid_parameter(
            name, token, f"The `{name}` query parameter value [{token}] is not valid"
        )
    return int(found[1])


def excluded(arguments: Arguments) -> frozenset[str]:
    return _listed(arguments, "exclude", frozenset(["replies", "retweets"]))


def within_reach(arguments: Arguments, first_id: int) -> None:
    """Refuse a search that asks for what is older than its seven days."""
    if "since_id" in arguments and int(arguments["since_id"]) < first_id:
        raise problems.invalid_parameter(
            "since_id",
            arguments["since_id"],
            (f"'since_id' must be a tweet id created after the last seven days began ({first_id})"),
        )
    if "start_time" in arguments and snowflakes.first_id(_ms(arguments, "start_time")) < first_id:
        raise problems.invalid_parameter(
            "start_time",
            arguments["start_time"],
            ("Invalid 'start_time'. 'start_time' must lie within the last seven days"),
        )
