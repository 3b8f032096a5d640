"""Prices that X changed since this version of the desk: a JSON file beside it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from support.settings import SettingsError
from support.x.pricing import KINDS, MICROS, X_PRICES, PriceList, Prices

DEAREST = Decimal(1000)
"""US dollars; a price above this is a slip of the pen."""


def prices_from(path: Path | None) -> Prices:
    """X's prices and those of the file. Raises SettingsError, a sentence for each fault.

    The file holds one list or several: {"as_of": "2027-01-01", "source": "…", "usd": {"post":
    "0.02"}}. Kinds it does not name keep the price they had before that day.
    """
    if path is None:
        return X_PRICES
    try:
        written = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, ValueError) as error:
        raise SettingsError([f"DESK_X_PRICES: {path} cannot be read: {error}."]) from error
    faults: list[str] = []
    several = written if isinstance(written, list) else [written]
    found = [_list(it, path, faults) for it in several]
    if faults:
        raise SettingsError(faults)
    return Prices(tuple(_filled([*X_PRICES.lists, *(it for it in found if it is not None)])))


def _filled(lists: list[PriceList]) -> Iterator[PriceList]:
    """In order, each with the prices it does not name taken from the one before."""
    before: dict[str, int] = {}
    for it in sorted(lists, key=lambda it: it.as_of):
        before = before | dict(it.micros)
        yield replace(it, micros=dict(X_PRICES.lists[0].micros) | before)


def _list(written: Any, path: Path, faults: list[str]) -> PriceList | None:
    if not isinstance(written, dict) or not isinstance(written.get("usd"), dict):
        faults.append(f'DESK_X_PRICES: {path} needs "as_of" (a date) and "usd" (kind → price).')
        return None
    try:
        as_of = date.fromisoformat(str(written.get("as_of")))
    except ValueError:
        faults.append(f'DESK_X_PRICES: "as_of" in {path} is not a date; write one like 2027-01-31.')
        return None
    micros = {
        str(kind): _micros(str(kind), usd, path, faults) for kind, usd in written["usd"].items()
    }
    return PriceList(as_of, str(written.get("source", path.name))[:200], micros)


def _micros(kind: str, usd: Any, path: Path, faults: list[str]) -> int:
    if kind not in KINDS:
        faults.append(
            f"DESK_X_PRICES: {path} names {kind!r}, which has no price; "
            f"kinds are {', '.join(KINDS)}."
        )
        return 0
    try:
        amount = Decimal(str(usd))
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount <= DEAREST):
        faults.append(
            f"DESK_X_PRICES: the price of {kind} in {path} must be US dollars "
            f"from 0 to {DEAREST}, like 0.015."
        )
        return 0
    return int((amount * MICROS).to_integral_value())
