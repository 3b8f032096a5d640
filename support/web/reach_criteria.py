"""The condition of `reach`, said once for each table that holds what customers and we said.

The values are asked of the request when a statement runs: statements stay the same for everybody
who is limited, and are compiled once. The tables of a condition have names of their own, so that
it stands in any query.
"""

from collections.abc import Callable
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, and_, bindparam, exists, false, not_, or_, select
from sqlalchemy.orm import with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption

from support.alerts.records import Alert, AlertNotice, AlertPost, Mention, ReviewNotice
from support.approval.records import Approval, ApprovalNotice
from support.canned.records import Pick
from support.compliance.records import ComplianceEntry
from support.conversations.records import (
    DM,
    Attachment,
    ContactWish,
    Conversation,
    Customer,
    CustomerNumber,
    Message,
    MessageVersion,
)
from support.drafts.records import KeptDraft
from support.handover.records import HandoverMemo
from support.inbox.records import Hole, IntakeRefusal, PassedPost, ThreadFetch
from support.incidents.records import (
    Incident,
    IncidentEvent,
    IncidentTicket,
    Notice,
    Wave,
    WaveAnswer,
    WaveText,
)
from support.incidents.spike_records import Spike, SpikeCount, SpikeNotice
from support.lexicon.records import LexiconWord
from support.outreach.records import Listening, ListeningRead, Offer, Prospect, ProspectEvent
from support.privacy.records import Erasure, Hold
from support.replies.records import (
    Acknowledgement,
    Attempt,
    GuardOverride,
    Reply,
    ReplyImage,
    ReplyPart,
    Retraction,
)
from support.review.records import Review, ReviewAnswer
from support.search.records import SearchEntry
from support.sla.records import Pause, Promise
from support.tickets.records import (
    Note,
    TermsChange,
    Ticket,
    TicketEvent,
    TicketLink,
    TicketTag,
)
from support.x.records import Charge

_TALK = Conversation.__table__.alias("reach_talk")
_TICKET = Ticket.__table__.alias("reach_ticket")
_MESSAGE = Message.__table__.alias("reach_message")
_REPLY = Reply.__table__.alias("reach_reply")
_PART = ReplyPart.__table__.alias("reach_part")
_REVIEW = Review.__table__.alias("reach_review")
_ALERT = Alert.__table__.alias("reach_alert")
_PROSPECT = Prospect.__table__.alias("reach_prospect")
_LISTENING = Listening.__table__.alias("reach_listening")
_INCIDENT = Incident.__table__.alias("reach_incident")
_WAVE = Wave.__table__.alias("reach_wave")
_SPIKE = Spike.__table__.alias("reach_spike")
_ANY_TALK = Conversation.__table__.alias("reach_any_talk")

_HIDDEN: Any = bindparam("reach_hidden", callable_=lambda: sorted(g.reach.hidden), expanding=True)
_SEALED: Any = bindparam("reach_sealed", callable_=lambda: sorted(g.reach.sealed), expanding=True)


def seen(account_id: Any, private: ColumnElement[bool]) -> ColumnElement[bool]:
    """What `Reach.may_see` says, in SQL."""
    return and_(account_id.not_in(_HIDDEN), not_(and_(private, account_id.in_(_SEALED))))


_SEEN_TALK = seen(_TALK.c.account_id, _TALK.c.channel == DM)


def _by_talk(talk_id: Any) -> ColumnElement[bool]:
    return _there(_TALK, _TALK.c.id == talk_id, _SEEN_TALK)


def _by_ticket(ticket_id: Any) -> ColumnElement[bool]:
    return _there(_TICKET, _TICKET.c.id == ticket_id, _by_talk(_TICKET.c.conversation_id))


def _by_message(message_id: Any) -> ColumnElement[bool]:
    return _there(_MESSAGE, _MESSAGE.c.id == message_id, _by_talk(_MESSAGE.c.conversation_id))


def _by_reply(reply_id: Any) -> ColumnElement[bool]:
    return _there(_REPLY, _REPLY.c.id == reply_id, _by_talk(_REPLY.c.conversation_id))


def _by_part(part_id: Any) -> ColumnElement[bool]:
    return _there(_PART, _PART.c.id == part_id, _by_reply(_PART.c.reply_id))


def _by_alert(alert_id: Any) -> ColumnElement[bool]:
    return _there(_ALERT, _ALERT.c.id == alert_id, _by_ticket(_ALERT.c.ticket_id))


def _by_review(review_id: Any) -> ColumnElement[bool]:
    return _there(_REVIEW, _REVIEW.c.id == review_id, _by_reply(_REVIEW.c.reply_id))


def _by_prospect(prospect_id: Any) -> ColumnElement[bool]:
    return _there(_PROSPECT, _PROSPECT.c.id == prospect_id, seen(_PROSPECT.c.account_id, false()))


def _by_listening(listening_id: Any) -> ColumnElement[bool]:
    here = _LISTENING.c.id == listening_id
    return _there(_LISTENING, here, seen(_LISTENING.c.account_id, false()))


def _by_incident(incident_id: Any) -> ColumnElement[bool]:
    public = seen(_INCIDENT.c.account_id, false())
    return _there(_INCIDENT, _INCIDENT.c.id == incident_id, public)


def _by_spike(spike_id: Any) -> ColumnElement[bool]:
    return _there(_SPIKE, _SPIKE.c.id == spike_id, seen(_SPIKE.c.account_id, false()))


def _by_wave(wave_id: Any) -> ColumnElement[bool]:
    return _there(_WAVE, _WAVE.c.id == wave_id, _by_incident(_WAVE.c.incident_id))


def _by_customer(customer_id: Any) -> ColumnElement[bool]:
    """Somebody who never spoke with us is nobody's secret."""
    talked = _there(_ANY_TALK, _ANY_TALK.c.customer_id == customer_id)
    return or_(_there(_TALK, _TALK.c.customer_id == customer_id, _SEEN_TALK), not_(talked))


def _there(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select(1).select_from(table).where(*conditions).correlate_except(table))


def _entry(entry: Any) -> ColumnElement[bool]:
    """An entry of the search index: of something that was said, or of a customer."""
    said = and_(entry.account_id.is_not(None), seen(entry.account_id, entry.channel == DM))
    person = and_(entry.account_id.is_(None), entry.ticket_id.is_(None))
    noted = and_(entry.account_id.is_(None), entry.ticket_id.is_not(None))
    return or_(
        said,
        and_(person, _by_customer(entry.customer_id)),
        and_(noted, _by_ticket(entry.ticket_id)),
    )


def _hold(hold: Any) -> ColumnElement[bool]:
    return and_(
        _by_customer(hold.customer_id),
        or_(hold.ticket_id.is_(None), _by_ticket(hold.ticket_id)),
    )


def _taken_back(entry: Any) -> ColumnElement[bool]:
    return or_(entry.account_id.is_(None), seen(entry.account_id, entry.kind == "dm"))


def _streamed(row: Any) -> ColumnElement[bool]:
    return seen(row.account_id, row.stream == "dms")


def _on(entity: type[Any], condition: Callable[[Any], ColumnElement[bool]]) -> LoaderCriteriaOption:
    return with_loader_criteria(entity, condition, include_aliases=True)


CRITERIA = (
    _on(Conversation, lambda it: seen(it.account_id, it.channel == DM)),
    _on(Customer, lambda it: _by_customer(it.id)),
    _on(ContactWish, lambda it: _by_customer(it.customer_id)),
    _on(CustomerNumber, lambda it: _by_customer(it.customer_id)),
    _on(Erasure, lambda it: _by_customer(it.customer_id)),
    _on(Hold, lambda it: _hold(it)),
    _on(Message, lambda it: _by_talk(it.conversation_id)),
    _on(MessageVersion, lambda it: _by_message(it.message_id)),
    _on(Attachment, lambda it: _by_message(it.message_id)),
    _on(Pick, lambda it: _by_message(it.message_id)),
    _on(Ticket, lambda it: _by_talk(it.conversation_id)),
    _on(TicketTag, lambda it: _by_ticket(it.ticket_id)),
    _on(TicketEvent, lambda it: _by_ticket(it.ticket_id)),
    _on(TermsChange, lambda it: _by_ticket(it.ticket_id)),
    _on(TicketLink, lambda it: and_(_by_ticket(it.ticket_id), _by_ticket(it.other_id))),
    _on(Note, lambda it: _by_ticket(it.ticket_id)),
    _on(Promise, lambda it: _by_ticket(it.ticket_id)),
    _on(Pause, lambda it: _by_ticket(it.ticket_id)),
    _on(KeptDraft, lambda it: _by_ticket(it.ticket_id)),
    _on(ThreadFetch, lambda it: _by_ticket(it.ticket_id)),
    _on(Mention, lambda it: _by_ticket(it.ticket_id)),
    _on(Alert, lambda it: _by_ticket(it.ticket_id)),
    _on(AlertNotice, lambda it: _by_alert(it.alert_id)),
    _on(AlertPost, lambda it: _by_alert(it.alert_id)),
    _on(Reply, lambda it: _by_talk(it.conversation_id)),
    _on(ReplyPart, lambda it: _by_reply(it.reply_id)),
    _on(ReplyImage, lambda it: _by_reply(it.reply_id)),
    _on(Acknowledgement, lambda it: _by_reply(it.reply_id)),
    _on(GuardOverride, lambda it: _by_reply(it.reply_id)),
    _on(Approval, lambda it: _by_reply(it.reply_id)),
    _on(Review, lambda it: _by_reply(it.reply_id)),
    _on(ApprovalNotice, lambda it: _by_ticket(it.ticket_id)),
    _on(Attempt, lambda it: _by_part(it.part_id)),
    _on(Retraction, lambda it: _by_part(it.part_id)),
    _on(ReviewAnswer, lambda it: _by_review(it.review_id)),
    _on(ReviewNotice, lambda it: _by_review(it.review_id)),
    _on(Wave, lambda it: _by_incident(it.incident_id)),
    _on(WaveText, lambda it: _by_wave(it.wave_id)),
    _on(WaveAnswer, lambda it: _by_ticket(it.ticket_id)),
    _on(SearchEntry, lambda it: _entry(it)),
    _on(IntakeRefusal, lambda it: _streamed(it)),
    _on(Hole, lambda it: _streamed(it)),
    _on(PassedPost, lambda it: seen(it.account_id, it.thread_x_id.contains("-"))),
    _on(Incident, lambda it: seen(it.account_id, false())),
    _on(IncidentEvent, lambda it: _by_incident(it.incident_id)),
    _on(IncidentTicket, lambda it: and_(_by_incident(it.incident_id), _by_ticket(it.ticket_id))),
    _on(Notice, lambda it: seen(it.account_id, false())),
    _on(Spike, lambda it: seen(it.account_id, false())),
    _on(SpikeNotice, lambda it: _by_spike(it.spike_id)),
    _on(SpikeCount, lambda it: seen(it.account_id, false())),
    _on(Charge, lambda it: seen(it.account_id, false())),
    _on(Listening, lambda it: seen(it.account_id, false())),
    _on(ListeningRead, lambda it: _by_listening(it.listening_id)),
    _on(LexiconWord, lambda it: or_(it.account_id.is_(None), seen(it.account_id, false()))),
    _on(Offer, lambda it: or_(it.account_id.is_(None), seen(it.account_id, false()))),
    _on(Prospect, lambda it: seen(it.account_id, false())),
    _on(ProspectEvent, lambda it: _by_prospect(it.prospect_id)),
    _on(HandoverMemo, lambda it: or_(it.account_id.is_(None), seen(it.account_id, it.private))),
    _on(ComplianceEntry, lambda it: _taken_back(it)),
)
