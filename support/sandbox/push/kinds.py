"""Event types of the X Activity API, and who may subscribe to which."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FIRED = _words("""
    post.create post.delete post.mention.create post.reply.create post.quote.create
    dm.received dm.sent dm.read dm.indicate_typing chat.received oauth.revoke
""")
"""What can happen in this X."""
_NOT_FIRED = _words("""
    profile.update.bio profile.update.profile_picture profile.update.banner_picture
    profile.update.screenname profile.update.geo profile.update.url
    profile.update.verified_badge profile.update.affiliate_badge profile.update.handle
    news.new follow.follow follow.unfollow spaces.start spaces.end broadcast.start broadcast.end
    broadcast.chat chat.sent chat.conversation.join chat.conversation_join
    chat.conversation.member_added chat.conversation.member_removed
    chat.conversation.admin_added chat.conversation.admin_removed chat.update.group_name
    chat.update.restrictions post.repost.create like.create mute.mute mute.unmute block.block
    block.unblock
""")
KNOWN = FIRED | _NOT_FIRED
"""What may be subscribed to: the enums of 2.166 and 2.167, and oauth.revoke, which X's table of
events has and both enums lack."""
_PUBLIC = _words("post.create post.delete follow.follow follow.unfollow news.new")


def is_private(event_type: str) -> bool:
    """Needs the token of the account it is about; the others take the app's."""
    public = event_type in _PUBLIC or event_type.startswith(("profile.", "spaces.", "broadcast."))
    return not public and event_type != "oauth.revoke"


def filter_wanted(event_type: str) -> str | None:
    """The part of the filter without which there is nothing to watch."""
    if event_type == "oauth.revoke":
        return None
    return "keyword" if event_type == "news.new" else "user_id"
