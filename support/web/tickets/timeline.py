"""A ticket's story in order: posts, replies and how far they got, notes, what colleagues did."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from itertools import groupby
from types import MappingProxyType
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from support.approval.records import SENT_BACK, Approval
from support.conversations.records import DM
from support.replies.deciding import may_decide
from support.replies.records import Reply, ReplyPart
from support.replies.states import PartState, together
from support.tickets.records import Ticket, TicketEvent
from support.web.language import here, now
from support.web.replies.attempts import Line as Tried
from support.web.tickets import note_words
from support.web.tickets.dossier import Dossier
from support.web.tickets.segments import Segment, Span, segments, without_last
from support.web.words import full_moment
from support.x.text import SHORT_LINK

LONGEST_WORD = 120
"""Letters of what was said to a reply that was sent back; the bell has all of them."""
"""A Ticket stands for its own opening."""


@dataclass(frozen=True)
class Item:
    """One thing that happened. `kind`: theirs, ours, other, reply, note, event, or of what led to
    it found and offered."""

    kind: str
    at: datetime
    thing: Any
    private: bool
    segments: list[Segment]


@dataclass(frozen=True)
class Block:
    """What is drawn together: a private conversation's messages in one panel, the rest alone."""

    day: datetime | None
    """Set on the first block of a day."""
    private: bool
    items: list[Item]


@dataclass(frozen=True)
class Delivery:
    """How far one part of a reply got: what `templates/replies/_delivery.html` draws."""

    icon: str
    tone: str
    words: Any
    spin: bool = False


def story(dossier: Dossier, zone: tzinfo, marks: Iterable[Span] = ()) -> list[Block]:
    """The blocks of the thread. `marks` are places in the customer's newest message."""
    items = sorted(_items(dossier, list(marks)), key=lambda item: item.at)
    blocks: list[Block] = []
    for day, there in groupby(items, lambda item: item.at.astimezone(zone).date()):
        blocks += _blocks_of_day(day, list(there))
    return blocks


def _items(dossier: Dossier, marks: list[Span]) -> Iterator[Item]:
    private = dossier.ticket.conversation.is_private
    yield Item("event", dossier.ticket.opened_at, dossier.ticket, False, [])
    yield from _offered(dossier)
    sent = {part.x_id for reply in dossier.replies for part in reply.parts if part.x_id}
    latest = dossier.latest
    for message in dossier.messages:
        if message.by_us and message.x_id in sent:
            continue  # drawn as the part of the reply it is
        kind = "ours" if message.by_us else "theirs"
        pieces = segments(message.text, marks if message is latest else ())
        if message.attachments:  # X ends the text with a link to what is drawn below it
            pieces = without_last(pieces, SHORT_LINK)
        yield Item(kind, message.posted_at, message, message.channel == DM, pieces)
    for aside in dossier.beside:
        if dossier.offered is not None and aside.x_id == dossier.offered.post_x_id:
            continue
        yield Item("other", aside.posted_at, aside, False, segments(aside.text, ()))
    for reply in dossier.replies:
        undone = together(part.state for part in reply.parts) == PartState.UNDONE
        yield Item(
            "event" if undone else "reply", reply.pressed_at, reply, private and not undone, []
        )
    known = note_words.people(dossier.agents) if dossier.notes else []
    for note in dossier.notes:
        yield Item("note", note.written_at, note, False, note_words.pieces(note.text, known))
    for event in dossier.events:
        yield Item("event", event.happened_at, event, False, [])


def _offered(dossier: Dossier) -> Iterator[Item]:
    """What led to the ticket, where we wrote first. Read from the prospect, not from messages:
    nothing is owed for it, and no figure counts it."""
    it = dossier.offered
    if it is None or it.sent_at is None:
        return
    here = {message.x_id for message in dossier.messages}
    here |= {part.x_id for reply in dossier.replies for part in reply.parts if part.x_id}
    if it.post_x_id not in here:
        yield Item("found", it.posted_at, it, False, segments(it.text, ()))
    if it.sent_x_id not in here:
        yield Item("offered", it.sent_at, it, False, segments(it.sent_text or it.body, ()))


def _blocks_of_day(day: date, items: list[Item]) -> Iterator[Block]:
    first: datetime | None = items[0].at
    for private, run in groupby(items, lambda item: item.private):
        together_ = list(run)
        for block in [together_] if private else [[item] for item in together_]:
            yield Block(first, private, block)
            first = None


EVENTS: dict[str, tuple[str, Any]] = {
    "assigned": ("mine", _l("%(who)sが担当を%(to)sに変更")),
    "unassigned": ("mine", _l("%(who)sが担当を外した")),
    "tagged": ("tag", _l("%(who)sがタグ「%(tag)s」を追加")),
    "untagged": ("tag", _l("%(who)sがタグ「%(tag)s」を外した")),
    "held": ("pause-circle", _l("%(who)sが保留")),
    "woken": ("clock", _l("%(who)sが保留を解除")),
    "woken by itself": ("clock", _l("保留の時間が終了")),
    "woken by note": ("memo", _l("メモが書かれたため保留を解除")),
    "woken by ticket": ("resolved", _l("#%(other)s が解決したため保留を解除")),
    "woken by promise": ("hourglass", _l("期限が近づいたため保留を解除")),
    "woken by gone": ("clock", _l("待っていたことが起きなくなったため保留を解除")),
    "resolved": ("resolved", _l("%(who)sが解決")),
    "reopened": ("retry", _l("%(who)sが再開")),
    "reopened by itself": ("retry", _l("お客様の投稿で再開")),
    "took_over": ("merge", _l("%(who)sが #%(other)s をまとめた")),
    "split": ("split", _l("%(who)sが #%(into)s に分けた")),
    "split_off": ("split", _l("%(who)sが #%(of)s から分けた")),
    "merged": ("merge", _l("%(who)sが #%(into)s にまとめた")),
    "prioritised": ("sort", _l("%(who)sが優先度を「%(to)s」に変更")),
    "prioritised by itself": ("sort", _l("期限の決まりで優先度を「%(to)s」に変更")),
    "assigned by itself": ("mine", _l("期限の決まりで担当を%(to)sに変更")),
    "unassigned by itself": ("mine", _l("期限の決まりで担当を外した")),
    "teamed": ("people", _l("%(who)sがチームを「%(to)s」に変更")),
    "segmented": ("people", _l("%(who)sがお客様の区分を「%(to)s」に変更")),
    "shared by itself": ("mine", _l("自動で%(to)sに割り当て（対応中%(had)s件で最も少ないため）")),
    "incident_linked": ("incident", _l("%(who)sが障害 INC-%(incident)s に紐づけ")),
    "incident_linked by itself": ("incident", _l("障害 INC-%(incident)s に自動で紐づけ")),
    "incident_unlinked": ("incident", _l("%(who)sが障害 INC-%(incident)s の紐づけを外した")),
    "linked": ("link", _l("%(who)sが #%(other)s と関連づけた")),
    "unlinked": ("link", _l("%(who)sが #%(other)s との関連を外した")),
    "update_promised": ("clock", _l("%(who)sが続報を約束")),
    "update_promised in words": ("clock", _l("%(who)sが「%(words)s」と約束")),
    "update_given": ("check", _l("%(who)sが約束を果たした")),
    "update_unsaid": ("undo", _l("%(who)sが約束を取り下げた")),
    "update_unsaid by itself": ("undo", _l("投稿がXから消えたため約束を取り下げ")),
}
"""What is said of each kind of event; "by itself": none of us did it."""


WOKEN = ("note", "ticket", "promise", "gone")
"""Why a ticket woke by itself, besides that its time had come."""


@dataclass(frozen=True)
class Line:
    """One line of the story or of the list of what was done."""

    icon: str
    words: str
    at: datetime
    tone: str = ""


def line_of(thing: Any, logs: Mapping[int, Sequence[Tried]] = MappingProxyType({})) -> Line:
    """What is said of an event, of a ticket's opening, or of a reply that was taken back.

    `logs` say by part who gave a reply up, and why.
    """
    if isinstance(thing, Ticket):
        return Line("plus", gettext("チケット #%(id)s を作成", id=thing.id), thing.opened_at)
    if isinstance(thing, Reply):
        who = thing.who
        for tried in (it for part in thing.parts for it in logs.get(part.id, ()) if it.ends):
            return Line("undo", tried.words, tried.at)
        words = gettext("%(who)sが返信を取り消し", who=who)
        if thing.approval is not None and thing.approval.outcome == SENT_BACK:
            return _sent_back(thing, thing.approval)
        if thing.automatic:
            words = gettext("自動応答は送信されませんでした")
        return Line("undo", words, thing.settled_at or thing.pressed_at)
    return _event_line(thing)


def _sent_back(reply: Reply, approval: Approval) -> Line:
    by = approval.decided_by.family_name if approval.decided_by else ""
    said = {"by": by, "who": reply.who, "word": approval.word[:LONGEST_WORD]}
    words = gettext("%(by)sが%(who)sさんの返信を差し戻し：%(word)s", **said)
    return Line("undo", words, approval.decided_at or reply.pressed_at)


def _event_line(event: TicketEvent) -> Line:
    kind = event.kind
    if kind == "assigned" and not event.data.get("to"):
        kind = "unassigned"
    if kind == "update_promised" and event.data.get("words"):
        kind += " in words"
    if kind == "woken" and event.data.get("why") in WOKEN:
        icon, words = EVENTS[f"woken by {event.data['why']}"]
        return Line(icon, str(words) % event.data, event.happened_at)
    icon, words = EVENTS.get(kind if event.agent else f"{kind} by itself", ("info", event.kind))
    data = dict(event.data)
    if kind == "prioritised":
        data["to"] = str(PRIORITIES.get(data["to"], data["to"]))
    values = {"who": event.agent.family_name if event.agent else "", **data}
    return Line(icon, str(words) % values, event.happened_at)


PRIORITIES: dict[str, Any] = {
    "urgent": _l("至急"),
    "high": _l("高"),
    "normal": _l("通常"),
    "low": _l("低"),
}

STATES: dict[str, Delivery] = {
    PartState.WAITING: Delivery("hourglass", "warn", _l("承認待ち")),
    PartState.HELD: Delivery("clock", "accent", _l("送信待ち")),
    PartState.ASKING: Delivery("alert", "warn", _l("送信前に確認が必要です")),
    PartState.QUEUED: Delivery("clock", "accent", _l("送信待ち")),
    PartState.POSTING: Delivery("sending", "accent", _l("送信中"), spin=True),
    PartState.POSTED: Delivery("check", "", _l("送信済み")),
    PartState.HANDED: Delivery("external", "warn", _l("手での送信待ち")),
    PartState.REJECTED: Delivery("alert", "danger", _l("送信できませんでした")),
    PartState.UNKNOWN: Delivery("verifying", "warn", _l("確認中 — 届いたかXに問い合わせています")),
    PartState.UNDONE: Delivery("undo", "", _l("取り消しました")),
}


def delivery(
    part: ReplyPart, *, stopped: bool, at_cap: bool = False, quiet: bool = False
) -> Delivery:
    """How a part stands; `stopped`: the account sends nothing now; `at_cap`: nor may it pay;
    `quiet`: it is in a crisis."""
    if quiet:
        return Delivery("pause-circle", "warn", _l("保留：炎上対応中"))
    if part.state == PartState.HELD and part.reply.scheduled and part.reply.held_until > now():
        when = full_moment(part.reply.held_until, *here())
        return Delivery("calendar", "accent", gettext("予約済み — %(when)sに送信", when=when))
    if part.state == PartState.UNKNOWN and may_decide(part, now()):
        return Delivery("verifying", "warn", _l("届いたかどうか、まだ確かめられません"))
    if part.state == PartState.QUEUED and stopped:
        return Delivery(
            "pause", "warn", _l("送信待ち — Xとの接続が止まっています。再開すると送ります")
        )
    if part.state in (PartState.HELD, PartState.QUEUED) and at_cap:
        return Delivery(
            "pause",
            "warn",
            _l("送信待ち — 今月のX利用料金の上限に達しています。責任者が上限を上げると送ります"),
        )
    if part.state == PartState.QUEUED and part.not_before is not None:
        return Delivery("retry", "warn", _l("まだ送れていません。自動で再試行します"))
    return STATES[part.state]
