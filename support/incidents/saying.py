"""Saying it: which wording of a wave goes to whom, so that nobody hears twice what X, or they
themselves, heard before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from support.agents.records import Agent
from support.incidents import waves, wordings
from support.incidents.judging import Found
from support.incidents.records import Incident, Wave, WaveAnswer
from support.incidents.turns import Why, next_wording
from support.incidents.wordings import Whom, Worded
from support.replies import pressing
from support.replies.records import Reply
from support.x.text import SAME_WORDS


class Sayings:
    """A wave's words for a few people, one after the other: they take turns."""

    def __init__(self, session: Session, wave: Wave, found: Sequence[Found], now: datetime) -> None:
        self._texts = [it.text for it in wave.texts]
        self._values = waves.values_for(wave.incident)
        self._signer = session.get_one(Agent, wave.approved_by_id)
        self._used = _used(session, wave)
        public = [it for it in found if not it.ticket.conversation.is_private]
        texts = {way.text for it in public for way in wordings.filled(*self._for(it))}
        self._spent = _spent(session, wave, texts, now) if texts else set[str]()

    def next_for(self, it: Found) -> Worded | Why:
        """The wording whose turn it is, with this person's name; or why there is none to say."""
        spent = () if it.ticket.conversation.is_private else self._spent
        found = wordings.first_unsaid(self._ways(it), it.heard.union(spent))
        if found is not None:
            return found
        if next(self._ways(it), None) is None:
            return Why.REFUSED
        unheard = wordings.first_unsaid(self._ways(it), it.heard)
        return Why.SAME_WORDS if unheard is None else Why.WORDS_SPENT

    def use(self, worded: Worded) -> None:
        self._used[worded.number] += 1
        self._spent.add(worded.text)

    def _ways(self, it: Found) -> Iterator[Worded]:
        return wordings.candidates(*self._for(it))

    def _for(self, it: Found) -> tuple[Sequence[str], Sequence[int], Whom, Mapping[str, str]]:
        talk = it.ticket.conversation
        signature = pressing.words_of(talk.account, self._signer)
        whom = Whom(talk.customer.name, talk.customer.username, signature, talk.is_private)
        return self._texts, next_wording(self._used), whom, self._values


def _used(session: Session, wave: Wave) -> list[int]:
    counted = select(WaveAnswer.text_id, func.count()).where(WaveAnswer.wave_id == wave.id)
    used = {row[0]: row[1] for row in session.execute(counted.group_by(WaveAnswer.text_id))}
    return [used.get(it.id, 0) for it in wave.texts]


def _spent(session: Session, wave: Wave, texts: set[str], now: datetime) -> set[str]:
    """Which of them the account's waves said in public lately: X refuses those."""
    said = (
        select(Reply.body)
        .join(WaveAnswer, WaveAnswer.reply_id == Reply.id)
        .join(Wave, Wave.id == WaveAnswer.wave_id)
        .join(Incident, Incident.id == Wave.incident_id)
        .where(
            WaveAnswer.at > now - SAME_WORDS,
            Incident.account_id == wave.incident.account_id,
            Reply.body.in_(texts),
        )
    )
    return set(session.scalars(said))
