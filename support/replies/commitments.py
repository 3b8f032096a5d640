"""Commitments about time in our own words: 「本日中にご連絡いたします」, "we'll reply by 3pm".

Words about time are many, and most of them commit us to nothing: opening hours, what the customer
is to do, what was done already, what we cannot do, what others said. So both are asked for: a time,
and in the same breath a deed of ours that is still to come. What is quoted is not ours.
"""

import re
from dataclasses import dataclass

from support.replies import commitments_en, commitments_ja
from support.replies.commitment_times import Base, When
from support.replies.folded import fold

_QUOTED = re.compile(r"「[^「」\n]*」|『[^『』\n]*』|“[^“”\n]*”|\"[^\"\n]*\"|(?m:^[ \t]*[>|].*$)")


@dataclass(frozen=True, slots=True)
class Commitment:
    """A piece of the text that commits us, and to when."""

    start: int
    end: int
    words: str
    when: When


def commitments(text: str) -> list[Commitment]:
    """All in the order of the text; "later" only where no time was said. Never raises."""
    folded = fold(text)
    plain = _QUOTED.sub(lambda quoted: "＿" * len(quoted[0]), folded.text)
    found = [*commitments_ja.found_in(plain), *commitments_en.found_in(plain)]
    if any(when.base is not Base.LATER for _, _, when in found):
        found = [it for it in found if it[2].base is not Base.LATER]
    spans = sorted((*folded.span(start, end), when) for start, end, when in found)
    return [Commitment(start, end, text[start:end].strip(), when) for start, end, when in spans]
