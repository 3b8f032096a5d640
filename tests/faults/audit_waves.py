"""Whether everybody who was hit has exactly one answer, by plain SQL and what X has."""

from collections import Counter, defaultdict
from contextlib import closing
from dataclasses import dataclass, field

from tests.faults.facts import XFacts, _moment, _rows, connect, hold_still


@dataclass
class WaveFacts:
    people: int = 0
    """Who wrote, as the desk has it."""
    linked: int = 0
    """Tickets."""
    incidents: int = 0
    unlinked_tickets: int = 0
    states: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    keys: list[str] = field(default_factory=list)
    """Of the replies that a place in a wave is marked with, as they follow from the place."""
    places: Counter[str] = field(default_factory=Counter)
    """By the customer's id on X."""
    agents_took: dict[str, list[float]] = field(default_factory=dict)
    """Seconds from their press to X's acceptance, by how the keys of these replies begin."""
    answered_once: int = 0
    by_wave: int = 0
    by_agents: int = 0


def read_waves(url: str) -> WaveFacts:
    with closing(connect(url)) as db:
        hold_still(db)
        found = WaveFacts()
        ((found.people,),) = _rows(db, "SELECT count(DISTINCT customer_id) FROM conversations")
        ((found.incidents,),) = _rows(db, "SELECT count(*) FROM incidents")
        linked = "SELECT count(*) FROM incident_tickets WHERE unlinked_at IS NULL"
        ((found.linked,),) = _rows(db, linked)
        free = (
            "SELECT count(*) FROM tickets WHERE id NOT IN (SELECT ticket_id FROM incident_tickets)"
        )
        ((found.unlinked_tickets,),) = _rows(db, free)
        rows = _rows(
            db,
            "SELECT w.wave_id, w.customer_id, w.state, w.passed_why, w.round, u.x_id"
            " FROM wave_answers w JOIN customers u ON u.id = w.customer_id",
        )
        for wave_id, customer_id, state, why, turn, x_id in rows:
            found.states[state] += 1
            found.places[x_id] += 1
            if state == "passed":
                found.passed[why] += 1
            if state == "pressed":
                again = f"-{turn}" if turn > 1 else ""
                found.keys.append(f"wave-{wave_id}-{customer_id}{again}")
        took = _rows(
            db,
            "SELECT r.key, r.pressed_at, p.posted_at FROM replies r JOIN reply_parts p"
            " ON p.reply_id = r.id WHERE p.posted_at IS NOT NULL AND r.key LIKE 'by-%'",
        )
        for key, pressed, posted in took:
            seconds = (_moment(posted) - _moment(pressed)).total_seconds()
            found.agents_took.setdefault(key[: len("by-hand-")], []).append(seconds)
        return found


def judge(x: XFacts, found: WaveFacts, posts: int) -> list[str]:
    """What is wrong, as sentences; fills in how many were answered once, and by whom."""
    said: list[str] = []
    theirs = {it.x_id: it.author for it in x.said.values() if it.author not in x.ours}
    wrote = set(theirs.values())
    ours: dict[str, list[str]] = defaultdict(list)
    for it in x.by_us():
        ours[theirs.get(it.to, "nobody")].append(it.text)
    found.answered_once = sum(len(ours[who]) == 1 for who in wrote)
    answers = [texts[0] for who in wrote if len(texts := ours[who]) == 1]
    found.by_agents = sum("担当が確認いたします" in text for text in answers)
    found.by_wave = found.answered_once - found.by_agents
    if len(theirs) != posts:
        said.append(f"lost: people wrote {posts} posts, and X has {len(theirs)}.")
    if found.incidents != 1 or found.unlinked_tickets:
        said.append(f"wrong: {found.incidents} incidents, {found.unlinked_tickets} tickets beside.")
    said += [f"lost: {who} was never answered." for who in sorted(wrote) if not ours[who]]
    said += [
        f"duplicate: {who} was answered {len(ours[who])} times."
        for who in sorted(wrote)
        if len(ours[who]) > 1
    ]
    said += [f"wrong: {who} has {n} places." for who, n in found.places.items() if n != 1]
    missing = sorted(wrote - found.places.keys())
    said += [f"lost: {who} has no place in the wave." for who in missing]
    if found.states["waiting"]:
        said.append(f"lost: {found.states['waiting']} people still wait for their turn.")
    return said
