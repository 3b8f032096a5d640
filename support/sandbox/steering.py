"""Orders that change how this X behaves: misfortunes and switches. Checked as those of orders."""

from dataclasses import fields, replace
from typing import Any

from support.sandbox import faults, limits
from support.sandbox.faults import ANY, KINDS, Fault, Kind
from support.sandbox.orders import Given, count, flag, listed, mapping, optional
from support.sandbox.posting import Refusal
from support.sandbox.switches import CHOICES, Switches

USUAL: tuple[Kind, ...] = ("accept_then_cut", "cut", "refuse_503", "rate_limited", "unauthorized")
LONGEST = 86_400
MOST_CALLS = 10_000
OAUTH = ("oauth2/token", "oauth2/revoke")


def endpoints() -> tuple[str, ...]:
    """Every family a misfortune can befall."""
    return tuple(dict.fromkeys([*limits.PER_QUARTER, *limits.PER_QUARTER_OF_APP, *OAUTH]))


def fault(body: Any) -> Fault:
    """{kind, endpoint, times?, seconds?, after?}"""
    given = mapping(body, "the order")
    return Fault(
        kind=_kind(given.get("kind")),
        endpoint=_endpoint(given.get("endpoint"), (*endpoints(), ANY)),
        times=max(1, count(given, "times") or 1),
        seconds=_number(given, "seconds", 30.0, LONGEST),
        after=count(given, "after") or 0,
    )


def seed(body: Any) -> tuple[Fault, ...]:
    """{seed, share?, kinds?, endpoints?, calls?, seconds?}"""
    given = mapping(body, "the order")
    number = count(given, "seed")
    if number is None:
        raise Refusal("seed is missing")
    calls = count(given, "calls") or 200
    if calls > MOST_CALLS:
        raise Refusal(f"calls is more than {MOST_CALLS}")
    known = endpoints()
    return faults.drawn(
        number,
        _number(given, "share", 0.2, 1),
        tuple(_kind(kind) for kind in listed(given, "kinds")) or USUAL,
        tuple(_endpoint(name, known) for name in listed(given, "endpoints")) or known,
        calls,
        _number(given, "seconds", 2.0, LONGEST),
    )


def switches(body: Any, now: Switches) -> Switches:
    """{vocabulary?, plan?, refusal?, duplicate_hours?, credits?}; what is not given stays."""
    given = mapping(body, "the order")
    known = {field.name for field in fields(Switches)}
    for name in given:
        if name not in known:
            raise Refusal(f"{name} is no switch; there are {', '.join(sorted(known))}")
    changed: Given = {name: _choice(given, name) for name in CHOICES if name in given}
    if "duplicate_hours" in given:
        changed["duplicate_hours"] = _number(given, "duplicate_hours", 24.0, 24 * 365)
    if flag(given, "credits") is not None:
        changed["credits"] = given["credits"]
    return replace(now, **changed)


def _choice(given: Any, name: str) -> str:
    value = optional(given, name)
    if value not in CHOICES[name]:
        raise Refusal(f"{name} is none of {', '.join(CHOICES[name])}")
    return str(value)


def _kind(value: Any) -> Kind:
    for kind in KINDS:
        if kind == value:
            return kind
    raise Refusal(f"kind is none of {', '.join(KINDS)}")


def _endpoint(value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise Refusal(f"endpoint is none of {', '.join(known)}")
    return str(value)


def _number(given: Any, name: str, default: float, largest: float) -> float:
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest:
        raise Refusal(f"{name} is not a number from 0 to {largest}")
    return float(value)
