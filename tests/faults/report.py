"""What a run found, as one line of figures, and what it has to say besides."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.faults.auditor import Audit


@dataclass
class Outcome:
    audit: Audit
    pressed: int
    broke: list[str]
    """What the run itself could not do: a fault of it, or of the desk's."""
    faults: Counter[str]
    recovered: list[float]
    """Seconds, ascending, from a worker's death to knowing what became of its part."""
    unresolved: list[int]
    """Parts of dead workers of which nobody knows what became."""
    stories: list[str] = field(default_factory=list)
    """What was tried for the parts that are named."""
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return bool(self.audit.findings or self.broke or self.unresolved)

    def figures(self) -> dict[str, Any]:
        audit = self.audit
        return {
            "pressed": self.pressed,
            "parts": audit.parts,
            "posted_once": audit.posted_once,
            "stopped": dict(sorted(audit.stopped.items())),
            "duplicates": audit.count("duplicate"),
            "lost": audit.count("lost"),
            "other_findings": audit.count("wrong") + len(self.broke) + len(self.unresolved),
            "messages_expected": audit.expected,
            "messages_stored": audit.stored,
            "faults": dict(sorted(self.faults.items())),
            "recovery": {
                "parts": len(self.recovered),
                "p50_s": _share(self.recovered, 0.5),
                "p95_s": _share(self.recovered, 0.95),
                "max_s": _share(self.recovered, 1.0),
            },
            "seconds": round(self.seconds, 1),
        }

    def sentences(self) -> list[str]:
        said = [f"{it.kind}: {it.sentence}" for it in self.audit.findings]
        said += [f"broke: {why}" for why in self.broke]
        if self.unresolved:
            named = ", ".join(map(str, self.unresolved))
            said.append(
                f"lost: {len(self.unresolved)} parts of dead workers stay in doubt: {named}"
            )
        return said + self.stories


def parts_named(audit: Audit) -> list[int]:
    """The parts that are spoken of in findings, as many as one cares to read of."""
    named = (re.findall(r"[Pp]art (\d+)", it.sentence) for it in audit.findings)
    return [int(number) for numbers in named for number in numbers][:20]


def _share(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 1)
