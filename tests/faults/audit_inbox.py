"""What customers wrote is messages, each once; what was promised is kept by what X accepted."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.faults.case import DUPLICATE, LOST, WRONG, Case, Found
from tests.faults.facts import Reply, Said

REPLY_KINDS = ("first_reply", "next_reply")


def customers_posts_are_messages(case: Case) -> Found:
    stored = Counter((it.channel, it.x_id) for it in case.desk.messages if not it.by_us)
    for channel, x_id in sorted(case.x.for_us):
        if stored[channel, x_id] == 0:
            yield LOST, f"X has {x_id} ({channel}), written to us; the desk does not."
    for (channel, x_id), count in stored.items():
        if count > 1:
            yield DUPLICATE, f"X's {x_id} ({channel}) is {count} messages."
        said = case.x.said.get((channel, x_id))
        if said is None or said.author in case.x.ours:
            yield WRONG, f"A customer's message is {x_id} ({channel}), which no customer wrote."


def our_posts_are_no_messages(case: Case) -> Found:
    sent = {
        (case.desk.replies[part.reply_id].channel, part.x_id): part
        for part in case.desk.parts
        if part.x_id
    }
    for message in case.desk.messages:
        part = sent.get((message.channel, message.x_id)) if message.by_us else None
        if part is not None:
            yield (
                WRONG,
                f"Message {message.id} is our own {message.x_id}, which part {part.id} of reply"
                f" {part.reply_id} is already.",
            )


def promises_are_kept_by_accepted_replies(case: Case) -> Found:
    accepted: dict[int, list[tuple[Reply, Said]]] = defaultdict(list)
    for reply, said in _accepted(case):
        accepted[reply.ticket_id].append((reply, said))
    typed = {it.ticket_id for it in case.desk.messages if it.by_us and it.x_id in case.typed}
    for promise in case.desk.promises:
        if promise.kind not in REPLY_KINDS or promise.withdrawn:
            continue
        answers = accepted[promise.ticket_id]
        name = f"The promise {promise.id} ({promise.kind}) of ticket {promise.ticket_id}"
        if promise.kept_at is None:
            for reply, said in answers:
                if reply.answers_at >= promise.started_at:
                    yield WRONG, f"{name} is open; X accepted an answer at {said.at}."
        elif promise.ticket_id not in typed and not any(
            said.was_said(promise.kept_at) for _, said in answers
        ):
            yield WRONG, f"{name} is kept at {promise.kept_at}; X accepted nothing then."


def _accepted(case: Case) -> Iterator[tuple[Reply, Said]]:
    """Replies of which X has the first part, and that part."""
    for reply_id, parts in case.desk.of_reply.items():
        reply = case.desk.replies[reply_id]
        said = case.x.said.get((reply.channel, parts[0].x_id))
        if said is not None:
            yield reply, said
