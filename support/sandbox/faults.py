"""Misfortunes on request for the two calls that send. They last until used up or cleared."""

import threading
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

Kind = Literal["accept_then_cut", "refuse_503", "rate_limited", "timeout"]
"""accept_then_cut: done, then the connection closes without an answer.
timeout: silence for `seconds`, then the connection closes; nothing was done.
refuse_503 and rate_limited answer before anything is done."""
Endpoint = Literal["create_post", "send_dm", "oauth2/token", "oauth2/revoke"]
KINDS: tuple[Kind, ...] = get_args(Kind)
ENDPOINTS: tuple[Endpoint, ...] = get_args(Endpoint)


@dataclass(frozen=True)
class Fault:
    kind: Kind
    endpoint: Endpoint
    times: int = 1
    seconds: float = 30.0
    """How long a timeout lasts, or how far away a rate limit's reset is."""


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        with self.lock:
            self.waiting.append(fault)

    def clear(self) -> None:
        with self.lock:
            self.waiting.clear()

    def list(self) -> list[Fault]:
        with self.lock:
            return [*self.waiting]

    def take(self, endpoint: str) -> Fault | None:
        """The oldest fault laid for `endpoint`, used once."""
        with self.lock:
            for place, fault in enumerate(self.waiting):
                if fault.endpoint == endpoint:
                    self._use(place, fault)
                    return fault
        return None

    def _use(self, place: int, fault: Fault) -> None:
        if fault.times > 1:
            self.waiting[place] = replace(fault, times=fault.times - 1)
        else:
            del self.waiting[place]
