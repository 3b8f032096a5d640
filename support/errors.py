"""Errors whose sentence is meant for the person who can act on it."""


class DeskError(Exception):
    """Something a person at the desk can understand and act on; `str(error)` is the sentence."""


class NotAllowed(DeskError):
    """The person's role does not reach this far."""


class SomeoneWasFirst(DeskError):
    """Another agent acted in the meantime; `by` says who, as a display name."""

    def __init__(self, sentence: str, by: str | None = None) -> None:
        super().__init__(sentence)
        self.by = by


class Refused(DeskError):
    """A form's value cannot be taken; `field` names the field it belongs to."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
