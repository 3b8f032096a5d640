"""US dollars as X bills them, in and out of millionths; values in, text out."""

from decimal import Decimal, InvalidOperation

from support.errors import N_, Refused
from support.x.pricing import MICROS

DEAREST = Decimal(1_000_000)


def usd(micros: int) -> str:
    """$12.34; small amounts to the tenth of a cent, $0.015, as X's prices have them."""
    amount = Decimal(micros) / MICROS
    return f"${amount:,.3f}" if 0 < amount < 1 else f"${amount:,.2f}"


def cap_of(written: str) -> int | None:
    """Micros a form means; empty: no cap. Raises Refused (field "cap")."""
    text = written.strip().removeprefix("$").replace(",", "")
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not (amount.is_finite() and 0 <= amount <= DEAREST):
        raise Refused(
            "cap", N_("上限は0以上の米ドルで入力してください（例：50）。空欄にすると上限なしです。")
        )
    return int((amount * MICROS).to_integral_value())
