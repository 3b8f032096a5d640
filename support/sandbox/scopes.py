"""Who may call what: scopes and kinds of authentication by endpoint family (specification 2.166).

OAuth 1.0a tokens and the sandbox's fixed tokens carry no scopes: they may do all a user may.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READ = _words("tweet.read users.read")
_DM_READ = _READ | {"dm.read"}
_DM_WRITE = _READ | {"dm.write"}
_POST_WRITE = _READ | {"tweet.write"}

KNOWN = _words("""
    tweet.read tweet.write tweet.moderate.write users.read users.email follows.read follows.write
    offline.access space.read mute.read mute.write like.read like.write list.read list.write
    block.read block.write bookmark.read bookmark.write dm.read dm.write media.write timeline.read
""")
NEEDED: dict[str, frozenset[str]] = {
    "users/me": _READ,
    "users/:id": _READ,
    "users": _READ,
    "users/by": _READ,
    "users/by/username/:username": _READ,
    "users/:id/mentions": _READ,
    "users/:id/tweets": _READ,
    "tweets/search/recent": _READ,
    "tweets": _READ,
    "tweets/:id": _READ,
    "create_post": _POST_WRITE,
    "delete_post": _POST_WRITE,
    "hide_reply": _READ | {"tweet.moderate.write"},
    "dm_events": _DM_READ,
    "dm_events/:id": _DM_READ,
    "dm_conversations/with/:id/dm_events": _DM_READ,
    "dm_conversations/:id/dm_events": _DM_READ,
    "dm_media": _words("dm.read"),
    "send_dm": _DM_WRITE,
    "delete_dm": _words("dm.read dm.write"),
    "dm_block": _DM_WRITE,
    "media_upload": _words("media.write"),
    "media_metadata": _words("media.write"),
    "account_activity": _READ | {"dm.read", "dm.write"},
}
APP_TOO = _words("""
    users/:id users users/by users/by/username/:username users/:id/mentions users/:id/tweets
    tweets/search/recent tweets tweets/:id activity/subscriptions
""")
"""An app's own bearer token is enough for these."""
APP_ALONE = _words("""
    usage/tweets tweets/counts/recent compliance/jobs webhooks webhooks/:id webhooks/replay
    activity/subscriptions/:id account_activity/subscriptions
""")
"""And these take nothing else."""
OAUTH2_ALONE = _words("dm_media")
"""These refuse OAuth 1.0a."""


def missing(family: str, granted: frozenset[str] | None) -> frozenset[str]:
    """What a call of `family` lacks; `granted` None: a token without scopes."""
    if granted is None:
        return frozenset()
    return NEEDED.get(family, frozenset()) - granted
