"""Whether X lets an account answer by itself, without a person.

X's automation rules (developer guidelines of 24 July 2026): an automatic answer is for people who
asked for it by mentioning the account or by writing it a direct message; one for each time they
do; and whoever says stop gets no more. It never goes to somebody who only talks about us.
"""

import re
import unicodedata

from support.x.eligibility import Verdict, Why

ASKED = (Why.MENTIONED, Why.PRIVATE)
"""The author wrote our handle into the very post, or wrote to us in private."""
_STOP = re.compile(r"\b(stop|unsubscribe|opt[ -]?out)\b|配信停止|自動返信.{0,6}(不要|やめ|止め)")


def may_answer_by_itself(verdict: Verdict, text: str) -> bool:
    """Whether an automatic answer to this post is allowed."""
    return verdict.why in ASKED and not says_stop(text)


def says_stop(text: str) -> bool:
    """Whether somebody asks not to be answered by a machine."""
    return _STOP.search(unicodedata.normalize("NFKC", text).lower()) is not None
