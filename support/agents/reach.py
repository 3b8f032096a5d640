"""Where somebody may look: which accounts, and whose direct messages. Roles say what is done there.

An account is everybody's until somebody limits it, so a reach names what is out of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """How an account is limited, and what the person it is asked for was granted there."""

    account_id: int
    closed: bool
    """Only who has a grant sees anything of it."""
    dms_closed: bool
    """Only whose grant says so sees its direct messages."""
    granted: bool = False
    private: bool = False
    """The grant says so."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person sees; ids of accounts."""

    hidden: frozenset[int] = frozenset()
    """Nothing of these."""
    sealed: frozenset[int] = frozenset()
    """Of these everything but direct messages."""

    @property
    def is_whole(self) -> bool:
        return not self.hidden and not self.sealed

    def may_see(self, account_id: int, *, private: bool) -> bool:
        if account_id in self.hidden:
            return False
        return not (private and account_id in self.sealed)


EVERYWHERE = Reach()


def reach_from(limits: Iterable[Limit]) -> Reach:
    """One limit an account; accounts without one are everybody's."""
    limits = list(limits)
    hidden = {it.account_id for it in limits if it.closed and not it.granted}
    sealed = {it.account_id for it in limits if it.dms_closed and not (it.granted and it.private)}
    return Reach(frozenset(hidden), frozenset(sealed - hidden))


def keeps(limit: Limit) -> bool:
    """Whether this person sees all of the account that anybody may: one such must stay."""
    return limit.granted and (limit.private or not limit.dms_closed)
