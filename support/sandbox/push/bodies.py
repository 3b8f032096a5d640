"""Bodies of the calls about webhooks and subscriptions, checked as X checks them."""

import re
from datetime import UTC, datetime
from typing import Any

from support.sandbox import problems, snowflakes
from support.sandbox.push import kinds
from support.sandbox.push.subscriptions import Wanted

Body = dict[str, Any]
LONGEST_TAG = 200
LONGEST_KEYWORD = 150
DIRECTIONS = ("inbound", "outbound")


def failed(reason: str, details: str) -> problems.Problem:
    """400 as X's webhook calls write it: a name, then a sentence."""
    return problems.invalid(f"{reason}: {details}")


def url(body: Body) -> str:
    found = _string(body, "url", "$", required=True)
    if not found:
        raise problems.invalid("$.url: must be at least 1 characters long")
    return found


def wanted(body: Body) -> Wanted:
    """The subscription a body asks for. Raises Problem (400)."""
    _closed(body, {"event_type", "filter", "tag", "webhook_id"}, "$")
    event_type = _string(body, "event_type", "$", required=True)
    if event_type not in kinds.KNOWN:
        raise problems.invalid(
            f"$.event_type: does not have a value in the enumeration {sorted(kinds.KNOWN)}"
        )
    given = body.get("filter")
    if not isinstance(given, dict):
        raise problems.invalid("$.filter: is missing but it is required")
    _closed(given, {"user_id", "direction", "keyword"}, "$.filter")
    needed = kinds.filter_wanted(event_type)
    if needed and not given.get(needed):
        raise problems.invalid(f"$.filter.{needed}: is missing but it is required")
    return Wanted(
        event_type,
        _number(given, "user_id", "$.filter"),
        _direction(given),
        _within(_string(given, "keyword", "$.filter"), "$.filter.keyword", LONGEST_KEYWORD),
        tag(body) or "",
        _number(body, "webhook_id", "$"),
    )


def tag(body: Body) -> str | None:
    if "tag" not in body:
        return None
    found = _string(body, "tag", "$")
    if not found:
        raise problems.invalid("$.tag: must be at least 1 characters long")
    return _within(found, "$.tag", LONGEST_TAG)


def change(body: Body) -> tuple[str | None, int | None]:
    """The new tag and webhook; None: as it was."""
    _closed(body, {"tag", "webhook_id"}, "$")
    return tag(body), _number(body, "webhook_id", "$")


def replay(body: Body) -> tuple[int, datetime, datetime]:
    """The webhook, the first minute, and the one before which to stop."""
    number = _number(body, "webhook_id", "$", required=True)
    assert number is not None, "a missing one was refused"
    return number, _minute(body, "from_date"), _minute(body, "to_date")


def _minute(body: Body, name: str) -> datetime:
    found = _string(body, name, "$", required=True)
    if not re.fullmatch(r"[0-9]{12}", found):
        raise problems.invalid(f"$.{name}: does not match the regex pattern ^[0-9]{{12}}$")
    try:
        return datetime.strptime(found, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        raise failed("QueryParamInvalid", f"{name} is not in the correct format.") from None


def _direction(given: Body) -> str:
    found = _string(given, "direction", "$.filter")
    if found and found not in DIRECTIONS:
        raise problems.invalid(
            f"$.filter.direction: does not have a value in the enumeration {list(DIRECTIONS)}"
        )
    return found


def _closed(body: Body, allowed: set[str], place: str) -> None:
    for name in body:
        if name not in allowed:
            raise problems.invalid(
                f"{place}.{name}: is not defined in the schema and the schema does not allow"
                " additional properties"
            )


def _string(body: Body, name: str, place: str, required: bool = False) -> str:
    if name not in body and not required:
        return ""
    if name not in body:
        raise problems.invalid(f"{place}.{name}: is missing but it is required")
    value = body[name]
    if not isinstance(value, str):
        raise problems.invalid(f"{place}.{name}: string expected")
    return value


def _within(value: str, place: str, longest: int) -> str:
    if len(value) > longest:
        raise problems.invalid(f"{place}: must be at most {longest} characters long")
    return value


def _number(body: Body, name: str, place: str, required: bool = False) -> int | None:
    if name not in body and not required:
        return None
    found = _string(body, name, place, required)
    if not re.fullmatch(r"[0-9]{1,19}", found):
        raise problems.invalid(f"{place}.{name}: does not match the regex pattern ^[0-9]{{1,19}}$")
    return min(int(found), snowflakes.LARGEST)
