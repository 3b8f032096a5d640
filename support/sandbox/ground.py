"""What the doors hold in hand."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from flask import current_app

from support.sandbox.faults import Faults
from support.sandbox.limits import Rates
from support.sandbox.store import Store
from support.sandbox.switches import Switches
from support.sandbox.text import Weigh


@dataclass
class Ground:
    store: Store
    clock: Callable[[], datetime]
    weigh: Weigh
    account_id: int
    """The desk's first account: customers write to it unless they name another."""
    rates: Rates
    switches: Switches = field(default_factory=Switches)
    """Until the sandbox stops; replaced as a whole."""
    faults: Faults = field(default_factory=Faults)
    usage: Counter[date] = field(default_factory=Counter)
    """Posts handed out, by UTC day, since the sandbox started."""


def ground() -> Ground:
    return cast(Ground, current_app.extensions["sandbox"])
