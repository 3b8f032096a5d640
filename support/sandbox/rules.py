"""When X refuses. Each rule answers None (allowed) or the sentence X puts in `detail`.

Wordings and rules: published API answers of 2026; X names no codes, clients match on these texts.
"""

from datetime import datetime, timedelta

from support.sandbox.world import Post, User

NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise "
    "engaged by the author of the post you are replying to."
)
ONLY_MENTIONED = "You can only reply to or quote posts where you are mentioned or are the author."
"""What X says since July 2026 in place of NOT_SUMMONED and QUOTE_REFUSED."""
REPLIES_LIMITED = "You are not permitted to reply to this conversation."
PARENT_GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
QUOTE_REFUSED = (
    "Quoting this post is not allowed because you have not been mentioned or are not part of the "
    "conversation thread of the post you are quoting."
)
DM_REFUSED = "You do not have permission to DM one or more participants."
NOT_YOUR_POST = "You are not authorized to delete this Tweet."
NO_EDIT = "You are not permitted to edit this Tweet."
NOT_YOURS_TO_HIDE = "You are not allowed to hide this reply."
NOT_PERMITTED = "You are not permitted to perform this action."


def why_no_reply(
    account: User,
    parent: Post | None,
    parent_author: User | None,
    quoted: Post | None,
    root: Post | None,
    root_author: User | None,
    uninvited: bool = False,
) -> str | None:
    """Why `account` may not reply to `parent`.

    `quoted` is the post that `parent` quotes, `root` the first post of its conversation; either
    may be unknown. A reply to one's own post is always allowed. `uninvited`: the plan allows
    replies to people who did not ask.
    """
    if parent is None or parent.deleted or parent_author is None:
        return PARENT_GONE
    if parent.author_id == account.id:
        return None
    if parent_author.protected or parent_author.state != "active":
        return PARENT_GONE
    if not uninvited and not is_summoned(account, parent, quoted):
        return NOT_SUMMONED
    if root and root_author and not lets_reply(account, root, root_author):
        return REPLIES_LIMITED
    return None


def is_summoned(account: User, parent: Post, quoted: Post | None) -> bool:
    """The author of that very post mentions the account, or quotes a post of the account."""
    return parent.mentions_user(account.id) or (
        quoted is not None and quoted.author_id == account.id
    )


def lets_reply(account: User, root: Post, root_author: User) -> bool:
    """Whether the reply settings of a conversation's first post let `account` in."""
    if root.author_id == account.id or root.reply_settings == "everyone":
        return True
    if root.reply_settings == "other":
        return False
    if root.mentions_user(account.id):
        return True
    return root.reply_settings == "following" and root_author.follows_us


def receives_dm(person: User, wrote_to_us: bool, blocked: bool = False) -> bool:
    """Open to everyone, following us, or the one who wrote first; not across a block."""
    if blocked or person.state != "active":
        return False
    return person.accepts_dms or person.follows_us or wrote_to_us


EDITS = 5
EDITABLE_FOR = timedelta(hours=1)


def may_edit(post: Post, first_made: datetime, edits: int, now: datetime) -> bool:
    """Five times within an hour of the first version. A repost has nothing to edit."""
    if post.deleted or post.reposted or post.replaced_by:
        return False
    return edits < EDITS and now < first_made + EDITABLE_FOR
