"""What is on X is what was pressed: once, in order, and gone where it was taken back."""

from collections.abc import Iterator
from itertools import pairwise

from tests.faults.audit_pressing import BY_A_PERSON
from tests.faults.case import DUPLICATE, LOST, WRONG, Case, Found, folded, grouped
from tests.faults.facts import DM, PUBLIC, Part, Reply, Said

OUT_OF_TURN = BY_A_PERSON | {"handed", "by_hand", "overtaken"}
"""What takes a reply out of the order in which replies were pressed."""


def nothing_is_out_twice(case: Case) -> Found:
    twice = grouped(case.ours, lambda it: (it.channel, it.author, it.to, folded(it.text)))
    for same in twice.values():
        if len(same) > 1:
            ids = ", ".join(sorted(it.x_id for it in same))
            yield DUPLICATE, f"X has one text in answer to {same[0].to} {len(same)} times: {ids}."


def what_counts_as_posted_is_on_x(case: Case) -> Found:
    claimed: dict[tuple[str, str], int] = {}
    for part in case.desk.parts:
        if part.state != "posted":
            continue
        reply = case.desk.replies[part.reply_id]
        said = case.x.said.get((reply.channel, part.x_id))
        name = f"Part {part.id} of reply {reply.id}"
        if said is None or said.author != reply.account:
            yield LOST, f"{name} counts as posted as {part.x_id!r}, which X does not have."
            continue
        other = claimed.setdefault((reply.channel, part.x_id), part.id)
        if other != part.id:
            yield LOST, f"{name} and part {other} both count as posted as {part.x_id}."
        found = [*_differs(case, part, reply, said)]
        yield from ((WRONG, f"{name} is {part.x_id} on X, {why}.") for why in found)
        case.posted_once += not found


def _differs(case: Case, part: Part, reply: Reply, said: Said) -> Iterator[str]:
    by_hand = part.x_id in case.typed
    if said.to not in _targets(case, part, reply):
        yield f"which answers {said.to}"
    if folded(said.text) != folded(part.text) and not by_hand:
        yield f"whose words are others ({said.text[:20]}…)"
    if not said.was_said(part.posted_at):
        yield f"posted at {said.at}, not at {part.posted_at}"
    if said.gone and part.id not in case.desk.retractions:
        yield "and deleted, which nobody asked for"


def _targets(case: Case, part: Part, reply: Reply) -> frozenset[str]:
    if reply.channel == DM:
        return frozenset({reply.customer})
    before = [
        it.x_id for it in case.desk.of_reply[reply.id] if it.position < part.position and it.x_id
    ]
    return frozenset({before[-1]}) if before else reply.targets


def what_is_on_x_counts_as_posted(case: Case) -> Found:
    claimed = {
        (case.desk.replies[part.reply_id].channel, part.x_id): part
        for part in case.desk.parts
        if part.state == "posted"
    }
    same = grouped(case.desk.parts, lambda part: folded(part.text))
    for said in case.ours:
        if (said.channel, said.x_id) in claimed:
            continue
        likely = [
            part
            for part in same.get(folded(said.text), [])
            if said.to in _targets(case, part, case.desk.replies[part.reply_id])
        ]
        if any(part.state == "unknown" for part in likely):
            continue  # listed as what it is: X may have it
        name = f"Our {'message' if said.channel == DM else 'post'} {said.x_id}"
        if not likely:
            yield WRONG, f"{name} is on X and is no part of any reply."
            continue
        part = likely[0]
        kind = DUPLICATE if part.state == "posted" else LOST
        how = f"posted as {part.x_id}" if part.state == "posted" else part.state
        yield kind, f"{name} is on X; part {part.id} of reply {part.reply_id} counts as {how}."


def parts_and_replies_are_in_order(case: Case) -> Found:
    out: dict[int, list[int]] = {}
    for reply_id, parts in case.desk.of_reply.items():
        ids = [int(part.x_id) for part in parts if part.state == "posted" and part.x_id]
        if ids != sorted(ids):
            yield WRONG, f"The parts of reply {reply_id} went out in the order {ids}."
        if ids and not _is_out_of_turn(case, case.desk.replies[reply_id]):
            out[reply_id] = ids
    talks = grouped(
        (case.desk.replies[reply_id] for reply_id in sorted(out)),
        lambda it: it.conversation_id,
    )
    for conversation_id, replies in talks.items():
        for one, other in pairwise(replies):
            if max(out[one.id]) > min(out[other.id]):
                yield (
                    WRONG,
                    f"In conversation {conversation_id} reply {other.id} went out before"
                    f" reply {one.id}, which was pressed first.",
                )


def _is_out_of_turn(case: Case, reply: Reply) -> bool:
    parts = case.desk.of_reply[reply.id]
    outcomes = {how for part in parts for how, _ in case.desk.attempts.get(part.id, [])}
    return reply.scheduled or bool(outcomes & OUT_OF_TURN)


def retracted_posts_are_gone(case: Case) -> Found:
    parts = {part.id: part for part in case.desk.parts}
    for part_id, done in case.desk.retractions.items():
        said = case.x.said.get((PUBLIC, parts[part_id].x_id))
        if not done:
            yield LOST, f"Part {part_id} was to be deleted on X, and nothing came of it."
        elif said is not None and not said.gone:
            yield WRONG, f"Part {part_id} counts as deleted; X still shows {said.x_id}."
