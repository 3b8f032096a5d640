"""Whether X lets us answer a post: through the API, only by hand on x.com, or not at all.

X's rule for self-serve apps since February 2026: the API may reply only where the author of that
very post mentions the replying account or quotes a post of it. What a person types on x.com is not
touched by it. X's refusals stay possible, and are a normal outcome (replies/handing.py).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from support.errors import N_
from support.x.posts import Post

ENTERPRISE = "enterprise"
_FOR_MENTIONED = ("mentionedUsers",)
_FOR_SOME = ("following", "subscribers", "verified", "other")


class Way(StrEnum):
    """How an answer can reach X."""

    API = "api"
    BY_HAND = "by_hand"
    NO = "no"


class Why(StrEnum):
    """What decides it."""

    MENTIONED = "mentioned"
    CARRIED = "carried"
    """Our handle stands in the prefix of a reply only; the author did not write it."""
    QUOTED = "quoted"
    OWN = "own"
    ENTERPRISE = "enterprise"
    PRIVATE = "private"
    UNKNOWN = "unknown"
    """What we hold of the post does not tell."""
    NOT_SUMMONED = "not_summoned"
    LIMITED = "limited"
    """The author lets some people reply; whether we are among them shows on x.com."""
    ONLY_MENTIONED = "only_mentioned"
    """The author lets only those reply whom the post mentions, and it does not mention us."""
    PROTECTED = "protected"
    GONE = "gone"
    ENCRYPTED = "encrypted"


SENTENCES = {
    Why.MENTIONED: N_("お客様がこの投稿で当社にメンションしているため、APIから返信できます。"),
    Why.CARRIED: N_(
        "本文に当社の名前はありませんが、返信の宛先に入っています。APIから送り、Xに断られたら手での送信に切り替えます。"
    ),
    Why.QUOTED: N_("お客様が当社の投稿を引用しているため、APIから返信できます。"),
    Why.OWN: N_("当社の投稿への返信のため、APIから返信できます。"),
    Why.ENTERPRISE: N_("Enterpriseプランのため、APIから返信できます。"),
    Why.PRIVATE: N_("お客様からDMが届いているため、APIから返信できます。"),
    Why.UNKNOWN: N_(
        "返信できるかどうかは、Xが送信時に判断します。断られたら手での送信に切り替えます。"
    ),
    Why.NOT_SUMMONED: N_(
        "この投稿には当社へのメンションがないため、APIからは返信できません。Xの画面から手で送ってください。"
    ),
    Why.LIMITED: N_(
        "投稿者が返信できる人を限定しています。Xの画面に返信欄が出れば、手で送れます。"
    ),
    Why.ONLY_MENTIONED: N_(
        "投稿者が、メンションした相手だけに返信を許可しています。当社は含まれていないため返信できません。"
    ),
    Why.PROTECTED: N_("お客様が投稿を非公開にしているため、返信できません。"),
    Why.GONE: N_("返信先の投稿が削除されたか、見えなくなっています。"),
    Why.ENCRYPTED: N_(
        "暗号化されたメッセージには、ここから返信できません。Xの画面で返信してください。"
    ),
}

_WAYS = {
    Why.NOT_SUMMONED: Way.BY_HAND,
    Why.LIMITED: Way.BY_HAND,
    Why.ONLY_MENTIONED: Way.NO,
    Why.PROTECTED: Way.NO,
    Why.GONE: Way.NO,
    Why.ENCRYPTED: Way.NO,
}


@dataclass(frozen=True)
class Verdict:
    """Whether a post can be answered, and what decides it."""

    why: Why

    @property
    def way(self) -> Way:
        return _WAYS.get(self.why, Way.API)

    @property
    def certain(self) -> bool:
        """False where only X's answer will tell."""
        return self.why not in (Why.CARRIED, Why.UNKNOWN)

    @property
    def sentence(self) -> str:
        """The reason, for agents."""
        return SENTENCES[self.why]


@dataclass(frozen=True)
class Ours:
    """The account that would reply."""

    x_id: str
    handle: str


def may_reply(post: Post, ours: Ours, plan: str, *, gone: str = "") -> Verdict:
    """The verdict on `post`, which carries what it quotes in `beside` where that is known.

    `gone`: why it is out of sight on X, if it is (Message.emptied_reason).
    """
    if gone:
        return Verdict(Why.PROTECTED if gone == "protected" else Why.GONE)
    if post.private:
        return Verdict(Why.ENCRYPTED if post.encrypted else Why.PRIVATE)
    if post.author_x_id == ours.x_id:
        return Verdict(Why.OWN)
    if post.author is not None and post.author.protected:
        return Verdict(Why.PROTECTED)
    return Verdict(_limit(post, ours) or _summons(post, ours, plan))


def _limit(post: Post, ours: Ours) -> Why | None:
    """Who the author lets reply; people the post mentions always may."""
    if _is_mentioned(post, ours) or _is_carried(post, ours):
        return None
    if post.reply_settings in _FOR_MENTIONED:
        return Why.ONLY_MENTIONED
    return Why.LIMITED if post.reply_settings in _FOR_SOME else None


def _summons(post: Post, ours: Ours, plan: str) -> Why:
    """What in this very post gives the API leave to reply."""
    if _is_mentioned(post, ours):
        return Why.MENTIONED
    if _author_of(post.quoted_x_id, post) == ours.x_id:
        return Why.QUOTED
    if plan == ENTERPRISE:
        return Why.ENTERPRISE
    if _is_carried(post, ours):
        return Why.CARRIED
    quotes_somebody = post.quoted_x_id and not _author_of(post.quoted_x_id, post)
    return Why.UNKNOWN if quotes_somebody else Why.NOT_SUMMONED


def _is_mentioned(post: Post, ours: Ours) -> bool:
    """By the author's own hand: in the entities behind the prefix, or in the words themselves."""
    return ours.x_id in post.named_ids or _names(post.text, ours.handle)


def _names(text: str, handle: str) -> bool:
    written = rf"(?<![\w@＠])[@＠]{re.escape(handle)}(?!\w)"
    return bool(handle) and re.search(written, text, re.IGNORECASE | re.ASCII) is not None


def _is_carried(post: Post, ours: Ours) -> bool:
    return ours.x_id in post.mention_ids or ours.handle.lower() in post.mentions


def _author_of(x_id: str, post: Post) -> str:
    """Who wrote a post that stands beside this one; empty where that is not known."""
    return next((other.author_x_id for other in post.beside if other.x_id == x_id), "")
