"""The course of an incident: how far it is, and what may follow."""

from enum import StrEnum

from support.errors import N_


class Stage(StrEnum):
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    RESTORING = "restoring"
    WATCHING = "watching"
    RESTORED = "restored"
    CLOSED = "closed"


NAMES = {
    Stage.INVESTIGATING: N_("調査中"),
    Stage.IDENTIFIED: N_("原因を特定"),
    Stage.RESTORING: N_("復旧作業中"),
    Stage.WATCHING: N_("経過を確認"),
    Stage.RESTORED: N_("復旧"),
    Stage.CLOSED: N_("終了"),
}
STEPS = tuple(stage for stage in Stage if stage is not Stage.CLOSED)
"""In the order in which they are drawn."""
_BACK = {
    Stage.IDENTIFIED: (Stage.INVESTIGATING,),
    Stage.RESTORING: (Stage.INVESTIGATING, Stage.IDENTIFIED),
    Stage.WATCHING: (Stage.INVESTIGATING, Stage.RESTORING),
    Stage.RESTORED: (Stage.INVESTIGATING, Stage.RESTORING, Stage.WATCHING),
}
"""It was not what we thought, or it broke again."""


def may_follow(stage: Stage) -> tuple[Stage, ...]:
    """What an open incident may become; steps may be left out. Closing is a deed of its own."""
    if stage is Stage.CLOSED:
        return ()
    onward = STEPS[STEPS.index(stage) + 1 :]
    return (*onward, *_BACK.get(stage, ()))


def follows(stage: Stage, wanted: Stage) -> bool:
    return wanted in may_follow(stage)


def next_step(stage: Stage) -> Stage | None:
    """The one that usually comes next; None where closing does."""
    onward = may_follow(stage)
    return onward[0] if onward and stage is not Stage.RESTORED else None
