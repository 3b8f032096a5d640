"""What the doors hold in hand."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from flask import current_app

from support.sandbox.faults import Faults
from support.sandbox.limits import Rates
from support.sandbox.store import Store
from support.sandbox.text import Weigh


@dataclass
class Ground:
    store: Store
    clock: Callable[[], datetime]
    weigh: Weigh
    account_id: int
    """The desk's account: customers write to it."""
    rates: Rates
    duplicate_window: timedelta
    faults: Faults = field(default_factory=Faults)


def ground() -> Ground:
    return cast(Ground, current_app.extensions["sandbox"])
