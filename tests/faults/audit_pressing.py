"""What was pressed is one reply, and each of its parts is out or visibly stopped."""

from tests.faults.case import DUPLICATE, LOST, WRONG, Case, Found, grouped
from tests.faults.facts import Part, Reply

STOPPED = ("rejected", "asking", "handed", "unknown")
WAITING = ("held", "queued", "posting")
BY_A_PERSON = {"sent_on", "sent_again", "given_up", "said_posted", "said_absent"}


def pressed_is_stored(case: Case) -> Found:
    stored = {reply.key: reply for reply in case.desk.replies.values()}
    for line in case.lines["pressed"]:
        if line["key"] not in stored:
            yield LOST, f"The press {line['key']} was confirmed, and no reply has that key."
    said = {line["key"] for what in ("pressed", "refused") for line in case.lines[what]}
    for key in stored.keys() - said:
        yield WRONG, f"Reply {stored[key].id} has the key {key}, which nobody pressed."
    for line in case.lines["race"]:
        made = [stored[key].id for key in line["keys"] if key in stored]
        if len(made) != 1:
            yield (
                LOST if not made else DUPLICATE,
                f"Two agents pressed at once ({' and '.join(line['keys'])}); that made the"
                f" replies {made}, not one.",
            )
    for (answers_id, _), same in grouped(
        case.desk.replies.values(), lambda it: (it.answers_id, it.body)
    ).items():
        keys = {reply.key for reply in same}
        if len(same) > 1 and not any(keys <= set(race["keys"]) for race in case.lines["race"]):
            ids = [reply.id for reply in same]
            yield DUPLICATE, f"The replies {ids} answer message {answers_id} with one text."


def one_live_reply_a_message(case: Case) -> Found:
    live = [reply for reply in case.desk.replies.values() if not reply.settled]
    for answers_id, same in grouped(live, lambda it: it.answers_id).items():
        if len(same) > 1:
            ids = [reply.id for reply in same]
            yield DUPLICATE, f"Message {answers_id} has the live replies {ids}."


def what_stopped_says_why(case: Case) -> Found:
    taken_back = {line["reply"] for line in case.lines["undone"]}
    for part in case.desk.parts:
        if part.state == "posted":
            continue
        reply = case.desk.replies[part.reply_id]
        why = part.state if part.state not in WAITING else _waits_for(case, part, reply)
        case.stopped[why] += 1
        name = f"Part {part.id} of reply {reply.id}"
        if why in WAITING:
            yield LOST, f"{name} is {part.state}, and nothing visible keeps it."
        elif part.state in ("rejected", "asking", "handed") and not part.reason:
            yield WRONG, f"{name} is {part.state} without a reason."
        elif part.state == "unknown" and not case.desk.attempts.get(part.id):
            yield WRONG, f"{name} is unknown, and no attempt is written down."
        elif part.state == "undone" and reply.id not in taken_back and not _given_up(case, reply):
            yield LOST, f"{name} is undone, and nobody took it back or gave it up."


def _waits_for(case: Case, part: Part, reply: Reply) -> str:
    """Why a part that waits does so, where a person can see it; else its state.

    What is being posted waits for nothing: its worker ends that, or is found dead.
    """
    if part.state == "posting":
        return part.state
    earlier = [it for it in case.desk.of_reply[reply.id] if it.position < part.position]
    if any(it.state in STOPPED for it in earlier):
        return "behind_a_part"
    for other in case.desk.replies.values():
        if other.conversation_id == reply.conversation_id and other.id < reply.id:
            parts = case.desk.of_reply[other.id]
            if not other.settled and any(it.state in STOPPED for it in parts):
                return "behind_a_reply"
    return "account_stopped" if reply.account_stopped else part.state


def _given_up(case: Case, reply: Reply) -> bool:
    tried = [
        attempt
        for part in case.desk.of_reply[reply.id]
        for attempt in case.desk.attempts.get(part.id, [])
    ]
    return any(outcome in BY_A_PERSON and named for outcome, named in tried)
