"""Errors whose sentence is meant for the person who can act on it.

Sentences are Japanese and are keys of the English catalogue; `%(name)s` in one is filled from the
error's values after translation. `N_` marks a sentence for the catalogue where it is written.
"""


def N_(sentence: str) -> str:  # noqa: N802  (gettext's own name for it)
    """`sentence`, unchanged; the catalogue collects it here."""
    return sentence


class DeskError(Exception):
    """Something a person at the desk can understand and act on."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class NotAllowed(DeskError):
    """The person's role does not reach this far."""


class SomeoneWasFirst(DeskError):
    """Another agent acted in the meantime."""


class Refused(DeskError):
    """A form's value cannot be taken; `field` names the field it belongs to."""

    def __init__(self, field: str, sentence: str, **values: object) -> None:
        super().__init__(sentence, **values)
        self.field = field
