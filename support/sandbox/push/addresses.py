"""Where a webhook may point. X wants https and no port; this X reaches its own machine only."""

from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST = 200


def why_not(url: str) -> str | None:
    """Why this X would not deliver there. X itself refuses http and ports; here they are needed."""
    if len(url) > LONGEST:
        return f"The URL is longer than {LONGEST} characters."
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "The URL is malformed."
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "The URL must begin with https:// and name a host."
    if parts.username or parts.password or parts.fragment:
        return "The URL must hold neither credentials nor a fragment."
    if not _is_here(parts.hostname):
        return "This X delivers to its own machine only (127.0.0.1, ::1 or localhost)."
    return None


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
