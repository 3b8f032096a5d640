"""Why somebody is not written to, each in a sentence for whoever would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from support.errors import N_


class Why(StrEnum):
    """The most final first: in this order they are told."""

    OPTED_OUT = "opted_out"
    MUTED = "muted"
    GONE = "gone"
    EDITED = "edited"
    PROTECTED = "protected"
    LIMITED = "limited"
    SENSITIVE = "sensitive"
    MINOR = "minor"
    OWN_WORD = "own_word"
    TICKET_OPEN = "ticket_open"
    TICKET_THERE = "ticket_there"
    ANSWERED_BY_US = "answered_by_us"
    ANSWERED = "answered"
    UNDER_WAY = "under_way"
    COOL_DOWN = "cool_down"
    TOO_OLD = "too_old"
    WAITED = "waited"
    INCIDENT = "incident"
    CRISIS = "crisis"
    OFF = "off"
    STOPPED = "stopped"
    CLOSED = "closed"
    AGENT_DAY = "agent_day"
    ACCOUNT_DAY = "account_day"
    ACCOUNT_HOUR = "account_hour"
    SAME_WORDS = "same_words"
    NOT_BY_API = "not_by_api"


SENTENCES: Mapping[Why, str] = {
    Why.OPTED_OUT: N_(
        "この方は「今後連絡しない」をご希望です。どのアカウントからも、どの条件からも声をかけません。"
    ),
    Why.MUTED: N_("この方の投稿は、取り込まない設定（ミュート）になっています。"),
    Why.GONE: N_("投稿が削除されたか、見えなくなっています。"),
    Why.EDITED: N_("見つけたあとで投稿が書き換えられています。新しい内容を確かめてください。"),
    Why.PROTECTED: N_("この方は投稿を非公開にしています。"),
    Why.LIMITED: N_("投稿者が返信できる人を限定しています。"),
    Why.SENSITIVE: N_("投稿に「%(word)s」（%(subject)s）があります。声をかけない話題です。"),
    Why.MINOR: N_("投稿に「%(word)s」があり、未成年の方かもしれません。声をかけません。"),
    Why.OWN_WORD: N_("投稿に、声をかけないと決めた言葉「%(word)s」があります。"),
    Why.TICKET_OPEN: N_(
        "この方のお問い合わせ #%(ticket)s に対応中です。そちらでお返事してください。"
    ),
    Why.TICKET_THERE: N_("この投稿の会話には、すでにお問い合わせ #%(ticket)s があります。"),
    Why.ANSWERED_BY_US: N_("この投稿には、当社からすでに返信しています。"),
    Why.ANSWERED: N_("この投稿には、ほかの方がすでに返信しています。"),
    Why.UNDER_WAY: N_("今、%(who)sさんが @%(handle)s からこの方に声をかけるところです。"),
    Why.COOL_DOWN: N_("この方には、この%(days)s日以内に @%(handle)s から声をかけています。"),
    Why.TOO_OLD: N_("投稿から%(hours)s時間を過ぎています。"),
    Why.WAITED: N_(
        "承認から%(hours)s時間を過ぎました。もう一度投稿を確かめて、承認し直してください。"
    ),
    Why.INCIDENT: N_(
        "障害対応「%(title)s」の最中で、投稿に「%(word)s」があります。お知らせで案内します。"
    ),
    Why.CRISIS: N_("@%(handle)s は、炎上対応のためお声がけを止めています。"),
    Why.OFF: N_("「お困りですか？」のお声がけはオフです。"),
    Why.STOPPED: N_("@%(handle)s は、受信と送信が止まっています。"),
    Why.CLOSED: N_("声をかける時間の範囲外です。"),
    Why.AGENT_DAY: N_("あなたが今日声をかける方は、%(most)s人に達しています。"),
    Why.ACCOUNT_DAY: N_("@%(handle)s から今日声をかける方は、%(most)s人に達しています。"),
    Why.ACCOUNT_HOUR: N_("@%(handle)s から1時間に声をかける方は、%(most)s人に達しています。"),
    Why.SAME_WORDS: N_(
        "この%(hours)s時間に送った文と%(percent)s%%同じです。この方の投稿に合わせて書き換えてください。"
    ),
    Why.NOT_BY_API: N_("APIからは送れません。Xの画面から手で送ってください。"),
}


@dataclass(frozen=True)
class Refusal:
    """One reason: `sentence % values`, after translation. The value `subject` is a word of the desk
    and is translated itself.
    """

    why: Why
    values: Mapping[str, object] = field(default_factory=dict)
    until: datetime | None = None
    """When time alone will have healed it; None: it never will."""

    @property
    def sentence(self) -> str:
        return SENTENCES[self.why]

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence
