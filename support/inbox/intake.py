"""What becomes a ticket and what is passed over, and why: rules an administrator can read."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from support.inbox.threading import Ours, addressed, answers_us, named_by
from support.x.posts import Post

MOST_WORDS = 200
LONGEST_WORD = 80
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_NAME_OR_TAG = re.compile(r"[@＠#＃][^\s@＠#＃]+")


class Reason(StrEnum):
    """Why a post becomes no ticket."""

    OWN = "own"
    """We wrote it."""
    OTHER_ACCOUNT = "other_account"
    """Another account of ours wrote it to this one."""
    REPOST = "repost"
    MUTED = "muted"
    NOBODY = "nobody"
    """It is for none of our accounts."""
    CARRIED = "carried"
    """We stand only among the handles a reply takes over from somebody else's thread."""
    CAMPAIGN = "campaign"
    SPAM_WORD = "spam_word"
    SPAM_MENTIONS = "spam_mentions"
    SPAM_HASHTAGS = "spam_hashtags"
    SPAM_LINKS = "spam_links"


@dataclass(frozen=True)
class Policy:
    """What an administrator can set. The defaults hold until one is saved.

    By default nothing that names us is taken for spam: a lone link is a screenshot as often.
    """

    pass_carried: bool = True
    campaign_hashtags: tuple[str, ...] = ()
    """Without #, in lower case."""
    spam_words: tuple[str, ...] = ()
    """Words or phrases; * stands for anything."""
    most_mentions: int = 0
    """More people named than this is spam; 0: never."""
    most_hashtags: int = 0
    """More hashtags than this is spam; 0: never."""
    pass_links_only: bool = False
    """Nothing but links, handles and hashtags is spam."""
    answers_always: bool = True
    """Direct replies to our posts and quotes of them are taken whatever they say."""


@dataclass(frozen=True)
class Decision:
    """Whether a post becomes a message, and if not, why."""

    taken: bool
    reason: str = ""


TAKEN = Decision(True)


def policy_from(rules: Mapping[str, Any]) -> Policy:
    """A saved policy; what it lacks or cannot be read is as by default."""
    return Policy(**{f.name: _value(rules, f.name, f.default) for f in fields(Policy)})


def rules_of(policy: Policy) -> dict[str, Any]:
    """A policy as it is saved."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(policy).items()
    }


def _value(rules: Mapping[str, Any], name: str, default: Any) -> Any:
    value = rules.get(name)
    if isinstance(default, tuple):
        listed = isinstance(value, list) and all(isinstance(word, str) for word in value)
        return tuple(value) if listed and value is not None else default
    return value if type(value) is type(default) else default


def decide(post: Post, ours: Ours, policy: Policy, *, muted: bool = False) -> Decision:
    """What becomes of a post. `muted`: an agent muted its author."""
    reason = _not_from_a_customer(post, ours) or (Reason.MUTED if muted else None)
    if reason is None and not post.private:
        reason = _for_nobody(post, ours, policy)
        spared = policy.answers_always and bool(answers_us(post, ours))
        if reason is None and not spared:
            reason = _unwanted(post, ours, policy)
    return Decision(False, reason.value) if reason else TAKEN


def _not_from_a_customer(post: Post, ours: Ours) -> Reason | None:
    if post.author_x_id in ours.handles:
        to = addressed(post, ours, post.author_x_id)
        return Reason.OTHER_ACCOUNT if to not in ("", post.author_x_id) else Reason.OWN
    return Reason.REPOST if post.reposted_x_id else None


def _for_nobody(post: Post, ours: Ours, policy: Policy) -> Reason | None:
    if not addressed(post, ours, "whoever X showed it to"):
        return Reason.NOBODY
    return Reason.CARRIED if policy.pass_carried and is_carried(post, ours) else None


def is_carried(post: Post, ours: Ours) -> bool:
    """Whether our handle only came along with a reply to somebody else.

    People who go on under a post of their own go on talking to us, if that post did.
    """
    if not post.in_reply_to_x_id or not any(post.mention_ids):
        return False
    if answers_us(post, ours) or named_by(post, ours):
        return False
    if post.in_reply_to_user_x_id != post.author_x_id:
        return True
    parent = next((p for p in post.beside if p.x_id == post.in_reply_to_x_id), None)
    return parent is not None and is_carried(parent, ours)


def _unwanted(post: Post, ours: Ours, policy: Policy) -> Reason | None:
    if any(tag in policy.campaign_hashtags for tag in post.hashtags):
        return Reason.CAMPAIGN
    if matching_word(post.text, policy.spam_words):
        return Reason.SPAM_WORD
    named = {x_id for x_id in post.named_ids if x_id not in ours.handles}
    if policy.most_mentions and len(named) > policy.most_mentions:
        return Reason.SPAM_MENTIONS
    if policy.most_hashtags and len(set(post.hashtags)) > policy.most_hashtags:
        return Reason.SPAM_HASHTAGS
    return Reason.SPAM_LINKS if policy.pass_links_only and _only_links(post) else None


def is_taken_back(post: Post, hidden_at: datetime | None, reason: str) -> bool:
    """Whether X took a post back together with all its author had written until `hidden_at`.

    A push may come late or be replayed. Whoever only protects their account takes public posts
    back, not the direct messages they sent us.
    """
    if hidden_at is None or post.posted_at > hidden_at:
        return False
    return not (post.private and reason == "protected")


def matching_word(text: str, words: Iterable[str]) -> str:
    """The first of these words or patterns a text contains; empty for none."""
    plain = _plain(text)
    return next((word for word in words if _contains(plain, _plain(word))), "")


def _contains(text: str, pattern: str) -> bool:
    """Whether the pieces between the pattern's stars follow each other in the text."""
    at = 0
    pieces = [piece for piece in pattern.split("*") if piece.strip()]
    for piece in pieces:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return bool(pieces)


def _plain(text: str) -> str:
    """Full and half width, upper and lower case are the same."""
    return unicodedata.normalize("NFKC", text).casefold()


def _only_links(post: Post) -> bool:
    if post.media or post.quoted_x_id or not _LINK.search(post.text):
        return False
    return not _NAME_OR_TAG.sub("", _LINK.sub("", post.text)).strip()


def hashtag(word: str) -> str:
    """A hashtag as X gives them: without #, in lower case."""
    return word.strip().lstrip("#＃").lower()
