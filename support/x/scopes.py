"""What a desk asks an account's leave for, in X's words."""

WANTED = (
    "tweet.read",
    "tweet.write",
    "tweet.moderate.write",
    "users.read",
    "dm.read",
    "dm.write",
    "media.write",
    "offline.access",
)
"""The last one is what gives a token that can be renewed."""
FOR_DMS = frozenset({"dm.read", "dm.write"})


def lacking(scopes: str) -> list[str]:
    """What was asked for and is not granted; nothing where X did not say what is."""
    granted = set(scopes.split())
    return [scope for scope in WANTED if scope not in granted] if granted else []


def allow_dms(scopes: str) -> bool:
    """Whether direct messages can be read and sent; tokens without scopes may do everything."""
    return not FOR_DMS & set(lacking(scopes))
